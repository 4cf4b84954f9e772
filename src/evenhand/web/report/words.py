"""The report's figures as sentences. Each says what it knows and what it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.models import Application
from evenhand.hiring.moments import in_words
from evenhand.web.ui.charts import number
from evenhand.web.ui.figures import share

from .shape import DimensionLine, Doubt, IndicatorLine, Interval, Shown, Standing

AGREE, SPLIT = 0.5, 1.0
"""Levels between the highest and the lowest judge: up to the first they agree, from the second
they see different answers."""


def estimand() -> str:
    """Return what every estimate of a person estimates."""
    return _(
        "Each figure is an estimate of the level that trained raters would give this person on "
        "this dimension of this rubric, on average over raters and over questions of average "
        "difficulty."
    )


def answer_estimand() -> str:
    """Return what every level of a single answer estimates."""
    return _(
        "The level is an estimate of the mean level that trained raters would give this answer."
    )


def percent(chance: float) -> str:
    r"""Return a probability in words that never claim certainty.

    >>> percent(0.714), percent(0.9987), percent(0.0004)
    ('71\xa0%', 'more than 99\xa0%', 'less than 1\xa0%')
    """
    if chance > 0.99:
        return _("more than %(share)s") % {"share": share(0.99)}
    if chance < 0.01:
        return _("less than %(share)s") % {"share": share(0.01)}
    return share(chance)


def redacted(kinds: Sequence[str]) -> str:
    """Say what was taken out of an answer before any judge read it; nothing if nothing was."""
    if not kinds:
        return ""
    names = {
        "name": _("names"),
        "mail": _("mail addresses"),
        "phone": _("telephone numbers"),
        "link": _("links"),
        "address": _("postal addresses"),
        "employer": _("employers"),
        "school": _("schools"),
    }
    counted = ", ".join(
        f"{names[kind]} ({count})" for kind, count in sorted(Counter(kinds).items())
    )
    return _("Taken out before any judge read it: %(counted)s.") % {"counted": counted}


def left_out(z: float) -> str:
    """Say that a judge's level does not count, and why."""
    return _(
        "left out: %(far)s standard deviations above the other judges; read this answer yourself"
    ) % {"far": number(z)}


def rater(name: str, *, human: bool, met: str) -> str:
    """Say who gave a level: a judge by name, a person by what they did; people are not named here.

    Args:
        name: of the judge.
        human: whether it was a person.
        met: name of the live round in which; empty for a written answer that was rated blind.
    """
    if not human:
        return name
    return _("interviewer, %(round)s") % {"round": met} if met else _("a person, blind")


def doubt(doubts: Sequence[Doubt]) -> str:
    """Say where most of the width comes from and what would narrow it."""
    if not doubts:
        return ""
    figures = {"share": share(doubts[0].share)}
    says = {
        "unseen": _("%(share)s of the doubt is what the answers did not show: ask more."),
        "answers": _(
            "%(share)s of the doubt is how lucky single answers and questions were: ask more."
        ),
        "judges": _("%(share)s of the doubt is what judges misread: have a person rate."),
        "raters": _(
            "%(share)s of the doubt is one interviewer's own measure: have another one rate."
        ),
        "level": _(
            "%(share)s of the doubt is how hard this loop is on the whole; it is the same for "
            "everyone."
        ),
    }
    return says[doubts[0].source] % figures


def doubts(lines: Sequence[DimensionLine]) -> list[str]:
    """Say where most of the width comes from, once for all dimensions that it is true of."""
    largest: dict[str, list[str]] = {}
    for line in lines:
        if line.doubts:
            said = f"{line.name} {percent(line.doubts[0].share)}"
            largest.setdefault(line.doubts[0].source, []).append(said)
    says = {
        "unseen": _("what the answers did not show, so more questions would narrow the interval"),
        "answers": _(
            "how lucky single answers and questions were, so more questions would narrow the "
            "interval"
        ),
        "judges": _("what judges misread, so a person's rating would narrow the interval"),
        "raters": _(
            "one interviewer's own measure, so another interviewer would narrow the interval"
        ),
        "level": _("how hard this loop is on the whole, which is the same for everyone"),
    }
    return [
        _("The largest part of the doubt is %(what)s: %(names)s.")
        % {"what": says[source], "names": "; ".join(names)}
        for source, names in largest.items()
    ]


def withdrew(application: Application) -> str:
    """Say neutrally that somebody has withdrawn, and when; empty where they have not."""
    if application.withdrawn_at is None:
        return ""
    when = in_words(application.withdrawn_at, "DATETIME_FORMAT")
    return _("%(code)s withdrew on %(when)s.") % {"code": application.code, "when": when}


def headline(overall: DimensionLine | None, *, bar: float, state: str, read: bool) -> str:
    """Return the one sentence to take away."""
    if state == "not_submitted":
        return _("There is no report yet: the assessment has not been submitted.")
    if state == "not_scored":
        return _("There is no report: the answers were not scored when the person withdrew.")
    if state == "being_scored":
        return _("The answers are being scored. This page refreshes by itself.")
    if overall is None:
        return _("No judge could read an answer, so there is nothing to estimate from.")
    figures = {
        "low": number(overall.level.low),
        "high": number(overall.level.high),
        "chance": percent(overall.p_bar),
        "bar": number(bar),
    }
    if not read:
        return (
            _(
                "No judge could read an answer: between %(low)s and %(high)s is what is assumed of "
                "anyone before they answer, and says nothing of this person."
            )
            % figures
        )
    return (
        _(
            "Between %(low)s and %(high)s overall; %(chance)s likely to be at or above the bar of "
            "%(bar)s."
        )
        % figures
    )


def upshot(overall: DimensionLine) -> str:
    """Return what the interval says for a decision, and what it does not."""
    return {
        "open": _(
            "The interval lies across the bar, so these figures alone do not settle it; more "
            "evidence makes it narrower."
        ),
        "at_or_above": _("The whole interval lies at or above the bar; a person decides."),
        "below": _(
            "The whole interval lies below the bar. Nobody is turned away by that: a person "
            "decides."
        ),
    }[overall.standing]


def leaning(*, read: float, overall: float, known: float) -> str:
    """Say why an overall estimate is not the mean of what was read."""
    return _(
        "The levels that were given average %(read)s, and the overall estimate is %(overall)s: "
        "while there is little to go by, it leans towards what is known of all candidates, "
        "%(known)s."
    ) % {"read": number(read), "overall": number(overall), "known": number(known)}


def question(number: int) -> str:
    """Return what a written question is called."""
    return _("Question %(number)d") % {"number": number}


def standing_of(level: Interval, bar: float, *, asked: bool) -> Standing:
    """Return on which side of the bar the whole interval lies, or that this is open.

    What was not asked, or could not be read, stays open however the other answers turned out.
    """
    if not asked:
        return "open"
    if level.low >= bar:
        return "at_or_above"
    return "below" if level.high < bar else "open"


def standing(standing: Standing, *, asked: bool, put: bool) -> str:
    """Return the standing in words for a cell of the table.

    Args:
        standing: On which side of the bar.
        asked: Whether an answer was rated on the dimension.
        put: Whether a question on it was put at all.
    """
    if standing == "at_or_above":
        return _("settled: at or above the bar")
    if standing == "below":
        return _("settled: below the bar")
    if asked:
        return _("open")
    return _("open: asked, but no judge could read it") if put else _("open: not asked yet")


def agreement(levels: Sequence[float], judges: int) -> str:
    """Return how far the judges of an answer agree, in words."""
    silent = judges - len(levels)
    said = ""
    if len(levels) > 1:
        spread = max(levels) - min(levels)
        figures = {"spread": number(spread)}
        if spread <= AGREE:
            said = _("The judges agree: their levels lie within %(spread)s.") % figures
        elif spread < SPLIT:
            said = _("The judges differ by %(spread)s of a level.") % figures
        else:
            said = (
                _(
                    "The judges disagree: their levels lie %(spread)s apart. "
                    "Read the answer yourself."
                )
                % figures
            )
    elif len(levels) == 1:
        said = _("Only one judge gave a level, so there is no second opinion.")
    if not levels:
        return _("No judge could give a level.")
    if silent:
        kept = ngettext("%(n)d judge abstained.", "%(n)d judges abstained.", silent)
        said = f"{said} {kept % {'n': silent}}"
    return said


def shown(state: Shown) -> str:
    """Return a mark in words."""
    return {
        "shown": _("shown"),
        "partly": _("partly shown"),
        "not_shown": _("not shown"),
        "cannot_tell": _("cannot tell"),
    }[state]


def behaviours(lines: Sequence[IndicatorLine]) -> str:
    """Return how many behaviours were seen, and whether red flags are among them."""
    strong = [line for line in lines if not line.red_flag]
    seen = sum(line.shown in ("shown", "partly") for line in strong)
    flags = sum(line.shown in ("shown", "partly") for line in lines if line.red_flag)
    said = _("Judges and behaviours: %(seen)d of %(all)d seen") % {"seen": seen, "all": len(strong)}
    if flags:
        raised = ngettext("%(n)d red flag", "%(n)d red flags", flags) % {"n": flags}
        said = f"{said}, {raised}"
    return said


def focus_reason(
    *, dimension: str, put: bool, asked: bool, standing: Standing, before: float, after: float
) -> str:
    """Return why a question is worth its minutes."""
    figures = {"dimension": dimension, "drop": share(1 - after / before)}
    if put and not asked:
        why = _("%(dimension)s was asked, but no judge could read the answer.")
    elif not asked:
        why = _("%(dimension)s has not been asked yet.")
    elif standing == "open":
        why = _("%(dimension)s is still open: its interval lies across the bar.")
    else:
        why = _("%(dimension)s lies on one side of the bar; one more answer would make it surer.")
    drop = _("One answer would narrow its interval by about %(drop)s.")
    return f"{why % figures} {drop % figures}"


def rated(models: int, people: int) -> str:
    """Return who rated in a round, counted and not named."""
    by_models = ngettext("%(n)d model", "%(n)d models", models) % {"n": models}
    by_people = ngettext("%(n)d person", "%(n)d people", people) % {"n": people}
    if models and people:
        return _("rated by %(models)s and %(people)s") % {"models": by_models, "people": by_people}
    return _("rated by %(who)s") % {"who": by_models if models else by_people}


def person(number: int) -> str:
    """Return what a person who rated is called."""
    return _("person %(number)d") % {"number": number}


def fit(version: str, fitted_at: datetime | None) -> str:
    """Return which fit estimates were made with, and of when it is."""
    figures = {"version": version[:12]}
    if fitted_at is None:
        return _("fit %(version)s, as it came with the rubric pack") % figures
    day = in_words(fitted_at, "DATE_FORMAT")
    return _("fit %(version)s, of %(day)s") % {**figures, "day": day}


def limits(*, provisional: bool, golden_label: str) -> tuple[str, ...]:
    """Return what this report cannot say."""
    said = [
        _(
            "A dimension that was not asked is inferred from the others, so its interval is wide. "
            "Ask before you rely on it."
        ),
        _(
            "A level is about the person, not about one answer: it lies between what the answer "
            "got and what the person's other answers got, since one answer alone says little."
        ),
        _(
            "The intervals are meant to hold over candidates: nine of ten intervals at 90\u00a0% "
            "should contain the level. They are not promised for each level of ability apart."
        ),
        _(
            "The judges read what is written. They see no name, voice, face or typing speed, and "
            "style, grammar and length are not what is scored."
        ),
        _("Nothing follows from these figures by itself. A person decides, and says why."),
    ]
    if provisional:
        said.insert(0, provisional_label(golden_label))
    return tuple(said)


def provisional_label(golden_label: str) -> str:
    """Return what "provisional calibration" means."""
    return (
        _(
            "Provisional calibration: too few answers have been rated by people as well, so the "
            "judges are calibrated on the golden answers that came with the rubric."
        )
        + f" {golden_label}"
    )
