"""Mail, links and telephone numbers: told by their form, or by the words before them."""

import re
from collections.abc import Iterator
from itertools import pairwise

from evenhand.judges.clauses import word_set
from evenhand.judges.hints import glance, has_any
from evenhand.judges.values import Identity, Redaction

_METRIC = (
    r"(?<!\bndcg)(?<!\brecall)(?<!\bprecision)(?<!\bhits)(?<!\bhit)(?<!\bmap)(?<!\bmrr)(?<!\bpass)"
)
_TOP = (
    r"(?:com|org|net|edu|io|dev|ai|me|info|co|uk|de|fr|es|it|nl|pl|pt|br|in|ng|ke|za|cn|jp|kr|ru|ua"
    r"|se|no|dk|fi|ch|at|be|ie|ca|au|mx|ar|tr|ro|cz|eu)"
)
_SITES = (
    r"(?:linkedin|github|gitlab|twitter|x|facebook|kaggle|medium|xing|telegram|instagram|mastodon"
    r"|skype|wechat|discord|bluesky|orcid|stackoverflow)"
)


def _i(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_MAIL = _i(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}{_METRIC}(?:@|[ ]@[ ]|[ ]?(?:\(at\)|\[at\])[ ]?)"
    r"[a-z][\w-]{1,62}(?:[ ]?(?:\(dot\)|\[dot\])[ ]?|\.)(?:[\w-]{1,62}\.){0,3}[a-z]{2,24}\b"
)
_MAIL_SAID = _i(
    rf"(?<![\w.+-])(?:[\w+-]{{1,40}} dot ){{0,3}}[\w.+-]{{1,64}} (?:at|@) "
    rf"(?:[\w-]{{1,40}} dot ){{1,3}}{_TOP}\b"
)
_LINK = _i(
    r"\bhttps?://[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}[^\s<>\"')\]]{0,300}"
    r"|\bwww\.[^\s<>\"')\]]{3,300}"
    r"|\b(?:[a-z]{2,3}\.)?(?:linkedin|github|gitlab|twitter|x|facebook|kaggle|medium|xing"
    r"|instagram|bitbucket|calendly)\.(?:com|io|org)/[^\s<>\"')\],;]{2,200}"
    r"|\b(?:t\.me|wa\.me|dev\.to|linktr\.ee|about\.me|bsky\.app|orcid\.org)/[^\s<>\"')\],;]{2,200}"
)
_HOST = re.compile(
    r"(?<![\w@./-])(?P<it>(?:[a-z0-9-]{1,40}\.){0,2}[a-z][a-z0-9-]{3,40}"
    r"\.(?:dev|me|blog|page|xyz|name|site|github\.io|gitlab\.io|vercel\.app|netlify\.app"
    r"|wordpress\.com|substack\.com|medium\.com|blogspot\.com))(?![\w@-]|\.\w)"
)
"""A site of somebody's own, by the endings that people take for theirs."""
_NOT_SITES = word_set(
    """
    config settings setup environment values train training tests build docker local
    production staging model models requirements default pipeline read data users about code
    deps
    """
)
_OWN_SITE = _i(
    r"\b(?:my|personal) (?:own )?(?:personal )?(?:site|website|web ?site|blog|portfolio|homepage"
    r"|home ?page|page|cv)(?: is| at|:| is at| \(|,| can be found at)* ?"
    rf"(?P<it>(?:[\w-]{{1,40}}\.){{1,3}}{_TOP})\b"
)
_HANDLE = _i(
    rf"(?<![\w@./])(?P<it>@\w[\w.]{{1,38}}\w)(?= (?:on|at|in) (?:the )?{_SITES}\b)"
    rf"|\b(?:{_SITES}|handle|follow me(?: at| on {_SITES})?|dm me|find me(?: at| as)?)"
    r"(?: handle| is| as|:| \()* ?(?P<too>@\w[\w.]{1,38}\w)"
    rf"|\b{_SITES}(?: profile| handle| id| user(?:name)?| account| name)?(?:\s?:| is)\s?"
    r"(?!(?:self|real|near|pre|post|non|multi|semi|fine|out|on|off|in|end|low|high|long|top|cross|ci"
    r"|open|full|short|time|up|re|well|built|opt|co|auto|read|write|data|user|third|two|one)-)"
    r"(?P<three>[\w.]{0,30}[\w.](?:[-_]\w{1,30}){1,5})(?=\s*(?:[,;|)]|\.?\s*$|\.\s))"
)
_SITE = _i(rf"\b{_SITES}\b[^\n]{{0,12}}(?::| is) ?[\w.]*[-_]")
_SITE_WORDS = frozenset(_SITES[3:-1].split("|"))
_LINK_HINTS = ("://", "www.", ".com/", ".io/", ".org/", ".me/", ".to/", ".ee/", ".app/")
_HOST_HINTS = (
    ".dev", ".me", ".blog", ".page", ".xyz", ".name", ".site", ".io", ".app", ".com"
)  # fmt: skip
_WHOSE = frozenset(("my", "personal"))
_OWN_SITE_HINTS = ("site", "blog", "portfolio", "page", "cv")
_FIGURES = re.compile(r"\d(?:[ ()./+-]{0,3}\d){6}")
_PHONE = re.compile(
    r"(?<![\w.])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}(?![\w.]?\d)"
    r"|(?<![\w.+-])\(?0\d{2,4}\)?(?:[ ]?[/-][ ]?|[ ])\d{3,4}[ -]?\d{3,5}(?!\d)"
    r"|(?<![\w.+-])0[1-9](?:[ .-]\d\d){4}(?![\d-])"
    r"|(?<![\w.+-])0[1-9][ -](?!19|20)\d{4}[ -]\d{4}(?![\d-])"
    r"|(?<![\w.+-])\(\d{2,3}\)[ ]?\d{3,5}[ -]\d{4}(?![\d-])"
    r"|(?<![\w.+-])(?<!\d[ ,])(?:[2-9]\d\d([ .-])\d{3}\1\d{4}|1[3-9]\d[ -]\d{4}[ -]\d{4}"
    r"|[6-9]\d{4}[ -]\d{5})(?![\d-]|[ ,.]\d)"
)
_CALLED = _i(
    r"\b(?:tel|telephone|phone|mobile|cell|whats ?app|signal|telegram|fax|handy"
    r"|(?:call|ring|text|reach|contact|phone|whatsapp|dial|message) me|my (?:\w+ )?number|call)\b"
    r"(?:[ ](?:no|number|nr|anytime|any time|me|us|up|directly|at|on|is|my|mobile|under|via|by"
    r"|phone|whatsapp|cell))*[.:=,-]{0,2}[ ]{0,2}"
    r"(?P<it>[(+]?\d(?:[ ()./-]{0,2}\d){6,14})(?!\d)"
)
_COUNTS = _i(
    r"[ ]?(?:(?:ms|s|sec|m|k|b|x|gb|mb|kb|tb|%|€|\$)(?!\w)|(?!(?:and|or|if|for|to|in|on|at|any|so"
    r"|but|between|before|after|whenever|when|please|as|is|was|during|me|my|i|thanks|works?|best|from"
    r"|until|anytime|with|via|a|this|ask|cell|mobile|home)\b)[a-z_]{2,})"
)
"""What follows a figure that counts something, where a telephone number ends or goes on."""


def find_contacts(text: str) -> Iterator[Redaction]:
    """Yield mail, links and telephone numbers, in no order."""
    if "@" in text or "at)" in text or "at]" in text:
        yield from (Redaction("mail", *one.span()) for one in _MAIL.finditer(text))
    if " dot " in text:
        yield from (Redaction("mail", *one.span()) for one in _MAIL_SAID.finditer(text))
    if "." in text:
        yield from _links(text)
    if "@" in text or (glance(text).has(_SITE_WORDS) and _SITE.search(text)):
        yield from (_found("link", one) for one in _HANDLE.finditer(text))
    if _FIGURES.search(text):
        yield from _phones(text)


def _found(kind: Identity, match: re.Match[str]) -> Redaction:
    """Return what a pattern means: its group, where it has one, or all of it."""
    return Redaction(kind, *match.span(match.lastgroup or 0))


def _links(text: str) -> Iterator[Redaction]:
    seen = glance(text)
    if has_any(seen.low, _LINK_HINTS) and ("/" in text or "www." in text):
        yield from (Redaction("link", *one.span()) for one in _LINK.finditer(text))
    if has_any(text, _HOST_HINTS):
        for one in _HOST.finditer(text):
            if one.group().split(".")[-2] not in _NOT_SITES:
                yield _found("link", one)
    if seen.has(_WHOSE) and has_any(seen.low, _OWN_SITE_HINTS):
        yield from (_found("link", one) for one in _OWN_SITE.finditer(text))


def _phones(text: str) -> Iterator[Redaction]:
    for one in _PHONE.finditer(text):
        if not _COUNTS.match(text, one.end()) and not _is_series(one.group()):
            yield Redaction("phone", *one.span())
    for one in _CALLED.finditer(text):
        if not _COUNTS.match(text, one.end("it")):
            yield _found("phone", one)


def _is_series(figures: str) -> bool:
    """Say whether figures are sizes or counts in a row, as in 256 512 1024, and no number of one.

    What begins as telephone numbers alone do is none of them.
    """
    groups = [int(group) for group in re.findall(r"\d+", figures)]
    if figures[0] in "+(0":
        return len({after - one for one, after in pairwise(groups)}) == 1 < len(groups) - 1
    return groups[-1] % 8 == 0 or groups[-1] % 50 == 0 or groups[0] % 50 == 0
