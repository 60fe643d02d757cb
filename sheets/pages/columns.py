"""The page that asks what the headers of a file mean."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from sheets import imports, tasks
from sheets.choosing import MOST_ASKED, Header, columns_by_header, headers_of, missing, remember
from sheets.models import Import, State
from sheets.pages.shared import own_import, page, reads_chinese, to_page
from sheets.resources import RESOURCES
from sheets.run import Resource


class ColumnsForm(forms.Form):
    """For each header of a file the column that it is taken for, or none."""

    def __init__(
        self, *args: Any, resource: type[Resource], headers: Sequence[Header], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.resource = resource
        self.headers = headers
        names = [(column.name, _called(column)) for column in resource.columns]
        for place, header in enumerate(headers):
            field = forms.ChoiceField(
                label=header.name, required=False, choices=[("", gettext("ignore")), *names]
            )
            self.fields[f"column_{place}"] = field

    @property
    def rows(self) -> list[tuple[Header, forms.BoundField]]:
        """Each header with its field."""
        return list(zip(self.headers, self, strict=True))

    @property
    def chosen(self) -> dict[str, str]:
        """The columns by headers, once the form is valid."""
        return {
            header.name: self.cleaned_data[f"column_{place}"] for place, header in enumerate(self.headers)
        }

    def clean(self) -> dict[str, Any]:
        """No column is chosen twice, and none missing that is needed."""
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for place, header in enumerate(self.headers):
            column = cleaned.get(f"column_{place}")
            if column and column in taken:
                message = gettext("Already chosen for “%(header)s”.") % {"header": taken[column]}
                self.add_error(f"column_{place}", message)
            elif column:
                taken[column] = header.name
        absent = missing(self.resource, taken)
        if absent:
            told = ngettext(
                "This column is needed: %(names)s. Choose a header for it, or add it to the file.",
                "These columns are needed: %(names)s. Choose headers for them, or add them to the file.",
                len(absent),
            )
            names = ", ".join(column.in_language(reads_chinese()) for column in absent)
            self.add_error(None, told % {"names": names})
        return cleaned


def _called(column: Any) -> str:
    name = column.in_language(reads_chinese())
    return gettext("%(name)s (needed)") % {"name": name} if column.needed else name


def columns_page(request: HttpRequest, pk: int, *, site: AdminSite) -> HttpResponse:
    """Ask for the columns of the user's import, or take what was chosen and let the file be checked."""
    import_ = own_import(request, pk)
    if import_.state not in (State.COLUMNS, State.CHECKED):
        if request.method == "POST":
            messages.warning(request, str(imports.NotNow()))
        return to_page(import_)
    if request.method != "POST":
        return ask(request, site, import_)
    form = _form(import_, request.POST)
    if not form.is_valid():
        return _page(request, site, import_, form)
    try:
        imports.choose_columns(import_, form.chosen)
    except imports.NotNow as error:
        messages.warning(request, str(error))
        return to_page(import_)
    remember(import_.made_by, RESOURCES[import_.resource], form.chosen)
    tasks.check_soon(import_)
    return to_page(import_)


def ask(request: HttpRequest, site: AdminSite, import_: Import) -> HttpResponse:
    """The page, with what was chosen or what is known of the headers."""
    return _page(request, site, import_, _form(import_))


def _form(import_: Import, data: Any = None) -> ColumnsForm:
    resource = RESOURCES[import_.resource]
    headers = headers_of(import_)[:MOST_ASKED]
    known = columns_by_header(import_.made_by, resource, [header.name for header in headers])
    chosen = {header: column or "" for header, column in known.items()} | import_.chosen
    initial = {f"column_{place}": chosen[header.name] for place, header in enumerate(headers)}
    return ColumnsForm(data, resource=resource, headers=headers, initial=initial)


def _page(request: HttpRequest, site: AdminSite, import_: Import, form: ColumnsForm) -> HttpResponse:
    return page(
        request, site, "columns.html", title=gettext("Which columns are these?"), form=form,
        import_=import_, most=MOST_ASKED, is_cut=len(headers_of(import_)) > MOST_ASKED,
    )  # fmt: skip
