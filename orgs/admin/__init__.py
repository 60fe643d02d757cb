"""The ground floor's admin; what shows members, or has procedures, a higher floor registers."""

from orgs.admin import area, designation, instructor, policy, practice

__all__ = ["area", "designation", "instructor", "policy", "practice"]
