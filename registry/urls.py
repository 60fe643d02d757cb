"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from accounts.token_views import end, tokens
from applications.pages.files import application_file
from registry.health import healthz, readyz
from registry.practices import practice, practice_picture, practices
from registry.views import home
from sheets.pages.exports import export

urlpatterns = [
    path("", home, name="home"),
    path("practices/", practices, name="practices"),
    path("practices/<int:number>/", practice, name="practice"),
    path("practices/<int:number>/picture/", practice_picture, name="practice_picture"),
    path("apply/status/", include("applications.status_urls")),
    path("applications/files/<uuid:key>/", application_file, name="application_file"),
    path("apply/", include("applications.urls")),
    path("dashboard/", include("stats.urls")),
    path("dashboard/", include("work.urls")),
    path("dashboard/reports/", include("reports.urls")),
    path("language/", set_language, name="set_language"),
    path("account/tokens/", tokens, name="tokens"),
    path("account/tokens/<int:number>/end/", end, name="end_token"),
    path(
        "admin/<slug:app_label>/<slug:model_name>/export/<slug:what>/<slug:format_>/",
        admin.site.admin_view(export),
        name="export_list",
    ),
    path("admin/", admin.site.urls),
    path("account/", include("accounts.urls")),
    path("api/v1/", include("registry.api")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
