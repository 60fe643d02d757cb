"""Organizations with their members; an organization that has members is not dissolved."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.actions.dissolution import (
    AlreadyDissolved,
    DissolvedBeforeItIsEstablished,
    HasMembers,
    SucceedsItself,
    dissolve,
)
from members.models import Member
from orgs.actions.endings import OutlastsItsOwner
from orgs.admin.base import number_of
from orgs.admin.endings import EndingForm
from orgs.admin.organization import CommunityGeneralBranchAdmin, OrganizationAdmin, OrganizationBaseAdmin
from orgs.models import CommunityGeneralBranch, Organization
from orgs.periods import holds_on


class DissolveForm(EndingForm):
    """When an organization is dissolved, why, and who succeeds it."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
    successor = forms.ModelChoiceField(
        Organization.objects.all(), label=_("Successor"), required=False,
        widget=AutocompleteSelect(Organization._meta.get_field("successor"), admin.site),
    )  # fmt: skip


class DissolvableAdmin(OrganizationBaseAdmin):
    """An organization with its members, dissolved by `dissolve`."""

    ending_url = "dissolve"
    ending_label = _("Dissolve…")
    ending_done = _("The organization was dissolved.")
    ending_form = DissolveForm
    ended_field = "dissolved_on"
    already_ended = AlreadyDissolved
    ending_errors = {
        DissolvedBeforeItIsEstablished: "on", HasMembers: "on", OutlastsItsOwner: "on", SucceedsItself: "successor",
    }  # fmt: skip

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

    def end(self, record: Organization, form: EndingForm, request: HttpRequest) -> None:
        given = form.cleaned_data
        dissolve(
            organization=record, on=given["on"], by=request.user,  # type: ignore[arg-type]
            reason=given["reason"], successor=given["successor"],
        )  # fmt: skip

    def links(self, request: HttpRequest, record: Organization) -> list[tuple[str, str]]:
        found = super().links(request, record)
        if request.user.has_perm("members.view_member"):
            address = reverse("admin:members_member_changelist", query={"organization": record.pk})
            found.append((address, gettext("Members")))
        return found


@admin.register(Organization)
class OrganizationWithMembersAdmin(DissolvableAdmin, OrganizationAdmin):
    """Organizations of the four counted kinds, with their members."""

    list_display = [
        "code", "name_sorted", "kind_today", "area_today", "enterprises_today", "members_today",
        "established_on", "dissolved_on",
    ]  # fmt: skip


@admin.register(CommunityGeneralBranch)
class CommunityGeneralBranchWithMembersAdmin(DissolvableAdmin, CommunityGeneralBranchAdmin):
    """Community general branches, with their members."""

    list_display = [
        "code", "name_sorted", "area_today", "enterprises_today", "members_today", "established_on", "dissolved_on",
    ]  # fmt: skip
