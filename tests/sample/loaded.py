"""The sample register, loaded once for the tests of a class."""

from collections import defaultdict
from datetime import date

from django.apps import apps
from django.test import TestCase

from orgs.models import PolicyNumber
from sample.loading import load

MODELS = [
    model for label in ("orgs", "members") for model in apps.get_app_config(label).get_models()
    if hasattr(model, "history") and not model._meta.proxy and model is not PolicyNumber
]  # fmt: skip
"""What the sample has rows of; numbers of policy come from a migration."""


class LoadedSample(TestCase):
    """Loaded once; the tests change nothing."""

    @classmethod
    def setUpTestData(cls):
        load()


def periods_in(queryset, *, key):
    """Lists of (from, until) in order, by key; until is never empty."""
    found = defaultdict(list)
    for *values, first, until in queryset.values_list(*key, "valid_from", "valid_to").order_by("valid_from"):
        found[tuple(values) if len(values) > 1 else values[0]].append((first, until or date.max))
    return found
