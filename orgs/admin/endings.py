"""Ending instead of deleting: a page that asks for the day, lists what will end, and calls the action."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.admin.base import RecordAdmin, RefusableForm, forget_forged_keys, refusal_message
from orgs.admin.meanwhile import ChangedMeanwhile
from orgs.admin.scoping import narrow_choices
from orgs.periods import Period, PeriodQuerySet

LISTED = 50
"""Periods that the page lists by name; more are counted."""


class EndingForm(forms.Form):
    """The day of an end; a subclass adds what else its action takes."""

    on = forms.DateField(
        label=_("Day"),
        help_text=_("The first day on which it no longer counts."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any] | None:
        """Keep the page from breaking on what no browser sends."""
        cleaned = super().clean()
        forget_forged_keys(self)
        return cleaned


class EndableAdmin(RecordAdmin):
    """A record that is entered by a form of its own (`add_form`), and ends by an action, from a button on its page.

    A subclass names the page (`ending_url`), its words, its form, the field of the record that tells that
    it has ended, and where each exception of the action is shown; `end` calls the action, `ending_periods`
    tells what will end with it.
    """

    change_form_template = "admin/endable_change_form.html"
    add_form: ClassVar[type[RefusableForm]]
    ending_url: ClassVar[str]
    ending_label: ClassVar[str | Promise]
    ending_done: ClassVar[str | Promise]
    ending_form: ClassVar[type[EndingForm]] = EndingForm
    ended_field: ClassVar[str]
    already_ended: ClassVar[type[Exception]]
    ending_errors: ClassVar[Mapping[type[Exception], str]]

    def end(self, record: Any, form: EndingForm, request: HttpRequest) -> None:
        """Call the action with what the form holds."""
        raise NotImplementedError

    def ending_periods(self, record: Any) -> Sequence[PeriodQuerySet[Any]]:
        """The open periods that will end with `record`."""
        raise NotImplementedError

    def name_of_period(self, period: Period) -> str:
        """`period` as the reader of the page knows it."""
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        return super().get_form(request, obj, change=change, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [] if obj is None else self.inlines

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_{self.ending_url}"
        view = self.admin_site.admin_view(self.ending_view)
        return [path(f"<path:object_id>/{self.ending_url}/", view, name=name), *super().get_urls()]

    def links(self, request: HttpRequest, record: Any) -> list[tuple[str, str]]:
        """The buttons above `record`: address and label."""
        may_end = getattr(record, self.ended_field) is None and self.has_change_permission(request, record)
        return [(self._address(self.ending_url, record), str(self.ending_label))] if may_end else []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context["links"] = self.links(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _address(self, page: str, record: Any) -> str:
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}",
            args=[record.pk],
            current_app=self.admin_site.name,
        )

    def ending_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the day, or end the record on it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        opened = self.opened_version(request, object_id)
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        form = self._bound_form(request, record)
        if request.method == "POST" and form.is_valid():
            answer = self._try_to_end(request, record, form)
            if answer is not None:
                return answer
        elif getattr(record, self.ended_field) is not None:
            self.message_user(request, str(self.already_ended(record)), messages.WARNING)
            return HttpResponseRedirect(self._address("change", record))
        return self._ending_page(request, record, form, opened)

    def _bound_form(self, request: HttpRequest, record: Any) -> EndingForm:
        data = request.POST if request.method == "POST" else None
        form = self.ending_form(data, initial={"on": timezone.localdate()})
        narrow_choices(form, request)
        return form

    def _try_to_end(self, request: HttpRequest, record: Any, form: EndingForm) -> HttpResponse | None:
        """The answer after success; None: the page says why the record is not ended."""
        refusals: tuple[type[Exception], ...] = (OperationalError, *self.ending_errors)
        change_page = HttpResponseRedirect(self._address("change", record))
        try:
            with transaction.atomic():
                # Locked: it must not be moved away meanwhile.
                if self.get_object(request, str(record.pk)) is None:
                    raise Http404
                if getattr(request, "refusal", None) is not None:
                    raise request.refusal  # type: ignore[attr-defined]
                self.end(record, form, request)
        except ChangedMeanwhile:
            return None
        except self.already_ended as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return change_page
        except refusals as refusal:
            form.add_error(self.ending_errors.get(type(refusal)), refusal_message(refusal))
            return None
        self.message_user(request, str(self.ending_done), messages.SUCCESS)
        return change_page

    def _ending_page(self, request: HttpRequest, record: Any, form: EndingForm, opened: str) -> HttpResponse:
        ending = []
        for periods in self.ending_periods(record):
            count = periods.count()
            if count:
                ending.append(
                    {
                        "title": capfirst(str(periods.model._meta.verbose_name_plural)),
                        "names": [
                            self.name_of_period(row) for row in periods.order_by("valid_from", "pk")[:LISTED]
                        ],
                        "more": max(count - LISTED, 0),
                    }
                )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("%(deed)s %(record)s")
            % {"deed": str(self.ending_label).rstrip("…"), "record": record},
            "subtitle": None,
            "opts": self.opts,
            "record": record,
            "form": form,
            "ending": ending,
            "label": str(self.ending_label).rstrip("…"),
            "change_address": self._address("change", record),
            "changes": opened,
            "errors": form.errors,
            **self.stale_context(request, record),
            "media": self.media + form.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/ending.html", context)
