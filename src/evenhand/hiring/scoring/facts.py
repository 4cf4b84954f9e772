"""What the ledger says of scoring: numbers, versions and digests, and no word of an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from evenhand.hiring.calibration.choosing import Versioned
from evenhand.hiring.openings.models import Opening
from evenhand.hiring.probes.reading import Whole
from evenhand.hiring.scoring.estimates import Estimated
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.models import Answer
from evenhand.rubric import Pack

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel, PanelResult, Verdict
    from evenhand.measure import Components


def reading_facts(
    answer: Answer, whole: Whole, result: PanelResult, panel: AnyPanel
) -> dict[str, object]:
    """Return the facts of one answer that was read: enough to recompute its scores."""
    return {
        "answer": str(answer.pk),
        "prompt": answer.prompt,
        "sha256": digest_of(answer.text, answer.salt),
        **_follow_up_facts(whole.follow_up),
        "panel": panel.name,
        "components": components_of(result, panel).version,
        "flags": [flag.code for flag in result.flags],
        "verdicts": [
            {
                "judge": verdict.judge,
                "dimension": verdict.dimension,
                "level": verdict.level,
                "sha256": digest_of(verdict_payload(verdict), answer.salt),
            }
            for score in result.scores
            for verdict in score.verdicts
        ],
        "scores": [
            {
                "dimension": score.dimension,
                "level": score.level,
                "sd": score.sd,
                "low": score.low,
                "high": score.high,
                "confidence": score.confidence,
            }
            for score in result.scores
        ],
    }


def _follow_up_facts(follow_up: Answer | None) -> dict[str, object]:
    if follow_up is None:
        return {}
    return {
        "follow_up": {
            "answer": str(follow_up.pk),
            "probe": follow_up.prompt,
            "sha256": digest_of(follow_up.text, follow_up.salt),
        }
    }


def components_of(result: PanelResult, panel: AnyPanel) -> Components:
    """Return the components that the scores of an answer were made with."""
    return result.components or panel.components


def verdict_payload(verdict: Verdict) -> str:
    """Return what a verdict says, quotes included: the JSON text that its digest is taken over."""
    return json.dumps(
        {
            "judge": verdict.judge,
            "dimension": verdict.dimension,
            "level": verdict.level,
            "distribution": verdict.distribution,
            "marks": dict(verdict.marks),
            "quotes": [[q.indicator, q.text, q.start, q.end] for q in verdict.quotes],
            "reason": verdict.reason,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def estimate_facts(
    opening: Opening,
    pack: Pack,
    panel: str,
    made_with: Versioned,
    made: Estimated,
) -> dict[str, object]:
    """Return the facts of one person's estimates: all that goes in, and all that came out."""
    return {
        "opening": str(opening.pk),
        "pack": pack.hash,
        "bar": opening.bar,
        "confidence": opening.confidence,
        "weights": dict(pack.weights),
        "panel": panel,
        "components": made_with.version,
        "provisional": made_with.components.provisional,
        "ratings": [
            [r.dimension, r.task, r.round, r.rater, r.rater_kind, float(r.level)]
            for r in made.ratings
        ],
        "left_out": [
            [one.dimension, one.task, one.rater, float(one.level), float(one.z)]
            for one in made.left_out
        ],
        "estimates": [
            {
                "dimension": one.dimension,
                "mean": float(one.mean),
                "sd": float(one.sd),
                "low": float(one.low),
                "high": float(one.high),
                "p_bar": float(one.p_bar),
                "reliability": float(one.reliability),
            }
            for one in made.estimates
        ],
    }
