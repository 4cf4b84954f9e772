"""Does the answer speak to whoever rates it, instead of answering?

No list of known sentences. A sentence is looked at for what kinds of words it holds: whoever
rates, the answer itself, a mark at the top, a command to rate, rules to be set aside, a plea. What
counts is which kinds come together; a person who writes about scores, raters or attacks uses one
kind or two, but not those of an order to the rater.
"""

import re
from collections.abc import Iterator, Sequence

from evenhand.judges.clauses import word_set
from evenhand.judges.hints import Glance, glance, has_any
from evenhand.judges.quoting import blank_reported, is_told

_I = re.IGNORECASE
_RATING = r"(?:grad|rat|judg|evaluat|scor|assess|mark|review|examin)"
_KINDS = {
    "rater": re.compile(
        rf"\b(?:grader|rater|judge|evaluator|scorer|assessor|marker|reviewer|examiner)s?\b"
        rf"|\b(?:ai|llm|gpt|bot|language model|automat(?:ed|ic)|{_RATING}ing) "
        r"(?:system|model|judge|software|tool|process|grader|rater|engine)s?\b"
        rf"|\b(?:whoever|anyone who|the person who|those who) (?:reads|{_RATING}e?s)\b",
        _I,
    ),
    "own": re.compile(
        r"\b(?:this|my|our|his|her) (?:whole |entire |own |written )?"
        r"(?:answer|response|reply|submission|application|solution|essay|attempt)\b"
        r"|\b(?:this|the) (?:following )?(?:candidate|applicant|interviewee|examinee)\b"
        r"|\b(?:answer|response|reply|submission|text|candidate) (?:above|below|you are reading)\b"
        r"|\b(?:answer|response|reply) to (?:this|your) (?:question|prompt)\b"
        r"|\bthe (?:above|preceding|following) (?:answer|response|reply|submission)\b"
        r"|\bthe (?:answer|response|submission) (?:is|was|has been) (?:perfect|complete|outstanding"
        r"|excellent|flawless|exceptional)\b",
        _I,
    ),
    "top": re.compile(
        r"\b(?:top|full|highest|maximum|max|maximal|perfect|best|largest|biggest"
        r"|flawless)(?: \w+){0,2}? "
        r"(?:scores?|marks?|ratings?|grades?|levels?|bands?|points?|results?|values?"
        r"|credits?|tier)\b"
        r"|\b(?:level|grade|score|rating|mark)(?: of)? (?:5|five|10|ten|100)\b"
        r"|\b(?:5|five) (?:out of|of|/) ?(?:5|five)\b|\b5 ?/ ?5\b|\b10 ?/ ?10\b"
        r"|\bas (?:an? )?(?:outstanding|excellent|exceptional|perfect|flawless|top|level 5"
        r"|expert)\b"
        r"|\bthe (?:top|maximum|highest)(?: end)?(?: of the scale)?\s*(?:$|[.!,;])|\ba (?:5|five)\b"
        r"|\b(?:best|perfect|ideal) (?:possible )?(?:answer|response|reply)\b",
        _I,
    ),
    "score": re.compile(
        r"\b(?:scores?|marks?|ratings?|rated|grades?|graded|points?|rating|assessment"
        r"|evaluation)\b",
        _I,
    ),
    "rate": re.compile(
        r"\b(?:give|award|assign|rate|score|grade|mark|put down|record|return|report|output|print"
        r"|write down|choose|select|pick|confirm|accept|approve|approved|pass|treat|certif(?:y|ied)"
        r"|deduct|overlook|set|marked|graded|rated|scored|deserves?|merits?|gets?|receives?"
        r"|called|meets?|meeting|satisf(?:y|ies)|passes)\b",
        _I,
    ),
    "criteria": re.compile(
        r"\b(?:every|all(?: of)?(?: the)?|each|whole|entire|fully|the) (?:of the )?"
        r"(?:criteri(?:a|on)|rubric|indicators?|standards?|requirements?)\b",
        _I,
    ),
    "you": re.compile(r"\b(?:you|your|yourself)\b", _I),
    "plea": re.compile(
        r"\b(?:please|i beg|begging|i hope|mercy|be (?:kind|generous|lenient|nice)|in your heart"
        r"|(?:really|badly|desperately) need|last chance|mean the world|change my life"
        r"|out of work|my (?:family|children|kids|mother|father|parents?|wife|husband|visa))\b",
        _I,
    ),
    "mark": re.compile(
        r"\b(?:good|high|low|bad|decent|better|fair) (?:score|mark|grade|rating)s?\b", _I
    ),
    "favour": re.compile(
        r"\b(?:give|rate|rated|grade|mark|pass|hire|fail|reject|let)(?: \w+)? (?:me|us)\b"
        r"|\b(?:rate|rated|grade|graded|score|scored) me\b|\bme (?:a "
        r"|an )?(?:\w+ )?(?:score|mark|grade|rating)\b"
        r"|\blet me (?:pass|through|in)\b",
        _I,
    ),
}
_START = (
    r"(?:^|[.!?:;,\n]|\b(?:and|then|so|also)\b)\W{0,6}(?:(?:please|kindly|now|just"
    r"|you must|you should|must|simply|therefore|do) ){0,3}"
)
_SET_ASIDE = re.compile(
    rf"{_START}(?:ignore|disregard|forget|override|overlook|skip|bypass|discard|stop following"
    r"|(?:do not|don't|never) (?:follow|apply|use|obey|evaluate|deduct))\b[^.!?\n]{0,30}?"
    r"(?:\b(?:previous|prior|preceding|earlier|above|your|system|these|all|any) (?:\w+ ){0,2}?"
    r"(?:instructions?|rules?|prompts?|guidelines?|criteria|directions?|orders?)|\brubrics?\b"
    r"|\b(?:the|your|all) (?:scoring |grading )?(?:criteria|guidelines?|instructions)\b"
    r"|\beverything (?:above|before|you were told)|\bweaknesses\b)",
    _I,
)
_NEW_ROLE = re.compile(
    r"\b(?:you are (?:now )?|you're now |act as |pretend (?:to be |that you are )"
    r"|if you are |role-?play as )"
    r"(?:\w+ ){0,4}?(?:grader|rater|judge|evaluator|scorer|assessor|examiner|reviewer|ai|llm"
    r"|(?:scoring|grading|rating|automated) \w+|language model)\b"
    r"|\b(?:your|the) (?:new )?(?:task|role|job|instructions"
    r"|orders)\b[^.!?\n]{0,20}\b(?:changed|is now|are now)\b"
    r"|\bwhat(?:ever)? you (?:were|have been) told\b[^.!?\n]{0,40}\b(?:no longer|void|wrong"
    r"|does not)\b"
    r"|\b(?:scoring|grading|lenient|developer|debug|admin) mode (?:is|on|enabled|active)\b"
    r"|\b(?:lenient|generous) (?:grading|scoring|marking|rating)\b",
    _I,
)
_SALUTE = re.compile(
    r"(?:^|[.!?\n])\W{0,8}(?:(?:dear|hello|hi|hey|attention|note|message|important"
    r"|instructions?|as)\W{1,3})?"
    r"(?:(?:to|for) )?(?:(?:the|all|any|an?|my) )?(?:(?:ai|llm|automated|human) )?"
    r"(?:grader|rater|judge|evaluator|scorer|assessor|marker|reviewer|examiner)s?[ \t]*[:,–—-]"
    r"|(?:^|[.!?\n])\W{0,8}(?:dear|hello|hi|hey|attention|note to|message (?:to|for)|as) "
    r"(?:the |all |an? )?(?:\w+ )?(?:grader|rater|judge|evaluator|scorer|assessor|examiner"
    r"|ai|llm)s?\b",
    _I,
)
_COMMAND = re.compile(
    rf"{_START}(?:give|award|assign|rate|score|grade|mark|put|record|return|report|output|print"
    r"|choose|select|pick|confirm|accept|approve|pass|treat|set)\b",
    _I,
)
_MODAL = re.compile(r"\b(?:must|should|may now|shall|needs? to|has to|is to|are to|accepts)\b", _I)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*")
_LONGEST = 600
_RATERS = word_set("grader rater judge evaluator scorer assessor marker reviewer examiner")
_NEEDED: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "own": (
        word_set(
            """
            answer response reply submission application solution essay attempt candidate applicant
            interviewee examinee text
            """
        ),
        (),
    ),
    "rater": (
        _RATERS
        | {f"{one}s" for one in _RATERS}
        | word_set(
            """
            ai llm gpt bot automated automatic grading rating judging evaluating scoring assessing
            marking reviewing examining whoever
            """
        ),
        ("language model ", "anyone who ", "the person who ", "those who "),
    ),
    "favour": (word_set("me us"), ()),
    "criteria": (
        word_set(
            """
            criteria criterion rubric indicator indicators standard standards requirement
            requirements
            """
        ),
        (),
    ),
    "plea": (
        word_set("please begging mercy"),
        (
            *("i beg", "i hope", "be kind", "be generous", "be lenient", "be nice"),
            *("in your heart", "really need", "badly need", "desperately need", "last chance"),
            *("mean the world", "change my life", "out of work", "my family", "my children"),
            *("my kids", "my mother", "my father", "my parent", "my wife", "my husband", "my visa"),
        ),
    ),
}
"""Kinds of words one of which is in every combination that `_together` knows, each with the words
and pieces of which a text has one that holds the kind."""
_OF_ORDERS = (
    (
        *("ignore", "disregard", "forget", "override", "overlook", "skip", "bypass", "discard"),
        *("stop following", "do not ", "don't ", "never "),
    ),
    (
        *("instruction", "rule", "prompt", "guideline", "criteria", "direction", "order"),
        *("rubric", "everything ", "weaknesses"),
    ),
)
_OF_ROLES = (
    *("you are ", "you're now ", "act as ", "pretend ", "play as ", "is now", "are now", "changed"),
    *("you were told", "you have been told", "mode is", "mode on", "mode enabled", "mode active"),
    *("lenient ", "generous "),
)
_OF_SALUTES = (*_RATERS, " ai", " llm")
"""Pieces, and no words, since a long sentence is looked at in stretches that may cut a word."""


def find_address(text: str) -> str | None:
    """Return the first words that speak to the rater, or None.

    Args:
        text: Normalised. What is quoted and reported in it is passed over.
    """
    open_text = blank_reported(text)
    # Most answers have none of these words anywhere, and need no look at each sentence for them.
    seen = glance(open_text)
    worth_a_look = any(
        seen.has(words, *pieces) and _KINDS[name].search(open_text)
        for name, (words, pieces) in _NEEDED.items()
    )
    openings = _openings(seen)
    if not openings and not worth_a_look:
        return None
    for start, sentence in _sentences(open_text):
        found = _address(sentence, openings, worth_a_look)
        if found is not None and not is_told(open_text, start + found, marked=False):
            return " ".join(sentence.split())
    return None


def _openings(seen: Glance) -> list[re.Pattern[str]]:
    """Return which patterns that need no other words may be found in a text."""
    possible = (
        (_SET_ASIDE, all(has_any(seen.low, pieces) for pieces in _OF_ORDERS)),
        (_NEW_ROLE, has_any(seen.low, _OF_ROLES)),
        (_SALUTE, has_any(seen.low, _OF_SALUTES)),
    )
    return [pattern for pattern, may_be in possible if may_be]


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield sentences, and each with the one before it where both are short."""
    last: tuple[int, str] | None = None
    for found in _SENTENCE.finditer(text):
        sentence = found.group()
        # A sentence without an end is looked at in stretches that reach into each other.
        for at in range(0, max(len(sentence) - _LONGEST // 2, 1), _LONGEST // 2):
            yield found.start() + at, sentence[at : at + _LONGEST]
        if last is not None and len(last[1]) + len(sentence) < 160:
            yield last[0], text[last[0] : found.end()]
        last = found.start(), sentence


def _address(sentence: str, openings: Sequence[re.Pattern[str]], worth_a_look: bool) -> int | None:
    """Return where in a sentence the rater is spoken to."""
    for pattern in openings:
        found = pattern.search(sentence)
        if found is not None:
            return found.start()
    if not worth_a_look or len(sentence) < 12:
        return None
    kinds = {name: _KINDS[name].search(sentence) for name in _NEEDED}
    if not any(kinds.values()):
        return None
    kinds |= {name: _KINDS[name].search(sentence) for name in _KINDS.keys() - kinds.keys()}
    has = {name for name, found in kinds.items() if found is not None}
    command = _COMMAND.search(sentence)
    if _together(has, command is not None, bool(_MODAL.search(sentence))):
        starts = [found.start() for found in kinds.values() if found is not None]
        return command.start() if command is not None else min(starts)
    return None


def _together(has: set[str], command: bool, modal: bool) -> bool:
    """Say whether kinds of words come together as they do in words to a rater."""
    if "own" in has:
        return (
            "top" in has
            or ("criteria" in has and "rate" in has)
            or (command and "score" in has)
            or ({"you", "rate"} <= has and "score" in has)
            or ("plea" in has and bool(has & {"favour", "score"}))
        )
    if "rater" in has and "top" in has:
        return command or (modal and "rate" in has)
    if "favour" in has:
        return "plea" in has or {"you", "score"} <= has
    if {"mark", "plea", "you"} <= has:
        return True
    if "criteria" in has and "top" in has:
        return command or "rate" in has
    return command and "top" in has and "plea" in has
