"""What letters and calendar entries say. No answer, no level, no score and no kit is in any.

An interviewer's copy names the candidate by number, and neither copy holds the other's address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.decisions.seen_before import figures_seen
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.scheduling.calendar import Meeting, Person, one_line
from evenhand.hiring.scheduling.free import span
from evenhand.hiring.scheduling.models import Letter, PoolEntry

To, Kind = Letter.To, Letter.Kind


@dataclass(frozen=True)
class Words:
    """A letter: its subject, its text, and whom it goes to."""

    subject: str
    body: str
    email: str


def words_of(interview: Interview, kind: Letter.Kind, to: Letter.To) -> Words:
    """Return what a letter says.

    Raises:
        PackGone: the opening's pack is missing, so nobody can say what is asked about.
    """
    if to == To.CANDIDATE:
        return _to_candidate(interview, kind)
    return _to_interviewer(interview, kind)


def meeting_of(interview: Interview, to: Letter.To, *, sequence: int) -> Meeting:
    """Return the calendar entry of one of the two people.

    Raises:
        PackGone: the opening's pack is missing.
        ValueError: no time is set.
    """
    opening = interview.application.opening
    if to == To.CANDIDATE:
        candidate = interview.application.candidate
        title = _("Interview for %(title)s") % {"title": opening.title}
        text, attendee = _about(interview), Person(candidate.name, candidate.email)
    else:
        title, text = _code_title(interview), _for_interviewer(interview)
        attendee = Person(str(interview.interviewer), interview.interviewer.email)
    return Meeting(
        uid=str(interview.pk),
        sequence=sequence,
        starts_at=_begin(interview),
        minutes=interview.minutes,
        title=title,
        text=text,
        place=interview.place,
        organizer=Person(opening.contact_name, opening.contact_email),
        attendee=attendee,
    )


def meeting_in_feed(interview: Interview) -> Meeting:
    """Return the entry of a feed: when, where, which round and which number."""
    return Meeting(
        uid=str(interview.pk),
        sequence=interview.sequence,
        starts_at=_begin(interview),
        minutes=interview.minutes,
        title=_code_title(interview),
        text=interview.application.opening.title,
        place=interview.place,
    )


def zone_of(interview: Interview) -> tzinfo:
    """Return the time zone of an interviewer: the one they gave, else that of the pages."""
    given = PoolEntry.objects.filter(
        opening=interview.application.opening_id, user=interview.interviewer_id
    ).values_list("time_zone", flat=True)
    name = next(iter(given), None)
    return timezone.get_current_timezone() if name is None else ZoneInfo(name)


def _begin(interview: Interview) -> datetime:
    if interview.starts_at is None:
        raise ValueError("an interview without a time is in no calendar")
    return interview.starts_at


def _code_title(interview: Interview) -> str:
    return _("Interview, %(round)s round, %(code)s") % {
        "round": interview.round,
        "code": interview.application.code,
    }


def _to_interviewer(interview: Interview, kind: Letter.Kind) -> Words:
    title, when = _code_title(interview), span(interview, zone_of(interview))
    lead = {
        Kind.INVITATION: _("You are asked to hold this interview:"),
        Kind.CANCELLATION: _("This interview does not take place:"),
        Kind.REMINDER: _("A reminder of this interview:"),
        Kind.CARD: _(
            "Your scorecard of this interview is not locked yet. What was heard fades quickly: "
            "please finish it. If the interview did not take place, tell %(contact)s."
        )
        % {"contact": interview.application.opening.contact_name},
    }[kind]
    subject = {
        Kind.INVITATION: title,
        Kind.CANCELLATION: _("Called off: %(title)s") % {"title": title},
        Kind.REMINDER: _("Reminder: %(title)s") % {"title": title},
        Kind.CARD: _("Not locked yet: scorecard, %(title)s") % {"title": title},
    }[kind]
    lines = [
        _("Hello %(name)s,") % {"name": interview.interviewer},
        "",
        lead,
        "",
        title,
        one_line(interview.application.opening.title),
        when,
    ]
    if interview.place and kind != Kind.CANCELLATION:
        lines.append(_("Place: %(place)s") % {"place": one_line(interview.place)})
    if kind != Kind.CANCELLATION:
        lines += ["", _for_interviewer(interview)]
    return Words(subject, "\n".join(lines) + "\n", interview.interviewer.email)


def _to_candidate(interview: Interview, kind: Letter.Kind) -> Words:
    opening, candidate = interview.application.opening, interview.application.candidate
    title = one_line(opening.title)
    subject = {
        Kind.INVITATION: _("Your interview for %(title)s"),
        Kind.CANCELLATION: _("Called off: your interview for %(title)s"),
        Kind.REMINDER: _("Reminder: your interview for %(title)s"),
    }[kind] % {"title": title}
    lead = {
        Kind.INVITATION: _("You are invited to an interview for %(title)s."),
        Kind.CANCELLATION: _("Your interview for %(title)s does not take place at this time:"),
        Kind.REMINDER: _("A reminder of your interview for %(title)s."),
    }[kind] % {"title": title}
    lines = [
        _("Hello %(name)s,") % {"name": one_line(candidate.name)},
        "",
        lead,
        "",
        _("When: %(when)s") % {"when": span(interview)},
    ]
    if kind == Kind.CANCELLATION:
        lines += ["", _ask(interview)]
        return Words(subject, "\n".join(lines) + "\n", candidate.email)
    place = one_line(interview.place)
    lines.append(
        _("Where: %(place)s") % {"place": place}
        if place
        else _("Where: %(contact)s will tell you in time.") % {"contact": opening.contact_name}
    )
    lines += ["", _about(interview)]
    return Words(subject, "\n".join(lines) + "\n", candidate.email)


def _about(interview: Interview) -> str:
    """Return what a candidate should know: what is asked, how long, scored how and by whom."""
    pack = pack_of(interview.application.pack_id)
    round_ = pack.round(interview.round)
    names = ", ".join(pack.dimension(one).name for one in round_.dimensions)
    return "\n\n".join(
        (
            ngettext(
                "You talk with %(who)s for up to %(minutes)s minute. It is about: %(names)s.",
                "You talk with %(who)s for up to %(minutes)s minutes. It is about: %(names)s.",
                interview.minutes,
            )
            % {"who": interview.interviewer, "minutes": interview.minutes, "names": names},
            _(
                "Everybody in this round is asked the same first questions; further ones follow up "
                "on what is still open. Bring examples of your own work; nothing else is needed."
            ),
            _rated(interview),
            _(
                "What you say counts; voice, accent, looks and speed do not. A person decides, and "
                "nobody is turned down by a machine."
            ),
            _ask(interview),
        )
    )


def _rated(interview: Interview) -> str:
    if figures_seen(interview.interviewer, interview.application):
        said = _(
            "%(who)s gives each of these topics a level from 1 to 5 by a written rubric that is "
            "the same for everybody. By our record they may have seen other scores of yours "
            "before; beside their levels it will say so."
        )
    else:
        said = _(
            "%(who)s gives each of these topics a level from 1 to 5 by a written rubric that is "
            "the same for everybody, before seeing any other score."
        )
    return said % {"who": interview.interviewer}


def _ask(interview: Interview) -> str:
    opening = interview.application.opening
    return _(
        "If you need another time, breaks, written questions or anything else to show what you can "
        "do, write to %(contact)s (%(email)s). Asking has no effect on any score."
    ) % {"contact": one_line(opening.contact_name), "email": opening.contact_email}


def _for_interviewer(interview: Interview) -> str:
    return _("It is set for %(minutes)s minutes. Your interviews and your calendar:\n%(link)s") % {
        "minutes": interview.minutes,
        "link": f"{settings.BASE_URL}{reverse('my-calendar')}",
    }
