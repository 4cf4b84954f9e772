"""Names of people: by what introduces them, by list, and those that are known beforehand."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from evenhand.judges.clauses import word_set
from evenhand.judges.hints import glance, has_any
from evenhand.judges.redaction.letters import (
    ANY_NAME,
    CAPITAL,
    CAPPED,
    LETTER,
    has_case,
    is_spaceless,
)
from evenhand.judges.redaction.terms import ALSO_NAMES, NOT_NAMES, OPENERS
from evenhand.judges.redaction.words import COMPANIES, GIVEN_NAMES
from evenhand.judges.values import Redaction

_PARTICLE = (
    r"(?:(?:van der|van den|van|von|de la|de los|de|da|do|dos|di|del|della|der|al|el|bin|bint|ibn"
    r"|ben|ter|la|le|y)[ -])"
)
_NAME = rf"{CAPPED}(?:[ ](?:{CAPITAL}\.[ ]|{_PARTICLE})?{CAPPED}){{0,3}}"
_ROLE = (
    r"(?:colleague|manager|boss|supervisor|mentor|teammate|team[ -]mate|co-?worker|analyst"
    r"|engineer|scientist|intern|director|friend|husband|wife|partner|brother|sister|nurse|doctor"
    r"|teacher|lead|founder|advisor|CEO|CTO|CFO|COO|PM)"
)
_WHOSE = word_set(
    """
    my our your a an another former old new his her their one junior senior dear the support
    team line fellow best close finance marketing sales product
    """
)
_INTRODUCED = re.compile(
    r"(?i:\b(?:my (?:full |first |last |own |real )?name(?:['’]?s| is|:)"
    r"|(?:i am|i['’]m) (?:called|named)|(?:they|people|everyone|friends) calls? me"
    r"|me llamo|je m['’]appelle|ich heiße|mi chiamo|меня зовут)[ ])"
    rf"(?P<it>{ANY_NAME}(?:[ ](?:[^\W\d_]\.[ ])?{ANY_NAME}){{0,4}})"
    r"|我(?:叫|的名字是)(?P<han>[\u4e00-\u9fff]{2,4}?)(?=[,。.、!]|$)"
)
_FIELD = re.compile(
    rf"(?:^|(?<=[.;|,(]) ?)(?:[Ff]ull |[Mm]y |[Ff]irst |[Ll]ast |[Cc]andidate )?[Nn]ame: ?"
    rf"(?P<it>{ANY_NAME}(?:[ ](?:[^\W\d_]\.[ ])?{ANY_NAME}){{0,4}})",
    re.MULTILINE,
)
_SELF = re.compile(
    rf"\b(?:I am|I['’]m)[ ](?P<it>{_NAME})(?=(?P<on>[,.;!)]|[ ](?:and (?:I\b|an?\b|work)|from\b"
    r"|by name|[-–—]|\()|\s*$)?)(?![\w-])",
    re.MULTILINE,
)
_THIS = re.compile(
    rf"(?:^|(?<=[.!?,] )|(?<=\n))(?:Hi|Hello|Hey)?,? ?[Tt]his is[ ](?P<it>{_NAME})"
    r"(?=[,.!]|[ ](?:here|speaking|writing|from)\b)",
    re.MULTILINE,
)
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Dr|Prof|Professor|Herr|Frau|Mme|Señora?|Sir)\.?[ ](?P<it>{_NAME})"
)
_KNOWN_BY = re.compile(
    rf"\b(?i:{_ROLE}s?(?P<call>,? (?:is |was )?(?:named|called))?(?P<comma>,)?"
    r"|(?:someone|somebody|person|woman|man|guy|recruiter)(?P<named> (?:named|called)))"
    rf" (?P<it>{_NAME})(?![ ](?i:team|{_ROLE})\b)(?![\w-])"
)
_SIGNED = re.compile(
    r"(?i:\b(?:regards|sincerely|best wishes|yours(?: truly| faithfully)?|cheers|thanks|thank you)"
    r"|^best)(?:[,!.-][ ]{0,2}|[ ]?(?=\n))\n?[ ]{0,4}"
    rf"(?P<it>(?:[A-Z]\.[ ])?{ANY_NAME}(?:[ ](?:[^\W\d_]\.[ ])?{ANY_NAME}){{0,3}})[ .]{{0,2}}$",
    re.MULTILINE,
)
_INTRODUCING = word_set(
    """
    name names called named call calls llamo appelle heiße chiamo меня
    """
)
_ROLES = word_set(
    """
    colleague manager boss supervisor mentor teammate mate worker coworker analyst engineer
    scientist intern director friend husband wife partner brother sister nurse doctor teacher lead
    founder advisor ceo cto cfo coo pm someone somebody person woman man guy recruiter
    """
)
_KNOWING = _ROLES | {f"{role}s" for role in _ROLES}
_TITLES = word_set("mr mrs ms dr prof professor herr frau mme señor señora sir")
_GREETINGS = word_set("regards sincerely wishes yours cheers thanks thank best")
_SURNAME = re.compile(rf"(?:[ ](?:{CAPITAL}\.[ ]|{_PARTICLE})?{CAPPED}){{1,2}}")
_CAPPED = re.compile(rf"(?<![\w'’])({CAPITAL}){LETTER}{{1,40}}")
_OWNED = re.compile(r"['’](?:s|d|m|ve|re|ll)?$")
_CITIES = frozenset(("San", "Santa", "São", "Sao", "Saint", "St.", "Sant"))
_SMALL_WORDS = ALSO_NAMES | word_set(
    """
    about after again all already also always and any attached back because before both but by
    came called can currently daily did does down every for from gave had has have here how i
    if into irrelevant just known left like listed mentioned mostly moved my near need needed
    nearly no not now off often only or our out over part people redacted removed secret since some
    someone somebody still studied than that then there these they this those through today
    under unimportant until up upon us used was weekly well went were what when whenever where
    which who whose why will worked works would yet your at be been being am are me its us a
    firm an address number link school place engineer manager currently originally usually
    anyway nothing something everything
    """
)
"""Words without a capital letter that neither are a name after an introduction nor go on in one."""


def find_people(text: str, known: Sequence[str]) -> Iterator[Redaction]:
    """Yield names of people, in no order.

    Args:
        text: What is read.
        known: Names and addresses of whoever wrote it.
    """
    if known:
        pattern = _pattern_of(tuple(known))
        if pattern:
            yield from (
                Redaction("mail" if "@" in one.group() else "name", *one.span())
                for one in pattern.finditer(text)
            )
    seen = glance(text)
    if seen.has(_INTRODUCING, "我"):
        for one in _INTRODUCED.finditer(text):
            yield from _introduced(text, one)
    if "ame:" in text:
        for one in _FIELD.finditer(text):
            if one.group().lstrip()[0] != "n" or _looks_named(one["it"]):
                yield from _introduced(text, one)
    for one in _SELF.finditer(text) if has_any(text, ("I am ", "I'm ", "I’m ")) else ():
        names = one["it"].split()
        if (one["on"] is not None or len(names) == 2) and _are_names(names):
            yield Redaction("name", *one.span("it"))
    for one in _THIS.finditer(text) if "his is " in text else ():
        yield from _trimmed(text, *one.span("it"))
    for one in _KNOWN_BY.finditer(text) if seen.has(_KNOWING) else ():
        before = text[max(0, one.start() - 12) : one.start()].split()
        if (
            one["call"]
            or one["comma"]
            or one["named"]
            or (before[-1:] and before[-1].lower() in _WHOSE)
        ):
            yield from _trimmed(text, *one.span("it"))
    for one in _TITLED.finditer(text) if seen.has(_TITLES) else ():
        # Behind a title Huber and Wilson are people, and no losses and intervals.
        if _bare(one["it"].split()[0]) not in OPENERS:
            yield Redaction("name", one.start("it"), _no_owner(text, *one.span("it")))
    for one in _SIGNED.finditer(text) if seen.has(_GREETINGS) else ():
        small = one["it"].split()[0].islower()
        if not small or one.group()[:1].lower() in "rsy":
            yield from _introduced(text, one)
    yield from _listed(text)


def _looks_named(said: str) -> bool:
    return not said[0].islower()


def _are_names(words: Sequence[str]) -> bool:
    return not any(_bare(word) in NOT_NAMES or _bare(word) in COMPANIES for word in words)


def _bare(word: str) -> str:
    """Return a word without what stands at its end and who owns it."""
    return _OWNED.sub("", word.strip(".,"))


def _no_owner(text: str, start: int, end: int) -> int:
    """Leave the ending of an owner to the text."""
    return end - 2 if text[start:end].endswith(("'s", "’s")) else end


def _introduced(text: str, match: re.Match[str]) -> Iterator[Redaction]:
    """Take as much as is a name: words like the first, up to one that goes on with the sentence."""
    start, end = match.span("it")
    if start < 0:
        yield Redaction("name", *match.span("han"))
        return
    taken: re.Match[str] | None = None
    first = ""
    for word in re.finditer(r"[^\s]+", text[start:end]):
        said = _bare(word.group())
        if taken is None:
            if said in _SMALL_WORDS or (said in NOT_NAMES and said not in ("Will", "May")):
                return
            first = said
        elif not _goes_on(first, said):
            break
        taken = word
    if taken is None:
        return
    end = start + taken.end()
    while text[start:end].split()[-1].rstrip("-").lower() in _LINKS and " " in text[start:end]:
        end = start + text[start:end].rindex(" ")
    yield Redaction("name", start, _no_owner(text, start, end))


_LINKS = word_set(
    """
    van von der den de la los da do dos di del della al el bin bint ibn ben y
    """
)


def _goes_on(first: str, said: str) -> bool:
    if said.lower() in _LINKS:
        return True
    if not has_case(first):
        return not has_case(said)
    if first.islower():
        return said.islower() and said not in _SMALL_WORDS and not said.endswith("ing")
    return (said[:1].isupper() and said not in NOT_NAMES) or not has_case(said)


def _listed(text: str) -> Iterator[Redaction]:
    """Yield given names of the list, with the surname behind them."""
    last = 0
    for one in _CAPPED.finditer(text):
        word = one.group()
        if one.start() < last or not _is_given(word, text, one):
            continue
        end = one.end()
        more = _SURNAME.match(text, end)
        if more:
            end = more.end()
        elif word.isupper() and (upper := re.compile(rf" {CAPITAL}{{2,}}\b").match(text, end)):
            end = upper.end()
        for cut in _trimmed(text, one.start(), end):
            last = cut.end
            yield cut


def _is_given(word: str, text: str, at: re.Match[str]) -> bool:
    if word not in GIVEN_NAMES:
        if not (len(word) > 3 and word.isupper() and word.title() in GIVEN_NAMES):
            return False
        if not re.match(rf" {CAPITAL}{{2,}}\b", text[at.end() : at.end() + 20]):
            return False
    if text[at.end() : at.end() + 1] in "-–_" and text[at.end() : at.end() + 1]:
        return bool(re.match(rf"-{CAPPED}", text[at.end() : at.end() + 20]))
    before = text[max(0, at.start() - 7) : at.start()].split(" ")
    return not (len(before) > 1 and before[-2].strip("(,") in _CITIES)


def _trimmed(text: str, start: int, end: int) -> Iterator[Redaction]:
    """Cut words off at both ends that are no names; nothing where none is left."""
    words = list(re.finditer(r"[^\s]+", text[start:end]))
    while words and (_bare(words[0].group()) in NOT_NAMES or _bare(words[0].group()) in COMPANIES):
        return
    for place, word in enumerate(words):
        if _bare(word.group()) in NOT_NAMES:
            words = words[:place]
            break
    if words:
        stop = start + words[-1].end()
        stop -= len(text[start:stop]) - len(text[start:stop].rstrip(".,"))
        yield Redaction("name", start, _no_owner(text, start, stop))


@lru_cache(maxsize=64)
def _pattern_of(known: tuple[str, ...]) -> re.Pattern[str] | None:
    """Match addresses, whole names in any order, and each part of a name that is no common word."""
    parts: dict[str, str] = {}
    ways: list[str] = []
    for one in known:
        said = unicodedata.normalize("NFKC", one).strip()
        if "@" in said:
            ways.append(rf"(?<!\w){re.escape(said)}(?!\w)")
            local = said.split("@")[0]
            if len(local) > 4 and not _is_common(local):
                ways.append(rf"(?<!\w)@?{re.escape(local)}(?!\w)")
        else:
            for part in re.split(r"[\s.,;()\"/-]+", said):
                if len(part) > 1:
                    parts[part] = _spelled(part)
            for part in said.split():
                if "-" in part and len(part) > 3:
                    parts[part] = _spelled(part)
    every = "|".join(sorted(parts.values(), key=len, reverse=True))
    if len(parts) > 1:
        # With another part beside it, or written in one word, a common word is a name too.
        capital = rf"(?-i:(?={CAPITAL}))" if all(map(_is_common, parts)) else ""
        ways.append(rf"(?<!\w){capital}(?:{every})(?:(?:[ ]\w\.)?[ ,._-]{{0,2}}(?:{every}))+(?!\w)")
    for part, spelled in parts.items():
        if is_spaceless(part):
            ways.append(spelled)
        elif not _is_common(part):
            ways.append(rf"(?<!\w){_as_written(part, spelled)}(?!\w)")
    return re.compile("|".join(ways), re.IGNORECASE) if ways else None


def _is_common(word: str) -> bool:
    low = word.lower()
    return low in ALSO_NAMES or low in _small_terms()


@cache
def _small_terms() -> frozenset[str]:
    return frozenset(word.lower() for word in NOT_NAMES)


def _as_written(part: str, spelled: str) -> str:
    """Hold a short part to a capital letter: Li and Ali, and no other word of as few letters."""
    if len(part) > 3 or not has_case(part):
        return spelled
    return rf"(?-i:(?={CAPITAL})){spelled}"


@cache
def _variants() -> dict[str, str]:
    """Return the letters that are written as a plain one where a keyboard has no others."""
    found: dict[str, str] = defaultdict(str, ł="", o="ø", l="ł", d="đð", i="ı", a="æ", t="þ")
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base.isascii():
            found[base] += chr(code).lower()[:1]
    return dict(found)


_TWO = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"}


def _spelled(part: str) -> str:
    """Match a part of a name with and without its accents."""
    pieces = []
    for letter in part.lower():
        if letter in "'’":
            pieces.append("['’]?")
            continue
        base = unicodedata.normalize("NFD", letter)[0]
        base = next((plain for plain, also in _variants().items() if letter in also), base)
        one = f"[{re.escape(letter)}{re.escape(base)}{_variants().get(base, '')}]"
        two = _TWO.get(letter)
        pieces.append((rf"(?:{one}|{two})" if two else one) + r"[\u0300-\u036f]*")
    return "".join(pieces)
