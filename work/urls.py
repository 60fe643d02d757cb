"""The addresses of the work list."""

from django.urls import path

from work.pages.exemptions import end, exempt_item
from work.pages.work_list import work_list

urlpatterns = [
    path("", work_list, name="work_list"),
    path("<slug:code>/<int:key>/exempt/", exempt_item, name="work_exempt"),
    path("exemptions/<int:number>/end/", end, name="work_end_exemption"),
]
