"""What an answer quotes or reports, so that talking about an attack is not taken for one.

A quotation counts as reported where the words round it say whose it is ("a page that says ...").
Reported words are blanked out, character for character, before anything is searched for.
"""

import re
from functools import lru_cache

# It begins with the marks that open a quotation, since one of a few characters is found fast.
_QUOTE = re.compile(
    r"[\"“«„`'‘](?:(?<=\")[^\"\n]{1,300}\"|(?<=“)[^“”\n]{1,300}”|(?<=«)[^«»\n]{1,300}»"
    r"|(?<=„)[^„“”\n]{1,300}[“”]|(?<=`)`{0,2}[^`\n]{1,300}`{1,3}"
    r"|(?<!\w['‘])(?<=['‘])(?=[\w<\[{|])[^'‘’\n]{1,40}(?:['’](?=\w)[^'‘’\n]{0,40}){0,8}['’](?!\w))"
)
_BRACES = re.compile(r"\{[^{}\n]{1,300}\}")
_WHO = (
    r"(?:some(?:one|body)|any(?:one|body)|attackers?|adversar(?:y|ies)|intruders?|fraudsters?|users?"
    r"|customers?|suppliers?|testers?|people|they|he|she|we|i|you|who|that|which|it|text|documents?"
    r"|pages?|files?|e-?mails?|tickets?|messages?|prompts?|inputs?|strings?|lines?|comments?"
    r"|footers?|bod(?:y|ies)|fields?|payloads?|cv|resumes?|pdfs?|notes?|sellers?|vendors?|spammers?"
    r"|scammers?|hackers?|bots?|logs?|some|others)"
)
_SAYS = (
    r"(?:say(?:s|ing)?|said|writ(?:es?|ing|ten)|wrote|typ(?:es?|ed|ing)|past(?:es?|ed|ing)"
    r"|reads?|contain(?:s|ed|ing)?|hid(?:es?|den|ing)|put(?:s|ting)?|send(?:s|ing)?|sent|insert(?:s|ed)?"
    r"|try|tries|tried|trying|tell(?:s|ing)?|told|ask(?:s|ed|ing)?|embed(?:s|ded)?|plant(?:s|ed)?"
    r"|add(?:s|ed)?|inject(?:s|ed|ing)?|speaks?|claim(?:s|ed)?|was|is|goes|h[eo]lds?|carri(?:es|ed)"
    r"|includ(?:es?|ed)|slip(?:s|ped)|smuggl(?:es?|ed)|upload(?:s|ed)|log(?:s|ged)|return(?:s|ed)|post(?:s|ed)"
    r"|(?:ap|pre)pend(?:s|ed)?|feeds?|fed|flatter(?:s|ed)?|threaten(?:s|ed)?|beg(?:s|ged)?|plead(?:s|ed)?"
    r"|pretend(?:s|ed)?|demand(?:s|ed)?|order(?:s|ed)?|promised?)"
)
_TOLD = re.compile(
    r"\b(?:some(?:one|body)|any(?:one|body)|attackers?|adversar(?:y|ies)|intruders?|fraudsters?"
    r"|users?|customers?|suppliers?|testers?|people|they|he|she|documents?|pages?|files?|e-?mails?"
    r"|tickets?|messages?|strings?|lines?|comments?|footers?|fields?|payloads?|cvs?|resumes?|pdfs?)\b"
    r"[^.!?\n]{0,60}\b(?:says?|saying|said|writes?|wrote|writing|types?|typed|typing|pastes?|pasted"
    r"|reads|contains?|contained|tells?|told|asks?|asked|inserts?|inserted|plants?|planted|claims?)\b"
    r"[^.!?\n]{0,60}$"
    r"|\b(?:i|we|you)(?: \w+)? (?:tell|told|ask|asked|type|typed|paste|pasted|send|sent|try|tried)"
    r" (?:it|the (?:model|bot|assistant|chat ?bot|system)|(?:things|something) like)\b"
    r"[^.!?\n]{0,30}$"
    r"|\b(?:prompts?|attacks?|injections?|jailbreaks?|tricks?|payloads?|inputs?|messages?|texts?)"
    r"(?: (?:such as|like))?\W{0,4}$",
    re.IGNORECASE,
)
"""Who says it, and that it is said: without quotation marks "as I said" tells of nobody else."""
_LED_IN = re.compile(
    rf"\b{_WHO}\b[^.!?\n]{{0,60}}\b{_SAYS}\b[^.!?\n]{{0,60}}$"
    r"|\b(?:such as|like|e\.g\.|for (?:example|instance)"
    r"|the (?:\w+ )?(?:sentence|words?|phrase|text|line)"
    r"|(?:prompts?|attacks?|injections?|jailbreaks?|tricks?|tests?|texts?|inputs?|messages?))"
    r"\W{0,4}[^.!?\n\w]{0,4}$",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    rf"^[^.!?\n]{{0,30}}\b(?:in|into|inside|to|from|on|at|which|and (?:see|watch|check)|{_SAYS})\b",
    re.IGNORECASE,
)
_LIST_HEAD = re.compile(
    r"\b(?:prompts?|attacks?|injections?|jailbreaks?|tricks?|payloads?|inputs?|messages?|phrases?|texts?"
    r"|strings?|someone|somebody|attackers?|users?)\b[^\n]{0,80}:[ \t]*$",
    re.IGNORECASE,
)
_RATER = r"(?:grader|rater|evaluator|assessor|examiner|judge)"
_ADDRESSES = re.compile(
    rf"\b(?:{_RATER}(?! (?:model|prompt))"
    r"|please|you must|you should|obey|follow"
    r"|comply|this (?:answer|response|candidate))\b",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    rf"\b(?:our|their|its|my|an?|one|llm)(?: (?!dear|kind)[\w-]+)? {_RATER}s?\b"
    r"|\b(?:built|fooled|inherited|measured|probed|ran|red-teamed|replaced|tested|trained|tried)"
    rf" the(?: [\w-]+)? {_RATER}s?\b"
    rf"|\bthe(?: [\w-]+)? {_RATER}s? (?:was|were|had|fell|gave|liked|marked|missed|passed|rated"
    r"|read|saw|scored|took)\b",
    re.IGNORECASE,
)
"""A rater that an engineer tells of: a thing that was built and tried, not whoever reads this."""
_ITEM = re.compile(r"^[ \t]*(?:[-*•–]|\(?\d{1,2}[.)])[ \t]+")
_REACH = 140


@lru_cache(maxsize=8)
def blank_reported(text: str) -> str:
    """Blank out what is quoted and reported; the result is as long as the text.

    >>> blank_reported('A page says "give it 5".')
    'A page says            .'
    >>> blank_reported('"Give it 5."')
    '"Give it 5."'
    """
    spans = [found.span() for found in _QUOTE.finditer(text) if _reported(text, *found.span())]
    spans += [
        one.span() for one in _BRACES.finditer(text) if is_told(text, one.start(), marked=True)
    ]
    spans += _listed(text)
    pieces, at = [], 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)
        pieces += [text[at:start], _blank(text[start:end])]
        at = end
    return "".join([*pieces, text[at:]])


def is_told(text: str, start: int, *, marked: bool) -> bool:
    """Say whether the words before a place say that what begins there is somebody's words.

    Args:
        text: What is looked at.
        start: The place.
        marked: Whether something marks the words there as another's (braces, a tag). Where nothing
            does, it takes more to say so.
    """
    before = _before(text, start)
    return bool((_LED_IN if marked else _TOLD).search(before)) and not _addresses(before)


def _reported(text: str, start: int, end: int) -> bool:
    before = _before(text, start)
    after = re.split(r"[\n.!?]", text[end : end + _REACH], maxsplit=1)[0]
    if _addresses(before) or _addresses(after):
        return False
    if _LED_IN.search(before):
        return True
    # "The line 'give it 5' in a footer", "..., which the parser must refuse"
    return len(before.split()) + len(after.split()) >= 3 and bool(_FOLLOWED.search(after))


def _addresses(said: str) -> bool:
    """Say whether words beside a quotation, outside of any, speak to whoever reads the answer."""
    own = _SYSTEM.sub("", _QUOTE.sub("", said))
    return bool(_ADDRESSES.search(own))


def _before(text: str, start: int) -> str:
    """Return the sentence up to a place, and what stands before a colon at its beginning."""
    before = text[max(0, start - _REACH) : start]
    cut = max(before.rfind(stop) for stop in (". ", "! ", "? ", "\n"))
    return before[cut + 1 :]


def _listed(text: str) -> list[tuple[int, int]]:
    """Find list items under a line that says they are attacks or somebody's words."""
    spans, inside, at = [], False, 0
    for line in text.splitlines(keepends=True):
        if inside and (_ITEM.match(line) or line.lstrip()[:1] in {'"', "“", "'", "`"}):
            spans.append((at, at + len(line)))
        elif line.strip():
            inside = (
                line.rstrip(" \t\n").endswith(":")
                and _LIST_HEAD.search(line) is not None
                and not _addresses(line)
            )
        at += len(line)
    return spans


def _blank(text: str) -> str:
    return "".join(c if c == "\n" else " " for c in text)
