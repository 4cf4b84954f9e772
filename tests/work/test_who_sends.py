"""Every place that hands a text to a panel is known, with why it may: a new one fails until it is.

A panel may ask models elsewhere. Only two things keep a candidate's words from a model that they
were not told of: that whoever calls it asks `may_be_sent` or `agreed_to` first, or that it is
called with the embedded judges, or with words that are no candidate's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import evenhand

LLM = "evenhand.judges.llm."
SOURCE = Path(evenhand.__file__).parent
SHELL = ("hiring", "work", "web", "config", "cli.py")
SENDS = {
    "judge", "judge_all", "score_lines", "read_canary", "run_gate", "try_judge", "Batcher",
}  # fmt: skip
"""What a text is handed to a panel by."""
LENDS = {"load_panel", "load_named", "load_active", "load_tried", "load_described", "of"}
"""What a panel is had from; `of` is that of `HELD`."""

SENDERS = {
    "hiring/judging/comparing.py _judged": "`compare` reads those of `_who_agreed` alone",
    "cli.py score": "a file of the operator's; no command writes candidates' answers into one",
    "config/gating.py try_panel": "golden answers",
    "hiring/judging/canaries.py canary_flags": "an answer of ours that is known to be worthless",
    "hiring/judging/services.py _tried": "golden answers; past candidates by `compare`",
    "hiring/panels/services.py try_described": "one word of ours",
    "hiring/probes/services.py choose_probe": "the embedded panel, see `work/probing.py`",
    "hiring/scoring/services.py _judged": "the panel that `settle_panel` let read, `work/score.py`",
}
"""By module and function: why it may."""

LENDERS = {
    "cli.py score": "a file of the operator's",
    "config/attacking.py redteam": "texts of ours about the questions of a pack",
    "config/doctor.py _judges": "embedded, and handed no text",
    "hiring/judging/queries.py load_active": "lends",
    "hiring/judging/queries.py _load_named": "lends",
    "hiring/judging/queries.py load_tried": "lends",
    "work/held.py _embedded": "lends",
    "work/held.py _tried": "lends",
    "work/gate.py load": "for a gate: golden answers, and past candidates by `compare`",
    "work/score.py _panel_for": "asks `may_be_sent`",
    "work/refit.py _panels": "hands no text to it",
    "work/probing.py choose_next": "embedded",
    "work/probing.py warm_up": "embedded",
    "config/refitting.py load": "hands no text to it",
}
"""Where a panel is had: each asks, or hands it no candidate's words."""


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of one of these names, with the module and function that it stands in."""
    for module, tree in modules():
        for where, call in _in(tree, ""):
            name = ast.unparse(call.func)
            last = name.rpartition(".")[2]
            # Components are asked for what is known of a judge, by its name.
            if last in names and "components." not in name and (last != "of" or name == "HELD.of"):
                yield f"{module} {where}", call


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield each module of the shell, parsed."""
    for part in SHELL:
        place = SOURCE / part
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))


def _in(node: ast.AST, where: str) -> Iterator[tuple[str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.FunctionDef) else where
        if isinstance(child, ast.Call):
            yield where, child
        yield from _in(child, inner)


def found(names: set[str]) -> set[str]:
    return {where for where, _call in calls(names)}


def test_nobody_hands_a_text_to_a_panel_who_is_not_known_to_ask_first() -> None:
    assert found(SENDS) == set(SENDERS)


def test_nobody_has_a_panel_who_is_not_known_to_ask_or_to_send_nothing() -> None:
    assert found(LENDS) == set(LENDERS)


def test_those_that_say_embedded_have_it_embedded() -> None:
    for where, call in calls({"of"}):
        if LENDERS[where] == "embedded":
            assert {"embedded"} <= {one.arg for one in call.keywords}, where


def test_no_room_of_the_shell_speaks_to_a_model_past_the_panels() -> None:
    past = {"batching", "calling", "client", "transport", "judge", "asking", "assembling"}
    for module, tree in modules():
        for one in ast.walk(tree):
            if isinstance(one, ast.ImportFrom) and (one.module or "").startswith(LLM):
                assert (one.module or "").rpartition(".")[2] not in past, module
