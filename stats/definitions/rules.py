"""What a definition is made of: the shape, the units, and the rules that figures follow, each with its source."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

Text = Any
"""A text, or one that is translated when it is read."""


@dataclass(frozen=True)
class Definition:
    """One figure, in words."""

    code: str
    """The dotted path of the figure in the API's answer."""

    label: Text
    definition: Text
    unit: Text
    rule: Text
    """The rule that the figure follows, and where it comes from."""


# Units.

ORGANIZATIONS = _("organizations")
ENTERPRISES = _("enterprises")
MEMBERS = _("members")
TITLES = _("titles")
APPLICATIONS = _("applications")
DAYS = _("days")
SHARE = _("share, from 0 to 1")
CHOICE = _("one of the choices")

# Rules, each with its source.

FORMING = _(
    "Three or more full members form an organization; one that no longer qualifies is adjusted or dissolved. "
    "(Party Constitution, Article 30)"
)
FORMATION = _(
    "Three or more full members form alone; two, an instructor is sent; one, form jointly; an enterprise with none is "
    "covered by the general branch of its community. (Party Constitution, Article 30; district report of 2008-06-19)"
)
JOINT = _(
    "Fewer than three full members form a joint branch with neighbours or the same trade, generally of at most five "
    "units. (Regulations on the Work of Party Branches 2018, Articles 4 and 5)"
)
SIZES = _(
    "A branch generally has at most 50 members; a general branch suits 50 to 100, a committee 100 or more. "
    "(Secondary sources, which disagree on the boundary)"
)
REPORTED = _("So the district reported it. (District report of 2008-06-19)")
COMMUNITIES = _(
    "A community general branch covers enterprises without an organization, incubates new ones, and is not among the "
    "organizations counted. (District report of 2008-06-19)"
)
STAGES = _(
    "Applicant, activist, candidate, probationary, full; probation is one year, seniority counts from the day of "
    "becoming full. (Party Constitution, Article 7; Rules on Admitting Party Members)"
)
ONE_ORGANIZATION = _(
    "A member belongs to exactly one organization at a time. "
    "(Regulations on the Education and Management of Party Members 2019)"
)
NON_PUBLIC_ENTERPRISES = _(
    "Private, Hong Kong, Macao and Taiwan, and foreign enterprises; individual businesses are kept and not counted. "
    "(Opinion 2012 No. 11 on non-public enterprises)"
)
ABOVE_SCALE = _(
    "The list is set yearly; in industry from 5 million yuan of revenue, since 2011 from 20 million. "
    "(National Bureau of Statistics, scope of above-scale industry)"
)
DENOMINATOR = _(
    "Coverage is a share of operating non-public enterprises, and always names which: those above scale or all. "
    "(Opinion 2012 No. 11 on non-public enterprises)"
)
TWO_COUNTS = _(
    "Organizations and enterprises are two counts, and neither is derived from the other. "
    "(Annual statistical form for non-public units)"
)
STOCKS = _(
    "The opening stock of a period is the closing stock of the one before, and flows explain every difference. "
    "(Annual statistical form for non-public units)"
)
DECIDING = _(
    "The committee of the township or subdistrict decides, generally within one month. "
    "(Regulations on the Work of Party Branches 2018)"
)
INITIATIVE = _(
    "It is known whether the enterprise asked for the organization or the organizers did. "
    "(District report of 2008-06-19)"
)
