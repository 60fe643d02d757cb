"""Who may review an application, asked of all users at once."""

from functools import partial

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import SEE_AREA, SEE_EVERYTHING
from applications.models import Application


def reviewers_of(application: Application) -> QuerySet[User]:
    """The active users who may review `application`, by name, as `reviewing.may_review` says of each."""
    holders = partial(User.objects.with_perm, backend="django.contrib.auth.backends.ModelBackend")
    code = "" if application.area is None else application.area.code
    around = [code[:length] for length in range(1, len(code) + 1)]
    return User.objects.filter(
        Q(pk__in=holders(SEE_EVERYTHING)) | Q(pk__in=holders(SEE_AREA), area__code__in=around),
        pk__in=holders("applications.change_application"),
    ).order_by("username")
