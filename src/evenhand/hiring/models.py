"""Every model of the domain, gathered where Django looks for them.

Conventional signals are known to Django too, and have no name here: they enter one study alone.
"""

import evenhand.hiring.signals.models  # noqa: F401  # Django finds it by its being imported
from evenhand.hiring.anchors.models import Anchor, AnchorRating
from evenhand.hiring.at_rest.models import AnswerKey
from evenhand.hiring.calibration.models import FitInUse, StoredFit
from evenhand.hiring.compliance.models import GroupQuestions, ImpactAudit, Volunteered
from evenhand.hiring.decisions.models import (
    Decision,
    Lean,
    Proposal,
    Ranking,
    RankRow,
    TopRow,
)
from evenhand.hiring.drafts.models import OpeningDraft, PackDraft
from evenhand.hiring.drift.models import DriftAlarm, DriftChart, DriftRound
from evenhand.hiring.feedback.models import (
    Contest,
    ContestedReading,
    Feedback,
    FeedbackRule,
    Move,
)
from evenhand.hiring.interviews.models import CardLevel, Interview, KeptCard, Scorecard, Stamp
from evenhand.hiring.judging.models import (
    Activation,
    Budget,
    CanaryReading,
    GateFlip,
    GateRun,
    JudgeCall,
    JudgeSkip,
    PanelVersion,
)
from evenhand.hiring.keys.models import ApiKey
from evenhand.hiring.openings.models import (
    Application,
    Candidate,
    Invitation,
    Membership,
    Opening,
    PackVersion,
    Role,
)
from evenhand.hiring.panels.models import DescribedJudge, DescribedPanel
from evenhand.hiring.people.models import Duty, Organisation, User
from evenhand.hiring.probes.models import ProbeChoice
from evenhand.hiring.record.models import LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerKey
from evenhand.hiring.scheduling.models import CalendarFeed, Letter, PoolEntry, PoolWindow
from evenhand.hiring.scoring.models import AnswerScore, EstimateRow, Reading, VerdictRow
from evenhand.hiring.sittings.models import AccommodationRequest, Answer, KeptAside, Sitting
from evenhand.hiring.studies.models import AdvanceOpinion, DisagreementNote, Outcome
from evenhand.hiring.workers.models import Worker

__all__ = [
    "AccommodationRequest",
    "Activation",
    "AdvanceOpinion",
    "Anchor",
    "AnchorRating",
    "Answer",
    "AnswerKey",
    "AnswerScore",
    "ApiKey",
    "Application",
    "Budget",
    "CalendarFeed",
    "CanaryReading",
    "Candidate",
    "CardLevel",
    "Contest",
    "ContestedReading",
    "Decision",
    "DescribedJudge",
    "DescribedPanel",
    "DisagreementNote",
    "DriftAlarm",
    "DriftChart",
    "DriftRound",
    "Duty",
    "EstimateRow",
    "Feedback",
    "FeedbackRule",
    "FitInUse",
    "GateFlip",
    "GateRun",
    "GroupQuestions",
    "ImpactAudit",
    "Interview",
    "Invitation",
    "JudgeCall",
    "JudgeSkip",
    "KeptAside",
    "KeptCard",
    "Lean",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerHead",
    "LedgerKey",
    "Letter",
    "Membership",
    "Move",
    "Opening",
    "OpeningDraft",
    "Organisation",
    "Outcome",
    "PackDraft",
    "PackVersion",
    "PanelVersion",
    "PoolEntry",
    "PoolWindow",
    "ProbeChoice",
    "Proposal",
    "RankRow",
    "Ranking",
    "Reading",
    "Role",
    "Scorecard",
    "Sitting",
    "Stamp",
    "StoredFit",
    "TopRow",
    "User",
    "VerdictRow",
    "Volunteered",
    "Worker",
]
