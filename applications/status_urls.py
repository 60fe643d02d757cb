"""The pages on which an applicant follows an application."""

from django.urls import path

from applications.pages import status

urlpatterns = [
    path("", status.status, name="application_status"),
    path("answer/", status.answer, name="application_answer"),
    path("withdraw/", status.withdraw, name="application_withdraw"),
    path("letter/", status.approval_letter, name="application_letter"),
    path("leave/", status.leave, name="application_leave"),
]
