"""The addresses of the dashboard."""

from django.urls import path

from stats.pages.dashboard import dashboard, leaders

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("leaders/", leaders, name="dashboard_leaders"),
]
