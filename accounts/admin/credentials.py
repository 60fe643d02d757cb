"""What an administrator does for a user who cannot sign in: sets a password, takes a second factor away."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from accounts.credentials import Authenticator
from accounts.models import User
from accounts.passwords import password_changed
from accounts.second_factor import remove
from orgs.admin.scoping import DiscreetAdmin
from record.log import note
from record.models import Event


class CredentialsAdmin(DiscreetAdmin, UserAdmin):  # type: ignore[type-arg]
    """Users whose password is set, and whose second factor is taken away, from buttons on their page.

    Neither a secret nor a recovery code is shown to anybody here.
    """

    change_form_template = "admin/procedures_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """With the page of the second factor."""
        view = self.admin_site.admin_view(self.second_factor_view)
        page = path("<path:object_id>/second-factor/", view, name="accounts_user_second_factor")
        return [page, *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """With the button, for who may use it."""
        if obj is not None and self.has_change_permission(request, obj):
            address = reverse("admin:accounts_user_second_factor", args=[obj.pk])
            context["links"] = [(address, _("Second factor…"))]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def second_factor_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Whether the user has a second factor; a POST takes it away."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = self.get_object(request, unquote(object_id))
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        own = user.pk == request.user.pk
        change_page = reverse("admin:accounts_user_change", args=[user.pk])
        if request.method == "POST":
            if own:  # by a code, on the own page
                raise PermissionDenied
            with transaction.atomic():
                removed = remove(user=user)
                if removed:
                    note(Event.SECOND_FACTOR, request=request, subject=user, detail="taken away")
            if removed:
                self.message_user(request, _("The second factor was taken away."), messages.SUCCESS)
            return HttpResponseRedirect(change_page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Second factor of %(name)s") % {"name": user},
            "subtitle": None,
            "opts": self.opts,
            "record": user,
            "own": own,
            "device": Authenticator.objects.filter(user=user).first(),
            "change_address": change_page,
        }
        return TemplateResponse(request, "admin/second_factor.html", context)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django's page; with the old password end the user's sessions, and the API tokens."""
        if request.method != "POST":
            return super().user_change_password(request, id, form_url)
        with transaction.atomic():
            before = self._user(request, id)
            answer = super().user_change_password(request, id, form_url)
            after = self._user(request, id)
            if before is not None and after is not None and before.password != after.password:
                password_changed(user=after, by=request.user)  # type: ignore[arg-type]  # only who is signed in comes here
        return answer

    def _user(self, request: HttpRequest, object_id: str) -> User | None:
        found: User | None = self.get_object(request, unquote(object_id))
        return found
