"""The admin site: its titles, and an index grouped by the organizers' work."""

from functools import partial, wraps
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms import SignInForm
from accounts.views import OwnPasswordView
from checks.pages import offenders, offenders_file, overview
from record.origin import because
from registry.search import search
from sheets.pages.yearly_list import yearly_list

WORK: list[tuple[str, str | Promise, list[str]]] = [
    (
        "enterprises",
        _("Enterprises"),
        ["orgs.Enterprise", "orgs.Instructor", "orgs.Designation", "orgs.Practice"],
    ),
    ("organizations", _("Organizations"), ["orgs.Organization", "orgs.CommunityGeneralBranch"]),
    ("applications", _("Applications"), ["applications.Application"]),
    ("members", _("Members"), ["members.Member", "members.Transfer"]),
    ("spreadsheets", _("Spreadsheets"), ["sheets.Import"]),
    ("basis", _("Basis"), ["orgs.Area", "orgs.PolicyNumber"]),
    (
        "accounts",
        _("Accounts"),
        ["accounts.User", "accounts.RoleGroup", "accounts.Token", "record.AccessEntry"],
    ),
]
"""The groups of the index, in the order of the work: key, heading, models."""

_KEYS = [key for key, _name, _labels in WORK]


class RegistryAdminSite(AdminSite):
    """Django's admin under the register's name, its index grouped by work instead of by app."""

    site_header = _("Party-organization Registry")
    site_title = _("Party-organization Registry")
    index_title = _("Work on the register")
    login_form = SignInForm

    def password_change(  # type: ignore[override]  # after a change it leads on
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Django's page, by the project's view."""
        request.current_app = self.name
        view = OwnPasswordView.as_view(
            form_class=AdminPasswordChangeForm,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's; what a page of the admin changes is recorded with the reason that its form gives.

        An address that no text can hold is refused, with a 400.
        """

        @wraps(view)
        def with_reason(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if any("\0" in text for values in request.GET.lists() for text in (values[0], *values[1])):
                raise BadRequest("a NUL in the address, which no text of PostgreSQL holds")
            with because(request.POST.get("change_reason", "")):
                return view(request, *args, **kwargs)

        return super().admin_view(with_reason, cacheable)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The groups of work that the user sees; of `app_label`, a group's key or an app's label, only those.

        What is in no group follows in groups of its app.
        """
        apps_seen: list[Any] = super().get_app_list(request)
        waiting = {entry["model"]._meta.label: entry for app in apps_seen for entry in app["models"]}
        groups: list[Any] = []
        for key, name, labels in WORK:
            entries = [waiting.pop(label) for label in labels if label in waiting]
            if entries:
                address = reverse("admin:app_list", kwargs={"app_label": key}, current_app=self.name)
                groups.append(
                    {
                        "name": name,
                        "app_label": key,
                        "app_url": address,
                        "has_module_perms": True,
                        "models": entries,
                    }
                )
        for app in apps_seen:
            app["models"] = [entry for entry in app["models"] if entry["model"]._meta.label in waiting]
        groups += [app for app in apps_seen if app["models"]]
        if app_label is None:
            return groups
        return [
            group
            for group in groups
            if group["app_label"] == app_label
            or (
                app_label not in _KEYS
                and any(entry["model"]._meta.app_label == app_label for entry in group["models"])
            )
        ]

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The page of one group of work, or of an app's groups."""
        names = {key: name for key, name, _labels in WORK}
        name = names.get(app_label) or apps.get_app_config(app_label).verbose_name
        return super().app_index(request, app_label, {"title": capfirst(str(name)), **(extra_context or {})})

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Django's addresses, a page for each group of work, the search, and pages of several records at once."""
        pages = [
            path(f"{key}/", self.admin_view(self.app_index), {"app_label": key}, name="app_list")
            for key in _KEYS
        ]
        pages.append(path("search/", self.admin_view(search), {"site": self}, name="search"))
        pages.append(
            path(
                "orgs/enterprise/yearly-list/",
                self.admin_view(partial(yearly_list, site=self)),
                name="orgs_enterprise_yearly_list",
            )
        )
        pages.append(path("checks/", self.admin_view(partial(overview, site=self)), name="checks"))
        pages.append(
            path("checks/<slug:code>/", self.admin_view(partial(offenders, site=self)), name="check")
        )
        pages.append(
            path(
                "checks/<slug:code>/<slug:format_>/",
                self.admin_view(partial(offenders_file, site=self)),
                name="check_file",
            )
        )
        return [*pages, *super().get_urls()]
