"""What other rooms make of a decision: a hire that is counted, feedback that may be released."""

from __future__ import annotations

from datetime import datetime

from tests.deciding import lean, make_decision

from evenhand.hiring.decisions.models import Outcome
from evenhand.hiring.feedback.models import FeedbackRule
from evenhand.hiring.feedback.queries import releasable
from evenhand.hiring.feedback.services import release_to_everybody, set_rule
from evenhand.hiring.models import Application, Opening, User
from evenhand.hiring.scheduling.hires import hires_in


def test_a_decision_to_advance_is_a_hire_until_it_is_revised(
    scored: Application, opening: Opening, dora: User, now: datetime
) -> None:
    nobody = Application.objects.none()
    lean(scored, dora, now)
    make_decision(scored, dora, now, outcome=Outcome.HOLD)
    assert not hires_in([opening], nobody)
    make_decision(scored, dora, now, outcome=Outcome.ADVANCE)
    assert hires_in([opening], nobody) == {(opening.pk, now.date().replace(day=1)): 1}
    make_decision(scored, dora, now, outcome=Outcome.NOT_ADVANCE)
    assert not hires_in([opening], nobody)


def test_feedback_can_wait_for_the_decision_whatever_it_is(
    scored: Application, opening: Opening, alice: User, dora: User, now: datetime
) -> None:
    set_rule(opening=opening, whom=FeedbackRule.Whom.DECIDED, by=alice, now=now)
    assert not releasable(opening)
    lean(scored, dora, now)
    make_decision(scored, dora, now, outcome=Outcome.HOLD)
    assert not releasable(opening)
    make_decision(scored, dora, now, outcome=Outcome.NOT_ADVANCE)
    assert release_to_everybody(opening=opening, by=alice, now=now) == 1
