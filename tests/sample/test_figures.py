"""The figures of the sample register on the report day and on others."""

from collections import defaultdict
from datetime import date

from django.db.models import Count, Q
from django.utils import translation

from orgs.models import (
    Area,
    Enterprise,
    Kind,
    Organization,
)
from orgs.modes import Mode, mode_on
from sample import REPORT_DAY
from stats.bulletin import bulletin
from stats.figures import Scale, coverage_figures
from tests.sample.loaded import LoadedSample

DISTRICT = "330304"


class TheFiguresOfTheSample(LoadedSample):
    def test_the_figures_of_the_report_day_are_those_of_the_report(self):
        for area in (None, Area.objects.get(code=DISTRICT)):
            figures = coverage_figures(REPORT_DAY, area, Scale.ABOVE)
            organizations = figures.organizations

            assert (organizations.total, organizations.standalone, organizations.joint) == (223, 199, 24)
            assert dict(organizations.by_kind) == {
                Kind.COMMITTEE: 3, Kind.GENERAL_BRANCH: 6, Kind.BRANCH: 190, Kind.JOINT_BRANCH: 24,
            }  # fmt: skip
            assert organizations.established_last_year == 79
            assert organizations.initiated_by_enterprise > 0
            assert figures.members.total == 1670
            assert figures.members.probationary > 0
            assert figures.community_general_branches == 8
            assert list(figures.designations["vigorous_harmonious"].values()) == [1, 19]

    def test_the_bulletin_of_the_report_day_reads_like_the_newspaper(self):
        figures = coverage_figures(REPORT_DAY, Area.objects.get(code=DISTRICT), Scale.ABOVE)

        with translation.override("en"):
            assert bulletin(figures) == (
                "As of June 19, 2008, Party building in non-public enterprises of Ouhai stands at 223 organizations, "
                "199 standalone, 24 joint. They include 3 Party committees and 6 general Party branches. "
                "In all there are 1,670 Party members. The year 2007 saw the establishment of 79 organizations. "
                "There are 8 community general Party branches, counted apart. "
                "All 270 above-scale non-public enterprises are covered: full coverage. "
                "Organizational coverage, by own or joint organizations, is 212 of 270, or 78.52%. "
                "The title of vigorous and harmonious enterprise is held by one enterprise at city level and "
                "19 enterprises at district level."
            )
        with translation.override("zh-hans"):
            assert bulletin(figures) == (
                "截至2008年6月19日，瓯海区非公有制企业共有党组织223个，其中单独组建199个、联合组建24个。"
                "按类型分，有党委3个、党总支6个。党员共1,670名。2007年新成立党组织79个。"
                "另有社区党总支8个，单独统计。规模以上非公有制企业270家，全部覆盖，实现全覆盖。"
                "其中单独或联合组建党组织的212家（共270家），组织覆盖率78.52%。"
                "获得“活力和谐企业”称号的有市级1家、区级19家。"
            )

    def test_above_scale_enterprises_are_all_reached_but_not_all_by_an_organization(self):
        figures = coverage_figures(REPORT_DAY, None, Scale.ABOVE)

        assert figures.work.rate == 1.0
        assert figures.organizational.numerator < figures.organizational.denominator
        assert figures.enterprises.by_mode[Mode.NONE] == 0
        assert all(figures.enterprises.by_mode[mode] for mode in Mode if mode != Mode.NONE)

    def test_of_all_enterprises_some_are_reached_by_nobody(self):
        figures = coverage_figures(REPORT_DAY, None, Scale.ALL)

        assert all(figures.enterprises.by_mode[mode] for mode in Mode)
        assert figures.work.rate < 1

    def test_the_district_has_the_figures_of_the_whole_on_any_day(self):
        district = Area.objects.get(code=DISTRICT)
        for day in (date(1995, 1, 1), date(2007, 12, 31), REPORT_DAY, date(2015, 6, 30), date(2026, 11, 23)):
            for scale in Scale:
                whole, part = (coverage_figures(day, area, scale) for area in (None, district))
                for name in (
                    "organizations",
                    "community_general_branches",
                    "members",
                    "enterprises",
                    "designations",
                ):
                    assert getattr(whole, name) == getattr(part, name), (day, scale, name)

    def test_the_register_has_grown_until_the_report_and_goes_on_after_it(self):
        days = (
            date(1990, 1, 1),
            date(2000, 1, 1),
            date(2006, 12, 31),
            REPORT_DAY,
            date(2015, 1, 1),
            date(2026, 11, 23),
        )
        figures = [coverage_figures(day, None, Scale.ABOVE) for day in days]

        for name in ("organizations", "members"):
            totals = [getattr(one, name).total for one in figures]
            assert totals == sorted(set(totals)), name
            assert totals[0] > 0
        assert figures[-1].members.probationary > 0
        assert 0.9 < figures[-1].work.rate < 1

    def test_every_full_year_from_1992_on_brings_or_ends_organizations(self):
        for year in range(1992, 2026):
            of_year = (
                Q(established_on__year=year) | Q(dissolved_on__year=year) | Q(kinds__valid_from__year=year)
            )
            assert Organization.objects.filter(of_year).exists(), year

    def test_enterprises_are_placed_by_the_number_of_their_full_members(self):
        expected = {Mode.JOINT: 1, Mode.INSTRUCTOR: 2, Mode.COMMUNITY: 0, Mode.NONE: 0}
        is_full = Q(employed_members__full_on__lte=REPORT_DAY) & (
            Q(employed_members__ended_on=None) | Q(employed_members__ended_on__gt=REPORT_DAY)
        )
        counted = Enterprise.objects.non_public().operating_on(REPORT_DAY).annotate(mode=mode_on(REPORT_DAY))
        modes = defaultdict(int)
        for enterprise in counted.annotate(full=Count("employed_members", filter=is_full)):
            modes[enterprise.mode] += 1
            if enterprise.mode == Mode.STANDALONE:
                assert enterprise.full >= 3, enterprise
            else:
                assert enterprise.full == expected[enterprise.mode], (enterprise, enterprise.mode)
        assert len(modes) == len(Mode)
