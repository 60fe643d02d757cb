"""What a user sees of the register in the admin: lists, choices and links end at the user's area."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import AutoField, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from orgs.models import Scope, ScopedQuerySet

KEY = re.compile(r"[0-9]{1,18}")
"""A row's key as a browser sends it; a forged one may be anything."""


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several records by their keys; the database is not asked for one that is none."""

    def clean(self, value: Any) -> Any:
        """The records."""
        for key in value or ():
            if not KEY.fullmatch(str(key)):
                message, said = self.error_messages["invalid_pk_value"], {"pk": key}
                raise forms.ValidationError(message, code="invalid_pk_value", params=said)
        return super().clean(value)


def scope_of(request: HttpRequest) -> Scope:
    """The part of the register that the request's user sees."""
    return request.user.scope  # type: ignore[union-attr]  # only who is signed in comes here


def seen(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Those of `rows` that the user sees today; all where no area divides the table."""
    return rows.within(scope_of(request), timezone.localdate()) if isinstance(rows, ScopedQuerySet) else rows


def narrow_choices(form: forms.BaseForm, request: HttpRequest) -> None:
    """Let the links of `form` lead to what the user sees, or to where they led before."""
    if scope_of(request).everything:
        return
    for name, field in form.fields.items():
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            continue
        before = getattr(getattr(form, "instance", None), f"{name}_id", None)
        choice = Q(pk__in=seen(field.queryset, request).values("pk"))
        field.queryset = field.queryset.filter(choice if before is None else choice | Q(pk=before))


class DiscreetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Answers alike about records that are not there and those that the user does not see."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What the user sees."""
        return seen(super().get_queryset(request), request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing: an address fills in no form, whose widgets would break on a forged key."""
        return {}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record; None also for a key that is none."""
        if isinstance(self.opts.pk, AutoField) and not KEY.fullmatch(str(object_id)):
            return None
        return super().get_object(request, object_id, from_field)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """A record is asked for by its key alone."""
        return to_field == self.opts.pk.name

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Whether a declared filter asks for `lookup`: any other would tell what the page does not show."""
        declared = self.get_list_filter(request)
        fields = [name for name in declared if isinstance(name, str)]
        asked = {f"{name}__{kind}" for name in fields for kind in ("exact", "isnull")}
        for filter_ in declared:
            asked |= {getattr(filter_, name, "") for name in ("parameter_name", "code_parameter")}
        return lookup in asked - {""}

    def response_action(  # type: ignore[override]  # Django's own takes no more, other than its types say
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Django's; raises BadRequest for a forged key among those that were chosen."""
        self.chosen_keys(request)
        return super().response_action(request, queryset)

    def chosen_keys(self, request: HttpRequest) -> list[str]:
        """The keys of the rows that were chosen for an action. Raises BadRequest where one is none."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if isinstance(self.opts.pk, AutoField) and not all(KEY.fullmatch(key) for key in chosen):
            raise BadRequest("a key that is none")
        return chosen

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """No page: raises Http404, or PermissionDenied for who may not view the table."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        raise Http404

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Nothing: what was changed stands in the history of the record, and is not kept twice."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Nothing, as for an addition."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        """Nothing, as for an addition."""

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """What Django answers where it does not find a record: raises Http404."""
        raise Http404
