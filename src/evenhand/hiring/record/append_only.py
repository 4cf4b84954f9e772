"""Triggers that keep the ledger append-only, whoever writes the SQL.

They stop mistakes and casual edits. Who owns the database can drop them: against that person stand
the signed checkpoints, which no longer fit.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "hiring_ledgerentry"
REFUSAL = "the ledger is append-only"

_SQLITE = {
    "ledger_no_update": "BEFORE UPDATE ON {table}",
    "ledger_no_delete": "BEFORE DELETE ON {table}",
    # INSERT OR REPLACE deletes without running the trigger above.
    "ledger_no_replace": "BEFORE INSERT ON {table}"
    " WHEN EXISTS (SELECT 1 FROM {table} WHERE seq = NEW.seq)",
}
_POSTGRESQL = {
    "ledger_no_update": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW",
    "ledger_no_truncate": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, or make them anew."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, when in _SQLITE.items():
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} {when.format(table=TABLE)}"
                    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
            return
        cursor.execute(
            "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        for name, when in _POSTGRESQL.items():
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {name} {when.format(table=TABLE)}"
                " EXECUTE FUNCTION ledger_refuse()"
            )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for undoing the migration, and for emptying a test database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name in _POSTGRESQL:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
