"""The addresses of what to do next, beneath the dashboard."""

from django.urls import path

from work.joining.page import joint_proposals
from work.pages.exemptions import end, exempt_item
from work.pages.files import work_file
from work.pages.work_list import work_list

urlpatterns = [
    path("work/", work_list, name="work_list"),
    path("work/<slug:code>/<slug:format_>/", work_file, name="work_file"),
    path("work/<slug:code>/<int:key>/exempt/", exempt_item, name="work_exempt"),
    path("work/exemptions/<int:number>/end/", end, name="work_end_exemption"),
    path("joint/", joint_proposals, name="joint_proposals"),
]
