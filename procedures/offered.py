"""The procedures that are offered on each kind of record, in the order of their buttons."""

from procedures import applications, enterprises, members, organizations, structure, transfers

OF_MEMBERS = (*members.MEMBER_PROCEDURES, *transfers.MEMBER_PROCEDURES)
OF_TRANSFERS = transfers.TRANSFER_PROCEDURES
OF_ORGANIZATIONS = (
    *organizations.ORGANIZATION_PROCEDURES,
    *transfers.ORGANIZATION_PROCEDURES,
    *structure.ORGANIZATION_PROCEDURES,
)
OF_COMMUNITY_GENERAL_BRANCHES = (
    *organizations.COMMUNITY_PROCEDURES,
    *transfers.ORGANIZATION_PROCEDURES,
    *structure.COMMUNITY_PROCEDURES,
)
OF_ENTERPRISES = enterprises.ENTERPRISE_PROCEDURES
OF_APPLICATIONS = applications.APPLICATION_PROCEDURES
