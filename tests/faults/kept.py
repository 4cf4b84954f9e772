"""Holds what is in a database against what people were told is saved, and against its ledger.

Run as `python -m tests.faults.kept DIARY` with the environment of the home; prints JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from tests.support import set_up_django


def main(path: Path) -> None:
    """Print what is lost, there twice or without its entry, stuck, or does not verify."""
    set_up_django()
    diary = json.loads(path.read_text())
    found = {
        "lost": [*_lost_texts(diary), *_lost_cards(diary), *_lost_acts(diary)],
        "twice": list(_without_its_entry()),
        "stuck": list(_stuck()),
        "broken": list(_refused(path.with_name("ledger.jsonl"))),
    }
    print(json.dumps(found))


def _refused(bundle: Path) -> Iterator[str]:
    """Yield what the commands say of the exported ledger, where they are not content with it."""
    from evenhand.cli import cli as evenhand

    for what in (["ledger", "export"], ["ledger", "verify"], ["replay"]):
        done = CliRunner().invoke(evenhand, [*what, str(bundle)])
        if done.exit_code:
            yield f"evenhand {' '.join(what)}: {done.output.strip()[-600:]} {done.exception!r}"


def _lost_texts(diary: dict[str, Any]) -> Iterator[str]:
    """Yield each acknowledged text that is neither the answer, nor behind it, nor kept aside."""
    from evenhand.hiring.models import Answer, KeptAside, LedgerEntry
    from evenhand.hiring.sittings.digests import digest_of

    answers = {(str(one.sitting_id), one.prompt): one for one in Answer.objects.all()}
    digests = {
        (entry.facts["answer"], entry.facts["revision"]): entry.facts["sha256"]
        for entry in LedgerEntry.objects.filter(action="answer.saved")
    }
    aside = {
        (str(one.answer.sitting_id), one.answer.prompt, one.text)
        for one in KeptAside.objects.select_related("answer")
    }
    sent: dict[tuple[str, str], set[str]] = {}
    for sitting, prompt, text in diary["sent"]:
        sent.setdefault((sitting, prompt), set()).add(text)
    acknowledged = set()
    for sitting, prompt, revision, text in diary["saves"]:
        acknowledged.add((sitting, prompt, text))
        answer, where = answers.get((sitting, prompt)), f"{sitting} {prompt} revision {revision}"
        if answer is None or answer.revision < revision:
            yield f"{where}: the database is behind it"
        elif answer.revision == revision and answer.text != text:
            yield f"{where}: another text"
        elif answer.text not in sent[sitting, prompt]:
            yield f"{where}: a text that nobody sent"
        elif digests.get((str(answer.pk), revision)) != digest_of(text, answer.salt):
            yield f"{where}: no entry with its digest"
    for sitting, prompt, text in diary["aside"]:
        kept = {(sitting, prompt, text)} & (aside | acknowledged)
        if not kept:
            yield f"{sitting} {prompt}: a text in conflict was not kept aside"


def _lost_cards(diary: dict[str, Any]) -> Iterator[str]:
    from evenhand.hiring.models import Scorecard

    cards = {str(one.interview_id): one for one in Scorecard.objects.all()}
    sent = {tuple(one) for one in diary["cards_sent"]}
    for interview, revision, notes in diary["cards"]:
        card = cards[interview]
        if card.revision < revision or (card.revision == revision and card.body["notes"] != notes):
            yield f"scorecard of {interview}: revision {revision} is lost"
        elif (interview, card.body["notes"]) not in sent:
            yield f"scorecard of {interview}: notes that nobody sent"


def _lost_acts(diary: dict[str, Any]) -> Iterator[str]:
    from evenhand.hiring.models import Application, Decision, Interview, Invitation, Lean, Sitting

    def ids(rows: Iterable[Any]) -> set[str]:
        return {str(row) for row in rows}

    begun = ids(Sitting.objects.exclude(started_at=None).values_list("pk", flat=True)) | ids(
        Interview.objects.exclude(begun_at=None).values_list("pk", flat=True)
    )
    live = Invitation.objects.filter(revoked_at=None).values_list("application", flat=True)
    leans = {(str(a), c) for a, c in Lean.objects.values_list("application", "chance")}
    decisions = [(one.application_id, one.outcome, one.reason) for one in Decision.objects.all()]
    there: dict[str, set[Any]] = {
        "begun": begun,
        "handed_in": ids(Sitting.objects.exclude(submitted_at=None).values_list("pk", flat=True)),
        "locked": ids(Interview.objects.filter(state="locked").values_list("pk", flat=True)),
        "leans": leans,
        "decisions": {(str(a), o, r) for a, o, r in decisions},
        "invited": ids(Application.objects.values_list("candidate__email", flat=True)),
        "revoked": ids(Application.objects.values_list("pk", flat=True)) - ids(live),
    }
    for kind, present in there.items():
        for one in diary[kind]:
            if (tuple(one) if isinstance(one, list) else one) not in present:
                yield f"{kind}: {one} is lost"


def _without_its_entry() -> Iterator[str]:
    """Yield each state that has not exactly one entry, and each entry of no state."""
    from evenhand.hiring.models import LedgerEntry

    entries: dict[str, list[str]] = {}
    for entry in LedgerEntry.objects.all():
        key = f"{entry.subject} {_particular(entry.action, entry.facts)}".strip()
        entries.setdefault(entry.action, []).append(key)
    for action, states in _states().items():
        recorded = entries.get(action, [])
        for key in (Counter(states) - Counter(recorded)).elements():
            yield f"{action}: {key} has no entry"
        for key in (Counter(recorded) - Counter(states)).elements():
            yield f"{action}: {key} has an entry too many"


def _particular(action: str, facts: dict[str, Any]) -> str:
    """Return what sets an entry apart from others of the same action and subject."""
    names = {
        "answer.saved": ("prompt", "revision"),
        "answer.submitted": ("prompt",),
        "answer.read": ("answer",),
        "probe.none": ("prompt",),
        "probe.chosen": ("prompt",),
        "decision.made": ("number",),
        "decision.revised": ("number",),
        "link.made": ("invitation",),
        "link.revoked": ("invitation",),
    }
    return " ".join(str(facts[name]) for name in names.get(action, ()))


def _states() -> dict[str, list[str]]:
    """Return by action the states that have an entry of it, named as the entries are."""
    from evenhand.hiring.models import (
        Answer,
        Application,
        Decision,
        Interview,
        Invitation,
        Lean,
        ProbeChoice,
        Reading,
        Sitting,
    )
    from evenhand.hiring.probes.queries import asked_in

    over = list(Sitting.objects.exclude(submitted_at=None))
    choices = list(ProbeChoice.objects.exclude(decided_at=None))
    decisions = list(Decision.objects.all())
    return {
        "answer.saved": [
            f"sitting:{one.sitting_id} {one.prompt} {revision}"
            for one in Answer.objects.all()
            for revision in range(1, one.revision + 1)
        ],
        "sitting.begun": [f"sitting:{s.pk}" for s in Sitting.objects.exclude(started_at=None)],
        "sitting.submitted": [f"sitting:{one.pk}" for one in over],
        "answer.submitted": [f"sitting:{s.pk} {p}" for s in over for p, _ in asked_in(s)],
        "answer.read": [
            f"sitting:{one.answer.sitting_id} {one.answer_id}"
            for one in Reading.objects.select_related("answer")
        ],
        "sitting.scored": [f"sitting:{s.pk}" for s in Sitting.objects.exclude(scored_at=None)],
        "probe.none": [f"sitting:{c.sitting_id} {c.prompt}" for c in choices if not c.probe],
        "probe.chosen": [f"sitting:{c.sitting_id} {c.prompt}" for c in choices if c.probe],
        "interview.begun": [
            f"interview:{one.pk}" for one in Interview.objects.exclude(begun_at=None)
        ],
        "card.locked": [f"interview:{one.pk}" for one in Interview.objects.filter(state="locked")],
        "lean.stated": [f"application:{one.application_id}" for one in Lean.objects.all()],
        "decision.made": [f"application:{d.application_id} 1" for d in decisions if d.number == 1],
        "decision.revised": [
            f"application:{d.application_id} {d.number}" for d in decisions if d.number > 1
        ],
        "application.added": [f"application:{one.pk}" for one in Application.objects.all()],
        "link.made": [
            f"application:{one.application_id} {one.pk}" for one in Invitation.objects.all()
        ],
        "link.revoked": [
            f"application:{one.application_id} {one.pk}"
            for one in Invitation.objects.exclude(revoked_at=None)
        ],
    }


def _stuck() -> Iterator[str]:
    """Yield what should have come to its end: scored once, with everything that belongs to it."""
    from django.db.models import Count

    from evenhand.hiring.models import Answer, AnswerScore, EstimateRow, Sitting, VerdictRow

    for sitting in Sitting.objects.filter(state=Sitting.State.SUBMITTED):
        yield f"sitting {sitting.pk} is not scored"
    over = Answer.objects.filter(sitting__state=Sitting.State.SCORED, follows="")
    for answer in over.filter(reading=None):
        yield f"answer {answer.pk} was not read"
    read = set(over.values_list("pk", flat=True))
    for rows, name in ((VerdictRow, "verdict"), (AnswerScore, "score")):
        unread = read - set(rows.objects.values_list("answer", flat=True))
        yield from (f"answer {pk} has no {name}" for pk in unread)
    counting = EstimateRow.objects.filter(superseded_at=None)
    for rows, by in (
        (VerdictRow.objects.order_by(), ("answer", "dimension", "judge")),
        (AnswerScore.objects.order_by(), ("answer", "dimension")),
        (counting, ("application", "dimension")),
    ):
        for row in rows.values(*by).annotate(n=Count("pk")).filter(n__gt=1):
            yield f"{rows.model.__name__} twice: {row}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
