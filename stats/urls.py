"""The addresses of the dashboard."""

from django.urls import path

from stats.pages.dashboard import dashboard

urlpatterns = [path("", dashboard, name="dashboard")]
