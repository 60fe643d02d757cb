"""Enterprises with the members whom they employ."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.admin.life import LifeAdmin
from members.lives import Entry, life_of_enterprise
from members.models import Member
from orgs.admin.base import number_of
from orgs.admin.enterprise import EnterpriseAdmin
from orgs.models import Enterprise


class EnterpriseWithMembersAdmin(LifeAdmin, EnterpriseAdmin):
    """Enterprises, with the count of full members whose current employer each is."""

    list_display = ["uscc", "name_sorted", "area_today", "full_members", "mode_today", "registered_on"]

    @admin.display(description=_("full members"))
    def full_members(self, row: Any) -> int:
        return row.full_members  # type: ignore[no-any-return]

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        employed = Member.objects.full_on(day).filter(employer=OuterRef("pk"))
        counted = number_of(employed, "employer")
        return super().with_columns(rows, day).annotate(full_members=counted)  # type: ignore[no-any-return]

    def life(self, request: HttpRequest, record: Enterprise) -> list[Entry]:
        may_see_instructors = request.user.has_perm("orgs.view_instructor")
        return life_of_enterprise(record, with_instructors=may_see_instructors)

    def links(self, request: HttpRequest, record: Enterprise) -> list[tuple[str, str]]:
        found = super().links(request, record)
        if request.user.has_perm("members.view_member"):
            address = reverse("admin:members_member_changelist", query={"employer": record.pk})
            found.append((address, gettext("Members employed")))
        return found
