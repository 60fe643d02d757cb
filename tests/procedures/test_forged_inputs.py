"""Inputs that no page sends: each is refused at its field, by page and API alike, and tells nothing of other areas."""

import json
import logging
from functools import partial
from itertools import zip_longest

import pytest

from members.models import Member
from orgs.models import Area, Enterprise, Organization
from procedures.application_inputs import ColleagueInput, ReasonsInput
from procedures.inputs import ChoiceInput, DayInput, LinkInput, NumberInput, TextInput, YesNoInput
from procedures.instructors import InstructorInput
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in
from tests.factories.api import token_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory
from tests.factories.rows import all_rows
from tests.procedures.possible import EACH, PROCEDURES, SANYANG

pytestmark = pytest.mark.django_db
each = pytest.mark.parametrize(("table", "name"), EACH)
SECRET = "异区某某"
"""What everything in the other area is called."""
IN_FULL = {
    ("members_member", "transfer"), ("members_transfer", "issue-letter"), ("orgs_enterprise", "assign-instructor"),
    ("orgs_enterprise", "end-instructor"), ("orgs_enterprise", "close"), ("orgs_organization", "hold-election"),
    ("orgs_communitygeneralbranch", "incubate"), ("applications_application", "assign"),
    ("applications_application", "return"), ("applications_application", "found"),
}  # fmt: skip
"""Procedures that together have inputs of every kind."""
AS_IT_WAS = object()
NO_CHARACTER = "\ud800"
HUGE = "9" * 30
MARKS = "\u202ea\u200f"
SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://example.invalid")'

NO_DAY_TYPED = [
    "0001-01-01",
    "9999-12-31",
    "1799-12-31",
    "2200-01-01",
    "2023-02-29",
    "10000-01-01",
    "x",
    "\0",
    "",
]
NO_DAY_SAID = [*NO_DAY_TYPED, None, 20240701, ["2024-07-01"], {}, True, "2024-07-01T00:00:00", "2024-7-1"]
NO_NUMBER_TYPED = ["-1", "1.5", "x", "\0", HUGE, "32", "32768", "2147483648"]
NO_NUMBER_SAID = [-1, 1.5, "3", True, 10**30, [3], {}, 32, 32_768, 2_147_483_648]
NO_KEY_TYPED = ["999999", "x", "\0", HUGE, "-1", "1 2", "²"]
NO_KEY_SAID = ["NONE", "\0", HUGE, "x" * 5_000, 5, True, {}, ["NONE"], "a\nb", NO_CHARACTER]


@pytest.fixture(autouse=True)
def _without_a_log():
    """Thousands of bad requests are answered here; to log each costs more than to answer it."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def foreign():
    """A record of each kind in another area, all of the same name."""
    area = AreaFactory(code=SANYANG, name=SECRET)
    enterprise = EnterpriseFactory(area=area, name=SECRET)
    organization = OrganizationFactory(area=area, name=SECRET, covers=[enterprise])
    member = MemberFactory(name=SECRET, organization=organization, employer=enterprise)
    instructor = InstructorFactory(name=SECRET, enterprise=enterprise)
    return {
        Area: area,
        Enterprise: enterprise,
        Organization: organization,
        Member: member,
        "instructor": instructor,
        "colleague": UserFactory(is_staff=True, role="reviewer", area=area, username=SECRET),
    }


def wrong_on_a_page(foreign, asked):
    """Values of the input `asked` that its page refuses."""
    match asked:
        case InstructorInput():
            return [str(foreign["instructor"].pk), *NO_KEY_TYPED]
        case ColleagueInput():
            return [str(foreign["colleague"].pk), *NO_KEY_TYPED]
        case ReasonsInput():
            return [[], ["x"], ["\0"], ["other", "x"]]
        case DayInput():
            return NO_DAY_TYPED if asked.required else NO_DAY_TYPED[:-1]
        case NumberInput():
            return NO_NUMBER_TYPED
        case ChoiceInput():
            return ["x", "\0", "x" * 5_000]
        case LinkInput(anywhere=True):
            return ["NONE", "x\0", HUGE, "x" * 5_000, str(foreign[asked.target].pk) + "x", "a\nb"]
        case LinkInput(many=True):
            keys = [str(foreign[asked.target].pk), *NO_KEY_TYPED]
            return [[key] for key in keys]
        case LinkInput():
            other = str(foreign[asked.target].pk)
            return [other, *NO_KEY_TYPED, ["x", other]]
        case TextInput():
            return ["x" * 5_000, "a\0b", "a\u2028b", "a\x1bb", "\uffff"] + (
                [" ", "\n"] if asked.required else []
            )
        case YesNoInput():
            return []
    raise TypeError(asked)


def wrong_in_a_body(foreign, asked):
    """Values of the input `asked` that the API refuses."""
    match asked:
        case InstructorInput():
            return [foreign["instructor"].pk, 999_999, "x", None, -1, 10**30, [1], True]
        case ColleagueInput():
            return [foreign["colleague"].username, *NO_KEY_SAID, None, ""]
        case ReasonsInput():
            return [[], ["x"], [5], [None], ["other"] * 99, {"0": "other"}, "other", None]
        case DayInput():
            return NO_DAY_SAID if asked.required else [day for day in NO_DAY_SAID if day is not None]
        case NumberInput():
            return NO_NUMBER_SAID
        case ChoiceInput():
            return ["x", "\0", 5, True, [], {}, None, NO_CHARACTER]
        case LinkInput(many=True):
            key = getattr(foreign[asked.target], asked.reference.key)
            return [[key], *([said] for said in NO_KEY_SAID), key, None, {"0": key}, [None], ["x"] * 1_001]
        case LinkInput(anywhere=True):
            return NO_KEY_SAID
        case LinkInput():
            key = getattr(foreign[asked.target], asked.reference.key)
            return [key, *NO_KEY_SAID, [key]] + ([None, ""] if asked.required else [])
        case TextInput():
            wrong = ["x" * 5_000, "a\0b", "a\u2028b", "a\x1bb", 5, True, [], {}, None, NO_CHARACTER]
            return wrong + (["", " "] if asked.required else [])
        case YesNoInput():
            return ["perhaps", 5, [], {}, None, "\0"]
    raise TypeError(asked)


def unusual(inputs):
    """Inputs that may be refused, or not: texts and days of each kind, together."""
    texts = {name: asked for name, asked in inputs.items() if isinstance(asked, TextInput)}
    days = [name for name, asked in inputs.items() if isinstance(asked, DayInput)]
    yield {name: "\0" for name, asked in inputs.items() if isinstance(asked, YesNoInput)}
    for text, day in (
        (SCRIPT, "2024-02-29"),
        (MARKS + FORMULA, "2199-12-31"),
        ("{{ 7 }}%s%(x)s", "1800-01-01"),
    ):
        yield {name: text[: asked.max_length] for name, asked in texts.items()} | dict.fromkeys(days, day)


def tried(values, table, name):
    """All of `values` where a kind of input is tried; of inputs of that kind elsewhere a few."""
    return values if (table, name) in IN_FULL else [*values[:1], *values[-2:]]


def forgeries(table, name, wrong_in):
    """What to send in place of good inputs: the first wrong value of each, then the second, and so on.

    A number by itself: what bounds it is the action, which is asked once everything else is right.
    """
    inputs = PROCEDURES[table, name].inputs
    wrong = {field: tried(wrong_in(asked), table, name) for field, asked in inputs.items()}
    numbers = {field: wrong.pop(field) for field, asked in inputs.items() if isinstance(asked, NumberInput)}
    for values in zip_longest(*wrong.values(), fillvalue=AS_IT_WAS):
        yield {field: value for field, value in zip(wrong, values, strict=True) if value is not AS_IT_WAS}
    yield from ({field: value} for field, values in numbers.items() for value in values)


@pytest.mark.sqlite  # a form refuses them before a database is asked
@each
def test_forged_inputs_of_a_page_are_refused_at_their_fields(client, place, organizer, foreign, table, name):
    client.force_login(organizer)
    client.raise_request_exception = False
    case = place.case(table, name)
    sent = filled_in(client.get(case.page)) | case.typed
    before = all_rows()
    found = []
    for forged in forgeries(table, name, partial(wrong_on_a_page, foreign)):
        answer = client.post(case.page, sent | forged)
        if answer.status_code != 200:
            found.append((forged, answer.status_code))
        elif answer.context["outcome"] is not None or set(answer.context["form"].errors) != set(forged):
            found.append((forged, dict(answer.context["form"].errors)))
        elif SECRET in answer.content.decode():
            found.append((forged, "tells the name"))
    assert found == []
    assert all_rows() == before


@each
def test_forged_inputs_of_a_body_are_refused_at_their_fields(place, organizer, foreign, table, name):
    api = token_client(organizer)
    api.raise_request_exception = False
    case = place.case(table, name)
    headers = {"If-Match": api.get(case.resource).headers["ETag"]}
    before = all_rows()
    found = []
    for forged in forgeries(table, name, partial(wrong_in_a_body, foreign)):
        body = json.dumps(case.body | forged | {"preview": True})
        answer = api.post(case.address, body, content_type="application/json", headers=headers)
        told = answer.json() if answer.status_code == 400 else {}
        # A body whose characters are none is refused as a whole.
        if set(told) != ({"detail"} if NO_CHARACTER in forged.values() else set(forged)):
            found.append((forged, answer.status_code, told))
        elif SECRET in answer.content.decode():
            found.append((forged, "tells the name"))
    assert found == []
    assert all_rows() == before


@each
def test_an_unusual_input_breaks_nothing(client, place, organizer, foreign, table, name):
    api = token_client(organizer)
    client.force_login(organizer)
    client.raise_request_exception = api.raise_request_exception = False
    case = place.case(table, name)
    sent = filled_in(client.get(case.page)) | case.typed
    headers = {"If-Match": api.get(case.resource).headers["ETag"]}
    before = all_rows()
    found = []
    for said in unusual(PROCEDURES[table, name].inputs):
        page = client.post(case.page, sent | said)
        answer = api.post(case.address, case.body | said | {"preview": True}, format="json", headers=headers)
        if page.status_code != 200 or answer.status_code not in (200, 400):
            found.append((said, page.status_code, answer.status_code, answer.content[:80]))
        elif page.context["outcome"] is None and not page.context["form"].errors:
            found.append((said, "says nothing"))
        elif SCRIPT in page.content.decode():
            found.append((said, "not escaped"))
    assert found == []
    assert all_rows() == before
