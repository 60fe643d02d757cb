"""The records of the register in the admin, with their procedures."""

from django.contrib import admin

from members.admin.enterprise import EnterpriseWithMembersAdmin
from members.admin.member import MemberAdmin
from members.admin.organization import CommunityGeneralBranchWithMembersAdmin, OrganizationWithMembersAdmin
from members.models import Member
from orgs.models import CommunityGeneralBranch, Enterprise, Organization
from procedures import enterprises, members, structure
from procedures.admin.pages import ProcedureAdmin


@admin.register(Member)
class MemberProceduresAdmin(ProcedureAdmin, MemberAdmin):
    """Members."""

    procedures = members.MEMBER_PROCEDURES


@admin.register(Organization)
class OrganizationProceduresAdmin(ProcedureAdmin, OrganizationWithMembersAdmin):
    """Organizations of the four counted kinds."""

    procedures = structure.ORGANIZATION_PROCEDURES


@admin.register(CommunityGeneralBranch)
class CommunityGeneralBranchProceduresAdmin(ProcedureAdmin, CommunityGeneralBranchWithMembersAdmin):
    """Community general branches."""

    procedures = structure.COMMUNITY_PROCEDURES


@admin.register(Enterprise)
class EnterpriseProceduresAdmin(ProcedureAdmin, EnterpriseWithMembersAdmin):
    """Enterprises."""

    procedures = enterprises.ENTERPRISE_PROCEDURES
