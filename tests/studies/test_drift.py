"""Each kind of drift shows in its own chart, and the run-book says what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evenhand.judges.learning import JUDGES as EMBEDDED
from evenhand.studies.drift import MEASURES, Read, Said, Watched, watch

RUNBOOK = Path(__file__).parents[2] / "docs" / "drift-runbook.md"
JUDGES = ("marker", "whole", "other")
PROMPTS = ("one", "two")
WORDS = [f"word{n}" for n in range(60)]
PEOPLE = 160
Change = Callable[[Read], Read]


def simulated(change: Change | None = None, *, seed: int = 3) -> list[Read]:
    """Answers of people to two prompts; from the hundredth person on they are changed."""
    rng = np.random.default_rng(seed)
    reads = []
    for person in range(PEOPLE):
        ability = rng.normal(3, 0.8)
        for prompt in PROMPTS:
            text = " ".join(rng.choice(WORDS, size=int(rng.integers(30, 50))))
            luck = ability + rng.normal(0, 0.3)
            said = tuple(_said(judge, luck + rng.normal(0, 0.3), rng) for judge in JUDGES)
            seconds = {judge: float(np.exp(rng.normal(0, 0.2))) for judge in JUDGES}
            number = len(reads) + 1
            read = Read(f"p{person}", prompt, text, said, seconds, seconds, number)
            reads.append(change(read) if change and person >= 100 else read)
    return reads


def _said(judge: str, level: float, rng: np.random.Generator) -> Said:
    marks = (2, int(rng.random() < 0.1)) if judge == "marker" else (0, 0)
    return Said(judge, "d", float(np.clip(level, 1, 5)), *marks)


def alarms(reads: list[Read]) -> set[tuple[str, str]]:
    return {(one.measure.code, one.subject) for one in watch(reads) if one.alarm}


def each(read: Read, judge: str, **changed: object) -> Read:
    """Change what one judge says."""
    said = tuple(
        Said(**{**vars(one), **changed}) if one.judge == judge else one  # type: ignore[arg-type]
        for one in read.said
    )
    return Read(**{**vars(read), "said": said})


def milder(read: Read) -> Read:
    level = next(one.level for one in read.said if one.judge == "whole") or 0
    return each(read, "whole", level=level + 0.6)


def of(read: Read, **changed: object) -> Read:
    return Read(**{**vars(read), **changed})  # type: ignore[arg-type]


def test_where_nothing_changes_nothing_alarms() -> None:
    found = watch(simulated())
    assert {one.measure.code for one in found} == {one.code for one in MEASURES}
    assert not any(one.alarm for one in found)


@pytest.mark.parametrize(
    ("change", "code", "subject"),
    [
        (milder, "judge-severity", "whole"),
        (lambda r: each(r, "whole", level=None), "judge-abstention", "whole"),
        (lambda r: each(r, "marker", ungrounded=1), "judge-ungrounded", "marker"),
        (lambda r: of(r, seconds={"marker": 2.0}), "judge-latency", "marker"),
        (lambda r: of(r, cost={"marker": 0.4}), "judge-cost", "marker"),
        (lambda r: of(r, text=r.text + " " + r.text), "prompt-length", "one"),
        (lambda r: of(r, text=" ".join(f"new{k}" for k in range(40))), "prompt-vocabulary", "two"),
        (lambda r: of(r, said=tuple(replace(s, level=None) for s in r.said)),
         "prompt-abstention", "one"),
        (lambda r: each(r, "marker", ungrounded=1), "prompt-ungrounded", "one"),
    ],
)  # fmt: skip
def test_each_change_alarms_in_its_own_chart(change: Change, code: str, subject: str) -> None:
    found = alarms(simulated(change))
    assert (code, subject) in found


def test_a_milder_judge_alarms_and_leaves_marks_words_and_times_alone() -> None:
    codes = {code for code, _ in alarms(simulated(milder))}
    assert codes <= {"judge-severity", "judge-spread", "prompt-spread", "prompt-severity"}


def test_an_erratic_judge_alarms_by_its_distance() -> None:
    turn = iter(range(10_000))

    def erratic(read: Read) -> Read:
        level = next(one.level for one in read.said if one.judge == "whole") or 0
        return each(read, "whole", level=level + (1.2 if next(turn) % 4 in (0, 3) else -1.2))

    found = alarms(simulated(erratic))
    assert ("judge-spread", "whole") in found
    assert ("judge-severity", "whole") not in found
    assert {("prompt-spread", prompt) for prompt in PROMPTS} <= found


def test_one_prompt_that_became_easier_alarms_and_better_people_do_not() -> None:
    def lifted(read: Read, by: float) -> Read:
        said = tuple(replace(s, level=(s.level or 0) + by) for s in read.said)
        return of(read, said=said)

    easier = simulated(lambda read: lifted(read, 0.8) if read.prompt == "one" else read)
    assert ("prompt-severity", "one") in alarms(easier)
    better = simulated(lambda read: lifted(read, 0.8))
    assert alarms(better) == set()


def test_what_is_charted_by_hand() -> None:
    # The one that invents most gives no level, and counts all the same.
    said = [
        Said(judge, "d", level, *marks)
        for judge, level, marks in zip(
            JUDGES, (4.0, 2.0, None), ((4, 1), (0, 0), (2, 2)), strict=True
        )
    ]
    reads = []
    for person in range(60):
        reads.append(Read(f"p{person}", "one", "alpha beta gamma delta", tuple(said)))
        other = tuple(Said(s.judge, "d", 2.0, 0, 0) for s in said)
        reads.append(Read(f"p{person}", "two", f"new{person} beta", other))
    centre = {(one.measure.code, one.subject): one.chart.start.centre for one in watch(reads)}
    # Against the others' mean: 4 - 2 on the first prompt, 2 - 2 on the second, in turn.
    assert centre["judge-severity", "marker"] == pytest.approx(1.0)
    assert centre["judge-severity", "whole"] == pytest.approx(-1.0)
    assert centre["judge-spread", "whole"] == pytest.approx(1.0)
    # The panel's mean is 3 on the first prompt and 2 on the second.
    assert centre["prompt-severity", "one"] == pytest.approx(1.0)
    assert centre["prompt-spread", "one"] == pytest.approx(2**0.5)
    # Of sixty readings, with half a case more.
    assert centre["prompt-abstention", "one"] == pytest.approx(20.5 / 61)
    assert centre["judge-ungrounded", "marker"] == pytest.approx(15.5 / 61)
    assert centre["judge-ungrounded", "other"] == pytest.approx(60.5 / 61)
    assert centre["prompt-ungrounded", "one"] == pytest.approx(30.5 / 61)
    assert centre["prompt-length", "one"] == pytest.approx(np.log(4))
    # Of "newN beta" one of two words is used by nobody else; "alpha beta ..." is used by all.
    assert centre["prompt-vocabulary", "two"] == pytest.approx(0.5)
    assert centre["prompt-vocabulary", "one"] == pytest.approx(0.0)


def test_those_in_alarm_come_first() -> None:
    found = watch(simulated(milder))
    states = [one.alarm for one in found]
    assert states == sorted(states, reverse=True)
    assert states[0]


def test_a_judge_that_marks_nothing_has_no_chart_of_marks() -> None:
    subjects = {o.subject for o in watch(simulated()) if o.measure.code == "judge-ungrounded"}
    assert subjects == {"marker"}


def test_verdicts_whose_marks_were_not_counted_are_in_no_chart_of_them() -> None:
    codes = ("judge-ungrounded", "prompt-ungrounded")
    early = watch(simulated(lambda r: each(r, "marker", claimed=None, ungrounded=None)))
    charts = [one.chart for one in early if one.measure.code in codes]
    # Of the first hundred people alone; the judge's are those of both questions.
    assert {len(chart.mean) - 1 for chart in charts} == {100 - 60, 200 - 60}
    assert not any(one.alarm for one in early)


def test_what_came_from_the_cache_is_no_reading_of_latency_or_cost() -> None:
    found: list[Watched] = watch(simulated(lambda read: of(read, seconds={"marker": 0.0})))
    latency = [one for one in found if one.measure.code == "judge-latency"]
    assert all(len(one.numbers) == 200 - 60 for one in latency)
    assert not any(one.alarm for one in latency)


def test_a_start_that_is_kept_is_what_later_readings_are_held_against() -> None:
    reads = simulated(milder)
    before = {one.key: one.begun for one in watch(reads[:140])}
    whole = {one.key: one for one in watch(reads)}
    assert all(whole[key].begun == begun for key, begun in before.items())
    # The people of the start are erased, and then some: the chart is held against it all the same.
    for gone in (60, 130):
        left = {one.key: one for one in watch(reads[gone:], before)}
        assert all(left[key].begun == begun for key, begun in before.items() if key in left)
        assert left["judge-severity", "whole"].alarm
    mean = whole["judge-severity", "marker"].chart.mean
    assert [*left["judge-severity", "marker"].chart.mean[-5:]] == pytest.approx(mean[-5:], abs=0.05)
    # Without it a start would be taken from the drift itself.
    assert not {one.key: one for one in watch(reads[200:])}["judge-severity", "whole"].alarm


def test_a_vocabulary_that_is_kept_has_no_word_that_fewer_than_three_people_used() -> None:
    reads = [Read(f"p{n}", "one", f"shared own{n} pair{n // 2}", (), number=n) for n in range(70)]
    (found,) = (one for one in watch(reads) if one.measure.code == "prompt-vocabulary")
    assert found.begun.words == {"shared"}
    assert found.begun.start.centre == pytest.approx(2 / 3)
    again = watch(reads[60:], {found.key: found.begun})
    assert [one.chart.mean[-1] for one in again] == pytest.approx([2 / 3])


def test_a_chart_that_sets_out_anew_forgets_what_came_before_and_alarms_again() -> None:
    reads = simulated(milder)
    closed_at = reads[260].number
    (one,) = (w for w in watch(reads) if w.key == ("judge-severity", "whole"))
    left = one.left_after(0)
    assert left is not None
    assert 200 < one.numbers[left - 1] < closed_at
    (anew,) = (w for w in watch(reads, anew={one.key: closed_at}) if w.key == one.key)
    assert anew.numbers[0] == closed_at + 1
    assert anew.chart.mean[0] == one.begun.start.centre
    assert anew.left_after(0) is not None
    assert one.left_after(reads[-1].number) is None


def test_of_no_answer_and_of_empty_ones_there_is_nothing_to_watch() -> None:
    assert watch([]) == []
    empty = [Read(f"p{n}", "one", "", ()) for n in range(100)]
    assert watch(empty) == []


def test_the_run_book_says_how_many_charts_there_are() -> None:
    """Of the embedded judges `coverage` alone gives marks, and none has calls that are timed."""

    def embedded(read: Read) -> Read:
        told = [one.level for one in read.said]
        said = (_said("marker", level or 3, np.random.default_rng(1)) for level in told * 2)
        return of(
            read,
            said=tuple(
                replace(one, judge=judge, claimed=2 if judge == "coverage" else 0)
                for judge, one in zip(EMBEDDED, said, strict=False)
            ),
            seconds=None,
            cost=None,
        )

    found = watch([embedded(read) for read in simulated()])
    of_judges = sum(one.measure.kind == "judge" for one in found)
    assert (len(EMBEDDED), of_judges) == (6, 19)
    assert len(found) - of_judges == 6 * len(PROMPTS)
    told = " ".join(RUNBOOK.read_text().split())
    assert "embedded panel's six judges have 19 charts" in told
    assert max(len([m for m in MEASURES if m.kind == kind]) for kind in ("judge", "prompt")) == 6


@pytest.mark.parametrize("code", [measure.code for measure in MEASURES])
def test_the_run_book_has_a_section_with_steps_for_each_alarm(code: str) -> None:
    section = RUNBOOK.read_text().split(f"\n## {code}\n")
    assert len(section) == 2, f"docs/drift-runbook.md: no section {code}"
    assert re.search(r"^1\. ", section[1].split("\n## ")[0], re.MULTILINE)


def test_the_run_book_has_no_section_for_an_alarm_that_there_is_not() -> None:
    told = set(re.findall(r"^## ((?:judge|prompt)-\S+)$", RUNBOOK.read_text(), re.MULTILINE))
    assert told == {measure.code for measure in MEASURES}
