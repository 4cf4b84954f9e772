"""The notice for candidates of an opening: what they read, what follows from it, who read which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.compliance.card import Card
from evenhand.hiring.compliance.groups import asked_of
from evenhand.hiring.feedback.models import CONTEST_DAYS
from evenhand.hiring.judging.outside import endpoints_of
from evenhand.hiring.models import Application, LedgerEntry, Opening, Sitting
from evenhand.hiring.moments import in_words
from evenhand.hiring.openings.services import ROUND, pack_of, prompts_asked
from evenhand.hiring.record.services import subject_of
from evenhand.hiring.sittings.agreed import AGREED, DECLINED
from evenhand.web.sitting.notice import Notice, notice_for

from . import words
from .paper import Block, Facts, Items, Paper, Section, Table, Text
from .reading import sections_of


def notice_paper(opening: Opening, card: Card, now: datetime) -> Paper:
    """Return the notice that the next person added to an opening is shown, and its history."""
    notice, shown, later = _today(opening), _shown(opening), _answered_later(opening)
    endpoints = endpoints_of(opening.pack_id, opening.organisation_id)
    told = {name: it for name, it in notice.told.items() if name != "text_sha256"}
    facts: dict[str, Any] = {
        "notice_version": notice.version,
        "text_sha256": notice.told["text_sha256"],
        "settings": told,
        "judges": [{"name": one.name, "kind": one.kind, "model": one.model} for one in card.judges],
        "sent_to": [{"host": one.host, "model": one.model} for one in endpoints],
        "contest_days": CONTEST_DAYS,
        "groups_asked": [one.title for one in asked_of(opening.organisation)],
        "shown": shown,
        "answered_later": later,
    }
    return Paper(
        name="notice",
        title=_("Notice for candidates"),
        about=opening.title,
        lead=_(
            "What a candidate of this opening is told before the clock starts, from the settings "
            "as they are now; what happens to their data; and which versions were agreed to."
        ),
        sections=(
            *sections_of(notice.text),
            _rated(card),
            _leaves(endpoints),
            _kept(opening),
            _rights(opening),
            _versions(notice, shown, later),
        ),
        facts=facts,
        made_at=now,
    )


def _today(opening: Opening) -> Notice:
    pack = pack_of(opening.pack_id)
    sitting = Sitting(
        application=Application(opening=opening, pack=opening.pack, number=1),
        prompts=prompts_asked(pack),
        minutes=pack.round(ROUND).minutes,
    )
    return notice_for(sitting, pack)


def _shown(opening: Opening) -> list[dict[str, Any]]:
    agreed = Sitting.objects.filter(
        application__opening=opening, consented_at__isnull=False
    ).exclude(notice_version="")
    counted = (
        agreed.order_by()
        .values("notice_version")
        .annotate(people=Count("pk"), first=Min("consented_at"), last=Max("consented_at"))
    )
    return [dict(one) for one in counted.order_by("first", "notice_version")]


def _answered_later(opening: Opening) -> int:
    """Count who said something to a later notice; a no is to count for nothing, so not which."""
    sittings = Sitting.objects.filter(application__opening=opening)
    subjects = [subject_of(one) for one in sittings.only("pk")]
    answers = LedgerEntry.objects.filter(action__in=(AGREED, DECLINED), subject__in=subjects)
    return answers.values("subject").distinct().count()


def _rated(card: Card) -> Section:
    blocks: tuple[Block, ...]
    if card.judges:
        blocks = (
            Text(words.panel_reads(card)),
            Items(tuple(words.judge_line(one) for one in card.judges)),
            Text(words.person_decides()),
        )
    else:
        blocks = (Text(words.in_place(card)), Text(words.person_decides()))
    return Section(_("Who and what rates"), blocks)


def _leaves(endpoints: list[Any]) -> Section:
    if not endpoints:
        text = _("Nothing: every judge runs on this machine.")
        return Section(_("What leaves the machine"), (Text(text),))
    return Section(
        _("What leaves the machine"),
        (
            Text(
                _(
                    "The question, the rubric of one dimension and the text of one answer, without "
                    "what tells who somebody is, as far as lists and patterns find it. It goes to:"
                )
            ),
            Items(tuple(f"{one.model}, {one.host}" for one in endpoints)),
        ),
    )


def _kept(opening: Opening) -> Section:
    return Section(
        _("Retention"),
        (
            Facts(
                (
                    (
                        _("Answers, name and address"),
                        ngettext(
                            "%(n)s day after handing in, then erased",
                            "%(n)s days after handing in, then erased",
                            opening.keep_days,
                        )
                        % {"n": opening.keep_days},
                    ),
                    (
                        _("If that is made longer"),
                        _("it stays as it was for those who agreed to fewer days"),
                    ),
                    (
                        _("The record"),
                        _("stays: identifiers, times, levels and salted digests; no word, no name"),
                    ),
                    (
                        _("What is volunteered about groups"),
                        _("apart from all that, until it is taken back or the person is erased"),
                    ),
                )
            ),
        ),
    )


def _rights(opening: Opening) -> Section:
    asked = asked_of(opening.organisation)
    items = (
        _(
            "To contest: within %(days)s days of the feedback they name answers that were read "
            "wrongly. Two people rate each again, without knowing why, and the estimate is made "
            "anew."
        )
        % {"days": CONTEST_DAYS},
        _("To a person's decision: no application is turned down by a machine."),
        _("To a copy: all that is kept about them, to read and as a file, with their link."),
        _("To be erased at any time: they write to %(name)s, %(email)s.")
        % {"name": opening.contact_name, "email": opening.contact_email},
        _("To more time or another form, without a reason."),
        *(
            (
                _(
                    "To volunteer, change or take back what they say about groups (%(asked)s): it "
                    "is never needed, and nobody who decides sees it."
                )
                % {"asked": ", ".join(one.title for one in asked)},
            )
            if asked
            else ()
        ),
    )
    return Section(_("Rights"), (Items(items),))


def _versions(notice: Notice, shown: list[dict[str, Any]], later: int) -> Section:
    blocks: list[Block] = [
        Facts(
            (
                (_("Version shown now"), notice.version),
                (_("Digest of its text (SHA-256)"), str(notice.told["text_sha256"])),
            )
        )
    ]
    if shown:
        blocks.append(
            Table(
                _("Agreed to, those who were not erased"),
                (_("Version"), _("People"), _("First"), _("Last")),
                tuple(
                    (
                        one["notice_version"],
                        str(one["people"]),
                        in_words(one["first"], "j F Y"),
                        in_words(one["last"], "j F Y"),
                    )
                    for one in shown
                ),
            )
        )
    else:
        blocks.append(Text(_("Nobody has agreed to a version yet.")))
    if later:
        text = ngettext(
            "%(n)s person answered a later notice, which names other models.",
            "%(n)s people answered a later notice, which names other models.",
            later,
        )
        blocks.append(Text(text % {"n": later}))
    return Section(_("Versions"), tuple(blocks))
