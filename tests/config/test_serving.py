"""The worker beside the server: one at a time, and started again whatever kept it from starting."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from evenhand.cli import main
from evenhand.config import serving
from evenhand.config.serving import WorkerChild
from evenhand.hiring.locking import held
from evenhand.work import worker


@pytest.mark.django_db
def test_a_second_worker_on_the_same_file_ends_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran: list[object] = []
    monkeypatch.setattr(worker, "run_worker", ran.append)
    monkeypatch.setattr(worker, "stop_on_signals", lambda _stop: None)
    monkeypatch.setattr(sys, "argv", ["evenhand", "work"])
    monkeypatch.setattr(serving, "catch_what_nobody_does", lambda: None)
    with held(settings.HOME / ".worker.lock"), pytest.raises(SystemExit) as end:
        main()
    err = capfd.readouterr().err
    if connection.vendor == "sqlite":
        assert (end.value.code, ran, err.count("\n")) == (2, [], 1)
        assert f"another worker is at work in {settings.HOME}" in err
    else:
        assert len(ran) == 1, "on PostgreSQL any number works side by side"


def test_a_worker_that_could_not_be_started_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    child, tries = WorkerChild(), []

    def start(*_command: object, **_more: object) -> None:
        tries.append(1)
        if len(tries) == 2:
            child._ended.set()
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr(child._ended, "wait", lambda _seconds: child._ended.is_set())
    child._keep()
    assert len(tries) == 2
    assert "the worker cannot be started: Resource temporarily unavailable" in caplog.text
