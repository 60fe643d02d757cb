"""The page of a procedure: what it asks for, what it would do, and the button that does exactly that."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from orgs.actions.refusals import Refusal
from orgs.actions.scoping import LeavesTheScope
from orgs.admin.base import forget_forged_keys, refusal_message
from orgs.admin.entering import EnteredAdmin
from orgs.admin.history import may_see
from orgs.admin.scoping import narrow_choices, scope_of
from procedures.inputs import values_of
from procedures.performing import Outcome, lock_in_order, perform
from procedures.procedure import NotPossible, Procedure

REFUSALS: tuple[type[Exception], ...] = (
    Refusal,
    ValidationError,
    LeavesTheScope,
    IntegrityError,
    OperationalError,
)
"""What says no to a procedure, and is shown in its page."""


class ProcedureForm(forms.Form):
    """The inputs of a procedure about a record."""

    def __init__(self, procedure: Procedure, record: Any, request: HttpRequest) -> None:
        data = request.POST if request.method == "POST" else None
        super().__init__(data, initial=procedure.initial(record, timezone.localdate()), prefix=None)
        self.fields.update({name: asked.form_field(record) for name, asked in procedure.inputs.items()})
        narrow_choices(self, request)

    def clean(self) -> dict[str, Any] | None:
        """Keep the page from breaking on what no browser sends."""
        cleaned = super().clean()
        forget_forged_keys(self)
        return cleaned

    def show(self, refusal: Exception, procedure: Procedure) -> None:
        """Show `refusal` at the input that it is about."""
        if isinstance(refusal, ValidationError) and hasattr(refusal, "error_dict"):
            for name, messages_there in refusal.message_dict.items():
                place = {"valid_from": "on", NON_FIELD_ERRORS: None}.get(name, name)
                self.add_error(place if place in self.fields else None, messages_there)
        elif isinstance(refusal, ValidationError):
            self.add_error(None, refusal.messages)
        else:
            place = next((name for kind, name in procedure.at.items() if isinstance(refusal, kind)), None)
            self.add_error(place if place in self.fields else None, refusal_message(refusal))


class ProcedureAdmin(EnteredAdmin):
    """A record on whose page the procedures that are possible are offered as buttons.

    A mixin in front of the record's own admin class.
    """

    change_form_template = "admin/procedures_change_form.html"
    procedures: ClassVar[Sequence[type[Procedure]]] = ()

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(
                f"<path:object_id>/{procedure.name}/",
                self.admin_site.admin_view(self.procedure_view),
                {"procedure": procedure()},
                name=f"{self.opts.app_label}_{self.opts.model_name}_{procedure.name}",
            )
            for procedure in self.procedures
        ]
        return [*pages, *super().get_urls()]

    def may_perform(self, request: HttpRequest, procedure: type[Procedure] | Procedure) -> bool:
        """Whether the user's role lets them do `procedure` to records that they see."""
        return self.has_change_permission(request) and request.user.has_perms(procedure.needs)

    def links(self, request: HttpRequest, record: Any) -> list[tuple[str, str]]:
        """The buttons above `record`: address and label."""
        scope, today = scope_of(request), timezone.localdate()
        offered = [
            (self.address_of(procedure.name, record), str(procedure.label))
            for procedure in self.procedures
            if self.may_perform(request, procedure) and procedure().is_offered(record, scope, today)
        ]
        return [*offered, *super().links(request, record)]

    def address_of(self, page: str, record: Any) -> str:
        """The address of a page of `record`."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[record.pk], current_app=self.admin_site.name)

    def procedure_view(self, request: HttpRequest, object_id: str, procedure: Procedure) -> HttpResponse:
        """Ask for the inputs; show what they would do; do it, if that is what was confirmed."""
        if not self.may_perform(request, procedure):
            raise PermissionDenied
        opened = self.opened_version(request, object_id)
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        form = ProcedureForm(procedure, record, request)
        if request.method != "POST":
            return self._answer(request, record, procedure, form, opened)
        known = values_of(procedure.inputs, form.cleaned_data) if form.is_valid() else {}
        try:
            with transaction.atomic():  # in which the record stays locked, and all that the inputs name
                lock_in_order(record, known)
                record = self.get_object(request, unquote(object_id))
                if record is None:
                    raise Http404
                if known:
                    form.full_clean()  # what it names may have been moved away meanwhile
                return self._answer(request, record, procedure, form, opened)
        except OperationalError as refusal:  # who waited too long, or was chosen to give way
            form.show(refusal, procedure)
            return self._procedure_page(request, record, procedure, form, opened, None)

    def _answer(
        self, request: HttpRequest, record: Any, procedure: Procedure, form: ProcedureForm, opened: str
    ) -> HttpResponse:
        is_stale = getattr(request, "refusal", None) is not None
        if not is_stale and not procedure.is_offered(record, scope_of(request), timezone.localdate()):
            self.message_user(request, str(NotPossible()), messages.WARNING)
            return HttpResponseRedirect(self.address_of("change", record))
        outcome = None
        if request.method == "POST" and form.is_valid() and not is_stale:
            outcome = self._try(request, record, procedure, form)
        if outcome is None or request.POST.get("confirm") != outcome.digest:
            return self._procedure_page(request, record, procedure, form, opened, outcome)
        # Its warnings were read before it was confirmed.
        self.message_user(request, str(procedure.done), messages.SUCCESS)
        return HttpResponseRedirect(self._address_after(request, record))

    def _try(
        self, request: HttpRequest, record: Any, procedure: Procedure, form: ProcedureForm
    ) -> Outcome | None:
        """What it does, or would do; None: the form says why it does not."""
        confirmed = request.POST.get("confirm")
        try:
            with transaction.atomic():
                return perform(
                    procedure, record, values_of(procedure.inputs, form.cleaned_data),
                    by=request.user, scope=scope_of(request), today=timezone.localdate(),  # type: ignore[arg-type]
                    may_see=lambda model: may_see(request, model),
                    keep=lambda outcome: outcome.digest == confirmed,
                )  # fmt: skip
        except (*REFUSALS, *procedure.at) as refusal:
            form.show(refusal, procedure)
            return None

    def _address_after(self, request: HttpRequest, record: Any) -> str:
        """The record's page, or the list where it is no longer seen."""
        if self.get_queryset(request).filter(pk=record.pk).exists():
            return self.address_of("change", record)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return reverse(name, current_app=self.admin_site.name)

    def _procedure_page(
        self,
        request: HttpRequest,
        record: Any,
        procedure: Procedure,
        form: ProcedureForm,
        opened: str,
        outcome: Outcome | None,
    ) -> HttpResponse:
        label = str(procedure.label).rstrip("…")
        context = {
            **self.admin_site.each_context(request),
            "title": f"{label}: {record}",
            "subtitle": None,
            "opts": self.opts,
            "record": record,
            "form": form,
            "label": label,
            "outcome": outcome,
            "is_other_outcome": outcome is not None and bool(request.POST.get("confirm")),
            "change_address": self.address_of("change", record),
            "changes": opened,
            "errors": form.errors,
            **self.stale_context(request, record),
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/procedure.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        record = kwargs.get("obj")
        if record is not None:
            context["links"] = self.links(request, record)
        return super().render_change_form(request, context, *args, **kwargs)
