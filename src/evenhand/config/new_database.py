"""A new database, made as the last migration leaves it.

To go through all of them, as a database does that was there before, takes ten times as long: each
is shown the models as they were then. What comes out is the same, as a test says.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from evenhand.hiring.at_rest.keys import make_first_key
from evenhand.hiring.at_rest.models import AnswerKey
from evenhand.hiring.record import append_only


def make_if_new(now: datetime) -> None:
    """Make the tables where there are none yet, and note every migration as applied.

    All or nothing: where it is cut off, the database is as empty as before.
    """
    if connection.introspection.table_names():
        return
    key = make_first_key()  # on the disk before anything is sealed with it
    recorder, loader = MigrationRecorder(connection), MigrationLoader(connection)
    # Not the models of the code: the ids of two of Django's own tables would be wider.
    models: list[type[Model]] = [recorder.Migration, *loader.project_state().apps.get_models()]
    with connection.schema_editor() as editor:
        for model in models:
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        append_only.install(connection)
        AnswerKey.objects.create(pk=key, made_at=now, finished_at=now)
        nodes = loader.graph.nodes
        recorder.migration_qs.bulk_create(
            recorder.Migration(app=app, name=name)
            for node in nodes
            for app, name in (*nodes[node].replaces, node)
        )
