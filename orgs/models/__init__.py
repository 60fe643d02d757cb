"""The register's ground: areas, enterprises, organizations, and what links them."""

from orgs.models.area import Area, Level
from orgs.models.coverage import Coverage
from orgs.models.designation import Designation, DesignationLevel, Title
from orgs.models.enterprise import (
    NON_PUBLIC,
    AboveScale,
    Enterprise,
    EnterpriseArea,
    Ownership,
    default_ownership,
)
from orgs.models.instructor import Instructor
from orgs.models.kept_answer import KeptAnswer
from orgs.models.organization import (
    COUNTED_KINDS,
    STANDALONE_KINDS,
    CommunityGeneralBranch,
    Initiative,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
)
from orgs.models.policy import Policy, PolicyNumber
from orgs.models.practice import Practice
from orgs.models.scope import Scope, ScopedQuerySet

__all__ = [
    "COUNTED_KINDS",
    "NON_PUBLIC",
    "STANDALONE_KINDS",
    "AboveScale",
    "Area",
    "CommunityGeneralBranch",
    "Coverage",
    "Designation",
    "DesignationLevel",
    "Enterprise",
    "EnterpriseArea",
    "Initiative",
    "Instructor",
    "KeptAnswer",
    "Kind",
    "Level",
    "Organization",
    "OrganizationArea",
    "OrganizationKind",
    "Ownership",
    "Policy",
    "PolicyNumber",
    "Practice",
    "Scope",
    "ScopedQuerySet",
    "Title",
    "default_ownership",
]
