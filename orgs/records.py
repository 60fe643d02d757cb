"""Which periods belong to a record: they change with it, and count in its version."""

from orgs.models import (
    AboveScale,
    Coverage,
    Designation,
    EnterpriseArea,
    Instructor,
    OrganizationArea,
    OrganizationKind,
)
from orgs.versions import Periods

PERIODS_OF_ENTERPRISES: Periods = tuple(
    (model, "enterprise") for model in (EnterpriseArea, AboveScale, Coverage, Instructor, Designation)
)
PERIODS_OF_ORGANIZATIONS: Periods = tuple(
    (model, "organization") for model in (OrganizationKind, OrganizationArea, Coverage)
)
