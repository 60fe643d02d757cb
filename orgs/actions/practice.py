"""A practice is told, with a picture or without."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions.recording import delete_by, save_by, save_if_changed
from orgs.actions.refusals import Refusal
from orgs.models import Practice, PracticePicture


class UndescribedPicture(Refusal):
    """A picture that nothing is said about tells nothing to who cannot see it."""

    def __init__(self) -> None:
        super().__init__(
            _("Say what the picture shows, for who cannot see it. A new picture has to be chosen again.")
        )


class NothingToDescribe(Refusal):
    """A description of a picture that there is not."""

    def __init__(self) -> None:
        super().__init__(_("There is no picture. Choose one, or leave the description empty."))


@dataclass(frozen=True)
class Picture:
    """The picture that a practice shall have."""

    description: str
    """What it shows, for who cannot see it."""
    jpeg: bytes | None = None
    """The picture as `orgs.pictures.draw_anew` gives it; None: the one that is stored."""


@transaction.atomic
def tell_practice(*, practice: Practice, picture: Picture | None, by: AbstractBaseUser | None) -> Practice:
    """Save `practice`, a new one or a stored one that was changed, with `picture` or, for None, without any.

    A new picture takes the place of the stored one as a row of its own, so that the history tells the two apart.
    Raises UndescribedPicture; raises NothingToDescribe where no picture is given and none is stored.
    """
    if picture is not None and not picture.description:
        raise UndescribedPicture
    if practice.pk is None:
        save_by(practice, by)
    else:
        Practice.objects.select_for_update().get(pk=practice.pk)
        save_if_changed(practice, by)
    stored = PracticePicture.objects.filter(practice=practice).defer("jpeg").first()
    if stored is not None and (picture is None or picture.jpeg is not None):
        delete_by(stored, by)
        stored = None
    if picture is None:
        return practice
    if picture.jpeg is not None:
        stored = PracticePicture(practice=practice, jpeg=picture.jpeg, description=picture.description)
        save_by(stored, by)
    elif stored is None:
        raise NothingToDescribe
    elif stored.description != picture.description:
        stored.description = picture.description
        save_by(stored, by)
    return practice
