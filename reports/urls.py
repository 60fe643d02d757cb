"""The addresses of reports."""

from django.urls import path

from reports.pages.comparing import compare
from reports.pages.downloads import comparison_workbook, report_json, report_workbook
from reports.pages.issuing import issue, reports
from reports.pages.report import report

urlpatterns = [
    path("", reports, name="reports"),
    path("issue/", issue, name="issue_report"),
    path("<slug:number>/", report, name="report"),
    path("<slug:number>/compare/", compare, name="compare_report"),
    path("<slug:number>/json/", report_json, name="report_json"),
    path("<slug:number>/xlsx/", report_workbook, name="report_workbook"),
    path("<slug:number>/compare/xlsx/", comparison_workbook, name="comparison_workbook"),
]
