"""Organizations merge, are split, are dissolved, and are incubated: by pages and by API."""

from datetime import date

import pytest

from members.models import Membership
from orgs.models import CommunityGeneralBranch, Coverage, Kind, Organization, Policy, PolicyNumber
from tests.factories.api import signed_in, staff_client
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.procedures import page_of, perform, preview
from tests.factories.rows import all_rows
from tests.factories.turns import at_once

pytestmark = pytest.mark.django_db
DAY = date(2008, 6, 30)
SAID = {"on": "2008-06-30", "document": "温组〔2008〕5号"}
NEW = {**SAID, "code": "ZZNEW", "name": "新支部"}
ALL = ("members.change_member", "orgs.change_organization", "orgs.add_organization", "members.view_member")
COMMUNITY = Kind.COMMUNITY_GENERAL_BRANCH


@pytest.fixture
def joint():
    return OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[EnterpriseFactory(), EnterpriseFactory()])


def branch(**more):
    """A community general branch, as its entry in the admin knows it."""
    return OrganizationFactory(kind=COMMUNITY, **more)


def as_branch(record):
    """`record` as the proxy that the admin has an entry for."""
    return CommunityGeneralBranch.objects.get(pk=record.pk)


def posted(client, address, **body):
    """The answer to a procedure of what `client` has just read."""
    etag = client.get(address.rsplit("/", 2)[0] + "/").headers["ETag"]
    return client.post(address, body, format="json", headers={"If-Match": etag})


def test_two_are_merged_as_the_page_showed(admin_client, joint):
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    MemberFactory(organization=organization)
    inputs = {**SAID, "into": joint.pk}

    outcome = preview(admin_client, organization, "merge", **inputs).context["outcome"]
    by_day = {day.day: {one.code: (one.before, one.after) for one in day.moved} for day in outcome.figures}
    assert date(2008, 6, 29) not in by_day
    assert by_day[DAY]["organizations.total"] == (2, 1)
    assert "members.total" not in by_day[DAY]
    assert Organization.objects.in_force_on(DAY).count() == 2

    assert perform(admin_client, organization, "merge", **inputs).status_code == 302
    assert Membership.objects.on(DAY).get().organization == joint
    assert joint.coverage.on(DAY).count() == 3


def test_the_kind_is_asked_for_where_it_is_needed(admin_client):
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    into = OrganizationFactory(covers=[EnterpriseFactory()])
    inputs = {**SAID, "into": into.pk}
    assert list(preview(admin_client, organization, "merge", **inputs).context["form"].errors) == ["kind"]
    assert perform(admin_client, organization, "merge", **inputs, kind="joint_branch").status_code == 302
    assert into.kinds.get(valid_from=DAY).kind == Kind.JOINT_BRANCH


@pytest.mark.parametrize(
    ("inputs", "field"), [({"into": ""}, "into"), ({"document": ""}, "document"), ({"on": ""}, "on")]
)
def test_a_merger_is_asked_for_completely(admin_client, joint, inputs, field):
    organization = OrganizationFactory()
    before = all_rows()
    answer = preview(admin_client, organization, "merge", **{**SAID, "into": joint.pk} | inputs)
    assert list(answer.context["form"].errors) == [field]
    assert all_rows() == before


def test_refusals_of_a_merger_stand_at_the_other_organization(admin_client):
    organization = OrganizationFactory()
    for into in (
        organization,
        OrganizationFactory(superior=organization),
        OrganizationFactory(dissolved_on=date(2009, 1, 1)),
        branch(),
    ):
        answer = preview(admin_client, organization, "merge", **SAID, into=into.pk)
        assert list(answer.context["form"].errors) == ["into"]


def test_a_second_click_merges_nothing_again(admin_client, joint):
    organization = OrganizationFactory()
    inputs = {**SAID, "into": joint.pk}
    perform(admin_client, organization, "merge", **inputs)
    before = all_rows()
    answer = admin_client.post(page_of(organization, "merge"), {**inputs, "confirm": "0" * 32})
    assert answer.context["outcome"] is None
    assert all_rows() == before


def test_a_joint_branch_of_more_units_than_usual_is_warned_of(admin_client):
    enterprises = EnterpriseFactory.create_batch(5)
    into = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=enterprises)
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    PolicyNumber.objects.filter(policy=Policy.JOINT_BRANCH_UNITS).delete()
    PolicyNumber.objects.create(
        policy=Policy.JOINT_BRANCH_UNITS, value=5, source="条例", valid_from=date(2018, 10, 28)
    )
    for day, count in (("2018-10-27", 0), ("2018-10-28", 1)):
        answer = preview(admin_client, organization, "merge", **SAID | {"on": day}, into=into.pk)
        assert len(answer.context["outcome"].warnings) == count


def test_an_organization_is_split(admin_client, joint):
    enterprise = joint.coverage.first().enterprise
    member = MemberFactory(organization=joint, employer=enterprise)
    inputs = {**NEW, "kind": "branch", "enterprises": [enterprise.pk]}

    answer = preview(admin_client, joint, "split", **inputs)
    assert len(answer.context["outcome"].warnings) == 1  # nobody is left
    assert perform(admin_client, joint, "split", **inputs).status_code == 302

    new = Organization.objects.get(code="ZZNEW")
    assert Membership.objects.on(DAY).get(member=member).organization == new
    assert new.coverage.get().enterprise == enterprise


def test_only_what_is_covered_may_be_chosen(admin_client, joint):
    inputs = {**NEW, "kind": "branch", "enterprises": [EnterpriseFactory().pk]}
    assert list(preview(admin_client, joint, "split", **inputs).context["form"].errors) == ["enterprises"]


def test_a_code_that_is_given_is_refused_at_its_field(admin_client, joint):
    inputs = {
        **NEW,
        "code": joint.code,
        "kind": "branch",
        "enterprises": [joint.coverage.first().enterprise_id],
    }
    assert list(preview(admin_client, joint, "split", **inputs).context["form"].errors) == ["code"]


def test_an_enterprise_with_few_members_is_warned_of_when_it_stands_alone(admin_client, joint):
    enterprise = joint.coverage.first().enterprise
    MemberFactory(organization=joint, employer=enterprise)
    PolicyNumber.objects.filter(policy=Policy.OWN_ORGANIZATION_FULL_MEMBERS).delete()
    PolicyNumber.objects.create(
        policy=Policy.OWN_ORGANIZATION_FULL_MEMBERS,
        value=3,
        source="党章第三十条",
        valid_from=date(2000, 1, 1),
    )
    inputs = {**NEW, "enterprise": enterprise.pk}

    warnings = preview(admin_client, joint, "stand-alone", **inputs).context["outcome"].warnings
    assert "1 full member only" in warnings[0]
    assert "党章第三十条" in warnings[0]

    assert perform(admin_client, joint, "stand-alone", **inputs).status_code == 302
    assert Coverage.objects.on(DAY).get(enterprise=enterprise).organization.code == "ZZNEW"


def test_three_full_members_are_enough_to_stand_alone(admin_client, joint):
    enterprise = joint.coverage.first().enterprise
    for _ in range(3):
        MemberFactory(organization=joint, employer=enterprise)
    MemberFactory(organization=joint)
    warnings = (
        preview(admin_client, joint, "stand-alone", **NEW, enterprise=enterprise.pk)
        .context["outcome"]
        .warnings
    )
    assert not any("党章" in text or "Constitution" in text for text in warnings)


def test_only_a_joint_branch_offers_to_leave_it(admin_client, joint):
    for record, offered in ((joint, True), (OrganizationFactory(), False)):
        page = admin_client.get(page_of(record, "change")).content.decode()
        assert (page_of(record, "stand-alone") in page) is offered
        assert page_of(record, "merge") in page
        assert page_of(record, "split") in page


def test_a_dissolved_organization_offers_none_of_it(admin_client):
    gone = OrganizationFactory(dissolved_on=DAY, kind=Kind.JOINT_BRANCH)
    page = admin_client.get(page_of(gone, "change")).content.decode()
    for name in ("merge", "split", "stand-alone", "dissolve"):
        assert page_of(gone, name) not in page
        assert admin_client.get(page_of(gone, name)).status_code == 302


def test_an_organization_is_dissolved_and_its_members_go_elsewhere(admin_client):
    relation, other = MembershipFactory(), OrganizationFactory()
    inputs = {**SAID, "reason": "企业搬迁", "members_to": other.pk}
    assert perform(admin_client, relation.organization, "dissolve", **inputs).status_code == 302
    assert Membership.objects.on(DAY).get().organization == other
    assert relation.organization.deeds.get().document == SAID["document"]


def test_members_who_go_nowhere_keep_it(admin_client):
    relation = MembershipFactory()
    before = all_rows()
    answer = preview(admin_client, relation.organization, "dissolve", **SAID, reason="搬迁")
    assert answer.context["form"].errors
    answer = preview(
        admin_client,
        relation.organization,
        "dissolve",
        **SAID,
        reason="搬迁",
        members_to=relation.organization_id,
    )
    assert list(answer.context["form"].errors) == ["members_to"]
    assert all_rows() == before


def test_a_community_general_branch_looks_after_an_enterprise_until_it_incubates(admin_client):
    community, enterprise = as_branch(branch(area=AreaFactory())), EnterpriseFactory()

    assert (
        perform(admin_client, community, "look-after", on="2007-01-01", enterprise=enterprise.pk).status_code
        == 302
    )
    assert Coverage.objects.on(DAY).get().organization_id == community.pk

    inputs = {**NEW, "kind": "branch", "enterprises": [enterprise.pk], "initiated_by": "enterprise"}
    assert perform(admin_client, community, "incubate", **inputs).status_code == 302
    new = Organization.objects.get(code="ZZNEW")
    assert new.incubated_by_id == community.pk
    assert new.areas.get().area == community.areas.get().area
    assert Coverage.objects.on(DAY).get().organization == new

    answer = preview(admin_client, community, "look-after", on="2009-01-01", enterprise=enterprise.pk)
    assert list(answer.context["form"].errors) == ["enterprise"]


def test_a_community_general_branch_stops(admin_client):
    enterprise = EnterpriseFactory()
    community = as_branch(branch(covers=[enterprise]))
    inputs = {"on": "2008-06-30", "enterprise": enterprise.pk}
    assert perform(admin_client, community, "stop-looking-after", **inputs).status_code == 302
    assert not Coverage.objects.on(DAY).exists()
    page = admin_client.get(page_of(community, "change")).content.decode()
    assert page_of(community, "stop-looking-after") not in page
    assert page_of(community, "look-after") in page


def test_community_general_branches_merge_and_are_split(admin_client):
    community, other = as_branch(branch(covers=[EnterpriseFactory()])), branch(covers=[EnterpriseFactory()])
    assert "kind" not in admin_client.get(page_of(community, "merge")).context["form"].fields
    assert perform(admin_client, community, "merge", **SAID, into=other.pk).status_code == 302
    enterprise = other.coverage.on(DAY).first().enterprise
    inputs = {**NEW, "on": "2009-01-01", "enterprises": [enterprise.pk]}
    assert perform(admin_client, as_branch(other), "split", **inputs).status_code == 302
    assert Organization.objects.community_general_branches().filter(code="ZZNEW").exists()


def test_by_api_the_same_by_keys(joint):
    client = signed_in(*ALL)
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    address = f"/api/v1/organizations/{organization.code}/merge/"
    answer = posted(client, address, **SAID, into=joint.code, preview=True)
    assert answer.status_code == 200, answer.content
    assert answer.json()["performed"] is False
    assert posted(client, address, **SAID, into=joint.code).json()["performed"] is True
    organization.refresh_from_db()
    assert organization.successor == joint
    assert posted(client, address, **SAID, into=joint.code).status_code == 400

    enterprise = joint.coverage.on(DAY).first().enterprise
    address = f"/api/v1/organizations/{joint.code}/stand-alone/"
    body = {**NEW, "on": "2009-01-01", "enterprise": enterprise.uscc}
    assert posted(client, address, **body).json()["performed"] is True
    assert Coverage.objects.on(date(2009, 1, 1)).get(enterprise=enterprise).organization.code == "ZZNEW"


def test_by_api_a_refusal_names_its_field(joint):
    client = signed_in(*ALL)
    organization = OrganizationFactory(covers=[EnterpriseFactory()])
    into = OrganizationFactory(covers=[EnterpriseFactory()])
    before = all_rows()
    answer = posted(client, f"/api/v1/organizations/{organization.code}/merge/", **SAID, into=into.code)
    assert (answer.status_code, list(answer.json())) == (400, ["kind"])
    answer = posted(
        client, f"/api/v1/organizations/{joint.code}/split/", **NEW, kind="branch", enterprises=["X"]
    )
    assert (answer.status_code, list(answer.json())) == (400, ["enterprises"])
    assert all_rows() == before


def test_by_api_a_community_general_branch_incubates():
    client = signed_in(*ALL, "orgs.change_communitygeneralbranch", "orgs.add_coverage")
    community, enterprise = branch(), EnterpriseFactory()
    address = f"/api/v1/community-general-branches/{community.code}/"
    body = {"on": "2007-01-01", "enterprise": enterprise.uscc}
    assert posted(client, f"{address}look-after/", **body).status_code == 200
    body = {**NEW, "kind": "branch", "enterprises": [enterprise.uscc]}
    assert posted(client, f"{address}incubate/", **body).json()["performed"] is True
    assert client.get(address).json()["incubated"] == [
        {"code": "ZZNEW", "name": "新支部", "established_on": "2008-06-30"}
    ]


@pytest.mark.parametrize(
    "missing", ["members.change_member", "orgs.change_organization", "orgs.add_organization"]
)
def test_splitting_needs_each_permission(joint, missing):
    client = signed_in(*(permission for permission in ALL if permission != missing))
    address = f"/api/v1/organizations/{joint.code}/split/"
    body = {**NEW, "kind": "joint_branch", "enterprises": [joint.coverage.first().enterprise.uscc]}
    assert client.post(address, body, format="json").status_code == 403


def test_who_may_not_change_members_dissolves_without_them_alone():
    client = signed_in("orgs.change_organization")
    relation, other, empty = MembershipFactory(), OrganizationFactory(), OrganizationFactory()
    before = all_rows()
    body = {**SAID, "reason": "搬迁", "members_to": other.code}
    assert (
        posted(client, f"/api/v1/organizations/{relation.organization.code}/dissolve/", **body).status_code
        == 403
    )
    assert all_rows() == before
    address = f"/api/v1/organizations/{empty.code}/dissolve/"
    assert posted(client, address, **SAID, reason="搬迁").status_code == 200


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_who_only_reads_does_none_of_it(joint, role):
    area = AreaFactory()
    joint.areas.create(area=area, valid_from=date(2000, 1, 1))
    client = staff_client(role, area)
    for name in ("merge", "split", "stand-alone", "dissolve"):
        assert (
            client.post(f"/api/v1/organizations/{joint.code}/{name}/", {}, format="json").status_code == 403
        )


def test_an_organizer_does_it_in_the_own_area_alone(joint):
    own, foreign = AreaFactory(), AreaFactory()
    joint.areas.create(area=own, valid_from=date(2000, 1, 1))
    elsewhere = OrganizationFactory(area=foreign, kind=Kind.JOINT_BRANCH)
    enterprise = joint.coverage.first().enterprise
    enterprise.areas.create(area=own, valid_from=date(2000, 1, 1))
    client = staff_client("organizer", own)
    before = all_rows()

    address = f"/api/v1/organizations/{joint.code}/"
    answer = posted(client, f"{address}merge/", **SAID, into=elsewhere.code)
    assert (answer.status_code, list(answer.json())) == (400, ["into"])
    answer = client.post(
        f"/api/v1/organizations/{elsewhere.code}/merge/", {**SAID, "into": joint.code}, format="json"
    )
    assert answer.status_code == 404
    body = {**NEW, "kind": "branch", "enterprises": [enterprise.uscc]}
    for area in (foreign.code, None):
        assert posted(client, f"{address}split/", **body, area=area).status_code == 400
    assert all_rows() == before
    assert posted(client, f"{address}split/", **body, area=own.code).status_code == 200


def test_previews_cost_the_same_statements_whatever_they_change(admin_client, django_assert_max_num_queries):
    counts = []
    into = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(2))
    for number in (1, 3):
        organization = OrganizationFactory(
            kind=Kind.JOINT_BRANCH, covers=EnterpriseFactory.create_batch(number)
        )
        for _ in range(number):
            MemberFactory(organization=organization)
            OrganizationFactory(superior=organization)
        with django_assert_max_num_queries(200) as queries:
            answer = preview(admin_client, organization, "merge", **SAID, into=into.pk)
        assert answer.context["outcome"] is not None
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_to_merge_into_each_other_one_is_done_and_one_is_told(joint):
    other = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[EnterpriseFactory()])
    clients = signed_in(*ALL), signed_in(*ALL)

    def request(client, record, into):
        address = f"/api/v1/organizations/{record.code}/"
        headers = {"If-Match": client.get(address).headers["ETag"]}
        return lambda: client.post(
            f"{address}merge/", {**SAID, "into": into.code}, format="json", headers=headers
        )

    answers = at_once(request(clients[0], joint, other), request(clients[1], other, joint))

    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200
    assert codes[1] in (400, 409, 412)
    assert Organization.objects.in_force_on(DAY).count() == 1
