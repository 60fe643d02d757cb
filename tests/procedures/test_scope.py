"""Who may do what to which enterprise: own, foreign and absent ones, in the admin and by the API."""

from itertools import product

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from procedures.enterprises import ENTERPRISE_PROCEDURES
from tests.factories.accounts import UserFactory
from tests.factories.api import token_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory
from tests.factories.procedures import perform, preview
from tests.factories.rows import all_rows

pytestmark = pytest.mark.django_db
NAMES = [procedure.name for procedure in ENTERPRISE_PROCEDURES]
WUTIAN, SANYANG = "330304001", "330304002"
ABSENT = {"page": 999_999, "api": "91330399999999999X"}


@pytest.fixture
def enterprises():
    """One in each subdistrict, with an instructor."""
    AreaFactory(code="330304")
    found = {code: EnterpriseFactory(area=AreaFactory(code=code)) for code in (WUTIAN, SANYANG)}
    for enterprise in found.values():
        InstructorFactory(enterprise=enterprise)
    return found


def user_with(role, code):
    user = UserFactory(is_staff=True, area=AreaFactory(code=code))
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def page_status(client, user, key, name):
    client.force_login(user)
    return client.get(reverse(f"admin:orgs_enterprise_{name}", args=[key])).status_code


def api_answer(user, uscc, name):
    """The answer to a body that is none: 400 where the user came so far that it was read."""
    api = token_client(user)
    etag = api.get(f"/api/v1/enterprises/{uscc}/").headers.get("ETag", '"0-0"')
    return api.post(f"/api/v1/enterprises/{uscc}/{name}/", {}, format="json", headers={"If-Match": etag})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("role", "code", "own", "foreign"),
    [
        ("organizer", "330304", [WUTIAN, SANYANG], []),
        ("organizer", WUTIAN, [WUTIAN], [SANYANG]),
        ("organizer", SANYANG, [SANYANG], [WUTIAN]),
    ],
)
def test_an_organizer_does_it_in_the_own_area_and_finds_nothing_else(
    client, enterprises, name, role, code, own, foreign
):
    user = user_with(role, code)
    for place in own:
        assert page_status(client, user, enterprises[place].pk, name) == 200
        assert api_answer(user, enterprises[place].uscc, name).status_code == 400
    absent = api_answer(user, ABSENT["api"], name)
    assert absent.status_code == page_status(client, user, ABSENT["page"], name) == 404
    for place in foreign:
        assert page_status(client, user, enterprises[place].pk, name) == 404
        answer = api_answer(user, enterprises[place].uscc, name)
        assert (answer.status_code, answer.json()) == (404, absent.json())


@pytest.mark.parametrize(("role", "name"), list(product(["reviewer", "analyst"], NAMES)))
def test_whoever_changes_nothing_is_told_so_of_every_record_alike(client, enterprises, role, name):
    user = user_with(role, WUTIAN)
    for key in (enterprises[WUTIAN].pk, enterprises[SANYANG].pk, ABSENT["page"]):
        assert page_status(client, user, key, name) == 403
    bodies = set()
    for uscc in (enterprises[WUTIAN].uscc, enterprises[SANYANG].uscc, ABSENT["api"]):
        answer = api_answer(user, uscc, name)
        assert answer.status_code == 403
        bodies.add(answer.content)
    assert len(bodies) == 1
    page = client.get(reverse("admin:orgs_enterprise_change", args=[enterprises[WUTIAN].pk]))
    assert page.context["links"] == [] or not any(
        name in address for address, _label in page.context["links"]
    )


def test_nobody_does_it_without_signing_in(client, enterprises):
    key, uscc = enterprises[WUTIAN].pk, enterprises[WUTIAN].uscc
    for name in NAMES:
        assert client.get(reverse(f"admin:orgs_enterprise_{name}", args=[key])).status_code == 302
        assert client.post(f"/api/v1/enterprises/{uscc}/{name}/").status_code == 401


def test_a_foreign_enterprise_or_organization_is_none_to_name(client, enterprises):
    user = user_with("organizer", WUTIAN)
    client.force_login(user)
    foreign = OrganizationFactory(area=AreaFactory(code=SANYANG))
    own, other = enterprises[WUTIAN], enterprises[SANYANG]
    before = all_rows()
    answer = perform(client, own, "merge", on="2008-06-30", into=other.pk)
    assert list(answer.context["form"].errors) == ["into"]
    answer = perform(client, own, "close", on="2008-06-30", members_to=foreign.pk)
    assert list(answer.context["form"].errors) == ["members_to"]
    assert all_rows() == before


def test_an_enterprise_moves_out_of_the_organizers_area_and_is_seen_no_more(client, enterprises):
    user = user_with("organizer", WUTIAN)
    client.force_login(user)
    own = enterprises[WUTIAN]
    answer = perform(client, own, "move", on="2008-06-30", area=SANYANG)
    assert answer.status_code == 302
    assert answer.url == reverse("admin:orgs_enterprise_changelist")
    assert page_status(client, user, own.pk, "move") == 404
    assert page_status(client, user_with("organizer", SANYANG), own.pk, "move") == 200


def wutian_with_what_others_look_after(enterprises):
    """The own enterprise, the organization of another area that covers it alone, and its member, employed there."""
    own = enterprises[WUTIAN]
    theirs = OrganizationFactory(area=AreaFactory(code=SANYANG), covers=[own])
    member = MemberFactory(organization=theirs, employer=own)
    return own, theirs, member


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("close", {"dissolve_organizations": "on", "document": "撤1"}),
        ("move", {"leaves_district": "on"}),
        ("merge", {}),
    ],
)
def test_organizations_of_another_area_do_not_change_with_the_enterprise(client, enterprises, name, inputs):
    own, theirs, member = wutian_with_what_others_look_after(enterprises)
    into = EnterpriseFactory(area=AreaFactory(code=WUTIAN))
    heirs = OrganizationFactory(area=AreaFactory(code=WUTIAN))
    said = {"close": {"members_to": heirs.pk}, "merge": {"into": into.pk}}.get(name, {})
    client.force_login(user_with("organizer", WUTIAN))
    before = all_rows()

    answer = perform(client, own, name, on="2008-06-30", **inputs, **said)

    [text] = [text for texts in answer.context["form"].errors.values() for text in texts]
    assert theirs.name in text
    assert member.name not in answer.content.decode()
    assert all_rows() == before
    client.force_login(user_with("administrator", WUTIAN))
    assert perform(client, own, name, on="2008-06-30", **inputs, **said).status_code == 302


def test_employees_of_another_area_are_not_named_and_keep_the_employer(client, enterprises):
    own, into = enterprises[WUTIAN], EnterpriseFactory(area=AreaFactory(code=WUTIAN))
    theirs, ours = (
        MemberFactory(organization=OrganizationFactory(area=AreaFactory(code=code)), employer=own)
        for code in (SANYANG, WUTIAN)
    )
    client.force_login(user_with("organizer", WUTIAN))

    seen = preview(client, own, "merge", on="2008-06-30", into=into.pk)
    page, told = seen.content.decode(), seen.context["outcome"].warnings
    perform(client, own, "merge", on="2008-06-30", into=into.pk)

    assert ours.name in page
    assert theirs.member_no not in page
    assert told == ["It still is the employer of 1 person; enter the new one."]
    for member, employer in ((ours, into), (theirs, own)):
        member.refresh_from_db()
        assert member.employer == employer
