"""What is stored, to see that an action which refuses changed nothing."""

from contextlib import contextmanager

import pytest
from django.apps import apps

APPS = ("orgs", "members")


def stored():
    """Every row of the register, its history too, by table."""
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return {
        model._meta.label: sorted(map(repr, model._default_manager.values_list()))
        for model in models
        if not model._meta.proxy
    }


@contextmanager
def refused(kind):
    """Expect a refusal of `kind` that changes no row; gives what pytest knows of it."""
    before = stored()
    with pytest.raises(kind) as refusal:
        yield refusal
    assert stored() == before
