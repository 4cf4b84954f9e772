"""The answer cut where quotes begin and end, so that overlapping evidence can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .shape import IndicatorLine, Segment


def segments(text: str, indicators: Sequence[IndicatorLine]) -> tuple[Segment, ...]:
    """Cut a text at every start and end of a quote.

    Quotes may overlap, touch or repeat. A quote outside the text is cut to it; one that is empty
    there is left out. The segments joined give the text back.

    Args:
        text: The answer as given.
        indicators: With their quotes; start and end index `text`.
    """
    spans = [
        (max(quote.start, 0), min(quote.end, len(text)), line)
        for line in indicators
        for quote in line.quotes
    ]
    spans = [span for span in spans if span[0] < span[1]]
    cuts = sorted({0, len(text), *(s for s, _, _ in spans), *(e for _, e, _ in spans)})
    cut: list[Segment] = []
    for start, end in pairwise(cuts):
        over = [(s, e, line) for s, e, line in spans if s <= start and end <= e]
        lines = {line.number: line for _, _, line in over}
        cut.append(
            Segment(
                text=text[start:end],
                numbers=tuple(sorted(lines)),
                ends=tuple(sorted({line.number for _, e, line in over if e == end})),
                title="; ".join(f"{n}: {lines[n].says}" for n in sorted(lines)),
                red_flag=any(line.red_flag for line in lines.values()),
            )
        )
    return tuple(cut)
