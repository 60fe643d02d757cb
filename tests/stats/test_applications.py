"""The figures of applications: against a slow and obvious reference, by example, and as clients read them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import median
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from applications.actions import applying, founding, reviewing
from applications.models import Application, ApplicationEvent, Reason, State
from applications.transitions import TRANSITIONS, Move
from orgs.models import Initiative, Kind, Level, Organization
from stats.api.applications import ApplicationFiguresSerializer
from stats.api.base import StatisticsThrottle
from stats.api.parameters import MOST_PERIODS
from stats.applications import application_figures
from stats.spans import Interval, Span, number_of_periods, periods_of
from tests.factories.accounts import UserFactory
from tests.factories.applications import application_in, complete_draft
from tests.factories.orgs import AreaFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/statistics/applications/"
SHANGHAI = ZoneInfo("Asia/Shanghai")
CODES = ["330304", "330304001", "330304001001", "330304002", "330305", "330305001"]
DAYS = [
    date(2025, 11, 30), date(2025, 12, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1),
    date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 30), date(2026, 12, 31),
]  # fmt: skip
WHY = {"reasons": [Reason.OTHER], "note": "说明", "staff_note": ""}


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


def at(day, hour=12):
    """It is `hour` o'clock of `day` in the site's time zone, which in UTC may be the day before."""
    moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=SHANGHAI).astimezone(UTC)
    return patch.object(timezone, "now", lambda: moment)


class World:
    """Applications that went at random through their states, on few days which collide."""

    def __init__(self, seed):
        self.seed = seed
        self.random = Random(seed)

    def __repr__(self):
        return f"World({self.seed})"

    def store(self):
        self.areas = [AreaFactory(code=code, level=_level(code)) for code in CODES]
        self.by = UserFactory(role="administrator")
        for _number in range(self.random.randint(1, 5)):
            self.walk()
        for _number in range(self.random.randint(0, 3)):
            OrganizationFactory(
                area=self.random.choice(self.areas), established_on=self.random.choice(DAYS),
                kind=self.random.choice([Kind.BRANCH, Kind.COMMUNITY_GENERAL_BRANCH]),
                initiated_by=self.random.choice(["", *Initiative.values]),
            )  # fmt: skip

    def walk(self):
        """One application from its draft as far as the lot has it, on days one after the other."""
        application = complete_draft(area=self.random.choice(self.areas))
        days = sorted(self.random.choices(DAYS, k=self.random.randint(0, 7)))
        move = Move.SUBMIT
        for day in days:
            with at(day, self.random.choice([0, 12, 23])):
                self.make(move, application, day)
            application.refresh_from_db()
            possible = [
                each.move for each in TRANSITIONS.values()
                if application.state in each.sources and not (each.move == Move.FILE and application.filed_on)
            ]  # fmt: skip
            if not possible:
                return
            move = self.random.choice(possible)

    def make(self, move, application, day):  # noqa: C901, a move each
        say, by = {"application": application}, self.by
        named = self.random.choice([day, day, day - timedelta(days=1)])
        match move:
            case Move.SUBMIT:
                applying.submit(**say, on=day)
            case Move.SUPPLEMENT:
                applying.supplement(**say, answer="", on=day)
            case Move.WITHDRAW:
                applying.withdraw(**say, reason="")
            case Move.TAKE_UP:
                reviewing.take_up(**say, by=by)
            case Move.ASSIGN:
                reviewing.assign(**say, to=by, note="", on=day, by=by)
            case Move.HAND_BACK:
                reviewing.hand_back(**say, note="", by=by)
            case Move.RETURN:
                reviewing.return_application(**say, **WHY, by=by)
            case Move.REJECT:
                reviewing.reject(**say, **WHY, on=max(named, application.submitted_on), by=by)
            case Move.APPROVE:
                on = max(named, application.submitted_on)
                reviewing.approve(**say, note="", staff_note="", on=on, by=by)
            case Move.FILE:
                reviewing.file(**say, staff_note="", on=max(day, application.decided_on), by=by)
            case Move.REOPEN:
                reviewing.reopen(**say, note="", staff_note="", by=by)
            case Move.FOUND:
                organization = Organization(code=f"F{application.pk}", name=application.organization_name)
                founding.found(
                    **say, organization=organization, kind=Kind.BRANCH, area=application.area, neighbours=[],
                    members=[], secretary=None, by=by,
                    on=max(filter(None, (day, application.decided_on, application.filed_on))),
                )  # fmt: skip


def _level(code):
    return {6: Level.DISTRICT, 9: Level.SUBDISTRICT, 12: Level.COMMUNITY}[len(code)]


class Reference:
    """The figures once more: all rows in Python, counted by plain loops, from the words of docs/api.md."""

    def __init__(self):
        self.applications = list(Application.objects.exclude(state="draft").select_related("area"))
        self.events = {
            each.pk: [
                (event.at.astimezone(SHANGHAI).date(), event)
                for event in ApplicationEvent.objects.filter(application=each).order_by("number")
            ]
            for each in self.applications
        }
        self.organizations = [
            (each, list(each.areas.all()), each.kinds.first().kind) for each in Organization.objects.all()
        ]

    def numbers(self, first, last, code, today):
        inside = [each for each in self.applications if each.area.code.startswith(code)]
        days, found = [], dict.fromkeys(("received", "approved", "rejected", "withdrawn", "founded"), 0)
        overdue = 0
        for each in inside:
            found["received"] += first <= each.submitted_on <= last
            if each.decided_on and first <= each.decided_on <= last:
                found["rejected" if each.state == "rejected" else "approved"] += 1
                days.append((each.decided_on - each.submitted_on).days)
            for day, event in self.events[each.pk]:
                if first <= day <= last and event.move in ("withdraw", "found"):
                    found["withdrawn" if event.move == "withdraw" else "founded"] += 1
            overdue += first <= today and self.is_overdue(each, min(last, today))
        wait = {"median": median(days), "mean": round(sum(days) / len(days), 1)} if days else None
        return {
            **found, "decided": found["approved"] + found["rejected"], "days_to_decide": wait,
            "overdue": overdue,
        }  # fmt: skip

    def is_overdue(self, application, day):
        if application.decided_on and application.decided_on <= day:
            return False
        state = "draft"
        for on, event in self.events[application.pk]:
            if on <= day:
                state = event.to_state
        return application.due_on < day and state in ("submitted", "in_review")

    def figures(self, first, last, code, interval, today):
        numbers = {"results": [], "by_area": []}
        for name, start, end in cut(first, last, interval):
            numbers["results"].append({"period": name, **self.numbers(start, end, code, today)})
        numbers["total"] = self.numbers(first, last, code, today)
        known = [each for each in CODES if len(each) == 9 and each.startswith(code)]
        for each in known:
            numbers["by_area"].append((each, self.numbers(first, last, each, today)))
        return numbers

    def share(self, first, last, code):
        counted = asked = 0
        for each, places, kind in self.organizations:
            there = any(
                row.area.code.startswith(code) and row.valid_from <= last
                and (row.valid_to is None or last < row.valid_to) for row in places
            )  # fmt: skip
            if kind != "community_general_branch" and there and first <= each.established_on <= last:
                counted += 1
                asked += each.initiated_by == "enterprise"
        return {
            "numerator": asked, "denominator": counted, "rate": round(asked / counted, 4) if counted else None
        }  # fmt: skip


def cut(first, last, interval):
    """The periods of a span, found by going through it day by day."""
    named = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        name = {
            "year": str(day.year), "quarter": f"{day.year}-Q{(day.month - 1) // 3 + 1}",
            "month": day.isoformat()[:7],
        }[interval]  # fmt: skip
        named.setdefault(name, []).append(day)
    return [(name, days[0], days[-1]) for name, days in named.items()]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=st.integers(0, 2**32).map(World))
def test_the_figures_are_those_of_the_slow_and_obvious_reference(world):
    with transaction.atomic():
        world.store()
        reference = Reference()
        for _number in range(6):
            first, last = sorted(world.random.sample(DAYS, 2))
            today, interval = world.random.choice(DAYS), world.random.choice(Interval.values)
            area = world.random.choice([None, *world.areas])
            code = "" if area is None else area.code
            figures = application_figures(Span(first, last), area, Interval(interval), today)
            body = ApplicationFiguresSerializer(figures).data
            wanted = reference.figures(first, last, code, interval, today)
            asked = (first, last, code, interval, today)
            assert body["results"] == wanted["results"], asked
            assert body["total"] == wanted["total"], asked
            *rows, rest = body["by_area"]
            assert [(row.pop("area")["code"], row) for row in rows] == wanted["by_area"], asked
            for name in ("received", "approved", "rejected", "decided", "withdrawn", "founded", "overdue"):
                assert sum(row[name] for row in (*rows, rest)) == body["total"][name], (name, asked)
                if name != "overdue":
                    assert sum(row[name] for row in body["results"]) == body["total"][name], (name, asked)
            assert body["share_on_initiative"] == reference.share(first, last, code), asked
        transaction.set_rollback(True)


def test_what_is_overdue_today_is_what_the_queue_says():
    day = date(2026, 3, 2)
    with at(day):
        for state in State:
            application_in(state, on=day)
    for today in (date(2026, 4, 2), date(2026, 4, 3), date(2026, 12, 31)):
        figures = application_figures(Span(date(2026, 1, 1), date(2026, 12, 31)), None, Interval.YEAR, today)
        assert figures.total.overdue == Application.objects.overdue_on(today).count()
    assert figures.total.overdue == 2


def test_what_was_decided_in_time_and_entered_later_was_not_overdue():
    waiting = application_in(State.IN_REVIEW, on=date(2026, 3, 2))
    with at(date(2026, 4, 20)):
        by = UserFactory(role="administrator")
        reviewing.approve(application=waiting, note="", staff_note="", on=date(2026, 4, 1), by=by)
    span = Span(date(2026, 3, 1), date(2026, 4, 10))
    assert application_figures(span, None, Interval.YEAR, date(2026, 5, 1)).total.overdue == 0


def test_a_night_belongs_to_the_day_that_the_site_has():
    application = application_in(State.SUBMITTED, on=date(2026, 3, 31))
    with at(date(2026, 4, 1), 0):
        applying.withdraw(application=application, reason="")
    assert ApplicationEvent.objects.latest("number").at.date() == date(2026, 3, 31)
    march, april = (
        application_figures(Span(first, last), None, Interval.MONTH, last).total.withdrawn
        for first, last in (
            (date(2026, 3, 1), date(2026, 3, 31)),
            (date(2026, 4, 1), date(2026, 4, 30)),
        )
    )
    assert (march, april) == (0, 1)


def test_what_was_received_and_decided_is_known_longer_than_its_events_are():
    with at(date(2020, 3, 2)):
        application_in(State.REJECTED, on=date(2020, 3, 2))
        application_in(State.WITHDRAWN, on=date(2020, 3, 2))
    ApplicationEvent.objects.all().delete()
    span = Span(date(2020, 1, 1), date(2020, 12, 31))
    total = application_figures(span, None, Interval.YEAR, date(2026, 1, 1)).total
    assert (total.received, total.rejected, total.withdrawn, total.overdue) == (2, 1, 0, 0)


@pytest.mark.parametrize("interval", Interval)
def test_the_periods_of_a_span_meet_and_fill_it(interval):
    for first, last in (
        (date(2025, 2, 14), date(2027, 8, 3)),
        (date.min, date(3, 5, 6)),
        (date.max, date.max),
    ):
        periods = list(periods_of(Span(first, last), interval))
        assert [(name, span.first, span.last) for name, span in periods] == [
            (name.zfill(4 + len(name) - len(name.split("-")[0])), start, end)
            for name, start, end in cut(first, last, interval)
        ]
        assert number_of_periods(Span(first, last), interval) == len(periods)
        assert all(one.last + timedelta(days=1) == next_.first for (_, one), (_, next_) in pairwise(periods))


def ask(language="en", **parameters):
    named = {name.rstrip("_"): value for name, value in parameters.items()}
    return APIClient().get(URL, named, headers={"accept-language": language})


NOTHING = {
    "received": 0, "approved": 0, "rejected": 0, "withdrawn": 0, "founded": 0, "decided": 0,
    "days_to_decide": None, "overdue": 0,
}  # fmt: skip


def test_an_empty_register_has_every_figure():
    assert ask(from_="2026-01-15", to="2026-02-10").json() == {
        "from": "2026-01-15",
        "to": "2026-02-10",
        "area": None,
        "results": [{"period": "2026-01", **NOTHING}, {"period": "2026-02", **NOTHING}],
        "total": NOTHING,
        "by_area": [{"area": None, **NOTHING}],
        "share_on_initiative": {"numerator": 0, "denominator": 0, "rate": None},
    }


def test_every_figure_of_a_district():
    AreaFactory(code="330304", name="瓯海区", name_en="Ouhai")
    here, there = AreaFactory(code="330304001", name="甲街道"), AreaFactory(code="330305001")
    with at(date(2026, 3, 2)):
        for state in State:
            application_in(state, area=here)
        application_in(State.REJECTED, area=there)
        waiting = application_in(State.IN_REVIEW, area=here)
    with at(date(2026, 4, 5)):
        by = UserFactory(role="administrator")
        reviewing.approve(application=waiting, note="", staff_note="", on=date(2026, 4, 5), by=by)
        answer = ask(from_="2026-03-01", to="2026-04-30", area="330304").json()
    assert answer["area"] == {"code": "330304", "name": "Ouhai", "level": "district"}
    march = {
        "received": 8, "approved": 2, "rejected": 1, "withdrawn": 1, "founded": 1, "decided": 3,
        "days_to_decide": {"median": 0.0, "mean": 0.0}, "overdue": 0,
    }  # fmt: skip
    april = {
        **NOTHING, "approved": 1, "decided": 1, "days_to_decide": {"median": 34.0, "mean": 34.0}, "overdue": 2
    }  # fmt: skip
    total = {
        **march, "approved": 3, "decided": 4, "days_to_decide": {"median": 0.0, "mean": 8.5}, "overdue": 2,
    }  # fmt: skip
    assert answer["results"] == [{"period": "2026-03", **march}, {"period": "2026-04", **april}]
    assert answer["total"] == total
    assert [row["area"] and row["area"]["code"] for row in answer["by_area"]] == ["330304001", None]
    assert answer["by_area"][1] == {"area": None, **NOTHING}
    assert answer["share_on_initiative"] == {"numerator": 1, "denominator": 1, "rate": 1.0}


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ({}, ("2026-01-01", "2026-12-31")),
        ({"from_": "2024-05-06"}, ("2024-05-06", "2026-12-31")),
        ({"from_": "2028-05-06"}, ("2028-05-06", "2028-12-31")),
        ({"to": "2024-05-06"}, ("2024-01-01", "2024-05-06")),
        ({"from_": "0001-01-01", "to": "0001-01-01"}, ("0001-01-01", "0001-01-01")),
        ({"from_": "9999-12-31", "to": "9999-12-31"}, ("9999-12-31", "9999-12-31")),
    ],
)
def test_the_span_is_this_year_where_no_other_is_asked_for(asked, span):
    with at(date(2026, 7, 1)):
        answer = ask(**asked).json()
    assert (answer["from"], answer["to"]) == span


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("from", day) for day in ("2007-02-29", "19.06.2008", "20080619", "today", "", " ")),
        *(("to", day) for day in ("2007-02-29", "2008-W25-4", "")),
        ("area", "330399"), ("area", "33030\0"), ("area", ""), ("interval", "week"), ("interval", ""),
        ("format", "csv"), ("as_of", "2026-01-01"), ("first", "2026-01-01"), ("colour", "red"),
    ],
)  # fmt: skip
def test_a_bad_value_or_an_unknown_parameter_is_named(name, value):
    answer = ask(**{name: value})
    assert answer.status_code == 400
    assert list(answer.json()) == [name]


def test_a_span_that_ends_before_it_begins_or_has_too_many_periods_is_refused():
    backwards = ask(from_="2026-02-01", to="2026-01-31")
    assert (backwards.status_code, list(backwards.json())) == (400, ["to"])
    long = {"from_": "1976-01-01", "to": "2026-01-01"}
    months = ask(**long)
    assert (months.status_code, list(months.json())) == (400, ["interval"])
    assert str(MOST_PERIODS) in months.json()["interval"][0]
    assert len(ask(**long, interval="year").json()["results"]) == 51
    assert ask(from_="0001-01-01", to="9999-12-31", interval="year").status_code == 400


def test_an_area_without_subdistricts_has_one_row():
    area = AreaFactory(code="330304001001", level=Level.COMMUNITY)
    application_in(State.SUBMITTED, area=area, on=date(2026, 3, 2))
    answer = ask(from_="2026-01-01", to="2026-12-31", area=area.code).json()
    assert [(row["area"], row["received"]) for row in answer["by_area"]] == [(None, 1)]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_request_takes_five_statements_at_any_size(count):
    area = AreaFactory(code="330304")
    for number in range(count):
        AreaFactory(code=f"33030400{number}")
        application_in(State.APPROVED, area=area)
        application_in(State.SUBMITTED, area=area, on=date(2020, 1, 1))
    with CaptureQueriesContext(connection) as queries:
        assert ask(area="330304", interval="quarter").status_code == 200
    assert len(queries) == 5


def test_it_is_open_read_alone_and_limited(monkeypatch):
    assert reverse("statistics-applications") == URL
    assert all(
        getattr(APIClient(), method)(URL).status_code == 405 for method in ("post", "put", "patch", "delete")
    )
    cache.clear()
    monkeypatch.setattr(StatisticsThrottle, "rate", "2/min", raising=False)
    assert [ask().status_code for _number in range(3)] == [200, 200, 429]


def test_nobody_is_named():
    with at(date(2026, 3, 2)):
        application = application_in(State.FOUNDED)
        text = ask(from_="2026-01-01").content.decode()
    for name in (application.enterprise_name, application.reference, application.uscc, "联系人", "申请人1"):
        assert name not in text
