"""An instructor is assigned to an enterprise; a title is awarded to one."""

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from orgs.actions.fitting import fit_to_locked
from orgs.actions.recording import save_by, save_if_changed
from orgs.actions.refusals import Refusal
from orgs.actions.timelines import holds
from orgs.models import Designation, Enterprise, Instructor, Scope, Workload
from orgs.models.instructor import workload_of


class DoesNotWorkThere(Refusal):
    """The instructor's work for the enterprise does not last until the day, or begins on it or later."""

    def __init__(self, instructor: Instructor, on: date) -> None:
        super().__init__(
            _("%(name)s does not work there on the day before %(day)s; choose another day.")
            % {"name": instructor.name, "day": on}
        )


@transaction.atomic
def assign_instructor(*, instructor: Instructor, by: AbstractBaseUser | None) -> Instructor:
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


def busiest_workload(instructor: Instructor, *, scope: Scope, day: date) -> Workload:
    """The most that the person of `instructor`, a stored assignment, does at one time while it lasts.

    People are told by name; counted is what lies in `scope` on `day`.
    """
    same = Instructor.objects.within(scope, day).filter(name=instructor.name)
    rows = list(same.overlapping(instructor.valid_from, instructor.valid_to))
    # It grows on first days alone.
    days = {max(row.valid_from, instructor.valid_from) for row in rows}
    loads = [workload_of([row for row in rows if holds(row, on)]) for on in days]
    return max(loads, key=lambda load: (load.enterprises, load.days_per_month or 0), default=Workload())


@transaction.atomic
def end_assignment(*, instructor: Instructor, on: date, by: AbstractBaseUser | None) -> Instructor:
    """End on `on` the work of `instructor` for the enterprise, also where it was to last longer.

    Raises DoesNotWorkThere.
    """
    Enterprise.objects.select_for_update().get(pk=instructor.enterprise_id)
    instructor = Instructor.objects.select_for_update().get(pk=instructor.pk)
    has_ended = instructor.valid_to is not None and instructor.valid_to <= on
    if has_ended or instructor.valid_from >= on:
        raise DoesNotWorkThere(instructor, on)
    instructor.valid_to = on
    save_by(instructor, by)
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
