"""PostgreSQL keeps samples of a table's values among its statistics; those of protected columns it must not."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from secrecy.fields import INDEX, protected_fields


def keep_out_of_statistics(model: str) -> migrations.RunPython:
    """A migration step: of the protected columns of `model`, `"app.Model"`, and their indexes nothing is sampled.

    Samples outlive a rotation of the keys, and who reads them needs no permission to read the table. What looks for
    a number finds it by its index nevertheless.
    """
    app_label, model_name = model.split(".")

    def sample(apps: StateApps, editor: BaseDatabaseSchemaEditor, target: int) -> None:
        if editor.connection.vendor != "postgresql":
            return
        found = apps.get_model(app_label, model_name)._meta
        for protected in protected_fields(found.model):
            for name in (protected.name, protected.name + INDEX):
                column = found.get_field(name).column
                editor.execute(
                    f'ALTER TABLE "{found.db_table}" ALTER COLUMN "{column}" SET STATISTICS {target}'
                )

    return migrations.RunPython(
        lambda apps, editor: sample(apps, editor, 0), lambda apps, editor: sample(apps, editor, -1)
    )
