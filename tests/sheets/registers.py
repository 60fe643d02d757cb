"""What the register is at a moment, to be compared with another."""

from django.apps import apps
from simple_history.models import HistoricalChanges

from secrecy.fields import ChangeCountField, Protected


def register():
    """All rows of the register by table: protected values in clear, without the counts of their changes."""
    return {
        model._meta.label: sorted(
            tuple(_readable(getattr(row, column.attname)) for column in _columns(model))
            for row in model._base_manager.all()
        )
        for app in ("orgs", "members")
        for model in apps.get_app_config(app).get_models()
        if not issubclass(model, HistoricalChanges)
    }


def _columns(model):
    return [column for column in model._meta.concrete_fields if not isinstance(column, ChangeCountField)]


def _readable(value):
    return str(value.reveal() if isinstance(value, Protected) else value)
