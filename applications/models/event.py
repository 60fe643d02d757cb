"""What happened to an application: one row of the record per transition."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.application import Application, State
from applications.transitions import TRANSITIONS, Move
from record.history import Recorded
from record.ids import new_id


class Reason(models.TextChoices):
    """Why an application is returned or rejected."""

    MEMBERS_INCOMPLETE = "members_incomplete", _("the list of members is incomplete")
    FILE_MISSING = "file_missing", _("a document is missing")
    FILE_UNREADABLE = "file_unreadable", _("a document cannot be read")
    ENTERPRISE_UNCLEAR = (
        "enterprise_unclear",
        _("what is said of the enterprise does not agree with the register"),
    )
    SECRETARY_UNSUITABLE = "secretary_unsuitable", _("the proposed secretary cannot be one")
    TOO_FEW_MEMBERS = "too_few_members", _("there are fewer full members than the organization needs")
    COVERED_ALREADY = "covered_already", _("an organization covers the enterprise already")
    NOT_NON_PUBLIC = "not_non_public", _("the enterprise is not a non-public one")
    NOT_OF_THE_DISTRICT = "not_of_the_district", _("the enterprise does not belong to the district")
    OTHER = "other", _("another reason, as explained")


_LABELS = {
    Move.SUBMIT: _("submitted"),
    Move.TAKE_UP: _("taken up"),
    Move.ASSIGN: _("assigned to a colleague"),
    Move.HAND_BACK: _("handed back to the queue"),
    Move.RETURN: _("returned for supplement"),
    Move.SUPPLEMENT: _("supplemented"),
    Move.APPROVE: _("approved"),
    Move.FILE: _("filed with the district"),
    Move.REOPEN: _("taken up again"),
    Move.REJECT: _("rejected"),
    Move.FOUND: _("founded"),
    Move.WITHDRAW: _("withdrawn"),
}


def _is_a_transition() -> Q:
    """That an event tells what the table of transitions has."""
    condition = Q()
    for move, transition in TRANSITIONS.items():
        condition |= Q(move=move, from_state__in=transition.sources, to_state=transition.target)
    return condition


class ApplicationEvent(Recorded):
    """A transition: when, by whom (None: by the applicant), why, and what each side is told.

    `reasons` are codes of Reason, separated by commas. `number` counts the events of an application from 1 on.
    """

    written_at = "at"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    move = models.CharField(
        pgettext_lazy("of an application", "what"), max_length=10,
        choices=[(move.value, label) for move, label in _LABELS.items()],
    )  # fmt: skip
    from_state = models.CharField(max_length=10, choices=State)
    to_state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField(_("when"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    reasons = models.CharField(_("reasons"), max_length=300, blank=True)
    note = models.TextField(_("note to the applicant"), blank=True)
    staff_note = models.TextField(_("note for colleagues"), blank=True)

    class Meta:
        verbose_name = _("event of an application")
        verbose_name_plural = _("events of applications")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=_is_a_transition(), name="applicationevent_is_a_transition"),
            models.UniqueConstraint(
                fields=["application", "number"], name="applicationevent_numbers_are_given_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.get_move_display()}"

    def reason_labels(self) -> list[str]:
        """What the reasons say, in the language of the reader."""
        labels = dict(Reason.choices)
        return [str(labels.get(code, code)) for code in self.reasons.split(",") if code]
