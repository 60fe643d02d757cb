"""The bulletin, word by word: what is said of nothing, of one and of many, in both languages."""

from datetime import date

import pytest
from django.utils import translation

from orgs.models import COUNTED_KINDS, Area, DesignationLevel, Kind, Level, Title
from orgs.modes import Mode
from stats.bulletin import bulletin
from stats.figures import CoverageFigures, EnterpriseFigures, MemberFigures, OrganizationFigures, Scale

DAY = date(2008, 6, 19)
OUHAI = Area(code="330304", name="瓯海区", name_en="Ouhai", level=Level.DISTRICT)


def figures(
    *, kinds=(), members=0, last_year=0, communities=0, modes=(), honours=(0, 0), area=None, scale=Scale.ABOVE
):
    by_kind = {**dict.fromkeys(COUNTED_KINDS, 0), **dict(kinds)}
    by_mode = {**dict.fromkeys(Mode, 0), **dict(modes)}
    return CoverageFigures(
        as_of=DAY,
        area=area,
        scale=scale,
        organizations=OrganizationFigures(by_kind, 0, last_year, 0),
        community_general_branches=communities,
        members=MemberFigures(members, 0),
        enterprises=EnterpriseFigures(sum(by_mode.values()), by_mode),
        designations={Title.VIGOROUS_HARMONIOUS: dict(zip(DesignationLevel, honours, strict=True))},
    )


def said(language="en", **of):
    with translation.override(language):
        return bulletin(figures(**of))


NOTHING = {}
ONE = {
    "kinds": {Kind.COMMITTEE: 1},
    "members": 1,
    "last_year": 1,
    "communities": 1,
    "modes": {Mode.STANDALONE: 1},
    "honours": (1, 1),
    "area": OUHAI,
}
MANY = {
    "kinds": {Kind.COMMITTEE: 3, Kind.GENERAL_BRANCH: 6, Kind.BRANCH: 190, Kind.JOINT_BRANCH: 24},
    "members": 1670,
    "last_year": 79,
    "communities": 8,
    "modes": {Mode.STANDALONE: 1152, Mode.JOINT: 60, Mode.INSTRUCTOR: 22, Mode.NONE: 36},
    "honours": (2, 19),
    "area": OUHAI,
}


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (
            NOTHING,
            "As of June 19, 2008, Party building in non-public enterprises stands at 0 organizations, 0 standalone, "
            "0 joint. No non-public enterprise is above scale.",
        ),
        (
            ONE,
            "As of June 19, 2008, Party building in non-public enterprises of Ouhai stands at 1 organizations, "
            "1 standalone, 0 joint. The organization is a Party committee. In all there is one Party member. "
            "The year 2007 saw the establishment of 1 organization. "
            "There is one community general Party branch, counted apart. "
            "The only above-scale non-public enterprise is covered: full coverage. "
            "Organizational coverage, by own or joint organizations, is 1 of 1, or 100%. "
            "The title of vigorous and harmonious enterprise is held by one enterprise at city level and "
            "one enterprise at district level.",
        ),
        (
            MANY,
            "As of June 19, 2008, Party building in non-public enterprises of Ouhai stands at 223 organizations, "
            "199 standalone, 24 joint. They include 3 Party committees and 6 general Party branches. "
            "In all there are 1,670 Party members. The year 2007 saw the establishment of 79 organizations. "
            "There are 8 community general Party branches, counted apart. "
            "Of 1,270 above-scale non-public enterprises 1,234 are covered, a work coverage of 97.17%. "
            "Organizational coverage, by own or joint organizations, is 1,212 of 1,270, or 95.43%. "
            "The title of vigorous and harmonious enterprise is held by 2 enterprises at city level and "
            "19 enterprises at district level.",
        ),
    ],
    ids=["nothing", "one", "many"],
)
def test_in_english(of, text):
    assert said(**of) == text
    assert figures(**of).summary in text


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (
            NOTHING,
            "截至2008年6月19日，非公有制企业共有党组织0个，其中单独组建0个、联合组建0个。"
            "目前没有规模以上非公有制企业。",
        ),
        (
            ONE,
            "截至2008年6月19日，瓯海区非公有制企业共有党组织1个，其中单独组建1个、联合组建0个。"
            "按类型分，有党委1个。党员共1名。2007年新成立党组织1个。另有社区党总支1个，单独统计。"
            "规模以上非公有制企业1家，全部覆盖，实现全覆盖。"
            "其中单独或联合组建党组织的1家（共1家），组织覆盖率100%。"
            "获得“活力和谐企业”称号的有市级1家、区级1家。",
        ),
        (
            MANY,
            "截至2008年6月19日，瓯海区非公有制企业共有党组织223个，其中单独组建199个、联合组建24个。"
            "按类型分，有党委3个、党总支6个。党员共1,670名。2007年新成立党组织79个。"
            "另有社区党总支8个，单独统计。"
            "规模以上非公有制企业1,270家，已覆盖1,234家，工作覆盖率97.17%。"
            "其中单独或联合组建党组织的1,212家（共1,270家），组织覆盖率95.43%。"
            "获得“活力和谐企业”称号的有市级2家、区级19家。",
        ),
    ],
    ids=["nothing", "one", "many"],
)
def test_in_chinese(of, text):
    assert said("zh-hans", **of) == text


@pytest.mark.parametrize(
    ("modes", "scale", "sentence"),
    [
        ({}, Scale.ALL, "No non-public enterprise operates."),
        ({Mode.NONE: 1}, Scale.ABOVE, "The only above-scale non-public enterprise is not covered yet."),
        ({Mode.NONE: 3}, Scale.ALL, "None of the 3 operating non-public enterprises is covered yet."),
        (
            {Mode.NONE: 2, Mode.COMMUNITY: 1},
            Scale.ALL,
            "Of 3 operating non-public enterprises 1 is covered, a work coverage of 33.33%. "
            "Organizational coverage, by own or joint organizations, is 0 of 3, or 0%.",
        ),
        (
            {Mode.JOINT: 1, Mode.INSTRUCTOR: 1},
            Scale.ALL,
            "All 2 operating non-public enterprises are covered: full coverage. "
            "Organizational coverage, by own or joint organizations, is 1 of 2, or 50%.",
        ),
    ],
)
def test_coverage_names_what_it_is_a_share_of(modes, scale, sentence):
    assert said(modes=modes, scale=scale).partition("0 joint. ")[2] == sentence


def test_the_summary_is_letter_by_letter_that_of_the_figures_whatever_the_number():
    found = figures(kinds={Kind.BRANCH: 12345})

    assert "12345 organizations, 12345 standalone, 0 joint." in bulletin(found)
    assert found.summary in bulletin(found)
