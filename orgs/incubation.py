"""What a community general branch does for enterprises without an organization: it looks after them, it incubates."""

from datetime import date

from django.db.models import F, Prefetch, QuerySet

from orgs.models import Coverage, Enterprise, Organization


def looked_after_on(day: date, branch: int) -> QuerySet[Enterprise]:
    """The enterprises that `branch` (key) covers on `day` by a period of its own, in the order of their codes.

    Those that it reaches only because they lie in its area are not among them.
    """
    covered = Coverage.objects.on(day).filter(organization=branch)
    return Enterprise.objects.filter(pk__in=covered.values("enterprise")).order_by("uscc")


def brought_about_by(branch: int) -> QuerySet[Organization]:
    """The organizations that `branch` (key) incubated, the earliest first, each on its `established_on`."""
    return Organization.objects.filter(incubated_by=branch).order_by("established_on", "code")


def with_founding_coverage(organizations: QuerySet[Organization]) -> QuerySet[Organization]:
    """`organizations`, each with `founding_coverage`: the periods, with the enterprises, that began when it did."""
    coverage = Coverage.objects.filter(valid_from=F("organization__established_on"))
    founding = coverage.select_related("enterprise").order_by("enterprise__uscc")
    return organizations.prefetch_related(Prefetch("coverage", founding, to_attr="founding_coverage"))
