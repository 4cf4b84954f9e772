"""Postal addresses, schools and universities."""

import re
from collections.abc import Iterator

from evenhand.judges.clauses import word_set
from evenhand.judges.hints import glance, has_any
from evenhand.judges.redaction.letters import CAPITAL, CAPPED, LETTER, SMALL
from evenhand.judges.redaction.terms import METHODS, NOT_NAMES, TOOLS, TRADE
from evenhand.judges.redaction.words import SCHOOLS
from evenhand.judges.values import Redaction

_STREET = re.compile(
    rf"(?<![\w.])\d{{1,4}}[a-zA-Z]?,? (?:{CAPPED} ){{1,3}}"
    r"(?:(?:Street|Road|Avenue|Boulevard|Crescent|Terrace|Gardens|Rd|Ave|Blvd)\b\.?"
    rf"|(?:Drive|Square|Close|Court|Way|Place|Lane|St|Dr|Ln)\b\.?(?=, ?{CAPITAL}))"
    rf"(?:, ?(?:Apt|Flat|Unit|No)\.? ?\w{{1,5}})?(?:, ?{CAPPED}(?: {CAPPED})?){{0,2}}"
    r"(?:,? [A-Z]{2}\b)?"
    r"(?:,? (?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\d{5,6}(?:-\d{4})?)\b)?"
    rf"|\b(?:{CAPITAL}{LETTER}{{1,20}}[ -])?(?:{CAPITAL}{LETTER}{{0,20}})?"
    r"(?:[Ss]traße|[Ss]trasse|[Ss]tr\.|gasse|allee|gatan|straat|laan)"
    rf" \d{{1,4}}[a-z]?\b(?:, ?(?:[A-Z]{{1,2}}-)?\d{{4,6}}(?: [A-Z]{{2}})?(?: {CAPPED})?)?"
    rf"|\b(?:{CAPPED} )?{CAPITAL}{SMALL}{{2,20}}(?:weg|platz|ring|damm|ufer) \d{{1,4}}[a-z]?"
    rf", ?\d{{4,5}}(?: {CAPPED})?"
    rf"|(?<![\w.])\d{{1,4}},? (?:rue|avenue|boulevard|quai|allée|impasse|place) (?:de la |de l['’]"
    rf"|des |du |de |d['’])?{CAPPED}(?:[ -]{CAPPED}){{0,2}}(?:, ?\d{{5}}(?: {CAPPED})?)?"
    r"|\b(?:Calle|Rua|Via|Viale|Piazza|Avenida|Carrera|Rue) "
    r"(?:de la |da |do |del |della |de )?"
    rf"{CAPPED}(?: {CAPPED})?,? (?:n[º°.]? ?)?\d{{1,4}}(?:, ?\d{{2}}-?\d{{3}}(?: {CAPPED})?"
    rf"|, ?{CAPPED}(?: {CAPPED})?)"
    rf"|\bul\. {CAPPED}(?: {CAPPED})? \d{{1,4}}[a-z]?"
)
_OF = (
    r"(?:de los |de las |de la |degli |della |dell['’]|de l['’]|des |der |dos |das |de |di |do |da "
    r"|du |d['’])"
)
_KIND = (
    r"(?:University|College|Polytechnic|Hochschule|Universität|Universiteit|Universitet|Üniversitesi"
    r"|Academy|Business School|High School|Institute of Technology|Institute of Science"
    r"|School of (?:Economics|Business|Engineering|Mines|Management|Science))"
)
_FOREIGN = (
    r"(?:Universidade|Universidad|Universitat|Università|Université|Universität|Universitas"
    r"|Uniwersytet|Univerzita|Univerzitet|Universitatea|Universität|Politecnico|Politechnika"
    r"|Politehnica|Polytechnique|Politécnica|École|Ecole|Hochschule|Fachhochschule|Escuela|Escola"
    r"|Instituto|Akademia)"
)
_LETTERS = r"(?:TU|LMU|IIT|NIT|IIIT|IIM|UC|FU|HU|RWTH|ENS|FH|UT|SUNY|CUNY|BITS)"
_SCHOOL_LIST = "|".join(map(re.escape, SCHOOLS))
_NOT_SCHOOL = (
    r"(?![ -](?:licen[cs]e|NLP|CoreNLP|OCW|dataset|parser|Cars?|Dogs?|Question|Alpaca|Sentiment"
    r"|HELM|tagger|Online|Business|Clean|Parser|tokeni[sz]er|\d)|['’]s (?:HELM|Alpaca|CoreNLP))"
)
_STUDIED = (
    r"\b(?:stud(?:y|ied|ying)|degree|graduat(?:e|ed|ing)|ph\.?d\.?|doctorate|m\.?sc\.?"
    r"|b\.?sc\.?|mba|master['’]?s?|bachelor['’]?s?|diploma|alum\w{0,4}|thesis|educated|school"
    r"|undergrad\w{0,6})\b[^.!?\n]{0,40}?[ ](?:at|from|of|in)[ ](?:the[ ])?"
)
_SCHOOL: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        ("niversity of ",),
        re.compile(
            rf"\b(?:[Tt]he )?(?:{CAPPED} ){{0,2}}University of (?:the )?{CAPPED}"
            rf"(?:(?:,? | and | & ){CAPPED}){{0,2}}"
        ),
    ),
    (
        (
            "Univ",
            "University",
            "College",
            "Poly",
            "Hochschule",
            "Academy",
            "School",
            "Institute",
            "niversite",
        ),
        re.compile(rf"\b(?:{CAPPED}[ ]){{1,3}}(?:State )?{_KIND}\b"),
    ),
    (
        (
            "Univ",
            "Uniw",
            "Polit",
            "Polyt",
            "cole ",
            "ochschule ",
            "Escu",
            "Esco",
            "Instituto",
            "Akade",
        ),
        re.compile(
            rf"\b(?:{CAPPED} )?{_FOREIGN}[ ](?:[a-z]{{4,12}} )?"
            rf"{_OF}?{CAPPED}(?:[ -]{_OF}?{CAPPED}){{0,2}}"
        ),
    ),
    (
        (*(f"{one} " for one in _LETTERS[3:-1].split("|")), "IISc"),
        re.compile(rf"\b(?:{_LETTERS}[ ]{CAPPED}|IISc(?: {CAPPED})?)"),
    ),
    (
        ("Stanford", "Harvard", "Caltech", "Carnegie Mellon", "EPFL", "ETH "),
        re.compile(
            rf"\b(?:Stanford|Harvard|Caltech|Carnegie Mellon|EPFL|ETH Z[uü]rich)\b{_NOT_SCHOOL}"
        ),
    ),
    (
        ("MIT", "Princeton", "Yale", "Cornell"),
        re.compile(rf"\b(?:at|from|left|joined) (?P<it>MIT|Princeton|Yale|Cornell)\b{_NOT_SCHOOL}"),
    ),
    (
        (" graduate", " alum", " degree", " PhD", " professor"),
        re.compile(
            rf"\b(?P<it>(?:{_SCHOOL_LIST}))[ ](?:graduate|alum\w{{0,4}}|degree|PhD|professor)\b"
        ),
    ),
    (("大学",), re.compile(r"[\u4e00-\u9fff]{2,8}大学")),
    (("университет",), re.compile(r"\b(?:\w{3,30} ){0,2}университет\w{0,2}\b")),
)
"""Patterns, each behind letters that a text has to have for it."""
_AT_SCHOOL = re.compile(rf"{_STUDIED}(?P<it>(?:{_SCHOOL_LIST})\b){_NOT_SCHOOL}", re.IGNORECASE)
_FIRST_OF_SCHOOLS = frozenset(school.lower().split()[0] for school in SCHOOLS)
_ALMA = re.compile(
    r"\b(?i:graduated|studied|degree|ph\.?d|doctorate|m\.?sc|b\.?sc|bachelor['’]?s?|master['’]s|diploma"
    r"|postdoc|alumn[iua]s?|thesis)\b(?: [\w']+){0,5}? (?:at|from) (?:the )?"
    rf"(?P<it>(?P<first>{CAPPED})(?: (?:{_OF}|of )?{CAPPED}){{0,3}})"
)
_ALMA_WORDS = word_set(
    """
    graduated studied degree phd ph doctorate msc sc bsc bachelor bachelors master diploma postdoc
    alumni alumnu alumna alumnis alumnus alumnas thesis
    """
)
_TERMS = TOOLS | METHODS | TRADE
_STREETS = (
    "Street", "Road", "Avenue", "Boulevard", "Crescent", "Terrace", "Gardens", "Rd", "Ave", "Blvd",
    "Drive", "Square", "Close", "Court", "Way,", "Place", "Lane", " St", " Dr,", " Ln,", "stra",
    "Stra", "str.", "gasse", "allee", "gatan", "laan", " rue ",
    "avenue", "boulevard", "quai", "allée", "impasse", "ul.", "Calle", "Rua", "Via",
    "Piazza", "Avenida", "Carrera", "Rue",
)  # fmt: skip
_ENDS_OF_STREETS = re.compile(r"(?:weg|platz|ring|damm|ufer) \d")
_FIGURE = re.compile(r"\d")


def find_places(text: str) -> Iterator[Redaction]:
    """Yield addresses and schools, in no order."""
    if _FIGURE.search(text) and (has_any(text, _STREETS) or _ENDS_OF_STREETS.search(text)):
        for match in _STREET.finditer(text):
            if _TERMS.isdisjoint(re.findall(r"[^\W\d_]+", match.group())[:2]):
                yield Redaction("address", *match.span())
    seen = glance(text)
    if seen.has(_ALMA_WORDS):
        yield from _studied_at(text)
    if seen.has(_FIRST_OF_SCHOOLS):
        yield from _schools(_AT_SCHOOL, text)
    for hints, pattern in _SCHOOL:
        if has_any(text, hints):
            yield from _schools(pattern, text)


def _studied_at(text: str) -> Iterator[Redaction]:
    """Yield what somebody says to have studied at, known or not."""
    for match in _ALMA.finditer(text):
        if match["first"] not in NOT_NAMES:
            yield Redaction("school", *match.span("it"))


def _schools(pattern: re.Pattern[str], text: str) -> Iterator[Redaction]:
    for match in pattern.finditer(text):
        start, end = match.span("it") if "it" in pattern.groupindex else match.span()
        yield Redaction("school", start, end)
