"""What the register holds, to see that a refused action changed nothing."""

from django.apps import apps

APPS = ("orgs", "members", "applications")


def all_rows():
    """Every row of the register and of its history, by table."""
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=repr)
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not model._meta.proxy
    }
