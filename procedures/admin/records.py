"""The records of the register in the admin, with their procedures."""

from django.contrib import admin
from django.http import HttpRequest

from members.admin.enterprise import EnterpriseWithMembersAdmin
from members.admin.member import MemberAdmin
from members.admin.organization import CommunityGeneralBranchWithMembersAdmin, OrganizationWithMembersAdmin
from members.admin.transfer import TransferAdmin
from members.models import Member, Transfer
from orgs.models import CommunityGeneralBranch, Enterprise, Organization
from procedures import enterprises, members, structure, transfers
from procedures.admin.pages import ProcedureAdmin
from procedures.procedure import Procedure


@admin.register(Member)
class MemberProceduresAdmin(ProcedureAdmin, MemberAdmin):
    """Members."""

    procedures = (*members.MEMBER_PROCEDURES, *transfers.MEMBER_PROCEDURES)


@admin.register(Organization)
class OrganizationProceduresAdmin(ProcedureAdmin, OrganizationWithMembersAdmin):
    """Organizations of the four counted kinds."""

    procedures = (*structure.ORGANIZATION_PROCEDURES, *transfers.ORGANIZATION_PROCEDURES)


@admin.register(CommunityGeneralBranch)
class CommunityGeneralBranchProceduresAdmin(ProcedureAdmin, CommunityGeneralBranchWithMembersAdmin):
    """Community general branches."""

    procedures = (*structure.COMMUNITY_PROCEDURES, *transfers.ORGANIZATION_PROCEDURES)


@admin.register(Enterprise)
class EnterpriseProceduresAdmin(ProcedureAdmin, EnterpriseWithMembersAdmin):
    """Enterprises."""

    procedures = enterprises.ENTERPRISE_PROCEDURES


@admin.register(Transfer)
class TransferProceduresAdmin(ProcedureAdmin, TransferAdmin):
    """Transfers, which nothing but their procedures changes."""

    procedures = transfers.TRANSFER_PROCEDURES

    def may_perform(self, request: HttpRequest, procedure: type[Procedure] | Procedure) -> bool:
        """Whoever may change transfers, though the page has no fields to write."""
        return request.user.has_perms(("members.change_transfer", *procedure.needs))
