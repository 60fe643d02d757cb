"""Random small files of every resource, and a register for them to be imported into."""

from datetime import date

from hypothesis import strategies as st

from orgs.models import Kind
from sheets.resources import RESOURCES
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory, credit_code
from tests.sheets.files import identity

CODES = [credit_code(number) for number in range(3)]
DAYS = st.sampled_from(["", "2001-01-01", "2003/3/3", "2005-05-05", "2009-09-09"])


def table(resource, **columns):
    """Files of `resource`: some of `columns` in any order, up to four rows of what they draw."""
    keys = [column.name for column in RESOURCES[resource].columns if column.key]

    def rows(names):
        cells = st.tuples(*(columns[name] for name in names))
        places = [names.index(key) for key in keys]
        lines = st.lists(cells, max_size=4, unique_by=lambda row: tuple(row[place] for place in places))
        return lines.map(lambda drawn: (resource, [names, *drawn]))

    return st.permutations(list(columns)).flatmap(rows)


AREAS = st.sampled_from(["", "330304", "330304001"])
FILES = st.one_of(
    table(
        "areas",
        code=st.sampled_from(["33", "3303", "330304"]),
        name=st.sampled_from(["x", "y"]),
        level=st.sampled_from(["省", "city", "district"]),
    ),
    table(
        "enterprises",
        uscc=st.sampled_from(CODES),
        name=st.sampled_from(["x", "温州"]),
        area=AREAS,
        ownership=st.sampled_from(["", "外资"]),
        legal_form=st.sampled_from(["", "集体"]),
        registered_on=st.sampled_from(["2000-01-01", "2001-01-01"]),
        closed_on=st.sampled_from(["", "", "2010-01-01"]),
        above_scale_from=DAYS,
        above_scale_to=st.sampled_from(["", "", "2007-01-01"]),
        employees=st.sampled_from(["", "-", "5"]),
    ),
    table(
        "organizations",
        code=st.sampled_from("ABC"),
        name=st.just("x"),
        kind=st.sampled_from(["branch", "joint_branch", "社区党总支"]),
        area=AREAS,
        superior=st.sampled_from(["", "", "A", "B", "N/A"]),
        incubated_by=st.sampled_from(["", "", "C"]),
        established_on=st.sampled_from(["2000-01-01", "2001-01-01"]),
        dissolved_on=st.sampled_from(["", "", "2010-01-01"]),
    ),
    table(
        "coverage",
        organization=st.sampled_from("ABC"),
        enterprise=st.sampled_from(CODES),
        valid_from=st.sampled_from(["2001-01-01", "2003/3/3", "2005-05-05"]),
        valid_to=DAYS,
    ),
    table(
        "members",
        member_no=st.sampled_from(["M1", "M2", "M3"]),
        name=st.just("张三"),
        id_number=st.sampled_from(["", *(identity(order=order) for order in ("001", "002", "003"))]),
        phone=st.sampled_from(["", "138"]),
        enterprise=st.sampled_from(["", *CODES]),
        organization=st.sampled_from(["", "A", "B"]),
        relation_from=DAYS,
        relation_to=st.sampled_from(["", "", "2007-01-01"]),
        full_on=DAYS,
    ),
    table(
        "instructors",
        name=st.sampled_from(["王五", "赵六"]),
        enterprise=st.sampled_from(CODES),
        valid_from=st.sampled_from(["2001-01-01", "2005-05-05"]),
        valid_to=DAYS,
        phone=st.sampled_from(["", "139"]),
    ),
    table(
        "designations",
        enterprise=st.sampled_from(CODES),
        title=st.just("活力和谐企业"),
        level=st.sampled_from(["city", "区级"]),
        awarded_on=st.sampled_from(["2001-01-01", "2005-05-05"]),
        revoked_on=DAYS,
    ),
)


def small_register():
    """Two areas, three enterprises, one of them closed, and two organizations; gives the larger area."""
    area = AreaFactory(code="330304")
    AreaFactory(code="330304001")
    for number, code in enumerate(CODES):
        EnterpriseFactory(uscc=code, closed_on=date(2012, 1, 1) if number == 2 else None)
    for code in "AB":
        OrganizationFactory(code=code, kind=Kind.JOINT_BRANCH if code == "B" else None)
    return area
