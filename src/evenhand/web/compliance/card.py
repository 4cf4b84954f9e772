"""The model card of the panel that reads for an opening."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.compliance.card import Card, Change, JudgeFacts
from evenhand.hiring.moments import in_words
from evenhand.web.judging.words import BANDS, asked, between, check_words, figure
from evenhand.web.report.words import estimand
from evenhand.web.ui.figures import share

from .paper import Block, Facts, Items, Paper, Section, Table, Text
from .words import in_place, judge_line


def card_paper(about: str, card: Card, now: datetime) -> Paper:
    """Return the card; every figure in it is one that was measured, with where it comes from."""
    return Paper(
        name="model-card",
        title=_("Model card of the panel"),
        about=about,
        lead=_(
            "What reads the answers of this opening, what it may be used for, how it was measured "
            "and on whom, and what it cannot do."
        ),
        sections=(
            _judges(card),
            _use(),
            _method(card),
            _figures(card),
            _limits(card),
            _changes(card),
        ),
        facts={"estimand": estimand(), "card": asdict(card)},
        made_at=now,
    )


def _judges(card: Card) -> Section:
    blocks: list[Block] = [
        Facts(
            (
                (_("Panel"), card.panel),
                (_("Version"), card.panel_version or _("none on record: it has read nothing yet")),
                (_("Questions and rubric"), f"{card.pack} {card.pack_version}, {card.pack_hash}"),
                (_("Dimensions"), ", ".join(card.dimensions.values())),
                (_("Licence of the pack and its calibration"), card.pack_licence),
            )
        )
    ]
    if not card.judges:
        blocks.append(Text(in_place(card)))
        return Section(_("The judges"), tuple(blocks))
    blocks.append(Items(tuple(judge_line(one) for one in card.judges)))
    blocks.append(_made_of(_("What they are made of"), _("Judge"), card.judges))
    if card.beside:
        blocks.append(Text(_("Beside them, and without rating anything:")))
        blocks.append(Items(tuple(judge_line(one) for one in card.beside)))
        blocks.append(_made_of(_("What those are made of"), _("Name"), card.beside))
    return Section(_("The judges"), tuple(blocks))


def _made_of(caption: str, name: str, facts: Iterable[JudgeFacts]) -> Table:
    return Table(
        caption,
        (name, _("Kind"), _("Model"), _("Version or digest"), _("Licence")),
        tuple(
            (
                one.name,
                _("embedded, on this machine") if not one.host else one.kind,
                one.model or _("code and parameters of Evenhand"),
                one.version or _("in the panel's version"),
                one.licence or _("its provider's terms"),
            )
            for one in facts
        ),
    )


def _use() -> Section:
    return Section(
        _("What it is for, and what it must not be used for"),
        (
            Text(estimand()),
            Items(
                (
                    _("For: estimating the levels of written answers to the questions of this "
                      "pack, as a help to people who read, interview and decide."),
                    _("Not for: turning anybody down by itself, or in place of reading the "
                      "answers."),
                    _("Not for: other questions, other jobs or other languages than it was "
                      "calibrated on."),
                    _("Not for: judging character, honesty, feelings, or whether a text was "
                      "written with a tool."),
                    _("Not for: tone, voice, face, accent, typing speed, grammar or fluency; none "
                      "of them is an input."),
                )
            ),
        ),
    )  # fmt: skip


def _method(card: Card) -> Section:
    people = ngettext("%(n)s answer", "%(n)s answers", card.golden_answers)
    items = [
        _("On the golden answers of the pack: %(answers)s by %(authors)s authors, each with "
          "raters' levels.") % {"answers": people % {"n": card.golden_answers},
                        "authors": card.golden_authors},
        _("Each author was left out in turn: no golden answer is rated by a judge that was fitted "
          "to its author (cross-fitting). Intervals come from drawing authors anew."),
        card.golden_label,
    ]  # fmt: skip
    if card.anchors:
        items.append(
            ngettext(
                "On this organisation's own: %(n)s answer drawn by chance that two people rated "
                "blindly too. It enters the fit of severities and errors.",
                "On this organisation's own: %(n)s answers drawn by chance that two people rated "
                "blindly too. They enter the fit of severities and errors.",
                card.anchors,
            )
            % {"n": card.anchors}
        )
    else:
        items.append(_("On this organisation's own answers: not yet; no answer that was drawn has "
                       "been rated by two people."))  # fmt: skip
    fitted = (
        _("fitted to %(n)s candidates here on %(day)s")
        % {"n": card.fitted_on, "day": in_words(card.fitted_at, "j F Y")}
        if card.fitted_at
        else _("those that the pack came with")
    )
    return Section(
        _("Measured how, and on whom"),
        (
            Items(tuple(one for one in items if one)),
            Facts(
                (
                    (_("Components of the measurement"), f"{card.components} ({fitted})"),
                    (_("Provisional"), _("yes") if card.provisional else _("no")),
                    (_("Answers read here by this version"), str(card.read)),
                )
            ),
        ),
    )


def _figures(card: Card) -> Section:
    title = _("Figures of its last gate")
    if card.gate is None or card.gate_at is None:
        return Section(
            title,
            (
                Text(
                    _("This version went through no gate on this installation, so there are no "
                      "figures of it here. An admin runs one on the page of the judges; in a "
                      "terminal it is “evenhand gate --pack DIR --panel %(name)s”.")
                    % {"name": card.panel}
                ),
                _red_team(card),
            ),
        )  # fmt: skip
    found, more = card.gate, card.gate["figures"]
    day = in_words(card.gate_at, "j F Y")
    passed = _("It passed every limit.") if found["passed"] else _("It missed at least one limit.")
    return Section(
        title,
        (
            Text(
                _("Of %(day)s, on the golden answers. %(passed)s") % {"day": day, "passed": passed}
            ),
            Table(
                _("Held to limits"),
                (_("What"), _("Asked"), _("Got"), _("90\u00a0% interval"), _("Passed")),
                tuple(_check(one, card.dimensions) for one in found["checks"]),
            ),
            *_parts(card, found),
            Facts(
                (
                    (_("Raters' correlation among themselves"), figure(more["raters_r"])),
                    (_("Mean width of an interval, levels"), figure(more["width"])),
                )
            ),
            _red_team(card),
        ),
    )


def _parts(card: Card, found: Mapping[str, Any]) -> tuple[Table, Table]:
    """Return the figures that are taken dimension by dimension, and band by band."""
    return (
        Table(
            _("By dimension"),
            (_("Dimension"), _("Correlation"), _("Mean error, levels"), _("Abstained")),
            tuple(
                (
                    card.dimensions.get(name, name),
                    figure(one["r"]),
                    figure(one["bias"]),
                    share(one.get("abstained")),
                )
                for name, one in found["dimensions"].items()
            ),
        ),
        Table(
            _("Kappa by band of the raters' mean"),
            (_("Band"), _("Panel with raters"), _("Raters among themselves"), _("Abstained")),
            tuple(
                (
                    str(BANDS[band]),
                    figure(one["panel"]),
                    figure(one["raters"]),
                    share(one.get("abstained")),
                )
                for band, one in found["bands"].items()
            ),
        ),
    )


def _check(one: dict[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    interval = "" if one["low"] is None else between(figure(one["low"]), figure(one["high"]))
    passed = _("yes") if one["passed"] else _("no")
    return check_words(one, names), asked(one), figure(one["got"]), interval, passed


def _red_team(card: Card) -> Text:
    return Text(
        _("Attacks on the panel (hidden instructions, stuffing, begging, repeating and others) are "
          "run in a terminal by “evenhand redteam --pack DIR --panel %(name)s”; runs of it are "
          "not kept here.")
        % {"name": card.panel}
    )  # fmt: skip


def _limits(card: Card) -> Section:
    items = [
        _("An interval says how sure a level is as a stand-in for trained raters; it does not say "
          "how somebody will do at work."),
        _("Where golden answers are few, so is what is known: a correlation of authors left out is "
          "no proof for people who write otherwise than those authors."),
        _("The gate looks at one group of authors who write in a second language, where the pack "
          "names one. It says nothing of groups that no golden author belongs to; the audit of "
          "adverse impact does, for people who volunteered to be counted."),
        _("What tells who somebody is in an answer is taken out by lists and patterns, which do "
          "not find everything."),
    ]  # fmt: skip
    if card.provisional:
        items.append(
            _("The components are provisional: they were not fitted to enough people of this "
              "organisation.")
        )  # fmt: skip
    return Section(_("Limits"), (Items(tuple(items)),))


def _changes(card: Card) -> Section:
    if not card.changes:
        text = _("Nobody has made another panel active; the one that the pack came with reads.")
        return Section(_("Changes"), (Text(text),))
    rows = tuple(
        (
            in_words(one.at, "DATETIME_FORMAT"),
            f"{one.panel} {one.version[:12]}".strip(),
            _gate_of(one),
            one.reason or "–",
        )
        for one in card.changes
    )
    heads = (_("From"), _("Panel"), _("Gate"), _("Reason given"))
    return Section(_("Changes"), (Table(_("Made active, the latest first"), heads, rows),))


def _gate_of(change: Change) -> str:
    if change.passed is None:
        return _("none: the default reads again")
    return _("passed") if change.passed else _("missed a limit")
