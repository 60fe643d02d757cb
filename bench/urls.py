"""Every address of the site, and an empty JSON view: what a request costs before any work is done."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path


def empty(request: HttpRequest) -> JsonResponse:
    """An answer without a query; it passes the middleware as every answer does."""
    return JsonResponse({})


urlpatterns = [path("bench/empty/", empty), path("", include("registry.urls"))]
