"""What a user sees of the register in the admin: lists, choices and links end at the user's area."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from orgs.models import Scope, ScopedQuerySet


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

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page; who may not view the table learns nothing of its records."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """What Django answers where it does not find a record: raises Http404."""
        raise Http404
