"""The page that takes a file to import."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orgs.admin.base import forget_forged_keys
from orgs.admin.scoping import narrow_choices
from orgs.models import Area
from record.origin import current_origin
from sheets import imports, tasks
from sheets.choosing import columns_by_header, headers_of, is_to_be_asked
from sheets.imports import TooLarge, TooManyWait, may_import
from sheets.models import Import, ResourceName
from sheets.pages.shared import importer, page, to_page
from sheets.problems import Problem, Unreadable
from sheets.resources import RESOURCES


class UploadForm(forms.Form):
    """What is imported, the area of new rows that name none, and the file."""

    required_css_class = "required"

    resource = forms.ChoiceField(label=_("What is imported"))
    area = forms.ModelChoiceField(
        Area.objects.order_by("code"), label=_("Area"), required=False,
        help_text=_("The area of new rows that name none."),
        widget=AutocompleteSelect(Import._meta.get_field("area"), admin.site),
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": _("Choose a CSV or XLSX file."),
            "empty": _("the file is empty"),
        },
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = importable(importer(request))
        resource: Any = self.fields["resource"]
        resource.choices = [("", "---------"), *((name.value, capfirst(name.label)) for name in choices)]
        self.fields["file"].widget.attrs["data-most"] = imports.MOST_BYTES
        self.fields["file"].widget.attrs["data-too-large"] = str(TooLarge())
        narrow_choices(self, request)

    def clean(self) -> dict[str, Any] | None:
        """An area that is none is asked for anew."""
        forget_forged_keys(self)
        return self.cleaned_data


def importable(user: User) -> list[ResourceName]:
    """What `user` may import."""
    return [name for name in ResourceName if may_import(user, RESOURCES[name])]


def upload_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Ask for a file, or keep it: it is checked at once where it is known what its columns are."""
    user = importer(request)
    if request.method != "POST":
        form = UploadForm(initial={"resource": request.GET.get("resource", "")}, request=request)
        return _page(request, site, form, user)
    form = UploadForm(request.POST, request.FILES, request=request)
    if form.is_valid():
        try:
            return to_page(_kept(user, **form.cleaned_data))
        except (TooLarge, TooManyWait) as error:
            form.add_error("file", str(error))
        except Unreadable as error:
            form.add_error("file", _told(error.problem))
    return _page(request, site, form, user)


def _told(problem: Problem) -> str:
    """What is wrong with a file, and where it is not its beginning."""
    if problem.line == 1:
        return problem.message
    told = {"line": problem.line, "message": problem.message}
    return gettext("line %(line)d: %(message)s") % told


def _kept(user: User, resource: str, area: Area | None, file: File[bytes]) -> Import:
    table = RESOURCES[resource]
    new = imports.upload(by=user, resource=table, file=file, area=area, reason=current_origin().reason)
    columns = columns_by_header(user, table, [header.name for header in headers_of(new)])
    if not is_to_be_asked(table, columns):
        imports.choose_columns(new, {header: column or "" for header, column in columns.items()})
        tasks.check_soon(new)
    return new


def _page(request: HttpRequest, site: AdminSite, form: UploadForm, user: User) -> HttpResponse:
    return page(
        request, site, "upload.html", title=gettext("Import a file"), form=form, media=form.media,
        resources=importable(user), megabytes=imports.MOST_BYTES >> 20, rows=imports.MOST_ROWS,
    )  # fmt: skip
