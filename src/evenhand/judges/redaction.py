"""Take out what tells who somebody is, before a judge reads an answer.

Names, mail, phone numbers, links, employers and schools, by list and by pattern. What is taken out
is replaced by words that mean nothing, never longer than it was, and reported with its place, so
that a page can show it. A capital letter alone is no reason: tools, methods, places and languages
stay, since they are what an answer is about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evenhand.judges.redaction_words import COMPANIES, GIVEN_NAMES, NOT_NAMES, SCHOOLS
from evenhand.judges.values import Identity, Redaction

INSTEAD: dict[Identity, str] = {
    "name": "someone",
    "mail": "an address",
    "phone": "a number",
    "link": "a link",
    "employer": "a firm",
    "school": "a school",
}

_CAP = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:['’-][A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿ]+)*"
_NAME = rf"{_CAP}(?:[ ](?:[A-Z]\.[ ]|(?:van|von|de|da|di|del|al|el|bin|ibn)[ -])?{_CAP}){{0,2}}"
_FIRM = r"[A-ZÀ-ÖØ-Þ][\w&’'.-]{1,30}(?:[ ](?:&[ ]|and[ ]|of[ ])?[A-ZÀ-ÖØ-Þ][\w&’'-]{1,30}){0,3}"
_PERSON = (
    r"(?:colleague|manager|boss|supervisor|mentor|teammate|co-?worker|analyst|engineer"
    r"|scientist|intern"
    r"|director|friend|husband|wife|partner|nurse|doctor|teacher|lead|founder|CEO|CTO|CFO|COO|PM)"
)
_LEGAL = r"(?:Inc|Ltd|LLC|GmbH|AG|Corp|Corporation|PLC|plc|BV|Pty|Limited|S\.A\.|S\.p\.A\.)"
_WORKED = (
    r"(?:\b(?:work(?:ed|ing|s)?|jobs?|roles?|positions?|intern(?:ed|ship)?|engineer"
    r"|scientist|developer"
    r"|manager|analyst|employed|employer|career|consult(?:ed|ant|ing)|hired|contract(?:or"
    r"|ed)?|years|months"
    r"|time|stint|back|was|were|started|while|when i was)\b[^.!?\n]{0,30}?[ ](?:at|for|with)[ ]"
    r"|\b(?:joined|left|formerly|previously (?:at|with)|founded|employer is|work for)[ ]|\bex-)"
)
_STUDIED = (
    r"\b(?:stud(?:y|ied|ying)|degree|graduat(?:e|ed|ing)|ph\.?d\.?|doctorate|m\.?sc\.?"
    r"|b\.?sc\.?|mba|master['’]?s?"
    r"|bachelor['’]?s?|diploma|alum\w{0,4}|thesis|educated|school"
    r"|undergrad\w{0,6})\b[^.!?\n]{0,40}?"
    r"[ ](?:at|from|of|in)[ ](?:the[ ])?"
)
_METRIC = (
    r"(?<!\bndcg)(?<!\brecall)(?<!\bprecision)(?<!\bhits)(?<!\bhit)(?<!\bmap)(?<!\bmrr)(?<!\bpass)"
)


def _i(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PLAIN: tuple[tuple[Identity, re.Pattern[str]], ...] = (
    (
        "mail",
        _i(
            rf"(?<![\w.+-])[\w.+-]{{1,64}}{_METRIC}[ ]?(?:@|\(at\)|\[at\])[ ]?[a-z][\w-]{{1,62}}"
            r"(?:[ ]?(?:\(dot\)|\[dot\])[ ]?|\.)(?:[\w-]{1,62}\.){0,3}[a-z]{2,24}\b"
        ),
    ),
    (
        "link",
        _i(
            r"\bhttps?://[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}[^\s<>\"')\]]{0,300}"
            r"|\bwww\.[^\s<>\"')\]]{3,300}"
            r"|\b(?:[a-z]{2,3}\.)?(?:linkedin|github|gitlab|twitter|facebook|kaggle|medium"
            r"|xing)\.(?:com|io)"
            r"/[^\s<>\"')\],;]{2,200}"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![\w.])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}"
            r"(?![\w.]?\d)"
            r"|(?<![\w.])\(?0\d{2,4}\)?[ /-]\d{3,4}[ -]?\d{3,5}(?!\d)"
            r"|(?<![\w.])(?:\(\d{3}\)[ ]|\d{3}[-.])\d{3}[-.]\d{4}(?!\d)"
        ),
    ),
)
_SCHOOL_LIST = "|".join(map(re.escape, SCHOOLS))
_SCHOOL = (
    re.compile(
        rf"\b(?:[Tt]he )?(?:Technical |Federal |State "
        rf"|Open )?University of (?:the )?{_CAP}(?:[ ,]{{1,2}}{_CAP}){{0,2}}"
    ),
    re.compile(
        rf"\b(?:{_CAP}[ ]){{1,3}}(?:State )?(?:University|College|Institute of Technology"
        rf"|Polytechnic"
        r"|Hochschule|Universität|Academy|Business School|High School)\b"
    ),
    re.compile(
        r"\b(?:Universit(?:é|à|ät|at|y)|Universidad|École|Hochschule|TU|IIT|UC)[ ](?:de "
        r"|di |of )?[A-Z][\w-]{2,20}\b"
    ),
    re.compile(
        r"\b(?:Stanford|Harvard|Caltech|Carnegie Mellon|EPFL|ETH Zurich|ETH Zürich|MIT)\b"
        r"(?![ -](?:licen[cs]e|NLP|CoreNLP|OCW|dataset|parser))"
    ),
    re.compile(rf"{_STUDIED}(?P<it>(?:{_SCHOOL_LIST})\b)", re.IGNORECASE),
    re.compile(
        rf"\b(?P<it>(?:{_SCHOOL_LIST}))[ ](?:graduate|alum\w{{0,4}}|degree|PhD|professor)\b"
    ),
)
_EMPLOYER = (
    re.compile(rf"\b(?:{_FIRM}[ ]){_LEGAL}\b\.?"),
    re.compile(rf"(?i:{_WORKED})(?P<it>{_FIRM})"),
)
_PEOPLE = (
    re.compile(
        rf"(?i:\bmy (?:full |first )?name is|\bname:|\bi am called"
        rf"|\bi['’]m called)[ ](?P<it>{_NAME})"
    ),
    re.compile(rf"\b(?:I am|I['’]m|This is)[ ](?P<it>{_CAP}[ ]{_CAP})\b"),
    re.compile(rf"\b(?:Mr|Mrs|Ms|Dr|Prof|Professor|Herr|Frau|Mme|Sir)\.?[ ](?P<it>{_NAME})"),
    re.compile(
        rf"(?i:\b{_PERSON},? (?:named |called )?)(?P<it>{_CAP})\b(?![ ](?i:team|{_PERSON}))"
    ),
    re.compile(
        r"(?i:\b(?:regards|sincerely|cheers|thanks|thank you|best wishes"
        r"|yours))[,!.]?[ ]?\n[ ]{0,4}"
        rf"(?P<it>{_NAME})[ ]?$",
        re.MULTILINE,
    ),
    re.compile(
        rf"\b(?P<it>(?:{'|'.join(sorted(GIVEN_NAMES))})\b(?:[ ](?:[A-Z]\.[ ])?{_CAP}){{0,2}})"
    ),
)


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


def redact(text: str) -> Redacted:
    """Redact a text. Never raises, whatever the text; redacting twice changes nothing more.

    >>> redact("My name is Ada Byron, I worked at Google for two years.").text
    'My name is someone, I worked at a firm for two years.'
    """
    found = find(text)
    if not found:
        return Redacted(text, range(len(text)), ())
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
    return Redacted("".join(pieces), tuple(offsets), found)


def find(text: str) -> tuple[Redaction, ...]:
    """Return what tells who somebody is; where two overlap, the earlier and then the longer."""
    found = sorted(_candidates(text), key=lambda r: (r.start, -r.end))
    kept: list[Redaction] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _candidates(text: str) -> Iterator[Redaction]:
    for kind, pattern in _PLAIN:
        for match in pattern.finditer(text):
            yield Redaction(kind, *match.span())
    for pattern in _SCHOOL:
        for match in pattern.finditer(text):
            yield Redaction("school", *_span(match))
    for pattern in _EMPLOYER:
        for match in pattern.finditer(text):
            yield from _firm(text, *_span(match), listed=pattern is _EMPLOYER[0])
    for pattern in _PEOPLE:
        for match in pattern.finditer(text):
            yield from _trimmed("name", text, *_span(match))


def _span(match: re.Match[str]) -> tuple[int, int]:
    return match.span("it") if "it" in match.re.groupindex else match.span()


def _firm(text: str, start: int, end: int, *, listed: bool) -> Iterator[Redaction]:
    """Keep acronyms and tools; a known employer is taken out by its name alone."""
    said = text[start:end].split()
    if not listed and said[0].rstrip("'’s.,") in COMPANIES:
        size = len(said[0].rstrip(".,"))
        yield Redaction("employer", start, start + size)
        return
    first = said[0].strip(".,'’")
    if listed or (first not in NOT_NAMES and not first.isupper() and first[1:].islower()):
        yield from _trimmed("employer", text, start, end)


def _trimmed(kind: Identity, text: str, start: int, end: int) -> Iterator[Redaction]:
    """Cut words off at both ends that are no names; nothing where none is left."""
    words = list(re.finditer(r"[^\s]+", text[start:end]))
    while words and words[0].group().strip(".,'’") in NOT_NAMES:
        words.pop(0)
    while words and words[-1].group().strip(".,'’") in NOT_NAMES:
        words.pop()
    if words:
        last = words[-1]
        tail = len(last.group()) - len(last.group().rstrip(".,"))
        yield Redaction(kind, start + words[0].start(), start + last.end() - tail)
