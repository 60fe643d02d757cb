"""Party organizations, read and written: one that has members is not dissolved."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from members.actions.dissolution import (
    DissolvedBeforeItIsEstablished,
    HasMembers,
    HasOpenTransfers,
    SucceedsItself,
    correct_dissolution,
    dissolve,
)
from members.actions.elections import next_election_due
from members.actions.posts import PostWithoutRelation
from members.models import Election, Post, PostRole
from members.records import RECORDS_OF_ORGANIZATIONS
from orgs.api import organizations
from orgs.api.base import Row, RowSerializer
from orgs.api.periods import PeriodSerializer
from orgs.api.schema import described
from orgs.models import Organization


class HolderSerializer(RowSerializer):
    """Who holds a post."""

    member_no = serializers.CharField()
    name = serializers.CharField(
        required=False, help_text=gettext_lazy("Only for those who may see members.")
    )


class PostSerializer(PeriodSerializer):
    """A period in which a member holds a post of the organization."""

    role = serializers.ChoiceField(choices=PostRole.choices)
    duty = serializers.CharField(help_text=gettext_lazy("What a commissioner is responsible for."))
    member = HolderSerializer()


class ElectionSerializer(RowSerializer):
    """An election of the organization's committee or secretary."""

    held_on = serializers.DateField()
    term_ends_on = serializers.DateField(
        allow_null=True,
        help_text=gettext_lazy("The first day behind the term; null where no rule of the day set one."),
    )
    document = serializers.CharField()
    approval_number = serializers.CharField(
        help_text=gettext_lazy("Of the approval of another day than the end of the term before.")
    )


class OrganizationLifeSerializer(organizations.OrganizationDetailSerializer):
    """A Party organization with its histories, elections and posts."""

    election_due_on = serializers.DateField(
        allow_null=True,
        help_text=gettext_lazy("When the term ends that runs on the day, or ran out before it."),
    )
    elections = ElectionSerializer(many=True)
    posts = PostSerializer(many=True)


class CommunityGeneralBranchLifeSerializer(
    OrganizationLifeSerializer, organizations.CommunityGeneralBranchDetailSerializer
):
    """A community general branch with its histories, elections and posts, and what it brought about."""


class DissolvableViewSet(organizations.OrganizationViewSet):
    refusals = {
        **organizations.OrganizationViewSet.refusals,
        DissolvedBeforeItIsEstablished: "dissolved_on",
        HasMembers: "dissolved_on",
        HasOpenTransfers: "dissolved_on",
        PostWithoutRelation: "dissolved_on",
        SucceedsItself: "successor",
    }

    periods_of_records = RECORDS_OF_ORGANIZATIONS
    detail_serializer_class = OrganizationLifeSerializer

    def more(self, row: Row) -> Mapping[str, Any]:
        """Also whom it elected, and when, and who held its posts; names for those who may see members."""
        elections = Election.objects.filter(organization=row["id"]).order_by("held_on")
        posts = Post.objects.filter(organization=row["id"]).order_by("valid_from", "pk")
        who = {"member_no": "member__member_no"}
        if self.request.user.has_perm("members.view_member"):
            who["name"] = "member__name"
        return {
            **super().more(row),
            "election_due_on": next_election_due(Organization(pk=row["id"]), self.day),
            "elections": list(elections.values(*ElectionSerializer.columns())),
            "posts": [
                {"member": {name: post.pop(column) for name, column in who.items()}, **post}
                for post in posts.values("valid_from", "valid_to", "role", "duty", *who.values())
            ],
        }

    def end(self, record: Organization, ending: Mapping[str, Any]) -> None:
        """Dissolve the organization, or correct its end."""
        day, reason, successor = (ending[name] for name in organizations.ENDING)
        if record.dissolved_on is not None:
            correct_dissolution(
                organization=record, on=day, reason=reason, successor=successor, by=self.writer
            )
        elif day is not None:
            dissolve(organization=record, on=day, reason=reason, successor=successor, by=self.writer)
        elif reason or successor is not None:
            message = _("Reason and successor belong to a dissolved organization.")
            raise ValidationError({"dissolved_on": [message]})


@described(
    gettext_lazy("Party committees, general branches, branches and joint branches, also dissolved ones.")
)
class OrganizationViewSet(DissolvableViewSet):
    """The four counted kinds."""


@described(gettext_lazy("General Party branches of enterprise communities, also dissolved ones."))
class CommunityGeneralBranchViewSet(DissolvableViewSet, organizations.CommunityGeneralBranchViewSet):
    """Community general branches."""

    detail_serializer_class = CommunityGeneralBranchLifeSerializer
