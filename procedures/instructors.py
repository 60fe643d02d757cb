"""Instructors come to enterprises, and go."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from rest_framework import serializers

from orgs.actions.instructor import DoesNotWorkThere, assign_instructor, busiest_workload, end_assignment
from orgs.admin.instructor import also_assigned
from orgs.api.bodies import Whole
from orgs.models import Enterprise, Instructor, Scope
from procedures.inputs import DayInput, Input, NumberInput, TextInput
from procedures.procedure import Procedure


class PhoneInput(TextInput):
    """A telephone number, which no browser keeps; what is stored of it shows nowhere."""

    def form_field(self, record: Model) -> forms.Field:
        """A line."""
        field = super().form_field(record)
        field.widget.attrs["autocomplete"] = "off"
        return field


class AssignInstructor(Procedure):
    """A Party-building instructor is sent to an enterprise."""

    name = "assign-instructor"
    label = _("Assign an instructor…")
    done = _("The instructor was assigned.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day of the work there.")),
        "name": TextInput(pgettext_lazy("person", "name"), max_length=100),
        "phone": PhoneInput(_("Phone"), max_length=30, required=False),
        "employer": TextInput(_("Employer"), max_length=200, required=False),
        "days_per_month": NumberInput(
            _("Days a month"), required=False,
            help_text=_("The days that the instructor gives the enterprise."),
        ),
    }  # fmt: skip
    needs = ("orgs.add_instructor",)

    def is_offered(self, record: Enterprise, scope: Scope, day: date) -> bool:
        """One that operates."""
        return record.closed_on is None or record.closed_on > day

    def perform(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> Instructor:
        """Send the instructor."""
        said = {name: value for name, value in values.items() if name != "on"}
        instructor = Instructor(enterprise=record, valid_from=values["on"], **said)
        return assign_instructor(instructor=instructor, by=by)

    def warnings(self, record: Enterprise, values: Mapping[str, Any], by: Any) -> list[str]:
        """For how many others somebody of that name works, as far as the user sees."""
        sent = record.instructors.get(name=values["name"], valid_from=values["on"])
        load = busiest_workload(sent, scope=by.scope, day=timezone.localdate())
        return [also_assigned(load)] if load.enterprises > 1 else []


class InstructorOfTheEnterprise(Whole):
    """An instructor who works for the record of the body today, by the number."""

    default_error_messages = {"absent": _("There is none with this key.")}

    def to_internal_value(self, data: Any) -> Any:
        """The instructor."""
        number = super().to_internal_value(data)
        found = self.context["record"].instructors.on(timezone.localdate()).filter(pk=number).first()
        if found is None:
            self.fail("absent")
        return found

    def run_validators(self, value: Any) -> None:
        """None: those of its parent are for numbers, and this is a record."""


class InstructorInput(Input):
    """One of the instructors who work for the enterprise today; in the API by the number."""

    def form_field(self, record: Model) -> forms.Field:
        """A list to choose from."""
        rows: Any = record.instructors.on(timezone.localdate())  # type: ignore[attr-defined]
        return forms.ModelChoiceField(queryset=rows.order_by("name_pinyin", "pk"), **self._said())

    def body_field(self) -> serializers.Field[Any, Any, Any, Any]:
        """The number."""
        return InstructorOfTheEnterprise(**self._optional())


class EndInstructor(Procedure):
    """The work of an instructor for an enterprise ends."""

    name = "end-instructor"
    label = _("End an assignment…")
    done = _("The assignment was ended.")
    inputs = {
        "on": DayInput(_("Day"), help_text=_("The first day without the instructor.")),
        "instructor": InstructorInput(_("Instructor")),
    }
    at = {DoesNotWorkThere: "on"}
    needs = ("orgs.change_instructor",)

    def is_offered(self, record: Enterprise, scope: Scope, day: date) -> bool:
        """One for which somebody works."""
        return record.instructors.on(day).exists()

    def perform(self, record: Enterprise, values: Mapping[str, Any], by: AbstractBaseUser) -> Instructor:
        """End it."""
        return end_assignment(instructor=values["instructor"], on=values["on"], by=by)


INSTRUCTOR_PROCEDURES: tuple[type[Procedure], ...] = (AssignInstructor, EndInstructor)
