"""Whether the estimates of a person hold for questions that they have not been asked yet.

    python bench/estimates_golden.py [PACK]

For each golden author: their four answers of the written round are rated by the panel, their
levels on all seven dimensions are estimated from that, and each interval is widened by what one
more answer adds (answer effect and question difficulty), since all that is known of the truth is
the raters' mean on single answers. Those intervals are held against the raters' means of the
answers that were not used: the final and peer rounds. Judges are those that never saw the author;
the components of the measurement model are the shipped ones, fitted with the author among
eighteen. The golden answers are model-written and model-rated. Nothing is random.
"""

import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np

from evenhand.judges import Panel, load_panel
from evenhand.measure import Rating, estimate
from evenhand.rubric import GoldenAnswer, Pack, load_pack, shipped_pack

CONFIDENCE = 0.9


def ratings_of(pack: Pack, panel: Panel, answers: list[GoldenAnswer]) -> list[Rating]:
    """Return the panel's levels on one author's answers of the written round."""
    asked = set(pack.round("async").prompts)
    return [
        Rating(answer.author, score.dimension, answer.prompt, "async", v.judge, "model", v.level)
        for answer in answers
        if answer.prompt in asked
        for score in panel.judge(pack.prompt(answer.prompt), answer.text).scores
        for v in score.verdicts
        if v.level is not None
    ]


def main() -> int:
    """Print coverage, width and error by whether the dimension was asked; 1 where it fails."""
    pack = load_pack(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_pack())
    panel = load_panel(pack)
    components = panel.components
    asked_rounds = set(pack.round("async").prompts)
    asked_dimensions = {d for p in asked_rounds for d in pack.prompt(p).dimensions}
    half = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    rows = []
    for author in sorted({answer.author for answer in pack.golden}):
        answers = [answer for answer in pack.golden if answer.author == author]
        found = estimate(ratings_of(pack, panel, answers), components, confidence=CONFIDENCE)
        by_dimension = {e.dimension: e for e in found}
        for answer in answers:
            if answer.prompt in asked_rounds:
                continue
            for dimension in pack.prompt(answer.prompt).dimensions:
                truth = np.mean([r.level for r in answer.ratings if r.dimension == dimension])
                e = by_dimension[dimension]
                one_more = components.answer + components.difficulty
                half_width = half * float(np.sqrt(e.sd**2 + one_more))
                known = dimension in asked_dimensions
                rows.append((known, e.mean - truth, half_width, e.high - e.low))
    asked, error, reach, width = (np.array(column) for column in zip(*rows, strict=True))
    print(
        f"pack {pack.id} {pack.version}, components {components.version[:12]}; {pack.golden_label}"
    )
    failed = False
    for name, keep in (("not asked yet", ~asked), ("asked once", asked), ("all", asked | True)):
        inside = float(np.mean(np.abs(error[keep]) <= reach[keep]))
        rmse = float(np.sqrt(np.mean(error[keep] ** 2)))
        print(
            f"  {name:14s} n {keep.sum():3d}  coverage {inside:.3f}  RMSE {rmse:.2f}  "
            f"width of the person's interval {width[keep].mean():.2f}"
        )
        failed = not 0.85 <= inside <= 0.97
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
