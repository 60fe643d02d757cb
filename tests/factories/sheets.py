"""Factories of imports."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from sheets.models import Failure, Import, ResourceName, State
from tests.factories.accounts import UserFactory


class ImportFactory(DjangoModelFactory[Import]):
    """An import of enterprises that failed, without a file."""

    class Meta:
        model = Import

    resource = ResourceName.ENTERPRISES
    file_name = "list.csv"
    language = "en"
    state = State.FAILED
    failure = Failure.UNFORESEEN
    made_by = factory.SubFactory(UserFactory)
    made_at = factory.LazyFunction(timezone.now)
