"""Take out what tells who somebody is, before a judge reads an answer.

Names, mail, phone numbers, links, addresses, employers and schools, by list and by pattern. What is
taken out is replaced by a few words that mean nothing, the same for a short one as for a long one,
and reported with its place, so that a page can show it. A capital letter alone is no reason: tools,
methods, places and languages stay, since they are what an answer is about.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evenhand.judges.redaction.contacts import find_contacts
from evenhand.judges.redaction.firms import find_firms
from evenhand.judges.redaction.people import find_people
from evenhand.judges.redaction.places import find_places
from evenhand.judges.values import Identity, Redaction

INSTEAD: dict[Identity, str] = {
    "name": "someone",
    "mail": "an address",
    "phone": "a number",
    "link": "a link",
    "address": "a place",
    "employer": "a firm",
    "school": "a school",
}
_ROUNDS = 6
"""How often what is left is looked at again: what was taken out may let a pattern reach on."""


@dataclass(frozen=True)
class Redacted:
    """A text without what tells who somebody is.

    Attributes:
        text: What is left. A short name is replaced by the same words as a long one.
        offsets: For each character of `text`, its place in the text it came from; never falling.
        redactions: What was taken out, in reading order, none over another.
    """

    text: str
    offsets: Sequence[int]
    redactions: tuple[Redaction, ...]


def redact(text: str, known: Sequence[str] = ()) -> Redacted:
    """Redact a text. Never raises, whatever the text; redacting twice changes nothing more.

    Args:
        text: What somebody wrote.
        known: Their own name and address, where these are known: they go wherever they stand.

    >>> redact("My name is Ada Byron, I worked at Google for two years.").text
    'My name is someone, I worked at a firm for two years.'
    >>> redact("Our Ada, as ŻÓŁKIEWSKI said.", ["Łukasz Żółkiewski"]).text
    'Our Ada, as someone said.'
    """
    done = Redacted(text, range(len(text)), ())
    for _ in range(_ROUNDS):
        more = _apart(_candidates(done.text, known))
        if not more:
            break
        places = [
            Redaction(one.kind, done.offsets[one.start], done.offsets[one.end - 1] + 1)
            for one in more
        ]
        again = _without(text, _joined((*done.redactions, *places)))
        if again.text == done.text:
            break
        done = again
    return done


def find(text: str, known: Sequence[str] = ()) -> tuple[Redaction, ...]:
    """Return what tells who somebody is; see `redact`."""
    return redact(text, known).redactions


def _without(text: str, found: Sequence[Redaction]) -> Redacted:
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for one in found:
        pieces.append(text[at : one.start])
        offsets.extend(range(at, one.start))
        instead = INSTEAD[one.kind]
        pieces.append(instead)
        # The last characters stand for all that is left, so that a quote takes it in whole.
        last = one.end - 1
        offsets.extend(min(one.start + step, last) for step in range(len(instead) - 1))
        offsets.append(last)
        at = one.end
    pieces.append(text[at:])
    offsets.extend(range(at, len(text)))
    return Redacted("".join(pieces), tuple(offsets), tuple(found))


def _apart(found: Iterator[Redaction]) -> list[Redaction]:
    """Return what is found in order; where two overlap, the earlier and then the longer."""
    kept: list[Redaction] = []
    for one in sorted(found, key=lambda r: (r.start, -r.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _joined(found: Sequence[Redaction]) -> list[Redaction]:
    """Return what was found in several rounds in order; where two overlap, they are one."""
    kept: list[Redaction] = []
    for one in sorted(found, key=lambda r: (r.start, -r.end)):
        if kept and one.start < kept[-1].end:
            kept[-1] = Redaction(kept[-1].kind, kept[-1].start, max(kept[-1].end, one.end))
        else:
            kept.append(one)
    return kept


def _candidates(text: str, known: Sequence[str]) -> Iterator[Redaction]:
    yield from find_contacts(text)
    yield from find_places(text)
    yield from find_firms(text)
    yield from find_people(text, known)
