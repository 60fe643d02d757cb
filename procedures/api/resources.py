"""The resources of the API that have procedures."""

from applications.api import applications as of_applications
from members.api import members as of_members
from members.api import organizations as of_organizations
from members.api import transfers as of_transfers
from orgs.api import enterprises as of_enterprises
from procedures import offered
from procedures.api.views import with_procedures

MemberViewSet = with_procedures(offered.OF_MEMBERS)(of_members.MemberViewSet)
OrganizationViewSet = with_procedures(offered.OF_ORGANIZATIONS)(of_organizations.OrganizationViewSet)
CommunityGeneralBranchViewSet = with_procedures(offered.OF_COMMUNITY_GENERAL_BRANCHES)(
    of_organizations.CommunityGeneralBranchViewSet
)
EnterpriseViewSet = with_procedures(offered.OF_ENTERPRISES)(of_enterprises.EnterpriseViewSet)
TransferViewSet = with_procedures(offered.OF_TRANSFERS)(of_transfers.TransferViewSet)
ApplicationViewSet = with_procedures(offered.OF_APPLICATIONS)(of_applications.ApplicationViewSet)
