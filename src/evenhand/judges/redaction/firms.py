"""Employers: where the words round a name speak of employment, or a legal form follows it."""

import re
from collections.abc import Iterator, Sequence

from evenhand.judges.clauses import word_set
from evenhand.judges.hints import glance, has_any
from evenhand.judges.redaction.letters import CAPITAL, LETTER
from evenhand.judges.redaction.terms import NOT_NAMES, TRADE
from evenhand.judges.redaction.words import ALSO_WORDS, COMPANIES
from evenhand.judges.values import Redaction

_WORD = rf"{CAPITAL}(?:{LETTER}|[&’'-](?=\w)|\.(?=\w)){{1,40}}"
_FIRM = rf"{_WORD}(?:[ ](?:&[ ]|of[ ])?{_WORD}){{0,3}}"
_LOW = {name.lower(): name for name in COMPANIES}
_OTHER = "|".join(
    re.escape(name) for name in sorted(COMPANIES, key=len, reverse=True) if not name[0].isupper()
)
_SMALL = "|".join(re.escape(low) for low in sorted(_LOW, key=len, reverse=True))
_SAID = rf"(?:{_FIRM}|(?:{_OTHER}|{_SMALL})(?![\w-]))"
"""A firm as it may be written: any word with a capital letter, or a known one in small letters."""
_LEGAL = (
    r"(?:Inc|Ltd|LLC|GmbH|AG|Corp|Corporation|PLC|plc|BV|Pty|Pvt|Pte|Oy|SARL|Srl|Kft|Limited"
    r"|S\.A\.|S\.p\.A\.|s\.r\.o\.|d\.o\.o\.|Sp\. z o\.o\.)"
)
_JOB = (
    r"(?:engineer|scientist|developer|analyst|manager|intern|consultant|researcher|architect"
    r"|director|designer|contractor|apprentice|freelancer|lead|(?:head|vp) of [\w ]{1,20}"
    r"|cto|ceo|cfo|coo|founder|partner|employee)s?"
)
_WHILE = (
    r"(?:[ ](?:as (?:an? |the )?[\w-]+(?: [\w-]+){0,4}?"
    r"|for (?:[\w-]+ ){1,3}?(?:years?|months?|weeks?|a while)|(?:[\w-]+ ){1,2}(?:years?|months?)"
    r"|on (?:[\w-]+ ){1,4}?|in (?:[\w-]+ ){1,3}?|remotely|part[ -]time|full[ -]time|previously"
    r"|briefly|before|mostly|there|back|together|mainly|long|abroad|and [\w-]+)){0,2}?"
)
_CUE = (
    rf"(?:\b(?:work(?:ed|ing|s)?|employed|intern(?:ed|ing)|consult(?:ed|ing)?|freelanced"
    rf"|contract(?:ed|ing)|hired|coding|started out){_WHILE} (?:at|for)"
    rf"|\b(?:interned|internship|apprenticeship) with"
    rf"|\b(?:internship|apprenticeship|tenure|stint|employment|career|jobs?|gig|employee|boss|mentor"
    rf"|(?:my|our|the|a|last|previous|current|old|first|senior|junior|this) (?:[\w-]+ )?"
    rf"(?:role|position|post|place|time|days|team|teammates?|colleagues?|group|desk|office"
    rf"|department|company|platform|org))(?: was| is| has been|,)? \(?(?:at|with)"
    rf"|\b{_JOB}(?: \([\w /]{{1,20}}\))?,?(?: working| based| here| there)? at"
    rf"|\b(?:consultant|contractor|freelancer|employee|cto|ceo|founder|co-founder) (?:for|of)"
    rf"|\b(?:years?|months?|while|currently|formerly|previously|i am|i['’]m|i was"
    rf"|back when i was|now|as I was) at"
    rf"|\b(?:i am|i['’]m|i was|i have been|i['’]ve been)(?: currently| still| now)? with"
    rf"|\b(?:hired|employed|contracted|acquired|poached|laid off|let go|fired|recruited)"
    rf" (?:by|from)"
    rf"|\bformerly (?:of|with)|\bemployer(?: is| was|,|:| \()|\boffer from"
    rf"|\b(?:company|firm|start-?up|employer|scale-?up|shop|bank) (?:called|named)"
    rf"|\b(?:my|our|a|the|last|previous|current|former|first|old|present|new|recent) "
    rf"(?:company|employer|firm|start-?up|job|workplace)(?: is| was|,|:)(?: at| with)?"
    rf"|\bI(?: have| had| then| later| eventually| recently| just| also| even)* "
    rf"(?:joined|quit|founded|co-founded))"
)
_CUED = re.compile(rf"(?i:{_CUE}) (?:the )?(?P<it>{_SAID})")
_AT = re.compile(rf"\b[Aa]t (?P<it>{_SAID})(?=(?P<we>,? (?:I|we|my|our)\b)?)")
_HIRED = re.compile(
    r" (?:hired|employed|recruited|promoted|poached|headhunted|sponsored|fired|laid off|let go of)"
    r" me\b"
)
_BEFORE = re.compile(rf"(?P<it>{_WORD}|\b(?:{_OTHER}|{_SMALL}))(?: then| later| first| had)?\Z")
_LEFT = re.compile(
    rf"\b(?i:I|she|he|who)(?: have| had| then| later| eventually)? (?:left|joined) (?P<it>{_SAID})"
    r"(?= (?:in (?:\d|[A-Z]|the|my)|as an?\b|after|when|because|full|last|this|two|three"
    r"|to (?:found|build|lead|work|run|start))|[,.;!)]|$)",
    re.MULTILINE,
)
_EX = re.compile(rf"\b[Ee]x-(?P<it>{_SAID})")
_THEIR = re.compile(
    rf"\b(?:(?i:as an?|i was an?|i am an?|i['’]m an?|former|ex-?|fellow)) (?P<it>{_WORD}) "
    r"(?:engineer|employee|developer|scientist|intern|analyst|veteran|alum)\b"
)
_LISTED = re.compile(rf"\b(?:{_WORD}(?: (?:& )?{_WORD}){{0,3}}),? {_LEGAL}(?![\w-])\.?")
_AND = re.compile(
    rf"(?:,? (?:and|then|or)(?: later| then)?(?: at| for)? |, (?:then )?(?:at )?)(?P<it>{_SAID})"
)
_ACRONYM_AT_WORK = re.compile(r"[A-Z][A-Z&]{1,5}\Z")
_PRODUCT = re.compile(
    r"(?:['’]s)? (?:Cloud|Analytics|Ads|Sheets|Maps|Workspace|Search|API|APIs|SDK|S3|EC2|Azure"
    r"|Graph|Pay|Connect|Radar|Llama|models?|prices?|pricing|data|datasets?|tables?|services?|embeddings?"
    r"|endpoints?|scale|docs|tokens?|SQL|GPT|Gemini|Teams|Photos|Drive|Lens|Translate|Trends|Vertex"
    r"|Reviews|Bedrock|SageMaker|Personalize|Textract|Titan|accounts?|logs?|events?|records?)\b"
    r"|['’]s [A-Z]|-[a-z]"
)
_OWNED = re.compile(r"['’](?:s|d|m|ve|re|ll)?$")
_NO_PLACE = word_set(
    """
    look looked looking looks point pointed pointing points aim aimed aiming arrive arrived
    stare stared hit back guess guessed data traffic events records logs features tokens
    inputs requests queries exports imports moved migrated switched away
    """
)


_ENDS_OF_CUES = "|".join(
    rf"(?<=\b(?i:{word}) )"
    for word in (
        *("at", "with", "for", "of", "by", "from", "is", "was", "called", "named", "joined"),
        *("quit", "founded", "left"),
    )
)
_CAPITAL_BEHIND_CUE = re.compile(rf"[ ](?=(?:the )?{_WORD})(?:{_ENDS_OF_CUES}|(?<=[,:(] ))")
"""Whatever is in capitals behind a cue, `at` and `left` among them. It begins with a space, which
is found fast, and then asks for what is rare: 10 microseconds, where `_CUED` alone takes 390."""
_FIRST_RUN = re.compile(r"\w+")
_IN_SMALL = frozenset(run for low in _LOW for run in _FIRST_RUN.findall(low)[:1])
_LEGAL_HINTS = tuple(
    f" {form}"
    for form in (
        *("Inc", "Ltd", "LLC", "GmbH", "AG", "Corp", "PLC", "plc", "BV", "Pty", "Pvt", "Pte", "Oy"),
        *("SARL", "Srl", "Kft", "Limited", "S.A.", "S.p.A.", "s.r.o.", "d.o.o.", "Sp. z o.o."),
    )
)
_ME = frozenset(("me",))
_STAFF = word_set("engineer employee developer scientist intern analyst veteran alum")
_NO_SECOND = NOT_NAMES | {"&", "of"}


def find_firms(text: str) -> Iterator[Redaction]:
    """Yield employers, in no order."""
    seen = glance(text)
    if has_any(text, _LEGAL_HINTS):
        for one in _LISTED.finditer(text):
            yield from _legal(text, one)
    behind_cue = seen.has(_IN_SMALL) or _CAPITAL_BEHIND_CUE.search(text) is not None
    if behind_cue:
        for one in _CUED.finditer(text):
            yield from _chain(text, *one.span("it"))
        for one in _AT.finditer(text):
            yield from _at(text, one)
    if seen.has(_ME):
        for one in _HIRED.finditer(text):
            before = _BEFORE.search(text, max(0, one.start() - 40), one.start())
            if before:
                yield from _firm(text, *before.span("it"), sure=False)
    for pattern, worth_a_look in (
        (_LEFT, behind_cue),
        (_EX, "x-" in text),
        (_THEIR, seen.has(_STAFF)),
    ):
        for one in pattern.finditer(text) if worth_a_look else ():
            known = (
                pattern is _LEFT or one["it"] in COMPANIES or one["it"].rstrip("rs") in COMPANIES
            )
            if known or (pattern is _EX and one["it"][1:].islower()):
                yield from _firm(text, *one.span("it"), sure=True)


def _legal(text: str, match: re.Match[str]) -> Iterator[Redaction]:
    """Take a firm with its legal form; words that open a sentence stay before it."""
    said = list(re.finditer(r"\S+", match.group()))
    form = next(i for i in range(len(said) - 1, -1, -1) if not said[i].group().islower())
    while len(said) > 1 and said[0].group().strip(",") in NOT_NAMES:
        said.pop(0)
        form -= 1
    if form < 1 or text.startswith(" News", match.end()):
        return
    tail = 1 if match.group().endswith(".") and not match.group()[-3:-1].count(".") else 0
    yield Redaction("employer", match.start() + said[0].start(), match.end() - tail)


def _chain(text: str, start: int, end: int) -> Iterator[Redaction]:
    """Take an employer, and those that are known behind it: at Monzo, Google and eBay."""
    for one in _firm(text, start, end, sure=True):
        yield one
        more = _AND.match(text, one.end)
        while more:
            said = more["it"].split()[0]
            if _company(said) is None or _PRODUCT.match(text, more.start("it") + len(said)):
                return
            (found,) = _firm(text, *more.span("it"), sure=True)
            yield found
            more = _AND.match(text, found.end)


def _at(text: str, match: re.Match[str]) -> Iterator[Redaction]:
    start, end = match.span("it")
    before = text[max(0, match.start() - 14) : match.start()].split()
    if before and before[-1].lower() in _NO_PLACE:
        return
    first = match["it"].split()[0]
    known = _company(first)
    if match["we"] is None and (known is None or first in ALSO_WORDS):
        return
    yield from _firm(text, start, end, sure=False)


def _bare(word: str) -> str:
    """Return a word without what stands at its end and what is drawn together with it."""
    return _OWNED.sub("", word.strip(".,"))


def _company(said: str) -> str | None:
    """Return the known employer that a word is, however it is written."""
    word = _bare(said)
    if word in COMPANIES:
        return word
    return _LOW.get(word.lower()) if word.islower() or word.isupper() else None


def _firm(text: str, start: int, end: int, *, sure: bool) -> Iterator[Redaction]:
    """Take a firm; tools, methods and acronyms of the trade are none."""
    words = list(re.finditer(r"\S+", text[start:end]))
    first = _bare(words[0].group())
    if _company(first) is None:
        if any(map(str.isdigit, first)):
            return
        if first in NOT_NAMES and not (sure and _begins_a_name(words)):
            return
        if first.isupper() and not (sure and _ACRONYM_AT_WORK.match(first)):
            return
    elif not sure and _PRODUCT.match(text, start + len(first)):
        return
    last = words[0]
    for word in words[1:]:
        said = _bare(word.group())
        if said in ("&", "of"):
            continue
        ends = _owns(last.group()) or any(map(str.isdigit, said))
        if ends or (said in NOT_NAMES and said not in TRADE):
            break
        last = word
    stop = start + last.end()
    if _owns(text[start:stop]):
        stop -= 2
    yield Redaction("employer", start, stop)


def _begins_a_name(words: Sequence[re.Match[str]]) -> bool:
    """Say whether a common word begins a firm's name: Standard Chartered, and no Model Serving."""
    first, *more = (_bare(word.group()) for word in words)
    return first in TRADE and not first.isupper() and bool(more) and more[0] not in _NO_SECOND


def _owns(said: str) -> bool:
    return said.endswith(("'s", "’s"))
