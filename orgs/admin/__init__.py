"""The ground floor's admin. Enterprises and organizations show members, so that floor registers them."""

from orgs.admin import area, designation, instructor, policy, practice

__all__ = ["area", "designation", "instructor", "policy", "practice"]
