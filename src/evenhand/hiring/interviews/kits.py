"""Making a kit: the common core of its round, then what is still open about this candidate.

The focus plan narrows all dimensions and compares with no bar: a plan that ended once a bar was
passed or missed would tell its reader, by its length, what they are not to know yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from evenhand.hiring.calibration.choosing import standing_on
from evenhand.hiring.interviews.kit import (
    Kit,
    KitDimension,
    KitIndicator,
    KitProbe,
    KitQuestion,
    OpenPoint,
)
from evenhand.hiring.interviews.models import LIVE_ROUNDS, Interview
from evenhand.hiring.interviews.open_points import heard_in_writing, heard_live, open_points
from evenhand.hiring.interviews.queries import HELD, asked_of, asked_of_others, not_seen_of
from evenhand.hiring.interviews.wording import closing, core_reason, focus_reason, opening
from evenhand.hiring.openings.models import Application
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.scoring.estimates import card_ratings_of_all, ratings_of
from evenhand.hiring.sittings.models import Sitting
from evenhand.measure import FocusStep, Option, Rating, focus, without_outliers
from evenhand.rubric import Pack, Question, live_questions

OPENING_SHARE: Final = 0.05
CLOSING_SHARE: Final = 0.07
"""Of the minutes: for saying how it goes, and for what the candidate wants to ask."""


def kit_for(interview: Interview) -> Kit:
    """Return what is to be asked in an interview: the pinned kit, or a fresh one before it began.

    Raises:
        PackGone: the candidate's pack cannot be opened.
    """
    if interview.kit is not None:
        return Kit.from_json(interview.kit)
    return _Making(interview).kit()


@dataclass
class _Making:
    """One kit in the making."""

    interview: Interview

    def __post_init__(self) -> None:
        application = self.interview.application
        self.application = application
        self.pack = pack_of(application.pack_id)
        self.round = self.interview.round
        self.asked = asked_of(application, other_than=self.interview)
        self.all = live_questions(
            self.pack, asked=self.asked, elsewhere=asked_of_others(application)
        )
        self.heard = heard_in_writing(application, self.pack)
        held = set(application.interviews.filter(state__in=HELD).values_list("round", flat=True))
        self.later = {
            name
            for one in self.pack.rounds
            if one.id in LIVE_ROUNDS and one.id != self.round and one.id not in held
            for name in one.dimensions
        } - set(self.pack.round(self.round).dimensions)
        self.not_seen = not_seen_of(application)
        self.points = open_points(self.pack, self.heard, heard_live(application))

    def kit(self) -> Kit:
        minutes = self.interview.minutes
        first, last = round(minutes * OPENING_SHARE), round(minutes * CLOSING_SHARE)
        left = float(minutes - first - last)
        core, left_out = _fitting(self.core(), left)
        steps = self.plan(core, left)
        planned = {step.task for step in steps}
        focused = [self.focus_question(step) for step in steps]
        questions = (*(self.with_probes(one, planned) for one in core), *focused)
        shown = dict.fromkeys(name for one in questions for name in one.dimensions)
        return Kit(
            round=self.round,
            minutes=minutes,
            opening=opening(minutes),
            opening_minutes=first,
            closing=closing(),
            closing_minutes=last,
            questions=questions,
            left_out=tuple(one.text for one in left_out),
            dimensions=tuple(_dimension(self.pack, name) for name in shown),
            open_points=tuple(one for one in self.points if one.task in planned),
        )

    def core(self) -> list[KitQuestion]:
        """Return what everyone is asked in this round: its prompts, then its role plays."""
        prompts = [
            _question(self.pack, one)
            for one in self.all
            if one.round == self.round and not one.follows
        ]
        plays = [
            KitQuestion(
                task=play.id,
                kind="role_play",
                text=play.brief,
                minutes=play.minutes,
                dimensions=_by_share(play.dimensions),
                core=True,
                follows="",
                context="",
                reason=core_reason(),
                part=play.part,
                lines=play.lines,
                probes=(),
            )
            for play in self.pack.role_plays
            if play.round == self.round
        ]
        return [*prompts, *plays]

    def plan(self, core: Sequence[KitQuestion], minutes: float) -> list[FocusStep]:
        """Return the follow-up questions that tell most in the time that the core leaves.

        The plan says how many are worth their minutes on each dimension; which ones is told by what
        is open. So it is made twice: from all of them, and from those that are asked.
        """
        made_with = standing_on(self.application)
        if made_with is None:
            return []
        components = made_with.components
        ratings, _out = without_outliers(_ratings(self.application), components)
        asked = [self._core_option(place, one) for place, one in enumerate(core, start=1)]
        ranked = self.ranked
        every = [_option(one, self.round) for some in ranked.values() for one in some]
        first = focus(ratings, components, [*asked, *every], minutes)
        wanted = Counter(step.dimension for step in first if step.follows)
        chosen = [
            _option(one, self.round) for name in wanted for one in ranked[name][: wanted[name]]
        ]
        steps = focus(ratings, components, [*asked, *chosen], minutes)
        return [step for step in steps if step.follows]

    @cached_property
    def ranked(self) -> dict[str, list[Question]]:
        """Return the probes not asked yet, by dimension, the most open behaviour first.

        What another live round is still to ask everyone about is left to that round.
        """
        place = {point.task: number for number, point in enumerate(self.points)}
        indicator = {probe.id: probe.indicator for probe in self.pack.probes}
        seen = {name for name, some in self.heard.items() if any(one.seen for one in some)}
        found: dict[str, list[Question]] = defaultdict(list)
        for one in self.all:
            (name, *_rest) = one.dimensions
            if one.follows and name not in self.later:
                found[name].append(one)
        for some in found.values():
            some.sort(key=lambda q: (place.get(q.task, len(place)), indicator[q.task] in seen))
        return found

    def with_probes(self, question: KitQuestion, planned: Collection[str]) -> KitQuestion:
        """Return a question of the core with the follow-up questions that stand nowhere else."""
        if question.kind != "prompt":
            return question
        mine = {
            one.task: one
            for name in question.dimensions
            for one in self.ranked.get(name, ())
            if one.task not in planned
        }
        texts = {probe.id: probe for probe in self.pack.probes}
        return replace(
            question,
            probes=tuple(
                KitProbe(task, texts[task].indicator, texts[task].text, texts[task].minutes)
                for task in mine
            ),
        )

    def focus_question(self, step: FocusStep) -> KitQuestion:
        """Return a step of the plan as a question, with its reason in words."""
        probe = next(one for one in self.pack.probes if one.id == step.task)
        point = next((one for one in self.points if one.task == step.task), None)
        return KitQuestion(
            task=probe.id,
            kind="probe",
            text=probe.text,
            minutes=step.minutes,
            dimensions=(step.dimension,),
            core=False,
            follows=step.follows,
            context=self.pack.prompt(step.follows).text,
            reason=self.reason(step, point),
            part="",
            lines=(),
            probes=(),
        )

    def reason(self, step: FocusStep, point: OpenPoint | None) -> str:
        """Return why a follow-up question is asked, without a word on how good the answer was."""
        if point is not None:
            return point.reason
        missed = [
            self.pack.round(met).name
            for met, dimension in self.not_seen
            if dimension == step.dimension
        ]
        return focus_reason(self.pack.dimension(step.dimension).name, step.because, missed)

    def _core_option(self, place: int, one: KitQuestion) -> Option:
        shares = {
            **{q.task: q.dimensions for q in self.all},
            **{play.id: play.dimensions for play in self.pack.role_plays},
        }
        return Option(one.task, shares[one.task], one.minutes, self.round, core=place)


def _ratings(application: Application) -> list[Rating]:
    """Return the ratings that a plan rests on; while answers are being read, those of people."""
    if Sitting.objects.filter(application=application, state=Sitting.State.SUBMITTED).exists():
        return card_ratings_of_all(Application.objects.filter(pk=application.pk))
    return ratings_of(application)


def _fitting(
    questions: Sequence[KitQuestion], minutes: float
) -> tuple[list[KitQuestion], list[KitQuestion]]:
    """Return the questions that fit into the minutes, in their order, and those that do not."""
    fit, out = [], []
    for one in questions:
        if one.minutes <= minutes:
            minutes -= one.minutes
            fit.append(one)
        else:
            out.append(one)
    return fit, out


def _question(pack: Pack, question: Question) -> KitQuestion:
    return KitQuestion(
        task=question.task,
        kind="prompt",
        text=pack.prompt(question.task).text,
        minutes=question.minutes,
        dimensions=_by_share(question.dimensions),
        core=True,
        follows="",
        context="",
        reason=core_reason(),
        part="",
        lines=(),
        probes=(),
    )


def _option(question: Question, met: str) -> Option:
    return Option(
        question.task, question.dimensions, question.minutes, met, follows=question.follows
    )


def _by_share(shares: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(shares, key=lambda name: -shares[name]))


def _dimension(pack: Pack, name: str) -> KitDimension:
    about = pack.dimension(name)
    kinds: dict[str, list[KitIndicator]] = {"strong": [], "red_flag": []}
    for one in about.indicators:
        kinds[one.kind].append(KitIndicator(one.id, one.says))
    return KitDimension(
        about.id,
        about.name,
        about.asks,
        about.levels,
        tuple(kinds["strong"]),
        tuple(kinds["red_flag"]),
    )
