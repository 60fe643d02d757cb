"""An instructor is sent to an enterprise; a title is awarded to one."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from orgs.actions.fitting import fit_to_locked
from orgs.actions.recording import save_by, save_if_changed
from orgs.models import Designation, Enterprise, Instructor


@transaction.atomic
def send_instructor(*, instructor: Instructor, by: AbstractBaseUser | None) -> Instructor:
    """Save `instructor`, a new one or a stored one that was changed; open work ends with the enterprise.

    Raises ValidationError at the day that does not fit the enterprise or another period.
    """
    fit_to_locked(instructor, enterprise=instructor.enterprise)
    instructor.full_clean(exclude=["name_pinyin"])
    if instructor.pk is None:
        save_by(instructor, by)
    else:
        save_if_changed(instructor, by)
    return instructor


@transaction.atomic
def award(*, designation: Designation, by: AbstractBaseUser | None) -> Designation:
    """Save `designation`, a new one or a stored one that was changed; it outlasts the enterprise.

    Raises ValidationError where its days do not fit each other or another period.
    """
    Enterprise.objects.select_for_update().get(pk=designation.enterprise_id)
    designation.full_clean()
    if designation.pk is None:
        save_by(designation, by)
    else:
        save_if_changed(designation, by)
    return designation
