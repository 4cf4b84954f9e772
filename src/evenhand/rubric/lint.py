"""Warns about wording that makes raters disagree. A finding is a reason to look, not an error.

The rules read words, not meaning. What they cannot do:

- `double_barrelled` knows the verbs of its list, in the third person ("names", "checks"), joined by
  "and" or "or" in one sentence. Two demands joined by a comma, or in other forms, pass unseen.
- `vague` knows the words of its list, and takes figures, quoted words, brackets, examples after a
  colon, or enough other words for something that can be observed.
- `overlap` compares stemmed words: two texts that say the same in other words pass unseen, two that
  differ in one decisive word are found.
- `probe_gives_away` finds long words that a probe shares with its indicator, not synonyms.
- `over_time` adds up the minutes of a round's questions; what follow-ups take is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from .pack import Dimension, Pack, Probe
from .words import content_words, jaccard, stem, stems, vocabulary, words

Rule = Literal["double_barrelled", "vague", "overlap", "probe_gives_away", "over_time"]

LEVELS_ALIKE = 0.6  # Jaccard index of two anchors of a dimension
INDICATORS_ALIKE = 0.5  # of two indicators; shorter texts, so fewer shared words mean as much
ENOUGH_WORDS = 5  # content words in a clause, beside the vague one, that can be observed
GIVEAWAY_LETTERS = 6

VERBS = vocabulary(
    """accepts acknowledges adapts addresses adds agrees aligns analyses analyzes answers applies
    articulates asks assesses audits avoids balances bounds breaks brings builds caches calculates
    calls changes checks chooses collects commits communicates compares computes considers covers
    creates cuts decides defines demonstrates deploys describes designs detects documents drives
    ensures escalates estimates evaluates examines expects explains expresses finds fixes follows
    gathers gives groups guards handles identifies implements improves investigates judges justifies
    keeps knows labels leads learns leaves limits links listens lists localises looks maintains
    makes manages measures mentions mitigates monitors moves names notes offers owns plans prevents
    prioritises prioritizes promises proposes protects proves provides quantifies ranks reads
    recognises recognizes reduces refreshes relates reports resolves reviews routes runs samples
    says seeks sees selects separates sets shares shows solves speaks starts states suggests
    summarises supports switches takes tells tests thinks ties tracks treats trusts understands
    uses validates verifies weighs works writes"""
)
VAGUE = vocabulary(
    """acceptable adequate adequately appropriate appropriately average basic broad certain clear
    clearly competent decent deep effective effectively etc excellent fair few fine general
    generally generic good great high important interesting low many nice numerous okay plausible
    poor properly proper reasonable reasonably relevant robust satisfactory several significant
    solid some sophisticated sound strong sufficient sufficiently suitable thorough typical
    various vague weak well"""
)
# Words that look solid and can be seen in nobody.
_ABSTRACT = frozenset(
    map(
        stem,
        vocabulary("""ability approach attitude awareness capability competence experience grasp
        insight knowledge level quality shows demonstrates has skill skills understanding
        understands way work"""),
    )
)
_SAME_OBJECT = {"it", "them", "these", "those", "this", "that", "each"}
_NO_OBJECT = {"of", "in", "on", "at", "by", "for", "from", "with", "as", "to", "and", "or", "than"}
_OBSERVABLE = re.compile(r"[0-9\"“”‘(:—]|(?<!\w)'|\bsuch as\b|\bfor example\b")


@dataclass(frozen=True)
class LintFinding:
    """Something to look at: where, by which rule, and why, with the words that gave rise to it."""

    path: str
    rule: Rule
    message: str


@dataclass(frozen=True)
class _Text:
    path: str
    dimension: str
    text: str
    what: Literal["level", "indicator"]


def lint_pack(pack: Pack) -> list[LintFinding]:
    """Look for wording that makes raters disagree or gives an answer away, and for want of time.

    Args:
        pack: a loaded pack.

    Returns:
        The findings in the order of the files; none where it passes every rule.
    """
    return [*lint_parts(pack.dimensions, pack.probes), *lint_minutes(pack)]


def lint_minutes(pack: Pack) -> list[LintFinding]:
    """Say of each round whether its questions take longer than the round.

    Of prompts that stand in for each other one is asked, so the longest of them counts.
    """
    findings = []
    for index, round_ in enumerate(pack.rounds):
        longest: dict[object, int] = {}
        for prompt in map(pack.prompt, round_.prompts):
            alike = frozenset(prompt.dimensions) if prompt.variant else prompt.id
            longest[alike] = max(longest.get(alike, 0), prompt.minutes)
        over = sum(longest.values()) - round_.minutes
        if over > 0:
            message = (
                f"its questions take {round_.minutes + over} minutes, {over} more than the "
                f"{round_.minutes} of the round: shorten one, take one out, or give it more time"
            )
            path = f"loop.yaml: rounds[{index}] ({round_.id}).minutes"
            findings.append(LintFinding(path, "over_time", message))
    return findings


def lint_parts(dimensions: Sequence[Dimension], probes: Sequence[Probe]) -> list[LintFinding]:
    """Look at the wording of a pack that may have faults elsewhere; see `lint_pack`.

    A probe of an indicator that is not there is passed over.
    """
    texts = list(_texts(dimensions))
    findings = [f for text in texts for f in (*_double_barrelled(text), *_vague(text))]
    return [*findings, *_overlaps(texts), *_giveaways(dimensions, probes)]


def _texts(dimensions: Sequence[Dimension]) -> Iterator[_Text]:
    for d, dimension in enumerate(dimensions):
        where = f"rubric.yaml: dimensions[{d}] ({dimension.id})"
        for number, text in enumerate(dimension.levels, start=1):
            yield _Text(f"{where}.levels.{number}", dimension.id, text, "level")
        for i, indicator in enumerate(dimension.indicators):
            path = f"{where}.indicators[{i}] ({indicator.id}).says"
            yield _Text(path, dimension.id, indicator.says, "indicator")


def _double_barrelled(text: _Text) -> Iterator[LintFinding]:
    for sentence in re.split(r"[.;?!]", text.text):
        pair = _two_demands(words(sentence))
        if pair is not None:
            message = f'asks for two things at once: "{pair[0]} …" and "{pair[1]} …"'
            yield LintFinding(text.path, "double_barrelled", message)


def _two_demands(sentence: list[str]) -> tuple[str, str] | None:
    """Find "verb object and verb object"; None where both verbs share one object."""
    first = next((i for i, word in enumerate(sentence) if word in VERBS), None)
    if first is None:
        return None
    for at in range(first + 2, len(sentence) - 2):
        verb, after = sentence[at + 1], sentence[at + 2]
        if sentence[at] not in {"and", "or"} or verb not in VERBS:
            continue
        # "names and checks metrics": nothing stands between the verbs for the first to act on.
        has_object = any(word not in _NO_OBJECT for word in sentence[first + 1 : at])
        # "checks and samples of the data": a noun, since no object follows.
        if has_object and after not in _NO_OBJECT and not _same_object(sentence[at + 2 :]):
            return (f"{sentence[first]} {sentence[first + 1]}", f"{verb} {after}")
    return None


def _same_object(rest: list[str]) -> bool:
    """Tell "and groups them by cause" from "and groups those of last week"."""
    return rest[0] in _SAME_OBJECT and (len(rest) == 1 or rest[1] in _NO_OBJECT - {"of"})


def _vague(text: _Text) -> Iterator[LintFinding]:
    if _OBSERVABLE.search(text.text):
        return
    for clause in re.split(r"[.,;?!]", text.text):
        vague = [word for word in words(clause) if word in VAGUE]
        rest = [w for w in content_words(clause) if w not in VAGUE and stem(w) not in _ABSTRACT]
        if vague and len(rest) < ENOUGH_WORDS:
            quoted = ", ".join(f'"{word}"' for word in vague)
            message = f'{quoted} in "{clause.strip()}" names nothing that can be observed'
            yield LintFinding(text.path, "vague", message)


def _overlaps(texts: list[_Text]) -> Iterator[LintFinding]:
    stemmed = [(text, stems(text.text)) for text in texts]
    for (a, in_a), (b, in_b) in combinations(stemmed, 2):
        if a.what != b.what or (a.what == "level" and a.dimension != b.dimension):
            continue
        alike = jaccard(in_a, in_b)
        if alike >= (LEVELS_ALIKE if a.what == "level" else INDICATORS_ALIKE):
            shared = ", ".join(w for w in dict.fromkeys(content_words(b.text)) if stem(w) in in_a)
            message = f"hard to tell from {a.path.removeprefix('rubric.yaml: ')}: both say {shared}"
            yield LintFinding(b.path, "overlap", message)


def _giveaways(dimensions: Sequence[Dimension], probes: Sequence[Probe]) -> Iterator[LintFinding]:
    says = {i.id: i.says for dimension in dimensions for i in dimension.indicators}
    for index, probe in enumerate(probes):
        path = f"probes.yaml: probes[{index}] ({probe.id}).text"
        told = _long_stems(says.get(probe.indicator, ""))
        given = [word for stem_, word in _long_stems(probe.text).items() if stem_ in told]
        if given:
            message = f"says what it listens for: {', '.join(given)}"
            yield LintFinding(path, "probe_gives_away", message)


def _long_stems(text: str) -> dict[str, str]:
    return {stem(w): w for w in content_words(text) if len(w) >= GIVEAWAY_LETTERS}
