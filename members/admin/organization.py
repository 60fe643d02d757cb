"""Organizations with their members, elections and posts."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.actions.posts import PostWithoutRelation, end_posts_without_relation
from members.admin.life import LifeAdmin
from members.lives import Entry, life_of_organization
from members.lives.organization import sizes_of_organization
from members.models import Election, Member, Post
from members.records import RECORDS_OF_ORGANIZATIONS
from orgs.admin.base import number_of
from orgs.admin.organization import CommunityGeneralBranchAdmin, OrganizationAdmin, OrganizationBaseAdmin
from orgs.admin.periods import ReadOnlyInline
from orgs.models import Organization
from orgs.periods import holds_on


class ElectionInline(ReadOnlyInline):
    """The elections of an organization, the latest first."""

    model = Election
    fields = ["held_on", "term_ends_on", "document", "approval_number"]
    ordering = ["-held_on"]


class PostInline(ReadOnlyInline):
    """The posts of an organization, the latest first."""

    model = Post
    fields = ["role", "duty", "member", "valid_from", "valid_to"]
    ordering = ["-valid_from", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("member")


class WithMembersAdmin(LifeAdmin, OrganizationBaseAdmin):
    """An organization with its members."""

    refusals = (*OrganizationBaseAdmin.refusals, PostWithoutRelation)
    history_of_periods = RECORDS_OF_ORGANIZATIONS

    @admin.display(description=_("members"))
    def members_today(self, row: Any) -> int:
        return row.members  # type: ignore[no-any-return]

    def with_columns(self, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        counted = Member.objects.full_on(day) | Member.objects.probationary_on(day)
        belonging = counted.filter(
            holds_on(day, prefix="memberships__"), memberships__organization=OuterRef("pk")
        )
        members = number_of(belonging, "memberships__organization")
        return super().with_columns(rows, day).annotate(members=members)  # type: ignore[no-any-return]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        end_posts_without_relation(form.instance.posts.all(), by=request.user)  # type: ignore[arg-type]

    def life(self, request: HttpRequest, record: Organization) -> list[Entry]:
        return life_of_organization(record, with_posts=request.user.has_perm("members.view_member"))

    def beside_life(self, request: HttpRequest, record: Organization) -> dict[str, Any]:
        return {"sizes": sizes_of_organization(record, timezone.localdate())}

    def links(self, request: HttpRequest, record: Organization) -> list[tuple[str, str]]:
        found = super().links(request, record)
        if request.user.has_perm("members.view_member"):
            address = reverse("admin:members_member_changelist", query={"organization": record.pk})
            found.append((address, gettext("Members")))
        return found


class OrganizationWithMembersAdmin(WithMembersAdmin, OrganizationAdmin):
    """Organizations of the four counted kinds, with their members."""

    inlines = [*OrganizationAdmin.inlines, ElectionInline, PostInline]
    list_display = [
        "code", "name_sorted", "kind_today", "area_today", "enterprises_today", "members_today",
        "established_on", "dissolved_on",
    ]  # fmt: skip


class CommunityGeneralBranchWithMembersAdmin(WithMembersAdmin, CommunityGeneralBranchAdmin):
    """Community general branches, with their members."""

    inlines = [*CommunityGeneralBranchAdmin.inlines, ElectionInline, PostInline]
    list_display = [
        "code", "name_sorted", "area_today", "enterprises_today", "members_today", "established_on", "dissolved_on",
    ]  # fmt: skip
