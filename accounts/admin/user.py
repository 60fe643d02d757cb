"""Users in the admin: every change of an account is noted in the access log."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.actions import NoAdministratorLeft, account_to_change, note_account_change
from accounts.admin.credentials import CredentialsAdmin
from accounts.models import RoleGroup, User
from accounts.roles import Role, roles_within
from orgs.admin.base import forget_forged_keys, with_a_link_to_look
from orgs.admin.scoping import RowsField


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Django's, whose hint speaks English alone."""

    usable_password_help_text = format_lazy(  # type: ignore[assignment]  # lazy, as Django's own
        '<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        _("If disabled, the current password for this user will be lost."),
    )


class NewAccountForm(AdminUserCreationForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Django's form of a new user."""

    def clean(self) -> dict[str, Any] | None:
        """Empty the links whose key is forged: the page would break on them."""
        cleaned = super().clean()
        forget_forged_keys(self)
        return cleaned


class AccountForm(UserChangeForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Django's; `refusal` is what the first attempt at saving raised."""

    refusal: ClassVar[NoAdministratorLeft | None] = None

    def clean(self) -> dict[str, Any] | None:
        """Report the refusal, if there is one."""
        cleaned = super().clean()
        forget_forged_keys(self)
        if self.refusal is not None:
            self.add_error(None, str(self.refusal))
        return cleaned


class RoleFilter(admin.SimpleListFilter):
    """Users who have a role."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The users of the role."""
        return queryset.filter(groups__name=self.value()) if self.value() in Role.values else queryset


@admin.register(User)
class StaffAdmin(CredentialsAdmin):
    """Django's own, with the area; only a superuser makes superusers, or changes one.

    Nobody gives a role that permits more than the own, nor takes the last administrator away. Who leaves is
    made inactive: the history of the register goes on naming its authors.
    """

    list_display = ["username", "last_name", "first_name", "area", "is_staff", "is_active", "last_login"]
    list_filter = [RoleFilter, "is_active"]
    add_form = NewAccountForm
    form = AccountForm
    change_password_form = PasswordForm
    list_select_related = ["area"]
    autocomplete_fields = ["area"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (_("What the user may do"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "area"]}),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "usable_password", "password1", "password2"]}),
        (_("What the user may do"), {"fields": ["is_staff", "groups", "area"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_a_link_to_look(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs |= {"label": _("Roles"), "queryset": RoleGroup.objects.order_by("name")}
            kwargs |= {"widget": forms.CheckboxSelectMultiple, "help_text": "", "form_class": RowsField}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        roles = form.base_fields.get("groups")
        if roles is not None and not request.user.is_superuser:
            within = Q(name__in=roles_within(request.user.get_all_permissions()))
            held = Q(pk__in=obj.groups.values("pk")) if obj else Q()
            roles.queryset = roles.queryset.filter(within | held)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's page; what is refused while saving is shown in the form, and nothing is saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except NoAdministratorLeft as refusal:
            # The same input again: this time the form knows why it is refused.
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        form.before = account_to_change(obj) if change else None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        note_account_change(user=form.instance, before=form.before, by=request.user)  # type: ignore[arg-type]  # only who is signed in comes here

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        rights = [] if request.user.is_superuser else ["is_superuser"]
        return [*self.readonly_fields, *rights]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
