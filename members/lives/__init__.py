"""The lives of members, organizations and enterprises, told from what is stored of them."""

from members.lives.enterprise import life_of_enterprise
from members.lives.entry import Entry, told
from members.lives.member import life_of_member
from members.lives.organization import life_of_organization

__all__ = ["Entry", "life_of_enterprise", "life_of_member", "life_of_organization", "told"]
