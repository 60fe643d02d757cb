"""What somebody else changed while a page was open, told to who would have saved over it."""

import re
from collections.abc import Sequence

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.admin.history import may_see
from orgs.versions import Change, Periods, changes_since, version_of

SHOWN = 20
"""Changes that a refusal tells one by one; more are counted."""

VERSION = re.compile(r"[0-9]{1,9}")


class ChangedMeanwhile(Exception):
    """The record is no longer as the page showed it: to save the page would undo what was done since.

    `changes` are the latest of those since, as far as the reader may see them; `more` counts the others.
    """

    def __init__(self, changes: Sequence[Change] = (), more: int = 0, text: str = "") -> None:
        self.changes, self.more = changes, more
        super().__init__(text or _("The record was changed after you opened this page. Nothing was saved."))


class OfUnknownVersion(ChangedMeanwhile):
    """The page does not tell which version of the record it showed."""

    def __init__(self) -> None:
        super().__init__(text=_("The form does not tell what the record was like. Nothing was saved."))


def refusal_of(
    record: Model, periods: Periods, *, opened: str | None, request: HttpRequest
) -> ChangedMeanwhile | None:
    """Why a page that showed `record` in the version `opened` is not saved; None where it may be.

    Call it with the record locked.
    """
    if opened is None or not VERSION.fullmatch(opened):
        return OfUnknownVersion()
    if version_of(record, periods) == int(opened):
        return None
    changes = [
        change for change in changes_since(record, periods, int(opened)) if may_see(request, change.model)
    ]
    return ChangedMeanwhile(changes[:SHOWN], max(len(changes) - SHOWN, 0))


def addresses_of(record: Model, site: str) -> dict[str, str]:
    """For a template: the pages of `record` that show it as it is now, and its history."""
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}"
    return {
        "fresh_address": reverse(f"{name}_change", args=[quote(record.pk)], current_app=site),
        "history_address": reverse(f"{name}_history", args=[quote(record.pk)], current_app=site),
    }
