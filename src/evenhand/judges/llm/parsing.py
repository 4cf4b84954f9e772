"""Read what a judge wrote. It is as little to be trusted as the answer it has read.

Every function is total: it returns values of the right form or raises `CallFailed` with `BROKEN`,
whatever the text.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.judges.llm.client import Completion, Token, off_form
from evenhand.judges.values import Mark
from evenhand.rubric import Dimension

LEVELS = (1, 2, 3, 4, 5)
LONGEST_QUOTE = 2_000
MOST_TEXT = 100_000
FEWEST_SEEN = 0.5
"""Log-probabilities are used where the digits among the alternatives make up at least this much."""

_LEVEL = re.compile(r'"level"\s*:\s*([1-5])(?!\d)')
_DIGIT = re.compile(r"[\s\":]*([1-5])[\s\"},]*")


@dataclass(frozen=True)
class Claim:
    """What a judge says of one indicator: a mark and the words it rests on."""

    mark: Mark
    quote: str


@dataclass(frozen=True)
class Draw:
    """One reading of an answer, as the judge states it and not yet checked against the answer.

    Attributes:
        claims: For every indicator of the dimension.
        distribution: Probability of levels 1 to 5.
        sure: Whether the distribution comes from log-probabilities; a second draw adds nothing.
    """

    claims: Mapping[str, Claim]
    distribution: tuple[float, ...]
    sure: bool


def read_draw(completion: Completion, dimension: Dimension) -> Draw:
    """Read a structured reply.

    Marks stand under the numbers of the dimension's indicators, from 1. An indicator that is not
    mentioned counts as "cannot tell"; a number that none has is passed over. Everything else has to
    be of its form: a level outside 1 to 5 is no level, and a reply about another dimension none.

    Raises:
        CallFailed: the text is not one JSON object of the form asked for.
    """
    found, source = _only_object(completion.text)
    if found.get("dimension") != dimension.name:
        raise off_form("the reply is not about the dimension that was asked about")
    marks = found.get("marks")
    if not isinstance(marks, dict):
        raise off_form("the reply holds no marks")
    known = {str(number): one.id for number, one in enumerate(dimension.indicators, 1)}
    if not any(number in marks for number in known):
        raise off_form("the reply marks no indicator of the rubric")
    claims = {name: _claim(name, marks.get(number)) for number, name in known.items()}
    level = found.get("level")
    if isinstance(level, bool) or not isinstance(level, int) or level not in LEVELS:
        raise off_form("the level is not a whole number from 1 to 5")
    seen = level_chances(completion.written, source)
    if seen is not None:
        return Draw(claims, seen, True)
    chances = found.get("chances")
    if chances is None:
        return Draw(claims, tuple(float(level == other) for other in LEVELS), False)
    return Draw(claims, _chances(chances), False)


def read_object(text: str) -> dict[str, Any]:
    """Find the one JSON object in a text that may hold words around it.

    Two objects are as bad as none: one of them may be the candidate's, repeated by the judge. So is
    an object with a key twice, or with a number that is none.

    Raises:
        CallFailed: there is no such object.

    >>> read_object('Here it is: {"level": 3}')
    {'level': 3}
    """
    return _only_object(text)[0]


def _only_object(text: str) -> tuple[dict[str, Any], str]:
    """Return the one object of a text, and how it stands there.

    A fence around one object says nothing of whose it is: what stands outside counts as much.
    """
    if len(text) > MOST_TEXT:
        raise off_form("the reply is too long")
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
    found: list[tuple[dict[str, Any], str]] = []
    place = text.find("{")
    try:
        while place >= 0:
            value, end = decoder.raw_decode(text, place)
            found.append((value, text[place:end]))
            place = text.find("{", end)
    except (ValueError, RecursionError):
        raise off_form("the reply is not JSON of its form") from None
    if len(found) != 1:
        raise off_form(f"the reply holds {len(found) or 'no'} JSON objects instead of one")
    return found[0]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _claim(name: str, found: Any) -> Claim:
    """Read a quote and its mark, or a mark that stands alone: it rests on no words, so 0 or null.

    A mark above 0 that stands alone is no mark of the form asked for.
    """
    if found is None or (isinstance(found, int) and not isinstance(found, bool) and found == 0):
        return Claim(found, "")
    if not isinstance(found, dict):
        raise off_form(f"{name} has no mark")
    mark, quote = found.get("mark"), found.get("quote")
    if mark is not None and (isinstance(mark, bool) or not isinstance(mark, int)):
        raise off_form(f"the mark of {name} is not 0, 1, 2 or null")
    if mark is not None and mark not in (0, 1, 2):
        raise off_form(f"the mark of {name} is not 0, 1, 2 or null")
    return Claim(mark, quote[:LONGEST_QUOTE] if isinstance(quote, str) else "")


def _chances(found: Any) -> tuple[float, ...]:
    values: list[float] = []
    for level in LEVELS:
        value = found.get(str(level)) if isinstance(found, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1e6:
            values.append(float(value))
    total = sum(values)
    if len(values) < len(LEVELS) or total <= 0:
        raise off_form("the chances are not five numbers of at least 0")
    return tuple(value / total for value in values)


def level_chances(written: Sequence[Token], source: str) -> tuple[float, ...] | None:
    """Read the distribution over levels where the digit of the level was written; None: not there.

    The tokens may hold more than the object, such as words around it that name a level too: only
    the digit that was parsed counts. A letter that is no ASCII may lie across tokens and come out
    as something else, so that it is left out on both sides.

    Args:
        written: The tokens of the reply.
        source: The object that was parsed, as it stands in the reply.
    """
    wanted = _ascii(source)
    levels = list(_LEVEL.finditer(wanted))
    texts = [_ascii(token.text) for token in written]
    whole = "".join(texts)
    start = whole.find(wanted)
    if len(levels) != 1 or start < 0 or whole.find(wanted, start + 1) >= 0:
        return None
    place, end = start + levels[0].start(1), 0
    for token, text in zip(written, texts, strict=True):
        end += len(text)
        if end > place:
            return _digits(token)
    return None


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


def _digits(token: Token) -> tuple[float, ...] | None:
    chance = [0.0] * 5
    for text, logprob in token.alternatives:
        digit = _DIGIT.fullmatch(text)
        if digit is not None and logprob <= 0.0:
            chance[int(digit.group(1)) - 1] += math.exp(logprob)
    total = sum(chance)
    return tuple(one / total for one in chance) if total >= FEWEST_SEEN else None


def yes_over_no(written: Sequence[Token]) -> float | None:
    """Return by how much the log-probability of yes exceeds that of no, at the first token.

    Where one of them is not among the alternatives, it is at most as likely as the last of them.
    None where neither is.

    >>> yes_over_no([Token("Yes", (("Yes", -0.5), ("No", -2.0)))])
    1.5
    """
    alternatives = written[0].alternatives if written else ()
    said: dict[str, list[float]] = {"yes": [], "no": []}
    finite = [(text, logprob) for text, logprob in alternatives if math.isfinite(logprob)]
    for text, logprob in finite:
        word = text.strip().lower()
        if word in said:
            said[word].append(logprob)
    if not said["yes"] and not said["no"]:
        return None
    least = min(logprob for _, logprob in finite)
    yes, no = (_together(said[word]) if said[word] else least for word in ("yes", "no"))
    return yes - no


def _together(logprobs: Sequence[float]) -> float:
    most = max(logprobs)
    return most + math.log(sum(math.exp(one - most) for one in logprobs))
