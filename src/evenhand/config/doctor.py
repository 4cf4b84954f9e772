"""Looking a set-up over: what works, what does not, and what to do about it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from evenhand.config.finding import Check

LITTLE_SPACE = 500 * 1024 * 1024
CLOCKS_APART = 60  # seconds that the clocks of several machines may differ without a word


def _guarded(name: str, look: Callable[[], Check], remedy: str) -> Check:
    # A doctor that falls over at the first illness is of no use: whatever goes wrong is a finding.
    try:
        return look()
    except Exception as error:
        return Check(
            name, ok=False, seen=f"{type(error).__name__}: {error}".split("\n")[0], remedy=remedy
        )


def examine() -> list[Check]:
    """Return every check, in the order in which one would mend what they find."""
    settings = _guarded(
        "settings",
        _settings,
        "correct the variable named, or unset it (docs/operator.md lists all)",
    )
    if not settings.ok:
        return [settings]
    check_database = "start `evenhand serve` once, or check EVENHAND_DATABASE"
    database = _guarded("database", _database, check_database)
    checks = [
        settings,
        _guarded("names", _names, "unset it"),
        _guarded("home", _home, "set EVENHAND_HOME to a folder that this user may write to"),
        _guarded("secrets", _secrets, "chmod 600 the file named"),
        database,
        _guarded("pack", _pack, "mend the pack's files, or unset EVENHAND_PACK"),
        _guarded("judges", _judges, "install again: the weights come with the package"),
        _guarded("panels", _panels, "correct the file that the line names"),
        _guarded("report", _report, "install the package `typst` again"),
    ]
    if database.ok:  # otherwise its tables may not be there: one illness is named once
        checks += [
            _guarded("writing", _writing, "make room for the database, or make it writable again"),
            _guarded("clock", _clock, check_database),
            _guarded("secret", _secret, "put the file back that was kept with this database"),
            _guarded("answers", _answers, "put the file back that was kept with this database"),
            _guarded("ledger", _ledger, "put the file back that was kept with this database"),
            _guarded("workers", _workers, check_database),
            _guarded("rounds", _rounds, check_database),
            _guarded("backup", _backup, "apt-get install postgresql-client, or the like"),
            _guarded("fits", _fits, check_database),
            _guarded("versions", _versions, check_database),
            _guarded("accounts", _accounts, "evenhand add-user you@company.example"),
        ]
    return checks


def _settings() -> Check:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.config.settings")
    import django
    from django.conf import settings

    from evenhand.config.secret import stand_in

    if not settings.configured:
        stand_in()  # who only looks makes nothing; `_secret` says what is missing
    django.setup()
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("settings", ok=True, seen=f"read; Python {version}, {settings.BASE_URL}")


def _names() -> Check:
    from evenhand.config.environment import misspelt

    wrong = misspelt()
    seen = wrong[0] if wrong else "no variable looks like a misspelt setting"
    return Check("names", ok=not wrong, seen=seen, remedy="correct its name, or unset it")


def _home() -> Check:
    from django.conf import settings

    if not settings.HOME.exists():
        return _home_to_come(settings.HOME)
    free = shutil.disk_usage(settings.HOME).free
    if free <= LITTLE_SPACE:  # said before a file is tried, which a full disk would refuse
        return Check(
            "home",
            ok=False,
            seen=f"{settings.HOME} has {free // 2**20:,} MB free",
            remedy="make room: at least 500 MB",
        )
    probe = settings.HOME / f".doctor-{os.getpid()}"
    probe.write_text("")
    probe.unlink()
    return Check(
        "home", ok=True, seen=f"{settings.HOME} can be written to; {free // 2**20:,} MB free"
    )


def _home_to_come(home: Path) -> Check:
    above = next(folder for folder in home.absolute().parents if folder.exists())
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return Check("home", ok=True, seen=f"{home} is not there: the first start makes it")
    why = "this user may not write there" if above.is_dir() else "that is no folder"
    return Check(
        "home",
        ok=False,
        seen=f"{home} cannot be made in {above}: {why}",
        remedy="set EVENHAND_HOME to a folder that this user may write to",
    )


def _secrets() -> Check:
    from django.conf import settings

    kept: list[Path] = [
        settings.HOME / "secret-key",
        settings.LEDGER_KEY_FILE,
        settings.ANSWER_KEYS,
    ]
    open_to_others = [
        path for path in kept if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_to_others:
        return Check(
            "secrets",
            ok=False,
            seen=f"{open_to_others[0]} can be read by others",
            remedy=f"chmod 600 {open_to_others[0]}",
        )
    return Check("secrets", ok=True, seen="the keys are readable by their owner alone")


def _database() -> Check:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from evenhand.config.serving import is_ours

    if not is_ours():
        return Check(
            "database",
            ok=False,
            seen="there is none of Evenhand",
            remedy="start `evenhand serve` once, which makes it, or correct EVENHAND_HOME and "
            "EVENHAND_DATABASE",
        )
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Check(
        "database",
        ok=not waiting,
        seen=f"{_kind(connection)} answers; {len(waiting)} migrations wait",
        remedy="start `evenhand serve` once: it brings the database up to date",
    )


def _secret() -> Check:
    from django.conf import settings

    from evenhand.config import secret
    from evenhand.hiring.models import User

    if secret.is_kept(settings.HOME) or not User.objects.exists():
        return Check("secret", ok=True, seen="what signs links and sessions is at hand")
    path = settings.HOME / secret.FILE
    return Check("secret", ok=False, seen=f"{path} is missing", remedy=secret.WAYS_OUT)


def _answers() -> Check:
    from django.conf import settings
    from django.utils import timezone

    from evenhand.hiring.at_rest.keys import key_ring
    from evenhand.hiring.at_rest.services import check_keys

    check_keys(timezone.now())
    ring = key_ring()
    return Check(
        "answers",
        ok=True,
        seen=f"sealed with {ring.current}, of {len(ring.keys)} in {settings.ANSWER_KEYS}",
    )


def _ledger() -> Check:
    from evenhand.hiring.models import LedgerCheckpoint
    from evenhand.hiring.record.services import signer

    if not LedgerCheckpoint.objects.exists():
        return Check("ledger", ok=True, seen="nothing is signed yet")
    return Check("ledger", ok=True, seen=f"signed by {signer().vkey}")


def _writing() -> Check:
    from django.db import transaction
    from django.utils import timezone

    from evenhand.hiring.workers.services import beat, sign_off

    name = f"doctor-{os.getpid()}"
    with transaction.atomic():
        beat(name, timezone.now())
        sign_off(name)
    return Check("writing", ok=True, seen="a row was written and taken away again")


def _clock() -> Check:
    from django.db.models import Max
    from django.utils import timezone

    from evenhand.hiring.models import LedgerEntry

    last = LedgerEntry.objects.aggregate(last=Max("at"))["last"]
    if last is None:
        return Check("clock", ok=True, seen="nothing is recorded that it could be held against")
    ahead = (datetime.fromisoformat(last) - timezone.now()).total_seconds()
    if ahead <= CLOCKS_APART:
        return Check("clock", ok=True, seen="later than everything that is recorded")
    return Check(
        "clock",
        ok=False,
        seen=f"{ahead:,.0f} s behind an entry of the ledger: it was set back, or was ahead then",
        remedy="let NTP set it; docs/operator.md says what a wrong clock does and does not do",
    )


def _kind(connection: Any) -> str:
    if connection.vendor == "postgresql":
        return f"PostgreSQL {connection.pg_version // 10_000}"
    return f"SQLite {connection.Database.sqlite_version}"


def _workers() -> Check:
    from django.utils import timezone

    from evenhand.hiring.models import Sitting, Worker
    from evenhand.hiring.workers.services import SILENT_AFTER

    now = timezone.now()
    waiting = Sitting.objects.filter(
        state=Sitting.State.SUBMITTED,
        submitted_at__lt=now - SILENT_AFTER,
        application__withdrawn_at__isnull=True,
    ).count()
    lags = [now - beat_at for beat_at in Worker.objects.values_list("beat_at", flat=True)]
    alive = [lag for lag in lags if lag < SILENT_AFTER]
    beats = f", the latest beat {min(lags).total_seconds():.0f} s ago" if lags else ""
    return Check(
        "workers",
        ok=bool(alive) or not waiting,
        seen=f"{len(alive)} at work, {len(lags) - len(alive)} silent{beats}; "
        f"{waiting} sittings have waited for over a minute",
        remedy="start `evenhand serve` or `evenhand work`",
    )


def _rounds() -> Check:
    from evenhand.hiring.workers.troubles import troubles

    failing = troubles()
    seen = "; ".join(
        f"{one.part} fails since {one.since:%Y-%m-%d %H:%M} UTC ({one.error}, {one.worker})"
        for one in failing
    )
    return Check(
        "rounds",
        ok=not failing,
        seen=seen or "no part of a worker's rounds fails",
        remedy="look at what docs/operator.md says of that part, under “When something fails”",
    )


def _backup() -> Check:
    from django.db import connection

    from evenhand.config.backup.databases import program

    if connection.vendor == "sqlite":
        return Check("backup", ok=True, seen="`evenhand backup` needs nothing besides")
    return Check("backup", ok=True, seen=f"{program('pg_dump')}, {program('pg_restore')}")


def _pack() -> Check:
    from evenhand.hiring.openings.services import offered_pack
    from evenhand.rubric import load_pack

    pack = load_pack(offered_pack())
    return Check("pack", ok=True, seen=f"{pack.name} {pack.version} ({pack.hash[:12]})")


def _judges() -> Check:
    from evenhand.hiring.openings.services import offered_pack
    from evenhand.judges import load_panel
    from evenhand.judges.unread import is_outdated
    from evenhand.rubric import load_pack

    pack = load_pack(offered_pack())
    if is_outdated(pack):
        return Check(
            "judges",
            ok=False,
            seen=f"{pack.root} was calibrated by an earlier release",
            remedy=f"python -m evenhand.judges calibrate {pack.root}",
        )
    panel = load_panel(pack)
    return Check("judges", ok=True, seen=f"panel {panel.name} with {', '.join(panel.judges)}")


def _panels() -> Check:
    from django.conf import settings

    from evenhand.config.environment import PANELS
    from evenhand.judges.llm.config import read_panels

    path: Path = settings.PANELS_FILE
    if not PANELS.text() and not path.exists():
        return Check("panels", ok=True, seen="no file of panels with LLM judges")
    described = read_panels(path).values()
    wanted = {judge.key_env for panel in described for judge in panel.judges if judge.key_env}
    missing = sorted(name for name in wanted if not os.environ.get(name, "").strip())
    names = ", ".join(panel.name for panel in described)
    return Check(
        "panels",
        ok=not missing,
        seen=f"{path} describes {names}" + (f"; not set: {', '.join(missing)}" if missing else ""),
        remedy="set the variables for the worker: they hold the keys",
    )


def _fits() -> Check:
    from evenhand.hiring.calibration.services import alarms
    from evenhand.hiring.models import FitInUse

    waiting = alarms()
    if not waiting:
        return Check("fits", ok=True, seen=f"{FitInUse.objects.count()} in use, none to look at")
    fit = waiting[0]
    return Check(
        "fits",
        ok=False,
        seen=f"fit {fit} of {fit.organisation}, pack {fit.pack_id[:12]}, is not used: "
        f"{fit.held_back}",
        remedy="read “When a fit is held back” in docs/operator.md",
    )


def _versions() -> Check:
    from evenhand.hiring.judging.outdated import openings_left

    left = openings_left()
    if not left:
        return Check("versions", ok=True, seen="every opening's is read by judges of this release")
    named = "; ".join(f"{one.title} ({one.pack}, {one.pack_id[:12]})" for one in left)
    return Check(
        "versions",
        ok=False,
        seen=f"judges of an earlier release, so people rate the answers: {named}",
        remedy="take a newer version up, as docs/operator.md says under “After an upgrade”",
    )


def _report() -> Check:
    import typst

    typst.compile(b"= Evenhand")
    return Check("report", ok=True, seen="PDF can be made")


def _accounts() -> Check:
    from evenhand.hiring.models import User

    count = User.objects.filter(is_active=True).count()
    return Check(
        "accounts",
        ok=count > 0,
        seen=f"{count} can sign in" if count else "nobody can sign in yet",
        remedy="evenhand add-user you@company.example",
    )
