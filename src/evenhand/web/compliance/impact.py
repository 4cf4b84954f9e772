"""The audit of adverse impact, as it was made and kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.compliance.auditing import digest_of
from evenhand.hiring.models import ImpactAudit
from evenhand.hiring.moments import in_words
from evenhand.studies.auditing import NOT_SAID
from evenhand.studies.impact import FEWEST
from evenhand.web.ui.figures import share

from .paper import Block, Facts, Items, Paper, Section, Table, Text
from .words import STAGES, decimal

MOST_NEEDED: Final = 100_000
"""Beyond so many people, how many it would take to tell is not worth saying."""


def impact_paper(
    about: str, made: ImpactAudit | None, opening: str | None, waits: date, now: datetime
) -> Paper:
    """Return an audit as a page.

    Args:
        about: the organisation or the opening, in words.
        made: the audit; None while there is none that tells anything.
        opening: the id of the opening that it is asked of; None for the whole organisation.
        waits: the day on which the next quarter is looked at.
        now: the moment.
    """
    told = _told(made, opening)
    facts: dict[str, Any] = {"next": waits, "audit": told}
    if made is not None:
        facts |= {
            "first": made.first,
            "last": made.last,
            "audited_at": made.made_at,
            "sha256_of_the_whole": digest_of(made.told),
        }
    sections = [_about(made, told, opening, waits)]
    if told is not None:
        sections += [_question(told, one) for one in told["questions"]]
        if told.get("crossed"):
            sections.append(_question(told, told["crossed"]))
    return Paper(
        name="impact",
        title=_("Audit of adverse impact"),
        about=about,
        lead=_(
            "Whether groups of candidates fare alike, and what the numbers can say about it. It "
            "counts those who volunteered to be counted; nobody's answer can be looked up."
        ),
        sections=(*sections, _reading()),
        facts=facts,
        made_at=now,
    )


def _told(made: ImpactAudit | None, opening: str | None) -> dict[str, Any] | None:
    if made is None or made.told is None:
        return None
    if opening is None:
        return {name: it for name, it in made.told.items() if name != "parts"}
    part = made.told["parts"].get(opening)
    return None if part is None else {**made.told, **part, "crossed": None, "parts": None}


def _about(
    made: ImpactAudit | None, told: Mapping[str, Any] | None, opening: str | None, waits: date
) -> Section:
    title = _("The people")
    waiting = _(
        "Each quarter is looked at once, 30 days after its end, and what is found is kept as it "
        "is. The next look is on %(day)s."
    ) % {"day": in_words(waits, "j F Y")}
    if made is None:
        text = _(
            "Too few to say. No quarter that was looked at has two groups of ten people or more; "
            "its people stand in the next audit."
        )
        return Section(title, (Text(text), Text(waiting)))
    days = {"first": in_words(made.first, "j F Y"), "last": in_words(made.last, "j F Y")}
    if told is None:
        text = _(
            "Too few to say of this opening by itself, from %(first)s to %(last)s: its people, or "
            "all others of the organisation together, have no two groups of ten. The audit of the "
            "organisation counts them."
        )
        return Section(title, (Text(text % days), Text(waiting)))
    facts = (
        (_("Handed in"), _("%(first)s to %(last)s") % days),
        (
            _("People"),
            ngettext("%(n)s person", "%(n)s people", told["people"]) % {"n": told["people"]},
        ),
        *_undecided(told),
        (_("Counted"), in_words(made.made_at, "DATETIME_FORMAT")),
    )
    return Section(title, (Facts(facts), Text(waiting)))


def _undecided(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return how many have no decision; an earlier release compared the others alone."""
    if "undecided" not in told:
        return ()
    n = told["undecided"]
    said = ngettext("%(n)s person", "%(n)s people", n) if n else _("nobody")
    return ((_("Without a final decision"), said % {"n": n}),)


def _question(told: Mapping[str, Any], table: Mapping[str, Any]) -> Section:
    few = _("too few to say")
    rows = tuple(
        (_name(one["name"]), few if one["of"] is None else str(one["of"]))
        for one in table["groups"]
    )
    blocks: list[Block] = [Table(_("Who handed in"), (_("Group"), _("People")), rows)]
    for stage, name in STAGES.items():
        found = table["stages"].get(stage)
        if found is None:
            blocks.append(Text(f"{name}: {_silent(told, stage)}"))
        elif not found["of"]:
            blocks.append(Text(f"{name}: {_('nothing is recorded.')}"))
        else:
            blocks += _stage(str(name), found)
    blocks += _scores(table["scores"])
    return Section(table["title"], tuple(blocks))


def _silent(told: Mapping[str, Any], stage: str) -> str:
    if told["stages"].get(stage):
        recorded = told["questions"][0]["stages"][stage]["of"]
        return _("too few to say for these groups.") if recorded else _("nothing is recorded.")
    return _(
        "too few to say. Fewer than ten people fared one way, and whoever knows them could tell "
        "what group they belong to."
    )


def _stage(name: str, found: Mapping[str, Any]) -> list[Block]:
    heads = (
        _("Group"), _("Selected"), _("Rate"), _("Ratio"), _("90\u00a0% interval"),
        _("Exact test, p"), _("P(ratio below 0.8)"), _("What it says"),
    )  # fmt: skip
    told = {"of": found["of"], "selected": found["selected"]}
    caption = _("%(name)s, %(selected)s of %(of)s") % {"name": name, **told}
    best = next((one for one in found["lines"] if one["told"] and one["p"] is None), None)
    silence = _("too few to say") if found["selected"] else _("nobody was selected in any group")
    rows = tuple(
        _line(one, best)
        if best and one["told"]
        else (one["name"], "–", "–", "–", "–", "–", "–", silence)
        for one in found["lines"]
    )
    return [Table(caption, heads, rows)]


def _line(one: Mapping[str, Any], best: Mapping[str, Any]) -> tuple[str, ...]:
    selected = _("%(n)s of %(of)s") % {"n": one["selected"], "of": one["of"]}
    if one is best:
        highest = _("highest rate: the others are compared with it")
        return (one["name"], selected, share(one["rate"]), "1", "–", "–", "–", highest)
    high = "∞" if one["high"] is None else decimal(one["high"])
    return (
        one["name"],
        selected,
        share(one["rate"]),
        decimal(one["ratio"]),
        _("%(low)s to %(high)s") % {"low": decimal(one["low"]), "high": high},
        decimal(one["p"], 3),
        share(one["below"]),
        _verdict(one, best),
    )


def _verdict(one: Mapping[str, Any], best: Mapping[str, Any]) -> str:
    below, sure = one["ratio"] < 0.8, one["p"] < 0.05
    if sure:
        return (
            _("Below four fifths, and more than chance explains: look for the cause.")
            if below
            else _("Not below four fifths, but a difference that chance does not explain.")
        )
    enough = min(one["of"], best["of"]) >= one["needed"]
    needed = {"needed": "" if enough else _needed(one["needed"])}
    if below and enough:
        return _("Below four fifths, and chance alone could explain it.")
    if below:
        said = _("Below four fifths, and chance alone could explain it: too few to say. %(needed)s")
        return said % needed
    if enough:
        return _("No sign of a difference.")
    return _("No sign of a difference, and too few to rule one out. %(needed)s") % needed


def _needed(needed: int) -> str:
    if needed > MOST_NEEDED:
        return ""
    return _("It would take about %(n)s people of each group to tell.") % {"n": needed}


def _scores(lines: list[Mapping[str, Any]]) -> list[Block]:
    if not lines:
        return []
    rows = tuple(
        (
            one["name"],
            one["to"],
            decimal(one["d"], 1),
            _("%(low)s to %(high)s")
            % {"low": decimal(one["low"], 1), "high": decimal(one["high"], 1)},
        )
        for one in lines
    )
    heads = (_("Group"), _("Compared with"), _("Difference"), _("90\u00a0% interval"))
    return [Table(_("Difference of the mean levels, in standard deviations"), heads, rows)]


def _name(name: str) -> str:
    return _("did not say") if name == NOT_SAID else name


def _reading() -> Section:
    return Section(
        _("How to read it"),
        (
            Items(
                (
                    _("A ratio is a group's rate by the highest rate of a group. Below 0.8 is what "
                      "the four-fifths rule of the United States' Uniform Guidelines (1978) looks "
                      "at. By itself it alarms for a third of small groups in which nothing is "
                      "wrong, so an exact test (Fisher, mid-p, Holm) and an interval (Koopman) "
                      "stand beside it. Which group is highest is known only afterwards: the test "
                      "allows for that, the interval and P(ratio below 0.8) do not."),
                    _("Groups of fewer than %(n)s are not told, nor what would let them be worked "
                      "out from the others. A result is told only where at least %(n)s people "
                      "fared each way, in this table and in those told with it.") % {"n": FEWEST},
                    _("The decision is held against everybody who handed in: who has no final one "
                      "counts as not advanced, so where these are many the rates are those so far. "
                      "Figures of their own would tell what group a few people belong to."),
                    _("People are asked after they hand in, so who does not hand in is in no "
                      "group, and there is no rate of handing in."),
                    _("Who volunteers may differ from who does not. Who was erased before a "
                      "quarter was looked at is not in it."),
                    _("No score is changed by group, here or anywhere. A difference is a reason to "
                      "look at questions, rubric and judges."),
                )
            ),
        ),
    )  # fmt: skip
