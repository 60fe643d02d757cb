"""Factories of the work list."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from tests.factories.orgs import EnterpriseFactory
from work.models import Exemption


class ExemptionFactory(DjangoModelFactory[Exemption]):
    """An enterprise that needs no organization of its own in 2020."""

    class Meta:
        model = Exemption

    kind = "own_organization"
    enterprise = factory.SubFactory(EnterpriseFactory)
    valid_from = date(2020, 1, 1)
    valid_to = date(2021, 1, 1)
    reason = "正在搬迁"
