"""Who may review an application, asked of all users at once."""

from functools import partial

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import SEE_AREA, SEE_EVERYTHING
from applications.models import Application
from orgs.models import Level

BELOW_THE_DISTRICT = (Level.SUBDISTRICT, Level.COMMUNITY)
"""Levels of areas whose reviewers do not act for the whole district."""


_holders = partial(User.objects.with_perm, backend="django.contrib.auth.backends.ModelBackend")


def reviewers_of(application: Application) -> QuerySet[User]:
    """The active users who may review `application`, by name, as `reviewing.may_review` says of each."""
    code = "" if application.area is None else application.area.code
    around = [code[:length] for length in range(1, len(code) + 1)]
    return User.objects.filter(
        Q(pk__in=_holders(SEE_EVERYTHING)) | Q(pk__in=_holders(SEE_AREA), area__code__in=around),
        pk__in=_holders("applications.change_application"),
    ).order_by("username")


def district_reviewers_of(application: Application) -> QuerySet[User]:
    """Of these, who acts for the district, as `reviewing.is_of_the_district` says of each."""
    larger = Q(area__isnull=False) & ~Q(area__level__in=BELOW_THE_DISTRICT)
    return reviewers_of(application).filter(Q(pk__in=_holders(SEE_EVERYTHING)) | larger)
