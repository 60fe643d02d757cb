"""The same change by the admin and by the API leaves the same rows."""

import pytest
from django.db import transaction
from django.urls import reverse

from members.models import Member, Membership
from orgs.models import (
    AboveScale,
    Area,
    Coverage,
    Designation,
    Enterprise,
    EnterpriseArea,
    Instructor,
    Kind,
    Organization,
    OrganizationArea,
    OrganizationKind,
)
from secrecy.fields import EncryptedField
from tests.factories.accounts import UserFactory
from tests.factories.admin import filled_in, send, with_row
from tests.factories.api import added, patched, token_client
from tests.factories.members import MemberFactory
from tests.factories.orgs import (
    START,
    AreaFactory,
    EnterpriseFactory,
    InstructorFactory,
    OrganizationFactory,
    credit_code,
)

pytestmark = pytest.mark.django_db
TABLES = (
    Enterprise, EnterpriseArea, AboveScale, Organization, OrganizationKind, OrganizationArea, Coverage, Instructor,
    Designation, Member, Membership,
)  # fmt: skip


def rows():
    """Every row of the register but for its id, which is none of the writer's business."""
    found = {}
    for model in TABLES:
        names = [
            f"{field.name}__{KEYS[field.related_model]}" if field.remote_field else field.name
            for field in model._meta.concrete_fields
            # A ciphertext is never the same twice; its index tells whether the value is.
            if field.name not in {"id", "row_key"} and not isinstance(field, EncryptedField)
        ]
        found[model.__name__] = sorted(model.objects.values_list(*names), key=str)
    return found


KEYS = {Enterprise: "uscc", Organization: "code", Member: "member_no", Area: "code"}


class Register:
    """A small register, and its two ways in."""

    def __init__(self, page):
        self.page = page
        self.api = token_client(UserFactory(is_superuser=True))
        self.area, self.other_area = AreaFactory.create_batch(2)
        self.enterprise = EnterpriseFactory(area=self.area, above_scale_from=START, legal_form="国有")
        self.other_enterprise = EnterpriseFactory()
        self.organization = OrganizationFactory(area=self.area, covers=[self.enterprise])
        self.joint = OrganizationFactory(kind=Kind.JOINT_BRANCH, covers=[self.enterprise])
        self.elsewhere = OrganizationFactory(covers=[self.other_enterprise])
        self.member = MemberFactory(organization=self.organization)
        self.instructor = InstructorFactory(enterprise=self.enterprise)

    def saved(self, record, table, row=None, **values):
        """Save the page of `record` with `values`; with `row`, (prefix, values), a row more."""
        address = reverse(f"admin:{table}_change", args=[record.pk])
        data = filled_in(self.page.get(address)) | values
        answer = self.page.post(address, with_row(data, row[0], **row[1]) if row else data)
        assert answer.status_code == 302

    def entered(self, table, **values):
        answer = self.page.post(reverse(f"admin:{table}_add"), values)
        assert answer.status_code == 302, answer.context["errors"]

    def ended(self, record, table, page, **values):
        address = reverse(f"admin:{table}_{page}", args=[record.pk])
        assert send(self.page, address, values).status_code == 302

    def performed(self, path, name, **body):
        address = f"/api/v1/{path}/"
        headers = {"If-Match": self.api.get(address).headers["ETag"]}
        answer = self.api.post(f"{address}{name}/", body, format="json", headers=headers)
        assert answer.status_code == 200, answer.json()

    def patch(self, path, **body):
        answer = patched(self.api, f"/api/v1/{path}/", body)
        assert answer.status_code == 200, answer.json()

    def post(self, path, **body):
        answer = added(self.api, f"/api/v1/{path}/", body)
        assert answer.status_code == 201, answer.json()


NEW = {"uscc": credit_code(77), "name": "甲电器", "registered_on": "2001-01-01", "legal_form": "外资"}
BRANCH = {"code": "NEW", "name": "甲党支部", "established_on": "2001-01-01", "initiated_by": "enterprise"}
PERSON = {"member_no": "NEW", "name": "单雄信", "sex": "male", "full_on": "2001-01-01"}
CLOSING = {"on": "2008-06-30", "document": "党字1号"}
CASES = {
    "an enterprise is registered": (
        lambda r: r.entered("orgs_enterprise", **NEW, area=r.area.pk, above_scale_from="2002-01-01"),
        lambda r: r.post("enterprises", **NEW, area=r.area.code, above_scale_from="2002-01-01"),
    ),
    "an enterprise is renamed, its ownership left to its form": (
        lambda r: r.saved(r.enterprise, "orgs_enterprise", name="单家电器", ownership="", employees="5"),
        lambda r: r.patch(f"enterprises/{r.enterprise.uscc}", name="单家电器", ownership="", employees=5),
    ),
    "an enterprise is registered earlier": (
        lambda r: r.saved(r.enterprise, "orgs_enterprise", registered_on="1999-05-05"),
        lambda r: r.patch(f"enterprises/{r.enterprise.uscc}", registered_on="1999-05-05"),
    ),
    "an enterprise lies elsewhere": (
        lambda r: r.saved(r.enterprise, "orgs_enterprise", **{"areas-0-area": r.other_area.pk}),
        lambda r: r.patch(f"enterprises/{r.enterprise.uscc}", area=r.other_area.code),
    ),
    "an enterprise is above scale no longer": (
        lambda r: r.saved(r.enterprise, "orgs_enterprise", **{"above_scale_periods-0-valid_to": "2008-01-01"}),
        lambda r: r.patch(f"enterprises/{r.enterprise.uscc}", above_scale_from="2000-01-01",
                          above_scale_to="2008-01-01"),
    ),
    "an enterprise closes": (
        lambda r: r.ended(r.enterprise, "orgs_enterprise", "close", **CLOSING, dissolve_organizations="on",
                          members_to=r.elsewhere.pk),
        lambda r: r.performed(f"enterprises/{r.enterprise.uscc}", "close", **CLOSING,
                              dissolve_organizations=True, members_to=r.elsewhere.code),
    ),
    "an organization is established": (
        lambda r: r.entered("orgs_organization", **BRANCH, kind="branch", area=r.area.pk, superior=r.joint.pk),
        lambda r: r.post("organizations", **BRANCH, kind="branch", area=r.area.code, superior=r.joint.code),
    ),
    "a community general branch is established": (
        lambda r: r.entered("orgs_communitygeneralbranch", **BRANCH, area=r.area.pk),
        lambda r: r.post("community-general-branches", **BRANCH, area=r.area.code),
    ),
    "an organization is of another kind from another day": (
        lambda r: r.saved(r.organization, "orgs_organization", established_on="1999-05-05",
                          **{"kinds-0-kind": "committee"}),
        lambda r: r.patch(f"organizations/{r.organization.code}", established_on="1999-05-05", kind="committee"),
    ),
    "an organization is dissolved": (
        lambda r: r.ended(r.joint, "orgs_organization", "dissolve", on="2008-06-30", document="5号", reason="合并",
                          successor=r.organization.pk),
        lambda r: r.performed(f"organizations/{r.joint.code}", "dissolve", on="2008-06-30", document="5号",
                              reason="合并", successor=r.organization.code),
    ),
    "an organization covers an enterprise more": (
        lambda r: r.saved(r.joint, "orgs_organization",
                          ("coverage", {"enterprise": r.other_enterprise.pk, "valid_from": "2007-01-01"})),
        lambda r: r.post("coverage", organization=r.joint.code, enterprise=r.other_enterprise.uscc,
                         valid_from="2007-01-01"),
    ),
    "a coverage period ends": (
        lambda r: r.saved(r.joint, "orgs_organization", **{"coverage-0-valid_to": "2008-01-01"}),
        lambda r: r.patch(f"coverage/{r.joint.coverage.get().pk}", valid_to="2008-01-01"),
    ),
    "a member is registered": (
        lambda r: r.entered("members_member", **PERSON, phone="13700000000", employer=r.enterprise.pk,
                            organization=r.joint.pk, relation_from="2002-01-01"),
        lambda r: r.post("members", **PERSON, phone="13700000000", enterprise=r.enterprise.uscc,
                         organization=r.joint.code, relation_from="2002-01-01"),
    ),
    "a member's membership ends": (
        lambda r: r.ended(r.member, "members_member", "end", on="2008-06-30", reason="death"),
        lambda r: r.patch(f"members/{r.member.member_no}", ended_on="2008-06-30", ended_reason="death"),
    ),
    "a member's relation is with another organization": (
        lambda r: r.saved(r.member, "members_member", **{"memberships-0-organization": r.joint.pk}),
        lambda r: r.patch(f"members/{r.member.member_no}", relation_from="2000-01-01", organization=r.joint.code),
    ),
    "an instructor is sent": (
        lambda r: r.entered("orgs_instructor", name="单五", enterprise=r.enterprise.pk, valid_from="2005-01-01",
                            phone="1"),
        lambda r: r.post("instructors", name="单五", enterprise=r.enterprise.uscc, valid_from="2005-01-01", phone="1"),
    ),
    "an instructor is called back": (
        lambda r: r.saved(r.instructor, "orgs_instructor", valid_to="2008-01-01"),
        lambda r: r.patch(f"instructors/{r.instructor.pk}", valid_to="2008-01-01"),
    ),
    "a title is awarded": (
        lambda r: r.entered("orgs_designation", enterprise=r.enterprise.pk, title="vigorous_harmonious", level="city",
                            valid_from="2005-01-01"),
        lambda r: r.post("designations", enterprise=r.enterprise.uscc, title="vigorous_harmonious", level="city",
                         awarded_on="2005-01-01"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_same_change_by_the_admin_and_by_the_api_leaves_the_same_rows(admin_client, case):
    register = Register(admin_client)
    begun, left = rows(), []
    for way in CASES[case]:
        begin = transaction.savepoint()
        way(register)
        left.append(rows())
        transaction.savepoint_rollback(begin)  # for the other way to begin from the same rows

    assert rows() == begun
    assert left[0] == left[1] != begun
