"""The records of the register in the admin, with their procedures."""

from django.contrib import admin
from django.http import HttpRequest

from applications.admin.application import ApplicationAdmin
from applications.models import Application
from members.admin.enterprise import EnterpriseWithMembersAdmin
from members.admin.member import MemberAdmin
from members.admin.organization import CommunityGeneralBranchWithMembersAdmin, OrganizationWithMembersAdmin
from members.admin.transfer import TransferAdmin
from members.models import Member, Transfer
from orgs.models import CommunityGeneralBranch, Enterprise, Organization
from procedures import offered
from procedures.admin.pages import ProcedureAdmin
from procedures.procedure import Procedure


@admin.register(Member)
class MemberProceduresAdmin(ProcedureAdmin, MemberAdmin):
    """Members."""

    procedures = offered.OF_MEMBERS


@admin.register(Organization)
class OrganizationProceduresAdmin(ProcedureAdmin, OrganizationWithMembersAdmin):
    """Organizations of the four counted kinds."""

    procedures = offered.OF_ORGANIZATIONS


@admin.register(CommunityGeneralBranch)
class CommunityGeneralBranchProceduresAdmin(ProcedureAdmin, CommunityGeneralBranchWithMembersAdmin):
    """Community general branches."""

    procedures = offered.OF_COMMUNITY_GENERAL_BRANCHES


@admin.register(Enterprise)
class EnterpriseProceduresAdmin(ProcedureAdmin, EnterpriseWithMembersAdmin):
    """Enterprises."""

    procedures = offered.OF_ENTERPRISES


@admin.register(Transfer)
class TransferProceduresAdmin(ProcedureAdmin, TransferAdmin):
    """Transfers, which nothing but their procedures changes."""

    procedures = offered.OF_TRANSFERS

    def may_perform(self, request: HttpRequest, procedure: type[Procedure] | Procedure) -> bool:
        """Whoever may change transfers, though the page has no fields to write."""
        return request.user.has_perms(("members.change_transfer", *procedure.needs))


@admin.register(Application)
class ApplicationProceduresAdmin(ProcedureAdmin, ApplicationAdmin):
    """Applications, which nothing but their procedures changes."""

    change_form_template = "admin/applications/change_form.html"
    procedures = offered.OF_APPLICATIONS

    def may_perform(self, request: HttpRequest, procedure: type[Procedure] | Procedure) -> bool:
        """Whoever may change applications, though the page has no fields to write."""
        return request.user.has_perms(("applications.change_application", *procedure.needs))
