"""Which rows belong to an organization, with those of its members' floor: they count in its version."""

from members.models import Election, Post
from orgs.models import OrganizationDeed
from orgs.records import PERIODS_OF_ORGANIZATIONS
from orgs.versions import Periods

RECORDS_OF_ORGANIZATIONS: Periods = (
    *PERIODS_OF_ORGANIZATIONS,
    *((model, "organization") for model in (OrganizationDeed, Election, Post)),
)
