"""Readers of files from outside: whatever the bytes, they read or refuse in their own words."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support import more

from evenhand.config.backup.archive import MANIFEST, BackupDamaged, UnusableBackup, unpack
from evenhand.hiring.compliance.counting import Span
from evenhand.hiring.errors import (
    CandidatesFileError,
    CardError,
    HiringError,
    KeyUnknown,
    SheetError,
)
from evenhand.hiring.interviews.card import VERSION, parse_card
from evenhand.hiring.keys.services import let_in
from evenhand.hiring.openings.candidates_file import read_candidates_csv
from evenhand.hiring.openings.links import open_invitation
from evenhand.hiring.scheduling.feeds import read_feed
from evenhand.hiring.signals.services import read_signals_file
from evenhand.hiring.studies.decisions_file import read_decisions_file
from evenhand.hiring.studies.naming import Known
from evenhand.hiring.studies.outcomes_file import read_outcomes_file
from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.calibration import read_calibration
from evenhand.judges.llm.config import read_panels
from evenhand.judges.llm.transport import retry_after
from evenhand.judges.score_file import read_answers
from evenhand.measure import MeasureError
from evenhand.measure.components import Components
from evenhand.rubric import load_pack, shipped_pack
from evenhand.studies.concordance.files import read_decisions_csv, read_scores_csv
from evenhand.studies.errors import StudyError
from evenhand.studies.validity.files import (
    read_levels_csv,
    read_outcome_csv,
    read_signals_csv,
)
from evenhand.web.compliance.forms import SpanForm
from evenhand.web.interviews import filled
from evenhand.web.scheduling.forms import FindForm, HoursForm
from evenhand.web.sitting import payload

PACK = load_pack(shipped_pack())
CELLS = st.sampled_from(
    ["candidate", "dimension", "outcome", "value", "decision", "mean", "p_bar", "judge", "signal",
     "overall", "c1", "3.5", "nan", "1e999", "-1", "advance", "", '"', "é", "\0", "\u2028",
     "sure", "date", "kind", "name", "email", "a@b.co", "coding_test", "yes", "2026-02-30"]
)  # fmt: skip
TABLES = st.lists(st.lists(CELLS, max_size=6).map(",".join), max_size=6).map("\n".join)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**400)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
ANSWERS = st.lists(
    st.fixed_dictionaries({}, optional={"id": JSON, "prompt": JSON, "text": JSON}).map(json.dumps),
    max_size=4,
).map("\n".join)
TOML = st.lists(
    st.sampled_from(
        ["[judge.a]", "[panel.p]", "[panel.p.routing]", 'kind = "openai"', "price = 3",
         'base_url = "https://[x"', 'judges = ["a", "b"]', "judges = [1]", "x = 1979-99-99", "\0"]
    ),
    max_size=8,
).map("\n".join)  # fmt: skip
MADE = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("made_from", "answers", "correlation", "without", "authors"), JSON),
).map(json.dumps)
READERS: dict[str, tuple[Callable[[Path], object], Any, Any]] = {
    "answers": (lambda path: read_answers(path, PACK), ANSWERS, JudgeError),
    "panels": (read_panels, TOML, JudgeError),
    "calibration": (lambda path: read_calibration(path, {}), MADE, JudgeError),
    "components": (lambda path: Components.from_json(path.read_text()), MADE, MeasureError),
    "levels": (read_levels_csv, TABLES, StudyError),
    "outcome": (read_outcome_csv, TABLES, StudyError),
    "signals": (read_signals_csv, TABLES, StudyError),
    "decisions": (read_decisions_csv, TABLES, StudyError),
    "scores": (read_scores_csv, TABLES, StudyError),
}
QUICK = settings(max_examples=more(40), suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", READERS)
def test_a_file_is_read_or_refused(name: str) -> None:
    reader, texts, refusal = READERS[name]
    own = texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
    bytes_ = own if name == "components" else own | st.binary(max_size=60)

    @QUICK
    @given(bytes_)
    def feed(content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "file"
            file.write_bytes(content)
            with suppress(refusal):
                reader(file)

    feed()


@QUICK
@given(st.binary(max_size=200) | JSON.map(json.dumps).map(str.encode), st.booleans())
def test_a_backup_is_unpacked_or_refused(content: bytes, whole: bool) -> None:
    packed = io.BytesIO()
    if whole:
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            info = tarfile.TarInfo(MANIFEST)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    else:
        packed.write(b"\x1f\x8b" + content)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(packed.getvalue())
        with pytest.raises((BackupDamaged, UnusableBackup)):
            unpack(file, Path(folder) / "to")


@pytest.mark.django_db
@pytest.mark.parametrize("open_it", [open_invitation, read_feed])
def test_a_token_opens_something_or_is_refused(open_it: Callable[..., object]) -> None:
    @QUICK
    @given(st.text(max_size=60) | st.binary(max_size=30).map(lambda b: b.hex() + "."))
    def feed(token: str) -> None:
        with pytest.raises(HiringError):
            open_it(token, datetime(2026, 1, 1, tzinfo=UTC))

    feed()


@QUICK
@given(st.text(max_size=40), st.none() | st.text(max_size=40))
def test_a_wait_that_a_server_asks_for_is_seconds_or_nothing(value: str, day: str | None) -> None:
    found = retry_after(value, day)
    assert found is None or found >= 0


KNOWN = Known({"c1": UUID(int=1)})
UPLOADS: dict[str, tuple[Callable[[bytes], object], type[Exception]]] = {
    "candidates": (read_candidates_csv, CandidatesFileError),
    "decisions": (lambda data: read_decisions_file(data, KNOWN), SheetError),
    "outcomes": (lambda data: read_outcomes_file(data, KNOWN), SheetError),
    "signals": (lambda data: read_signals_file(data, KNOWN), SheetError),
}


@pytest.mark.parametrize("name", UPLOADS)
def test_an_uploaded_list_is_read_or_refused(name: str) -> None:
    reader, refusal = UPLOADS[name]

    @QUICK
    @given(TABLES.map(str.encode) | TABLES.map(lambda t: t.encode("utf-16")) | st.binary())
    def feed(content: bytes) -> None:
        with suppress(refusal):
            reader(content)

    feed()


SAVES = st.fixed_dictionaries(
    {},
    optional={
        "text": JSON, "body": JSON, "tab": JSON, "device": JSON, "replace": JSON,
        "base_revision": JSON,
    },
)  # fmt: skip
QUESTION = st.fixed_dictionaries(
    {"task": JSON, "started_at": JSON, "seconds": JSON, "asked": JSON, "notes": JSON}
)
CARDS = st.fixed_dictionaries(
    {
        "version": st.just(VERSION) | JSON,
        "questions": st.lists(QUESTION, max_size=2) | JSON,
        "stamps": JSON,
        "levels": st.dictionaries(st.text(max_size=8), JSON, max_size=2) | JSON,
        "notes": JSON,
    }
)


@QUICK
@given(st.binary(max_size=60) | (SAVES | JSON).map(lambda found: json.dumps(found).encode()))
def test_a_save_is_read_or_refused(body: bytes) -> None:
    for read, refusal in ((payload.read_save, payload.BadPayload), (filled.read_save, CardError)):
        with suppress(refusal):
            read(body)


@QUICK
@given(CARDS | JSON)
def test_a_scorecard_is_read_or_refused_and_reads_the_same_again(body: Any) -> None:
    with suppress(CardError):
        card = parse_card(body)
        assert parse_card(json.loads(json.dumps(card.to_json()))) == card


TYPED = st.text(max_size=30) | st.sampled_from(
    ["2026-02-30", "0001-01-01", "9999-12-31", "2026-03-29T02:30", "9999-12-31T23:59", "24:00",
     "Europe/Berlin", "../etc/passwd", "\0", "1e9", "٣", "final"]
)  # fmt: skip


@QUICK
@given(TYPED, TYPED)
def test_what_is_typed_as_a_time_is_one_or_is_refused(one: str, other: str) -> None:
    form, span = SpanForm.spanning({"first": one, "last": other}, date(2026, 5, 1))
    assert isinstance(span, Span)
    assert span.first <= span.last
    assert form.is_valid() or form.errors
    for made in (
        FindForm({"final": "Final"}, {"round": one, "at": other}),
        HoursForm({"time_zone": one, "from_0": other, "to_0": one}),
    ):
        assert made.is_valid() or made.errors


@pytest.mark.django_db
def test_a_key_that_was_never_made_lets_nobody_in() -> None:
    @QUICK
    @given(st.text(max_size=60) | st.text(max_size=30).map("evenhand_{}".format))
    def feed(secret: str) -> None:
        with pytest.raises(KeyUnknown):
            let_in(secret, datetime(2026, 1, 1, tzinfo=UTC))

    feed()
