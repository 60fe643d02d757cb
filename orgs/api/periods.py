"""The shapes of periods and of what they link, in the details of what they belong to."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orgs.api.base import RowSerializer


class PeriodSerializer(RowSerializer):
    """A period: from one day until, exclusively, another."""

    valid_from = serializers.DateField()
    valid_to = serializers.DateField(
        allow_null=True, help_text=_("The first day on which it no longer holds; null while it lasts.")
    )


class AreaPeriodSerializer(PeriodSerializer):
    """A period in an area."""

    area = serializers.CharField(allow_null=True, help_text=_("Code; null: in no area of the register."))


class EnterpriseReferenceSerializer(RowSerializer):
    """An enterprise, named."""

    uscc = serializers.CharField()
    name = serializers.CharField()


class OrganizationReferenceSerializer(RowSerializer):
    """An organization, named."""

    code = serializers.CharField()
    name = serializers.CharField()
