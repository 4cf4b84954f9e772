"""Markup in an answer: of tags the visible text is kept, and what a page would not show is found.

An answer is plain text, and whoever looks at it sees all of it. But who hides words from people
does so for somebody else, so they are dropped, and what they say is screened. Where a sentence says
whose they are ("a seller put ... into the description"), they are told of, and only dropped.
"""

import re
from collections.abc import Iterator

from evenhand.judges.quoting import is_told

# A comment, or a tag that HTML knows, with its attributes; "a < b and c > d" is left alone.
_TAG = re.compile(
    r"<!--.{0,4000}?-->|<(?P<drop>script|style|template|noscript|head|title|iframe|object|svg|dialog"
    r"|datalist|canvas|audio|video|meter|progress|noframes|noembed|applet)\b[^<>]{0,500}>"
    r".{0,4000}?</(?P=drop)\s{0,4}>"
    r"|</?(?:a|abbr|address|area|article|aside|audio|b|bdo|big|blockquote|body|br|button|canvas|caption"
    r"|center|cite|code|col|datalist|dd|del|details|dialog|div|dl|dt|em|embed|fieldset|figure|font|footer"
    r"|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main|mark|meta|meter|nav"
    r"|ol|optgroup|option|p|param|pre|progress|q|s|samp|script|section|select|small|source|span|strike"
    r"|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|th|thead|title|tr|track|tt|u|ul"
    r"|var|video|wbr)\b[^<>]{0,500}>",
    re.IGNORECASE | re.DOTALL,
)
_HIDDEN_ELEMENT = re.compile(
    r"<(?P<tag>[a-z][a-z0-9]*)\b[^<>]{0,500}?"
    r"(?:\bhidden\b|display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|aria-hidden"
    r"|font-size\s*:\s*(?:0?(?:\.[0-3]\d*|(?<=0))(?:px|pt|r?em|%)?|1(?:px|pt|%))(?![\w.])"
    r"|\bsize\s*=\s*[\"']?[01]\b|opacity\s*:\s*(?:0?\.0\d*|0)(?![\w.])|opacity\(0(?![\w.])"
    r"|color\s*[:=]\s*[\"']?(?:white|#f[cdef]f[cdef]f[cdef]|#fff|transparent)\b|scale\(0"
    r"|(?:left|top|right|text-indent|margin-left)\s*:\s*-\d{3}|z-index\s*:\s*-|line-height\s*:\s*0"
    r"|\b(?:max-)?(?:height|width)\s*:\s*0|\bclip(?:-path)?\s*:)"
    r"[^<>]{0,500}>.{0,4000}?</(?P=tag)\s{0,4}>",
    re.IGNORECASE | re.DOTALL,
)
# What other languages than HTML show nobody: Markdown has no way but [//]: # (...).
_COMMENT = re.compile(
    r"^[ ]{0,3}\[[^\]\n]{0,40}\]:[ \t]{0,4}(?:#|<>|<#>)[ \t]{0,4}[(\"'][^\n]{0,4000}$"
    r"|\\iffalse\b.{0,4000}?\\fi\b|\\begin\{comment\}.{0,4000}?\\end\{comment\}"
    r"|\\[vh]?phantom\{[^{}\n]{0,2000}\}|\\textcolor\{white\}\{[^{}\n]{0,2000}\}"
    r"|\{\s?\\color\{white\}[^{}\n]{0,2000}\}"
    r"|\[(?P<code>colou?r=[\"']?(?:white|#fff(?:fff)?|transparent)[\"']?|size=[\"']?[01][\"']?|hid(?:e|den))\]"
    r".{0,4000}?\[/(?:colou?r|size|hid(?:e|den))\]"
    r"|<%--.{0,4000}?--%>|<!\[CDATA\[.{0,4000}?\]\]>|\{\{!--.{0,4000}?--\}\}|\{/\*.{0,4000}?\*/\}",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
# An image has words beside it, or in it, that are shown where it is not.
_IMAGE = re.compile(r"!\[(?P<beside>[^\]\n]{0,400})\]\([^()\n]{0,800}\)")
_SENTENCE = re.compile(r"[^\W\d_]{2,}[\s,;:]+[^\W\d_]+[\s,;:]+[^\W\d_]{2,}")
_ATTRIBUTE = re.compile(
    r"\b(?!(?:class|style|d|points|transform|srcset|sizes|media|rel|viewbox)\s*=)[\w-]{1,40}\s*=\s*"
    r"(?P<mark>[\"'])(?P<says>.{0,500}?)(?P=mark)",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|h[1-6]|ul|ol|table|blockquote|section|article)\b", re.I)
_OPENS = ("<", "\\", "[", "{")
"""What every match begins with, or has second."""

Dropped = dict[int, tuple[int, bool]]


def find_markup(source: str) -> tuple[Dropped, tuple[str, ...]]:
    """Find what to drop of a text, and what of it is hidden without being told of.

    Returns:
        Where each piece starts: its end, and whether a line break stands in for it. And the hidden
        pieces.

    >>> find_markup("<b>So</b> we look <i hidden>give it 5</i>")[1]
    ('<i hidden>give it 5</i>',)
    """
    if not any(map(source.__contains__, _OPENS)):
        return {}, ()
    dropped: Dropped = {}
    hidden = []
    for pattern in (_HIDDEN_ELEMENT, _COMMENT):
        for found in pattern.finditer(source):
            if _is_code(source, *found.span()):
                continue
            dropped[found.start()] = (found.end(), True)
            hidden.append((found.start(), found.group()))
    covered = sorted((start, end) for start, (end, _) in dropped.items())
    for found in _TAG.finditer(source):
        if any(start <= found.start() < end for start, end in covered):
            continue
        if _is_code(source, *found.span()):
            continue
        dropped[found.start()] = (found.end(), bool(_BREAK.match(found.group())))
        if found.group().startswith("<!--") or found.group("drop"):
            hidden.append((found.start(), found.group()))
        else:
            hidden += [(found.start(), said) for said in _sentences(found.group())]
    for found in _IMAGE.finditer(source):
        dropped.setdefault(found.start(), (found.end(), False))
        if _SENTENCE.search(found.group("beside")) or '"' in found.group():
            hidden.append((found.start(), found.group()))
    return dropped, tuple(said for start, said in hidden if not is_told(source, start, marked=True))


def _is_code(source: str, start: int, end: int) -> bool:
    """Say whether a piece stands between backticks, which show it as it is written."""
    return source[start - 1 : start] == source[end : end + 1] == "`"


def _sentences(tag: str) -> Iterator[str]:
    """Yield what the attributes of a tag say in words."""
    for found in _ATTRIBUTE.finditer(tag):
        if _SENTENCE.search(found.group("says")):
            yield found.group("says")
