"""Every operation of the API's description, asked with good and bad values by every role.

No answer is an error of the server, has a status, a media type or a body that the description does not name. The
values are the same at each run.
"""

import re
from contextlib import contextmanager

import pytest
import schemathesis
from django.contrib.auth.models import Group
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import Token
from accounts.roles import Role
from limits.throttles import WriteThrottle
from orgs.models import Area, Kind
from registry.wsgi import application
from tests.factories.accounts import UserFactory
from tests.factories.api import token_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    AreaFactory,
    DesignationFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
)

pytestmark = pytest.mark.django_db

ANONYMOUS = "anonymous"
EXAMPLES = 8
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip


def filled(code):
    """The area of `code` with a record of each list."""
    area = AreaFactory(code=code)
    enterprise = EnterpriseFactory(area=area)
    organization = OrganizationFactory(area=area, covers=[enterprise])
    OrganizationFactory(area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    DesignationFactory(enterprise=enterprise)
    InstructorFactory(enterprise=enterprise)
    MemberFactory(organization=organization)
    return area


@pytest.fixture
def own_area(monkeypatch):
    """An area of the users, and another one beside it; nobody is limited."""
    for scope in WriteThrottle.THROTTLE_RATES:
        monkeypatch.setitem(WriteThrottle.THROTTLE_RATES, scope, None)
    filled("330304002")
    own = filled("330304001")
    Area.objects.rebuild_tree()
    return own


@contextmanager
def one_connection():
    """A request ends with its connections, but not with the test's, in whose transaction all of this is."""
    ends = request_started, request_finished
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


def token(role, area):
    """The key of a new user."""
    user = UserFactory(area=area)
    user.groups.add(Group.objects.get(name=role))
    return Token.objects.create(user)[1]


def keys_by_path(schema, client):
    """The path parameters that lead to records, by the paths of their details and procedures."""
    found = {}
    for result in schema.get_all_operations():
        path = result.ok().path
        parts = re.fullmatch(r"(.*/)\{(\w+)\}/(?:[\w-]+/)?", path)
        if parts and path not in found:
            rows = client.get(parts[1]).json()["results"]
            found[path] = [{parts[2]: row[parts[2]]} for row in rows]
    return found


def cases(operation, keys):
    """Requests of `operation`, good and bad, half of them for a record that is there."""

    def with_key(chosen):
        case, key = chosen
        if key is not None:
            case.path_parameters = {**(case.path_parameters or {}), **key}
        return case

    made = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if operation.query or operation.body or operation.path_parameters:
        made |= operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return st.tuples(made, st.none() | st.sampled_from(keys) if keys else st.none()).map(with_key)


def ask(operation, keys, headers):
    """Ask `operation`, hold each answer against its description, and give the statuses."""
    statuses = set()

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases(operation, keys))
    def ask_once(case):
        case.headers.pop("Authorization", None)
        answer = case.call(headers=headers)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask_once()
    return statuses


# Each database answers to some of the roles: what it makes of a value does not depend on who sent it.
ROLES = {
    "sqlite": [ANONYMOUS, Role.ORGANIZER],
    "postgresql": [Role.ADMINISTRATOR, Role.REVIEWER, Role.ANALYST],
}[connection.vendor]


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_is_other_than_described(own_area, role):
    administrator = UserFactory()
    administrator.groups.add(Group.objects.get(name=Role.ADMINISTRATOR))
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    keys = keys_by_path(schema, token_client(administrator))
    headers = {} if role == ANONYMOUS else {"Authorization": f"Token {token(role, own_area)}"}

    operations = [result.ok() for result in schema.get_all_operations()]
    with one_connection():
        statuses = {each.label: ask(each, keys.get(each.path), headers) for each in operations}

    assert {200, 400} <= statuses["GET /api/v1/statistics/coverage/"]
    assert (200 in statuses["GET /api/v1/members/"]) is (role != ANONYMOUS)
    assert bool({200, 304} & statuses["GET /api/v1/members/{member_no}/"]) is (role != ANONYMOUS)
