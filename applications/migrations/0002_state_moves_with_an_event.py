"""The database refuses a change of the state that no event tells, and an application that is no draft at first."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE, EVENTS = "applications_application", "applications_applicationevent"
NAME = "application_state_moves_with_an_event"
REFUSAL = "the state of an application changes with an event"
UNTOLD = (
    f'NOT EXISTS (SELECT 1 FROM "{EVENTS}" '  # noqa: S608, names that stand above
    "WHERE application_id = NEW.id AND number = NEW.moves AND from_state = OLD.state AND to_state = NEW.state)"
)


def _on_postgresql():
    yield (
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (TG_OP = 'INSERT' AND NEW.state <> 'draft') "
        f"OR (TG_OP = 'UPDATE' AND NEW.state <> OLD.state AND {UNTOLD}) THEN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    yield (
        f'CREATE TRIGGER "{NAME}" BEFORE INSERT OR UPDATE ON "{TABLE}" FOR EACH ROW EXECUTE FUNCTION {NAME}()'
    )


def _on_sqlite():
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    yield f'CREATE TRIGGER "{NAME}" BEFORE UPDATE ON "{TABLE}" WHEN NEW.state <> OLD.state AND {UNTOLD} {refuse}'
    yield f"""CREATE TRIGGER "{NAME}_insert" BEFORE INSERT ON "{TABLE}" WHEN NEW.state <> 'draft' {refuse}"""


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    statements = {"postgresql": _on_postgresql, "sqlite": _on_sqlite}[editor.connection.vendor]
    for statement in statements():
        editor.execute(statement)


def release(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f'DROP TRIGGER "{NAME}" ON "{TABLE}"')
        editor.execute(f"DROP FUNCTION {NAME}()")
    else:
        editor.execute(f'DROP TRIGGER "{NAME}"')
        editor.execute(f'DROP TRIGGER "{NAME}_insert"')


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [migrations.RunPython(guard, release)]
