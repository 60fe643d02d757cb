"""The database itself refuses to change or remove what is recorded."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

YEARS = 3
"""So old is what may be removed, but for models that are `kept_forever`; and nothing may be changed."""

_REFUSAL = "what is recorded is not changed"


def guarded_models() -> list[type[models.Model]]:
    """The models of rows that are written once, in the order of their tables' names."""
    found = (model for model in apps.get_models() if hasattr(model, "written_at"))
    return sorted(found, key=lambda model: model._meta.db_table)


def _on_postgresql(table: str, column: str, *, forever: bool) -> Iterable[str]:
    yield (
        "CREATE OR REPLACE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    name, refuse = f"{table}_stays", "EXECUTE FUNCTION refuse_change_of_record()"
    young = "" if forever else f"WHEN (OLD.\"{column}\" > now() - interval '{YEARS} years') "
    yield f'CREATE TRIGGER "{name}_update" BEFORE UPDATE ON "{table}" FOR EACH ROW {refuse}'
    yield f'CREATE TRIGGER "{name}_delete" BEFORE DELETE ON "{table}" FOR EACH ROW {young}{refuse}'
    yield f'CREATE TRIGGER "{name}_truncate" BEFORE TRUNCATE ON "{table}" {refuse}'


def _on_sqlite(table: str, column: str, *, forever: bool) -> Iterable[str]:
    name, refuse = f"{table}_stays", f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    young = "" if forever else f"WHEN OLD.\"{column}\" > datetime('now', '-{YEARS} years') "
    yield f'CREATE TRIGGER "{name}_update" BEFORE UPDATE ON "{table}" {refuse}'
    yield f'CREATE TRIGGER "{name}_delete" BEFORE DELETE ON "{table}" {young}{refuse}'


_STATEMENTS = {"postgresql": _on_postgresql, "sqlite": _on_sqlite}


def guards(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The tables that have guards in this database, by the guards' names."""
    queries = {
        "postgresql": (
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgname LIKE '%%\\_stays\\_%%'"
        ),
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_stays_%%'",
    }
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor], [])
        return dict(cursor.fetchall())


def guard_after_migrate(*, using: str, **_signal: Any) -> None:
    """Guard every table of the record that lacks its guards.

    A receiver of Django's `post_migrate`: so tables of later migrations are guarded too, and those that
    SQLite rebuilt, whose triggers it drops.
    """
    connection = connections[using]
    existing = connection.introspection.table_names()
    guarded = set(guards(connection).values())
    for model in guarded_models():
        table = model._meta.db_table
        if table in existing and table not in guarded:
            column: Any = model._meta.get_field(model.written_at)  # type: ignore[attr-defined]
            forever = getattr(model, "kept_forever", False)
            with connection.cursor() as cursor:
                for statement in _STATEMENTS[connection.vendor](table, column.column, forever=forever):
                    cursor.execute(statement)
