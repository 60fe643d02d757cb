"""Letters as Word files: a form, the register's own or an administrator's, whose fields are filled in.

A field stands in double braces. A setting names the form that is taken in place of the register's own.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from orgs.actions.refusals import Refusal

MIME_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class FormIsUnusable(Refusal):
    """The form that `setting` names cannot be filled in; `fault` tells why, and nothing of what a letter holds."""

    def __init__(self, setting: str, fault: str) -> None:
        self.fault = fault
        super().__init__(
            _(
                "The letter cannot be written: %(fault)s. Tell the administrator of the site, who names the "
                "form in the setting %(setting)s."
            )
            % {"fault": fault, "setting": setting}
        )


def filled_in(setting: str, own: Path, fields: Mapping[str, Any]) -> bytes:
    """The form that `setting` names, or else `own`, with `fields`. Raises FormIsUnusable."""
    form = Path(getattr(settings, setting) or own)
    try:
        return _rendered(form, fields)
    except Exception as error:
        raise FormIsUnusable(setting, _fault_of(form, error)) from error


def faults_of(setting: str, example: Mapping[str, Any], code: str) -> list[CheckMessage]:
    """What a system check with `code` says of the form that `setting` names, which is tried with `example`."""
    named = getattr(settings, setting)
    if not named:
        return []
    try:
        filled_in(setting, Path(named), example)
    except FormIsUnusable as unusable:
        hint = _(
            "Name a Word file (.docx) that is a copy of the register's own form; docs/settings.md tells how."
        )
        return [Error(f"{setting}={named}: {unusable.fault}.", hint=hint, id=code)]
    return []


def _rendered(form: Path, fields: Mapping[str, Any]) -> bytes:
    document = DocxTemplate(form)
    # A field that there is not is an error: left empty, nobody would see that it is misspelt.
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    document.render(dict(fields), environment, autoescape=True)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _fault_of(form: Path, error: Exception) -> str:
    if not form.is_file():
        return _("there is no file in the place of its form")
    if isinstance(error, TemplateError):
        return _("a field of its form is wrong (%(what)s)") % {"what": error.message}
    return _("its form is no Word file that can be filled in")
