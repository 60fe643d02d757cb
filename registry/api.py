"""The REST API: its addresses, one router that lists every viewset, and its description."""

from typing import Any

from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from drf_spectacular import authentication
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.routers import APIRootView, DefaultRouter, Route
from rest_framework.views import APIView

from orgs.api.areas import AreaViewSet
from orgs.api.base import StrictParameters
from orgs.api.coverage import CoverageViewSet
from orgs.api.designations import DesignationViewSet
from orgs.api.instructors import InstructorViewSet
from procedures.api.resources import (
    ApplicationViewSet,
    CommunityGeneralBranchViewSet,
    EnterpriseViewSet,
    MemberViewSet,
    OrganizationViewSet,
    TransferViewSet,
)
from sheets.exporting import imported_as
from sheets.resources import RESOURCES
from stats.api.applications import ApplicationsView
from stats.api.bulletin import BulletinView
from stats.api.coverage import CoverageByAreaView, CoverageView
from stats.api.definitions import DefinitionsView
from stats.api.gaps import GapsView
from stats.api.series import SeriesView


class RootView(StrictParameters, APIRootView):
    """The addresses of the lists."""

    permission_classes = [AllowAny]


class NoSuchAddress(APIView):
    """Answers 404 in the API's own form, where the site would answer with a page."""

    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever is asked: raises NotFound."""
        super().initial(request, *args, **kwargs)
        raise NotFound


class Router(DefaultRouter):
    """A router whose formats are asked by `?format=` alone.

    Keys may have slashes: what a record offers is looked for before a record of such a key.
    """

    APIRootView = RootView
    include_format_suffixes = False
    routes = sorted(DefaultRouter.routes, key=lambda route: isinstance(route, Route) and route.detail)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tokens in the description."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The header, with its prefix."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": _('"Token", a space, and the key of a token, made on the page of tokens.'),
        }


class SessionScheme(authentication.SessionScheme):  # type: ignore[no-untyped-call]
    """Sessions in the description."""

    target_class = "accounts.authentication.SessionAuthentication"
    name = "cookieAuth"


class DocsView(SpectacularSwaggerSplitView):
    """The browsable description, without the inline styles that the content security policy forbids."""

    template_name = "registry/api_docs.html"


router = Router()
router.register("areas", imported_as(RESOURCES["areas"], AreaViewSet))
router.register("enterprises", imported_as(RESOURCES["enterprises"], EnterpriseViewSet))
router.register("organizations", imported_as(RESOURCES["organizations"], OrganizationViewSet))
router.register(
    "community-general-branches",
    imported_as(RESOURCES["organizations"], CommunityGeneralBranchViewSet),
    "community-general-branch",
)
router.register("coverage", imported_as(RESOURCES["coverage"], CoverageViewSet), "coverage")
router.register("members", imported_as(RESOURCES["members"], MemberViewSet))
router.register("transfers", TransferViewSet)
router.register("applications", ApplicationViewSet)
router.register("instructors", imported_as(RESOURCES["instructors"], InstructorViewSet))
router.register("designations", imported_as(RESOURCES["designations"], DesignationViewSet))

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("statistics/coverage/", CoverageView.as_view(), name="statistics-coverage"),
    path("statistics/coverage/by-area/", CoverageByAreaView.as_view(), name="statistics-coverage-by-area"),
    path("statistics/series/", SeriesView.as_view(), name="statistics-series"),
    path("statistics/gaps/", GapsView.as_view(), name="statistics-gaps"),
    path("statistics/bulletin/", BulletinView.as_view(), name="statistics-bulletin"),
    path("statistics/definitions/", DefinitionsView.as_view(), name="statistics-definitions"),
    path("statistics/applications/", ApplicationsView.as_view(), name="statistics-applications"),
    path("", include(router.urls)),
    # Only with a slash at the end: without one Django first leads to the address that has it.
    re_path(r"^(?P<address>[\s\S]*)/$", NoSuchAddress.as_view()),
]
