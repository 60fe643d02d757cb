"""What the columns of the import tables mean, for who fills in a template, and an invented row of each table.

The rows refer to each other: loaded in the order of the tables they make a small register.
"""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_UNTIL = _("The first day on which it no longer holds; empty while it holds.")
_FROM = _("The first day on which it holds.")

MEANINGS: dict[str, Promise | dict[str, Promise]] = {
    "code": {
        "areas": _(
            "2 digits for a province, 4 for a city, 6 for a district, 9 for a subdistrict, 12 for a community."
        ),
        "organizations": _("The code by which the organization is known; it never changes."),
    },
    "uscc": _("The unified social credit code of the enterprise, 18 characters."),
    "enterprise": {
        "coverage": _("The credit code of an enterprise that the register has."),
        "members": _("The credit code of the current employer, an enterprise that the register has."),
        "instructors": _("The credit code of an enterprise that the register has."),
        "designations": _("The credit code of an enterprise that the register has."),
    },
    "area": {
        "enterprises": _("The code of the area where the enterprise is registered."),
        "organizations": _(
            "The code of its area; of one outside the district, that of the founding enterprise."
        ),
    },
    "ownership": _("Left empty, it is told from the legal form and the credit code."),
    "registered_on": _("The day of the registration."),
    "closed_on": _("The first day on which the enterprise no longer exists; empty while it exists."),
    "above_scale_from": _("The first day of the latest period above scale; empty where there is none."),
    "above_scale_to": _("The first day on which it is no longer above scale; empty while it is."),
    "employees": _("The number of employees."),
    "place": _("Where an organization outside the district sits."),
    "superior": _("The code of the organization above it; it may stand later in the same file."),
    "established_on": _("The day of the approval."),
    "incubated_by": _("The code of the community general branch that brought it about."),
    "dissolved_on": _("The first day on which the organization no longer exists; empty while it exists."),
    "organization": {
        "coverage": _("The code of an organization that the register has."),
        "members": _(
            "The code of the organization of the latest relation; it needs the first day of the relation."
        ),
    },
    "valid_from": _FROM,
    "valid_to": _UNTIL,
    "member_no": _("The number by which the member is known; it never changes."),
    "id_number": _("18 characters; it is kept encrypted."),
    "phone": _("It is kept encrypted."),
    "relation_from": _("The first day of the relation with the organization."),
    "relation_to": _UNTIL,
    "ended_on": _("The first day on which the person is no longer a member; empty while it is one."),
    "awarded_on": _FROM,
    "revoked_on": _UNTIL,
}
"""By the English names of columns; where resources differ, by resource. Of the others the name says it all."""

_ENTERPRISE = "91330304000000001G"

EXAMPLES: dict[str, dict[str, str | int | date]] = {
    "areas": {"code": "330304001", "name": "示例街道", "level": "subdistrict"},
    "enterprises": {
        "uscc": _ENTERPRISE,
        "name": "示例电器有限公司",
        "area": "330304001",
        "legal_form": "有限责任公司",
        "ownership": "private",
        "address": "示例路1号",
        "registered_on": date(2001, 3, 1),
        "above_scale_from": date(2006, 1, 1),
        "employees": 120,
    },
    "organizations": {
        "code": "330304-0001",
        "name": "中共示例电器有限公司支部委员会",
        "kind": "branch",
        "area": "330304001",
        "established_on": date(2007, 7, 1),
        "approval_number": "组〔2007〕1号",
        "initiated_by": "enterprise",
    },
    "coverage": {
        "organization": "330304-0001",
        "enterprise": _ENTERPRISE,
        "valid_from": date(2007, 7, 1),
    },
    # The identity number is the one that the standard GB 11643 itself gives as an example.
    "members": {
        "member_no": "P000001",
        "name": "张示例",
        "sex": "female",
        "birth_date": date(1949, 12, 31),
        "id_number": "11010519491231002X",
        "phone": "13800138000",
        "enterprise": _ENTERPRISE,
        "organization": "330304-0001",
        "relation_from": date(2007, 7, 1),
        "applied_on": date(1998, 1, 5),
        "activist_on": date(1999, 1, 5),
        "candidate_on": date(2000, 3, 1),
        "probationary_on": date(2000, 7, 1),
        "full_on": date(2001, 7, 1),
    },
    "instructors": {
        "name": "李示例",
        "enterprise": _ENTERPRISE,
        "valid_from": date(2007, 1, 1),
        "valid_to": date(2007, 7, 1),
        "phone": "13800138000",
        "employer": "示例街道党工委",
    },
    "designations": {
        "enterprise": _ENTERPRISE,
        "title": "vigorous_harmonious",
        "level": "district",
        "awarded_on": date(2008, 1, 1),
    },
}


def meaning(resource: str, column: str) -> str:
    """What `column` of `resource` means, in the reader's language; "" where its name says it."""
    found = MEANINGS.get(column, "")
    return str(found.get(resource, "") if isinstance(found, dict) else found)
