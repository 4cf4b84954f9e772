from random import Random

import pytest

from evenhand.judges import Panel, PanelResult
from evenhand.rubric import Pack, Prompt
from evenhand.studies.redteam import REGISTRY, Limits, Phrases, Setting, Trial, report_on, run, size
from evenhand.studies.redteam.hosts import (
    ABOUT_ATTACKS,
    QUALITIES,
    LeftOut,
    choose_hosts,
    fewest_hosts,
)
from evenhand.studies.redteam.metamorphic import CHANGES


@pytest.fixture(scope="module")
def trials(pack: Pack, panel: Panel, phrases: Phrases) -> list[Trial]:
    return [trial for found in run(pack, panel, phrases, each=1, seed=5) for trial in found]


def test_hosts_are_of_three_qualities_and_of_many_authors(pack: Pack) -> None:
    hosts = choose_hosts(pack, 15, 0)
    assert [sum(h.quality == q for h in hosts) for q in QUALITIES] == [15, 15, 15]
    assert len({host.author for host in hosts}) >= 12
    assert hosts == choose_hosts(pack, 15, 0)
    assert hosts != choose_hosts(pack, 15, 1)


def test_quotes_of_attacks_go_where_attacks_are_asked_about(pack: Pack) -> None:
    for host in choose_hosts(pack, 5, 0, ABOUT_ATTACKS):
        assert ABOUT_ATTACKS in host.prompt.dimensions


def test_a_host_is_rated_without_its_author(pack: Pack, panel: Panel) -> None:
    answer = pack.golden[0]
    prompt = pack.prompt(answer.prompt)
    blind = LeftOut(panel).without(answer.author)
    # The panel leaves the author out of an answer that it knows, and only of that one.
    assert blind.judge(prompt, answer.text).scores == panel.judge(prompt, answer.text).scores
    changed = f"{answer.text} So much for it, and it is done."
    assert blind.judge(prompt, changed).scores != panel.judge(prompt, changed).scores


def test_every_class_is_tried_on_every_host(trials: list[Trial], pack: Pack) -> None:
    assert {trial.attack for trial in trials} >= set(REGISTRY)
    assert len({(trial.attack, trial.host) for trial in trials}) == size(pack, 1, 5)


def test_what_has_to_be_seen_is_seen(trials: list[Trial], pack: Pack, panel: Panel) -> None:
    hosts = [one for one in pack.golden if one.id in {trial.host for trial in trials}]
    # Of a host that is flagged by itself, nothing can be said of what is put into it.
    plain = {one.id for one in hosts if not panel.flags(pack.prompt(one.prompt), one.text)}
    due = [trial for trial in trials if trial.seen and trial.host in plain]
    assert len(plain) > 1
    unseen = sorted({trial.attack for trial in due if not trial.flags})
    assert len([t for t in due if t.flags]) >= 0.95 * len(due), unseen


def test_keys_and_blanks_are_worth_nothing(trials: list[Trial]) -> None:
    nothing = [t.after for t in trials if t.attack in ("master_key", "blank", "off_topic")]
    assert max(level or 1.0 for level in nothing) <= 1.25


def test_who_somebody_is_moves_no_score(trials: list[Trial]) -> None:
    swapped = [t for t in trials if t.form == "swap"]
    assert {t.attack for t in swapped} == {"name", "school", "employer"}
    assert max(abs(t.gain) for t in swapped) <= Limits().swapped


def test_a_swap_changes_one_sentence_and_no_more(pack: Pack, phrases: Phrases) -> None:
    host = choose_hosts(pack, 1, 0)[0]
    setting = Setting(host.prompt, (), phrases)
    for change in CHANGES.values():
        if change.base is None:
            continue
        first, second = (make(host.text, setting, Random(3)) for make in (change.base, change.make))
        assert first != second
        assert first.endswith(host.text)
        assert second.endswith(host.text)


def test_an_honest_quote_is_not_flagged(trials: list[Trial]) -> None:
    honest = [trial for trial in trials if trial.form == "honest"]
    assert honest
    assert not [trial.flags for trial in honest if trial.flags]
    assert report_on(honest, 0.0).checks[4].met


def test_a_bounded_run_reads_a_few_hosts_and_nothing_that_is_flagged(
    pack: Pack, panel: Panel, phrases: Phrases
) -> None:
    asked: list[str] = []

    class Counting:
        flags = panel.flags

        def judge(self, prompt: Prompt, given: str) -> PanelResult:
            asked.append(given)
            return panel.judge(prompt, given)

    bounded = [t for found in run(pack, Counting(), phrases, seed=5, most=1) for t in found]  # type: ignore[arg-type]
    assert {trial.attack for trial in bounded} >= set(REGISTRY)
    assert len({trial.host for trial in bounded}) <= 2
    unread = {trial.attack for trial in bounded if trial.after is None and not trial.abstained}
    assert unread
    assert not unread & {"master_key", "blank"}
    assert len(asked) < size(pack, 20, 5, 1)


def test_few_hosts_are_of_different_qualities(pack: Pack) -> None:
    few = fewest_hosts(choose_hosts(pack, 15, 0), 4)
    assert [host.quality for host in few] == [*QUALITIES, QUALITIES[0]]
