"""What the sample register has to come to, as tables.

The figures of the report day are those of the 2008 report: 223 organizations (3 committees, 6 general
branches, 190 branches, 24 joint branches), 1,670 members, 79 established in 2007, 8 community general
branches. The report says nothing of enterprises, nor of how members divide; those numbers are invented.
"""

from datetime import date

from orgs.models import Kind, Ownership

LAST_DAY = date(2026, 6, 30)
"""The last day of which the sample tells; what is open then stays open."""

MEMBERS = 1670

LARGE_SIZES = (126, 112, 104, 68, 61, 58, 55, 53, 51)
"""Members of the committees, then of the general branches, on the report day."""

ESTABLISHED = {
    1986: 2, 1988: 2, 1990: 2, 1992: 3, 1993: 3, 1994: 4, 1995: 4, 1996: 4, 1997: 5, 1998: 6, 1999: 7,
    2000: 8, 2001: 9, 2002: 10, 2003: 14, 2004: 14, 2005: 15, 2006: 16, 2007: 77, 2008: 18,
}  # fmt: skip
"""Organizations in force on the report day, by the year in which they were established; the first
nine are the large ones. Two more of 2007 were dissolved before: 79 were established in 2007."""

JOINT_ESTABLISHED = {1999: 1, 2001: 1, 2003: 2, 2004: 2, 2005: 2, 2006: 3, 2007: 10, 2008: 3}
"""Joint branches among them."""

JOINT_UNITS = (4,) * 9 + (5,) * 5 + (3,) * 10
"""Enterprises of each joint branch on the report day, the oldest first; one full member in each."""

GROWING_JOINT_UNITS = 10
"""Enterprises in a joint branch with a probationary member beside the full one; they part later."""

DISSOLVED_BEFORE = (
    (date(1988, 5, 18), date(1996, 3, 20)),
    (date(1991, 9, 10), date(1999, 11, 5)),
    (date(1993, 4, 27), date(2001, 6, 12)),
    (date(1995, 10, 16), date(2002, 8, 30)),
    (date(1996, 6, 3), date(2003, 4, 15)),
    (date(1998, 3, 25), date(2004, 9, 22)),
    (date(1999, 7, 8), date(2005, 1, 18)),
    (date(2000, 11, 14), date(2005, 10, 25)),
    (date(2001, 8, 21), date(2006, 5, 16)),
    (date(2002, 12, 9), date(2007, 3, 13)),
    (date(2003, 9, 2), date(2007, 11, 27)),
    (date(2005, 4, 19), date(2008, 4, 8)),
    (date(2007, 2, 6), date(2008, 1, 22)),
    (date(2007, 4, 24), date(2008, 5, 20)),
)
"""Branches established and dissolved before the report day, each with its two days."""

COMMUNITY_BRANCHES_ESTABLISHED = (
    date(2003, 9, 16), date(2003, 12, 4), date(2004, 6, 8), date(2004, 10, 20),
    date(2005, 3, 17), date(2005, 9, 7), date(2006, 4, 11), date(2006, 11, 23),
)  # fmt: skip
"""One for each of the eight enterprise communities."""

PARTED_FROM_JOINT_BEFORE = 4
"""Branches of 2007 whose enterprise had been in a joint branch."""

INCUBATED_BEFORE = 24
"""Organizations in force on the report day that a community general branch brought about."""

INSTRUCTED = 4
"""Enterprises with two full members and an instructor, in each enterprise community."""

WITHOUT_MEMBERS_IN_COMMUNITIES = 140
WITHOUT_MEMBERS_ELSEWHERE = 120
CLOSED_BEFORE = 30
NOT_COUNTED = {Ownership.STATE: 4, Ownership.COLLECTIVE: 8, Ownership.INDIVIDUAL: 6}
"""Enterprises that are kept and not counted, by ownership."""

MOVED_BEFORE, MOVED_LATER = 7, 6
"""Enterprises, with their organizations, that moved to another subdistrict."""

ABOVE_SCALE = {"standalone": 152, "joint": 60, "instructor": 22, "community": 36}
"""Above-scale enterprises on the report day by the mode in which they are covered: all of them."""

SUBORDINATES = (4, 4, 4, 2, 2, 2, 2, 2, 2)
"""Branches under each of the large organizations."""

CITY_TITLES, DISTRICT_TITLES = 1, 19

# After the report day.
REGISTERED_LATER = {"standalone": 55, "instructor": 8, "community": 45, "none": 40}
"""Enterprises registered later, by what they come to."""

FORMED_LATER_IN_COMMUNITIES, FORMED_LATER_ELSEWHERE = 40, 10
"""Enterprises without members on the report day that form an organization later."""

INSTRUCTED_FORMED_LATER = 12
JOINT_LATER = 8
DISSOLVED_LATER = 24
JOINT_DISSOLVED_LATER = 3
CLOSED_WITHOUT_MEMBERS_LATER = 20
ADMITTED_EACH_YEAR = 0.16
"""Members that an organization admits in a year, on the average."""
ENDED_EACH_YEAR = 0.007
"""Share of members who die or leave in a year."""
TRANSFERRED_EACH_YEAR = 9
APPLICANTS = 160
"""People who are on the way to membership on the last day."""

# The register knows these from then on; before, the sample tells none of them.
TERMS_SINCE = date(2018, 7, 1)
TERM_YEARS = {
    Kind.COMMITTEE: 5, Kind.COMMUNITY_GENERAL_BRANCH: 5,
    Kind.GENERAL_BRANCH: 3, Kind.BRANCH: 3, Kind.JOINT_BRANCH: 3,
}  # fmt: skip
"""Years of a term, by the policy that holds since then; before it, the sample's elections have none."""

SEATS = {Kind.COMMITTEE: 7, Kind.GENERAL_BRANCH: 5}
SEATS_OF_COMMITTEE, SEATS_OF_LARGE_COMMITTEE = 3, 5
COMMITTEE_FROM, LARGE_COMMITTEE_FROM = 7, 15
"""Posts of large organizations; of others a committee from so many full members on, else a secretary."""

STEPS_SINCE = date(2022, 1, 1)
"""Of people who applied since then, talk, vouchers and approval are on record."""

LETTERS_SINCE = date(2019, 5, 6)
LETTER_MONTHS = 3
"""Months that a letter of transfer is valid, by the policy that holds since then."""

TRANSFERS = {
    "requested": 4,
    "issued": 4,
    "valid_for_long": 2,
    "overdue": 3,
    "returned": 3,
    "cancelled": 3,
    "out": 3,
}
"""Transfers on the last day by how far they came, beside those received within the register."""
TRANSFERRED_IN = 4
