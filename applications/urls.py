"""The applicant's pages, up to the receipt."""

from django.urls import path

from applications.pages.check import check
from applications.pages.form import later, topic
from applications.pages.guide import apply
from applications.pages.receipt import receipt, resume

urlpatterns = [
    path("", apply, name="apply"),
    path("form/check/", check, name="application_check"),
    path("form/later/", later, name="application_later"),
    path("form/<slug:topic>/", topic, name="application_topic"),
    path("resume/<str:token>/", resume, name="application_resume"),
    path("receipt/<str:token>/", receipt, name="application_receipt"),
]
