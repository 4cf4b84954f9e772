"""An installed copy with the data of two organisations comes up to date, on the run's database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings
from tests import postgres

from evenhand.config import new_database
from evenhand.config.new_database import make_if_new
from evenhand.hiring.judging.queries import active_panel
from evenhand.hiring.models import (
    Activation,
    Answer,
    Application,
    Candidate,
    DescribedJudge,
    DescribedPanel,
    FitInUse,
    GateRun,
    JudgeCall,
    KeptAside,
    Organisation,
    Sitting,
    StoredFit,
    VerdictRow,
)

INSTALLED = ("hiring", "0018_decisions")
SHARED, OTHER = "a" * 64, "b" * 64
PANEL, FIT = "c" * 64, "d" * 64
WORDS = "I would look at the logs of the last week first."
SENT = {("ok", 2): 3, ("timeout", 3): 4, ("resting", 1): 1, ("budget", 0): 0, ("hit", 0): 0}
"""How often the text of a call left, by how it ended and its retries."""
QUOTES = [["says", "the logs", 16, 24]]


@contextmanager
def another_database(folder: Path, name: str) -> Iterator[None]:
    """Let the connection lead to an empty database of the same kind for a while."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "postgresql":
        postgres.address(dict(os.environ), name)
        connection.settings_dict["NAME"] = name
    else:
        connection.settings_dict["NAME"] = str(folder / f"{name}.sqlite3")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[SimpleNamespace]:
    """The ids of what two organisations had, in a database that has just been brought up to date.

    Both use the pack `SHARED` by one activation of the first; of `OTHER` the second was read by
    other judges than those of the first one's fit.
    """
    folder, now = tmp_path_factory.mktemp("forward"), datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    away = override_settings(HOME=folder)
    with away, django_db_blocker.unblock(), another_database(folder, "forward"):
        executor = MigrationExecutor(connection)
        others = [key for key in executor.loader.graph.leaf_nodes() if key[0] != "hiring"]
        executor.migrate([INSTALLED])
        had = fill(executor.loader.project_state(INSTALLED).apps, now)
        executor = MigrationExecutor(connection)
        executor.migrate([*others, *executor.loader.graph.leaf_nodes("hiring")])
        yield had


def fill(apps: Any, now: datetime) -> SimpleNamespace:
    model = {one.__name__: one.objects for one in apps.get_app_config("hiring").get_models()}
    for digest in (SHARED, OTHER):
        model["PackVersion"].create(
            hash=digest, pack_id="ml", version="1", name="ML", taken_in_at=now
        )
    had = SimpleNamespace(organisations=[], users=[], answers=[])
    for number, readers in enumerate(((PANEL, PANEL), (PANEL, "e" * 64))):
        whose = model["Organisation"].create(name=f"O{number}", created_at=now)
        user = model["User"].create(
            password="!", email=f"u{number}@example.org", organisation=whose
        )
        had.organisations.append(whose.pk)
        had.users.append(user)
        for pack, reader in zip((SHARED, OTHER), readers, strict=True):
            had.answers.append(apply(model, pack, reader, user, now))
    for pack, version in ((SHARED, FIT), (OTHER, "f" * 64)):
        fit = model["StoredFit"].create(
            version=version, pack_id=pack, panel="careful", panel_version=PANEL, components="{}",
            inputs_sha256="0" * 64, ratings=9, candidates=20, converged=True, provisional=False,
            notes=["a note"], fitted_at=now,
        )  # fmt: skip
        model["FitInUse"].create(pack_id=pack, panel_version=PANEL, fit=fit, since=now)
    activate(model, had.users[0], now)
    mixed = model["Answer"].get(pk=had.answers[0]).sitting
    other = model["Answer"].create(prompt="q", text=WORDS, saved_at=now, sitting=mixed)
    model["Reading"].create(answer=other, panel="new", panel_version="1" * 64, read_at=now)
    return had


def apply(model: Any, pack: str, reader: str, user: Any, now: datetime) -> Any:
    """Add a scored person, and return the id of their answer."""
    opening = model["Opening"].create(
        title="T", bar=3, contact_name="C", contact_email="c@example.org", created_at=now,
        created_by=user, pack_id=pack, organisation=user.organisation,
    )  # fmt: skip
    # The same person everywhere, as it was kept then.
    candidate, _new = model["Candidate"].get_or_create(
        name="N", email="n@example.org", defaults={"created_at": now}
    )
    application = model["Application"].create(
        number=1, created_at=now, candidate=candidate, opening=opening
    )
    sitting = model["Sitting"].create(
        prompts=["p"], minutes=30, application=application, state="scored"
    )
    answer = model["Answer"].create(prompt="p", text=WORDS, saved_at=now, sitting=sitting)
    for outcome, retries in SENT:
        model["JudgeCall"].create(
            opening=opening, application=application.pk, answer=answer, month="2026-03", at=now,
            call=uuid4().hex, dimension="d", judge="mid", model="m", prompt_tokens=0,
            cached_tokens=0, output_tokens=0, picos=0, microseconds=0, retries=retries,
            cache_hit=outcome == "hit", outcome="ok" if outcome == "hit" else outcome,
            abstained=False,
        )  # fmt: skip
    model["KeptAside"].create(answer=answer, text=WORDS, why="conflict", tab="t", kept_at=now)
    model["Reading"].create(answer=answer, panel="careful", panel_version=reader, read_at=now)
    model["VerdictRow"].create(
        answer=answer, dimension="d", judge="mid", level=3, quotes=QUOTES, given_at=now
    )
    model["EstimateRow"].create(
        application=application, dimension="d", mean=3, sd=1, low=2, high=4, p_bar=0.5,
        reliability=0.5, confidence=0.9, components_version="9" * 64, provisional=False,
        estimated_at=now,
    )  # fmt: skip
    return answer.pk


def activate(model: Any, user: Any, now: datetime) -> None:
    changed = {"changed_by": user, "changed_at": now}
    model["DescribedJudge"].create(name="mid", table={"model": "m"}, sealed_key="s", **changed)
    model["DescribedPanel"].create(name="careful", table={"judges": ["mid"]}, **changed)
    version = model["PanelVersion"].create(
        name="careful", version=PANEL, first_seen_at=now, pack_id=SHARED
    )
    run = model["GateRun"].create(
        panel="careful", asked_at=now, asked_by=user, pack_id=SHARED, panel_version=version
    )
    model["Activation"].create(
        passed=True, at=now, by=user, pack_id=SHARED, run=run, panel_version=version
    )


def test_everything_is_there_and_belongs_to_whom_it_served(
    home: SimpleNamespace, now: datetime
) -> None:
    first, second = home.organisations
    both = {first, second}
    for whose in both:
        assert active_panel(SHARED, whose).version == PANEL
        assert active_panel(OTHER, whose).name == "embedded"
    for model in (DescribedJudge, DescribedPanel, GateRun, Activation):
        assert set(model.objects.values_list("organisation", flat=True)) == both
        assert model.objects.count() == 2
    fits = set(StoredFit.objects.values_list("organisation", "pack", "version"))
    other = (first, OTHER, "f" * 64)
    assert fits == {(first, SHARED, FIT), (second, SHARED, FIT), other}
    used = set(FitInUse.objects.values_list("organisation", "pack", "fit__version"))
    assert used == fits
    assert all(
        one.fit.organisation_id == one.organisation_id
        for one in FitInUse.objects.select_related("fit")
    )
    assert StoredFit.objects.filter(notes=["a note"], candidates=20, fitted_at=now).count() == 3
    applied = set(
        Application.objects.values_list("candidate", "candidate__name", "opening__organisation")
    )
    assert {(name, whose) for _pk, name, whose in applied} == {("N", first), ("N", second)}
    assert len(applied) == Candidate.objects.count() == 2
    # Nobody was pinned then: everybody sat the one version that their opening had.
    pinned = Application.objects.values_list("pack", "opening__pack", "opening__organisation")
    assert set(pinned) == {(pack, pack, whose) for pack in (SHARED, OTHER) for whose in both}
    read = Sitting.objects.order_by("panel_version").values_list("panel", "panel_version")
    # One of them was read by two panels, so by none of them whole.
    assert list(read) == [("", ""), ("careful", PANEL), ("careful", PANEL), ("careful", "e" * 64)]
    assert set(VerdictRow.objects.values_list("claimed", "ungrounded")) == {(None, None)}
    calls = JudgeCall.objects.values_list("outcome", "retries", "cache_hit", "sent", "host")
    assert set(calls) == {
        ("ok" if outcome == "hit" else outcome, retries, outcome == "hit", sent, "")
        for (outcome, retries), sent in SENT.items()
    }
    assert_sealed_and_readable(home)
    assert_fits_are_ones_own(now)


def assert_sealed_and_readable(home: SimpleNamespace) -> None:
    assert {one.text for one in Answer.objects.filter(pk__in=home.answers)} == {WORDS}
    assert {one.text for one in KeptAside.objects.all()} == {WORDS}
    assert all(one.quotes == QUOTES for one in VerdictRow.objects.all())
    with connection.cursor() as cursor:
        for table, column in (
            ("hiring_answer", "text"), ("hiring_keptaside", "text"), ("hiring_verdictrow", "quotes")
        ):  # fmt: skip
            cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - names from above
            raw = " ".join(str(row[0]) for row in cursor.fetchall())
            assert raw
            assert "the logs" not in raw


def assert_fits_are_ones_own(now: datetime) -> None:
    """A new fit finds its place, and the same version a second time only in another's."""
    fit = StoredFit.objects.filter(version="f" * 64).get()
    fit.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        fit.save(force_insert=True)
    fit.pk, fit.organisation = None, Organisation.objects.create(name="New", created_at=now)
    fit.save(force_insert=True)
    FitInUse.objects.create(
        organisation=fit.organisation, pack=fit.pack, panel_version=PANEL, fit=fit, since=now
    )


def shape() -> dict[str, Any]:
    """Return the columns and constraints of each table, the triggers, and the migrations noted.

    Constraints go without their names, as those that SQLite gives count from the first.
    """
    look = connection.introspection
    with connection.cursor() as cursor:
        tables = {
            table: (
                sorted(map(str, look.get_table_description(cursor, table))),
                sorted(map(str, look.get_constraints(cursor, table).values())),
            )
            for table in look.table_names(cursor)
        }
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            if connection.vendor == "sqlite"
            else "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        )
        triggers = set(cursor.fetchall())
        cursor.execute("SELECT app, name FROM django_migrations")
        return {**tables, "triggers": triggers, "migrations": set(cursor.fetchall())}


def test_a_new_database_is_made_as_all_migrations_would_make_it(
    home: SimpleNamespace, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated = shape()
    make_if_new(now)  # this one is there already
    assert shape() == migrated
    with another_database(tmp_path, "new"):
        with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
            patch.setattr(new_database.append_only, "install", lambda _: 1 / 0)
            make_if_new(now)
        assert connection.introspection.table_names() == []
        make_if_new(now)
        made = shape()
        counted = {
            model.__name__: model.objects.count() for model in apps.get_models() if model.objects.exists()
        }
    assert made["triggers"]
    for name in {*made, *migrated}:
        assert made.get(name) == migrated.get(name), name
    assert counted == {"AnswerKey": 1}
