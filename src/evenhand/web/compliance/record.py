"""The record of a high-risk AI system: what an organisation can show, counted from its records.

The headings follow the articles of Regulation (EU) 2024/1689 that say what such a record is about;
the words are ours, and nothing here says that a duty is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from evenhand.hiring.compliance.counting import Counted
from evenhand.hiring.drift.watching import Watch
from evenhand.hiring.judging.outside import endpoints_of
from evenhand.hiring.models import Organisation, PackVersion
from evenhand.hiring.moments import in_words
from evenhand.web.staff.personal import REASON_WORDS

from .paper import Facts, Items, Paper, Section, Table, Text
from .words import count, person_decides


@dataclass(frozen=True)
class Watched:
    """A pack in use with the drift charts of a panel version that reads it; None for no reading."""

    pack: PackVersion
    watch: Watch | None

    @property
    def panel(self) -> str:
        """Name and version of the panel; a dash where nothing was read."""
        return f"{self.watch.panel} {self.watch.version[:12]}" if self.watch else "–"

    @property
    def answers(self) -> int:
        """How many answers were looked at."""
        return self.watch.answers if self.watch else 0

    @property
    def charts(self) -> int:
        """How many charts there are."""
        return len(self.watch.charts) if self.watch else 0

    @property
    def alarms(self) -> int:
        """How many alarms nobody has closed yet."""
        return self.watch.open_alarms if self.watch else 0


def record_paper(
    organisation: Organisation, counted: Counted, watched: Sequence[Watched], now: datetime
) -> Paper:
    """Return the record of a period."""
    span = counted.span
    facts = asdict(counted)
    facts["packs"] = [
        {"name": one.name, "version": one.version, "hash": one.hash} for one in counted.packs
    ]
    facts["drift"] = [
        {"pack": one.pack.hash, "panel": one.watch.panel if one.watch else "",
         "panel_version": one.watch.version if one.watch else "", "answers": one.answers,
         "charts": one.charts, "alarms": one.alarms}
        for one in watched
    ]  # fmt: skip
    days = {"first": in_words(span.first, "j F Y"), "last": in_words(span.last, "j F Y")}
    return Paper(
        name="high-risk-record",
        title=_("Record for high-risk AI systems"),
        about=str(organisation),
        lead=_(
            "What was done from %(first)s to %(last)s, counted from the records of this "
            "organisation. The headings are those of Articles 9 to 15 and 26 of the EU AI Act; "
            "that a heading has figures does not say that a duty is met."
        )
        % days,
        sections=(
            _purpose(counted),
            _risks(counted, watched),
            _data(counted),
            _documents(counted),
            _logging(counted),
            _told(counted),
            _oversight(counted),
            _accuracy(watched),
            _robust(counted),
            _deployers(counted, organisation),
        ),
        facts=facts,
        made_at=now,
    )


def _purpose(counted: Counted) -> Section:
    packs = tuple((one.name, one.version, one.hash[:12]) for one in counted.packs)
    return Section(
        _("Purpose"),
        (
            Text(
                _("Estimating the levels of written answers and interviews on the dimensions of a "
                  "rubric, for people who decide whom to hire.")
            ),
            Text(person_decides()),
            Facts(((_("Openings"), count(counted.openings)),)),
            Table(_("Questions and rubrics"), (_("Pack"), _("Version"), _("Digest")), packs),
        ),
    )  # fmt: skip


def _risks(counted: Counted, watched: Sequence[Watched]) -> Section:
    judged = counted.judged
    return Section(
        _("Article 9: managing risks"),
        (
            Text(
                _("A change of judge, model or instructions goes through the gate before it reads; "
                  "judges and questions are watched for drift; a fit that jumps is held back.")
            ),
            Facts(
                (
                    (_("Gates passed"), count(judged.gates_passed)),
                    (_("Gates that missed a limit"), count(judged.gates_failed)),
                    (_("Gates broken off"), count(judged.gates_broken_off)),
                    (_("Panel versions made active"), count(judged.activated)),
                    (_("… in spite of a limit, with a reason"), count(judged.activated_in_spite)),
                    (_("… ended, so that the embedded judges read again"), count(judged.ended)),
                    (_("Drift alarms raised"), count(judged.drift_raised)),
                    (_("… closed, with a reason"), count(judged.drift_closed)),
                    (_("… that stand open now"), count(sum(one.alarms for one in watched))),
                    (_("Fits stored"), count(judged.fits_stored)),
                    (_("Fits held back"), count(judged.fits_held_back)),
                    (_("… that somebody should look at"), count(judged.fits_alarmed)),
                )
            ),
        ),
    )  # fmt: skip


def _data(counted: Counted) -> Section:
    data = counted.data
    words = {code: str(name) for code, name in REASON_WORDS.items()}
    words["kept_long_enough"] = _("their days were over")
    erased = tuple((words.get(why, why), count(n)) for why, n in data.erased.items())
    keep = (
        _("none")
        if data.keep_days is None
        else "–".join(str(n) for n in sorted(set(data.keep_days)))
    )
    return Section(
        _("Article 10: data"),
        (
            Items(
                (
                    _("Judges see a question, a rubric and the text of an answer; names, schools "
                      "and employers are taken out as far as lists and patterns find them."),
                    _("What candidates volunteer about groups is kept apart, is no input of any "
                      "score, and is told in counts of ten or more."),
                    _("On what the judges were calibrated stands in the model card of each "
                      "opening."),
                )
            ),
            Facts(
                (
                    (_("People added"), count(data.invited)),
                    (_("Sittings begun"), count(data.begun)),
                    (_("Sittings handed in"), count(data.handed_in)),
                    (_("Days that openings keep people"), keep),
                    (_("People erased"), count(sum(data.erased.values()))),
                )
            ),
            *((Table(_("Why they were erased"), (_("Reason"), _("People")), erased),)
              if erased else ()),
        ),
    )  # fmt: skip


def _documents(counted: Counted) -> Section:
    return Section(
        _("Article 11: documentation"),
        (
            Text(
                _("Each opening has a model card. The guides for operators, auditors and on "
                  "measurement come with the software, as does its source.")
            ),
        ),
    )  # fmt: skip


def _logging(counted: Counted) -> Section:
    logged = counted.logged
    at = logged.checkpoint_at
    check = logged.check
    if check is None:
        checked = _("never from this page; the operator's “evenhand ledger verify” leaves no trace")
    else:
        says = (
            _("%(at)s: %(n)s problems in %(entries)s entries")
            if check.problems
            else _("%(at)s: all %(entries)s entries are as they were recorded")
        )
        checked = says % {
            "at": in_words(check.at, "DATETIME_FORMAT"),
            "n": check.problems,
            "entries": count(check.entries),
        }
    rows = tuple((kind, count(n)) for kind, n in logged.entries.items())
    return Section(
        _("Article 12: logging"),
        (
            Text(
                _("Every step that leads to a score or a decision, and every look at a candidate's "
                  "data, is an entry of an append-only record whose head is signed.")
            ),
            Facts(
                (
                    (_("Entries of this organisation"), count(sum(logged.entries.values()))),
                    (_("Entries in the whole record"), count(logged.size)),
                    (
                        _("Last signed head"),
                        _("%(n)s entries, %(at)s")
                        % {"n": count(logged.checkpoint_size or 0),
                           "at": in_words(at, "DATETIME_FORMAT")}
                        if at else _("none yet"),
                    ),
                    (_("Last check"), checked),
                )
            ),
            Table(_("Entries by kind"), (_("Kind"), _("Entries")), rows),
        ),
    )  # fmt: skip


def _told(counted: Counted) -> Section:
    return Section(
        _("Article 13: telling those who use it"),
        (
            Items(
                (
                    _("Every figure is shown with its interval, and every report says what it "
                      "cannot say."),
                    _("Each judge's verdict is shown with the words of the answer that it rests "
                      "on."),
                    _("Guides for recruiters, interviewers, deciders and auditors come with it."),
                )
            ),
        ),
    )  # fmt: skip


def _oversight(counted: Counted) -> Section:
    o = counted.oversight
    return Section(
        _("Article 14: human oversight"),
        (
            Text(
                _("Only a person decides, after stating what they think before they see a figure, "
                  "and with a written reason. Who had seen figures before they became a decider is "
                  "counted below.")
            ),
            Facts(
                (
                    (_("Decisions by people"), count(o.decisions)),
                    (_("… to advance"), count(o.advance)),
                    (_("… not to advance"), count(o.not_advance)),
                    (_("… to hold"), count(o.hold)),
                    (_("… that revised an earlier one"), count(o.revised)),
                    (_("Followed what the figures spoke for"), count(o.followed)),
                    (_("Overrode it, with a reason"), count(o.overridden)),
                    (
                        _("By somebody who had seen figures before stating a lean"),
                        count(o.after_figures),
                    ),
                    (_("People who decided"), count(o.deciders)),
                    (_("Second decisions kept beside the first"), count(o.proposals)),
                    (_("Interviews locked"), count(o.interviews_locked)),
                    (_("Answers that people rated too"), count(o.answers_rated_by_people)),
                    (_("Contests opened"), count(o.contests_opened)),
                    (_("Contests settled"), count(o.contests_settled)),
                    (_("… that moved a level beyond chance"), count(o.contests_moved)),
                    (_("Contests that wait now"), count(o.contests_waiting)),
                )
            ),
        ),
    )  # fmt: skip


def _accuracy(watched: Sequence[Watched]) -> Section:
    rows = tuple(
        (
            f"{one.pack.name} {one.pack.version}",
            one.panel,
            count(one.answers),
            count(one.charts),
            count(one.alarms),
        )
        for one in watched
    )
    heads = (_("Pack"), _("Panel"), _("Answers watched"), _("Charts"), _("Alarms open"))
    return Section(
        _("Article 15: accuracy"),
        (
            Text(
                _("Agreement with trained raters, coverage of intervals and errors by group stand "
                  "in the model card of each opening. An alarm of the drift watch asks for a look, "
                  "and stands until somebody has said what was found and done.")
            ),
            Table(_("Drift watch, as it stands now"), heads, rows),
        ),
    )  # fmt: skip


def _robust(counted: Counted) -> Section:
    judged = counted.judged
    mfa = _("for everybody of the hiring side") if settings.REQUIRE_MFA else _("for who wants it")
    return Section(
        _("Article 15: robustness and security"),
        (
            Items(
                (
                    _("An answer is data to a judge and never an instruction; what looks like one "
                      "is flagged for a person and lowers no score."),
                    _("Pages run no script of another host; keys of models are sealed."),
                )
            ),
            Facts(
                (
                    (_("Answers read"), count(judged.answers_read)),
                    (_("Verdicts"), count(judged.verdicts)),
                    (_("Verdicts that were abstentions"), count(judged.abstentions)),
                    (_("Answers flagged for a person"), count(judged.flagged)),
                    (_("Levels that no judge could give"), count(judged.not_scored)),
                    (_("Requests that left the machine"), count(judged.requests_outside)),
                    (_("A second factor at sign-in"), mfa),
                )
            ),
        ),
    )  # fmt: skip


def _deployers(counted: Counted, organisation: Organisation) -> Section:
    o, data = counted.oversight, counted.data
    check = counted.logged.check
    asked = [one for pack in counted.packs for one in endpoints_of(pack.hash, organisation.pk)]
    hosts = sorted({one.host for one in asked})
    return Section(
        _("Article 26: those who deploy it"),
        (
            Text(
                _("Candidates agree to a notice before they begin; the notice of each opening is "
                  "on a page of its own. What is not in the records stands nowhere: training of "
                  "staff, talks with workers' representatives and reports to authorities are kept "
                  "elsewhere.")
            ),
            Facts(
                (
                    (_("Looks at candidates' data in the record"), count(data.viewed)),
                    (_("Feedback released"), count(o.feedback_released)),
                    (_("Requests for more time or another form"), count(o.accommodations_asked)),
                    (_("… granted with more time"), count(o.accommodations_granted)),
                    (_("Hosts that answers are sent to"), ", ".join(hosts) or _("none")),
                )
            ),
            Text(_("Incidents that the records know of:")),
            Facts(
                (
                    (_("Problems at the last check of the record"),
                     count(check.problems) if check else "–"),
                    (_("Gates broken off"), count(counted.judged.gates_broken_off)),
                    (_("Links that could not be sent"),
                     count(counted.logged.entries.get("link.not_sent", 0))),
                    (_("Feedback letters that could not be sent"),
                     count(counted.logged.entries.get("feedback.not_sent", 0))),
                )
            ),
        ),
    )  # fmt: skip
