"""How much each round narrows what is known of a candidate.

    python bench/rounds.py

Candidates are the authors of the golden answers. Their written answers are read by the embedded
panel, by parameters that were fitted without the author. In the live rounds one of the pack's
raters stands for the interviewer: they rate the answers to the common core of the final round, and
another one rates the peer round's question. Printed is the mean width of the 90 % intervals after
each round, and how many of them still hold the bar. No draw is made, so there is no seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np

from evenhand.judges import load_panel
from evenhand.judges.loading import AnyPanel
from evenhand.measure import Rating, estimate, without_outliers
from evenhand.rubric import GoldenAnswer, Pack, live_questions, load_pack, shipped_pack

ROUNDS = ("async", "final", "peer")


def main() -> None:
    """Measure and print."""
    pack = load_pack(shipped_pack())
    panel = load_panel(pack, "embedded")
    authors = sorted({answer.author for answer in pack.golden})
    ratings = {author: list(rated(author, pack, panel)) for author in authors}
    names = [*(dimension.id for dimension in pack.dimensions), "overall"]
    print(f"{len(authors)} authors of pack {pack.id} {pack.version}, {os.cpu_count()} cores")
    print("mean width of the 90 % interval (how many of the intervals hold the bar)")
    print("".join([f"{'':24}", *(f"{name:>16}" for name in ROUNDS), f"{'narrower by':>14}"]))
    found = [after(ratings, pack, panel, ROUNDS[: n + 1]) for n in range(len(ROUNDS))]
    for name in names:
        widths = [float(np.mean([high - low for low, high in each[name]])) for each in found]
        held = [sum(low < pack.bar <= high for low, high in each[name]) for each in found]
        cells = [f"{f'{w:.2f} ({h})':>16}" for w, h in zip(widths, held, strict=True)]
        print("".join([f"{name:24}", *cells, f"{1 - widths[-1] / widths[0]:>14.0%}"]))


def rated(author: str, pack: Pack, panel: AnyPanel) -> Iterator[Rating]:
    """Yield the ratings of one author: the panel's, then those of two people."""
    answers = {answer.prompt: answer for answer in pack.golden if answer.author == author}
    for id in pack.round("async").prompts:
        result = panel.judge(pack.prompt(id), answers[id].text)
        for score in result.scores:
            for verdict in score.verdicts:
                if verdict.level is not None:
                    yield Rating(
                        author, score.dimension, id, "async", verdict.judge, "model", verdict.level
                    )
    for question in live_questions(pack):
        if not question.follows:
            yield from by_person(answers[question.task], question.round)


def by_person(answer: GoldenAnswer, met: str) -> Iterator[Rating]:
    """Yield what one rater gave an answer: the first of its raters, in the peer round the last."""
    names = sorted({rating.rater for rating in answer.ratings})
    chosen = names[0] if met == "final" else names[-1]
    for one in answer.ratings:
        if one.rater == chosen:
            yield Rating(
                answer.author, one.dimension, answer.prompt, met, chosen, "human", one.level
            )


def after(
    ratings: dict[str, list[Rating]], pack: Pack, panel: AnyPanel, rounds: tuple[str, ...]
) -> dict[str, list[tuple[float, float]]]:
    """Return the intervals after some rounds, by dimension."""
    found: dict[str, list[tuple[float, float]]] = {}
    for author, rows in ratings.items():
        given = [rating for rating in rows if rating.round in rounds]
        kept, _out = without_outliers(given, panel.components)
        for one in estimate(
            kept, panel.components, bar=pack.bar, weights=pack.weights, candidates=[author]
        ):
            found.setdefault(one.dimension, []).append((one.low, one.high))
    return found


if __name__ == "__main__":
    main()
