"""Protected values in the admin: shown masked, revealed for a reason, found by the whole number.

A number that is looked for is sent by POST: it must not stand in an address.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.actions.looking import TooManyLookups, count_lookup, holds_number, note_lookup
from orgs.actions.revealing import TooManyReveals, reveal
from orgs.admin.base import RecordAdmin
from secrecy.fields import INDEX, EncryptedField, protected_fields
from secrecy.forms import ProtectedInput
from secrecy.numbers import is_personal_number
from secrecy.sealing import Unreadable

LISTED = 20
"""Records with one number that the answer names."""


def _address_to_reveal(column: str, record: Model) -> str:
    """The page that reveals `column` of `record`; "" for a new one."""
    opts = record._meta
    name = f"admin:{opts.app_label}_{opts.model_name}_reveal"
    return reverse(name, args=[record.pk, column]) if record.pk else ""


def with_a_way_to_reveal(field: Any, db_field: Any) -> Any:
    """`field`, if it is of a protected column, with a link to the page that reveals the value."""
    if field is not None and isinstance(field.widget, ProtectedInput):
        address_of: Callable[[Model], str] = partial(_address_to_reveal, db_field.name)
        field.widget.address_to_reveal = address_of
    return field


class ReasonForm(forms.Form):
    """Why somebody needs to see a value."""

    required_css_class = "required"

    reason = forms.CharField(
        label=_("Reason"), min_length=5, max_length=200,
        help_text=_("It is kept in the access log together with your name. Name nobody in it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 40}),
    )  # fmt: skip


class ProtectedAdmin(RecordAdmin):
    """A record with protected columns, of which `personal` names those that the form shows."""

    change_list_template = "admin/protected_change_list.html"

    def protected(self) -> dict[str, EncryptedField]:
        """The protected columns by name."""
        return {field.name: field for field in protected_fields(self.model)}

    def may_reveal(self, request: HttpRequest) -> bool:
        """Whether the user's role lets them reveal protected values, and look for one."""
        return self.has_change_permission(request)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("find/", view(self.find_view), name=f"{name}_find"),
            path("<path:object_id>/reveal/<slug:column>/", view(self.reveal_view), name=f"{name}_reveal"),
            *super().get_urls(),
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_a_way_to_reveal(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        column = lookup.split("__", maxsplit=1)[0].removesuffix(INDEX)
        return column not in self.protected() and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if is_personal_number(request.GET.get("q", "")):
            self.message_user(
                request,
                gettext("Look for a number in its own field: here it would stand in the address."),
                messages.WARNING,
            )
            return HttpResponseRedirect(self._list_address("changelist"))
        extra = {
            "may_find": self.may_reveal(request),
            "find_address": self._list_address("find"),
            "find_label": " / ".join(str(field.verbose_name) for field in self.protected().values()),
        }
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def _list_address(self, page: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, current_app=self.admin_site.name)

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Lead to the record with the whole number that is sent, if the user sees one: else say that there is none."""
        if not self.may_reveal(request):
            raise PermissionDenied
        number = request.POST.get("number", "").strip()
        if not number:
            return HttpResponseRedirect(self._list_address("changelist"))
        try:
            count_lookup(by=request.user)  # type: ignore[arg-type]
        except TooManyLookups as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return HttpResponseRedirect(self._list_address("changelist"))
        same = holds_number(self.model, number)
        rows = self.get_queryset(request).filter(same) if same else self.model._default_manager.none()
        found = list(rows[: LISTED + 1])
        with transaction.atomic():
            note_lookup(model=self.model, found=found, by=request.user)  # type: ignore[arg-type]
        if not found:
            self.message_user(request, gettext("You see no record with this number."), messages.WARNING)
            return HttpResponseRedirect(self._list_address("changelist"))
        if len(found) == 1:
            return HttpResponseRedirect(self._change_address(found[0]))
        context = {
            **self._page(request, gettext("Records with this number")),
            "found": [(self._change_address(record), record) for record in found[:LISTED]],
            "more": len(found) > LISTED,
        }
        return TemplateResponse(request, "admin/found.html", context)

    def _change_address(self, record: Model) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[record.pk], current_app=self.admin_site.name)

    def _page(self, request: HttpRequest, title: str) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": None,
            "opts": self.opts,
            "media": self.media,
        }

    def reveal_view(self, request: HttpRequest, object_id: str, column: str) -> HttpResponse:
        """Ask for the reason, then show the value, on this page alone."""
        if not self.may_reveal(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        field = self.protected().get(column)
        if record is None or field is None:
            raise Http404
        if not getattr(record, column):
            self.message_user(request, gettext("There is no value."), messages.WARNING)
            return HttpResponseRedirect(self._change_address(record))
        form = ReasonForm(request.POST if request.method == "POST" else None)
        value = None
        if form.is_valid():
            value = self._revealed(request, record, column, form)
        context = {
            **self._page(request, gettext("Reveal: %(what)s") % {"what": field.verbose_name}),
            "record": record,
            "change_address": self._change_address(record),
            "form": form,
            "mask": str(getattr(record, column)),
            "value": value,
        }
        answer = TemplateResponse(request, "admin/reveal.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    def _revealed(self, request: HttpRequest, record: Any, column: str, form: ReasonForm) -> str | None:
        """The value; None after the form was told why not."""
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            with transaction.atomic():
                # Locked: it must not be moved away meanwhile.
                locked = self.get_object(request, str(record.pk))
                if locked is None:
                    raise Http404
                return reveal(
                    record=locked, column=column, reason=form.cleaned_data["reason"],
                    by=request.user, midnight=midnight,  # type: ignore[arg-type]
                )  # fmt: skip
        except (TooManyReveals, Unreadable) as refusal:
            form.add_error(None, str(refusal))
            return None
