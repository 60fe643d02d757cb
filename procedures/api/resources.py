"""The resources of the API that have procedures."""

from members.api import members as of_members
from members.api import organizations as of_organizations
from members.api import transfers as of_transfers
from orgs.api import enterprises as of_enterprises
from procedures import enterprises, members, structure, transfers
from procedures.api.views import with_procedures

MemberViewSet = with_procedures((*members.MEMBER_PROCEDURES, *transfers.MEMBER_PROCEDURES))(
    of_members.MemberViewSet
)
OrganizationViewSet = with_procedures(
    (*structure.ORGANIZATION_PROCEDURES, *transfers.ORGANIZATION_PROCEDURES)
)(of_organizations.OrganizationViewSet)
CommunityGeneralBranchViewSet = with_procedures(
    (*structure.COMMUNITY_PROCEDURES, *transfers.ORGANIZATION_PROCEDURES)
)(of_organizations.CommunityGeneralBranchViewSet)
EnterpriseViewSet = with_procedures(enterprises.ENTERPRISE_PROCEDURES)(of_enterprises.EnterpriseViewSet)
TransferViewSet = with_procedures(transfers.TRANSFER_PROCEDURES)(of_transfers.TransferViewSet)
