"""The register's ground: areas, enterprises, organizations, and what links them."""

from orgs.models.area import Area, AreaQuerySet, Level
from orgs.models.coverage import Coverage
from orgs.models.deed import (
    DOCUMENT_LENGTH,
    Deed,
    EnterpriseAct,
    EnterpriseDeed,
    OrganizationAct,
    OrganizationDeed,
)
from orgs.models.designation import Designation, DesignationLevel, Title
from orgs.models.enterprise import (
    NON_PUBLIC,
    AboveScale,
    Enterprise,
    EnterpriseArea,
    Ownership,
    default_ownership,
)
from orgs.models.instructor import Instructor, InstructorQuerySet, Workload
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
from orgs.models.practice import Practice, PracticePicture, PracticeQuerySet
from orgs.models.scope import Scope, ScopedQuerySet
from orgs.models.series import Series

__all__ = [
    "COUNTED_KINDS",
    "DOCUMENT_LENGTH",
    "NON_PUBLIC",
    "STANDALONE_KINDS",
    "AboveScale",
    "Area",
    "AreaQuerySet",
    "CommunityGeneralBranch",
    "Coverage",
    "Deed",
    "Designation",
    "DesignationLevel",
    "Enterprise",
    "EnterpriseAct",
    "EnterpriseArea",
    "EnterpriseDeed",
    "Initiative",
    "Instructor",
    "InstructorQuerySet",
    "KeptAnswer",
    "Kind",
    "Level",
    "Organization",
    "OrganizationAct",
    "OrganizationArea",
    "OrganizationDeed",
    "OrganizationKind",
    "Ownership",
    "Policy",
    "PolicyNumber",
    "Practice",
    "PracticePicture",
    "PracticeQuerySet",
    "Scope",
    "ScopedQuerySet",
    "Series",
    "Title",
    "Workload",
    "default_ownership",
]
