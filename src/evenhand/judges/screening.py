"""Make an answer safe to read and flag what a person should look at.

Every check is deterministic. A flag never changes a score; it says what was seen. Talking about an
attack is no attack: an injection is flagged only where it is addressed to whoever rates the
answer.
"""

import re

from evenhand.judges.clauses import split_clauses, words
from evenhand.judges.normalise import MAX_READ, Normalised, normalise
from evenhand.judges.values import Flag, Screened

FEWEST_WORDS = 3
_RATER = (
    r"(?:grader|rater|judge|evaluator|scorer|assessor|marker|reviewer|examiner"
    r"|scoring (?:model|system))"
)
_SCORE = (
    r"(?:(?:top|full|highest|maximum|perfect|high|best)(?: possible)? "
    r"(?:score|marks?|rating|grade|level)s?|level (?:5|five)|score (?:of )?(?:5|five|10|100)"
    r"|5\s{0,4}(?:/|out of)\s{0,4}5|10\s{0,4}/\s{0,4}10)"
)
_GAP = r"[ \t]{0,8}"
_OPENS = rf"(?:^|[.!?:;,]){_GAP}"
"""Where an order may begin. Every repetition is bounded, so that no text makes the search slow."""
_INJECTION = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        # An order to give a mark, at the start of a sentence or addressed to the rater.
        rf"(?:{_OPENS}|\b{_RATER}s?\b[^.!?\n]{{0,60}}?\b)"
        r"(?:(?:please|now|just|you must|you should) ){0,3}"
        rf"(?:give|award|assign|rate|score|grade|mark)\b[^.!?\n\"”]{{0,60}}?\b{_SCORE}",
        r"\b(?:deserves?|merits?|must (?:get|receive)|should (?:get|receive)|is worth)\b"
        rf"[^.!?\n]{{0,30}}\b{_SCORE}",
        rf"^\W{{0,8}}(?:note|message|instructions?|attention|important)?\W{{0,4}}"
        rf"(?:to|for) (?:the |all |any )?(?:ai |llm |automated |human )?{_RATER}s?\b{_GAP}[:,\-–—]",
        r"^\W{0,8}(?:dear|hello|hi|attention|as (?:a|an|the)) "
        rf"(?:ai |llm |automated )?{_RATER}\b",
        # Ignore the rubric: an order at the start of a sentence, not a quotation.
        rf"(?:^|[.!?]){_GAP}(?:(?:please|now|you must|system:) ?){{0,3}}"
        r"(?:ignore|disregard|forget|override) "
        r"(?:(?:all|any|the|your|these|previous|prior|above|earlier|preceding) ){0,4}"
        r"(?:instructions?|rubrics?|guidelines?|criteria|prompts?|rules)\b(?![\"”'’])",
        rf"(?:^|[.!?]){_GAP}(?:you are now|from now on,? you|pretend (?:that )?you are|act as"
        rf"|role-?play as)[^.!?\n]{{0,60}}\b{_RATER}\b",
        # Forged turns and delimiters; "System: load tests" is a heading and no turn.
        rf"^{_GAP}(?:#{{1,4}} ?|\*\*)?(?:system|assistant|user|human)"
        rf"(?: (?:message|prompt|override))?(?:\*\*)?{_GAP}:[^\n]{{0,120}}"
        r"\b(?:scor|rat(?:e|ing)|grad(?:e|ing)|level|rubric|judg|answer|you are"
        r"|ignore|instruction|candidate|verdict)",
        r"<\|?/?(?:im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id)\|?>",
        r"\[/?(?:INST|SYS)\]|<</?SYS>>",
        rf"^{_GAP}-{{2,20}}{_GAP}(?:end|begin) of (?:answer|candidate|data|text|prompt)",
        r"</?(?:answer|candidate[_-]?answer|data|rubric|instructions?|score)>",
        # A forged verdict.
        r"[\"'](?:level|score|rating|grade|marks?|verdict)[\"']\s{0,4}:\s{0,4}[\"']?"
        r"(?:[1-5](?:\.\d)?|10|100)\b[^\n]{0,200}[,}\]]",
        rf"^{_GAP}(?:final |overall )?(?:score|rating|grade|level|verdict){_GAP}[:=]{_GAP}"
        rf"[1-5](?:\.\d)?(?:{_GAP}/{_GAP}5)?{_GAP}\.?{_GAP}$",
    )
)


def screen(given: str, question: str) -> Screened:
    """Normalise a text and flag what a person should look at. Never raises.

    Args:
        given: The answer as the candidate gave it, of any length.
        question: The prompt's text, to notice an echo of it.
    """
    read = normalise(given)
    flags = [
        *_unreadable(read, given),
        *_injection(read),
        *_copies(read.text, question),
    ]
    return Screened(given, read.text, read.offsets, tuple(flags))


def _unreadable(read: Normalised, given: str) -> list[Flag]:
    flags = []
    if len(words(read.text)) < FEWEST_WORDS:
        flags.append(Flag("empty", "nothing to rate, which is level 1 by the rubric"))
    if read.cut:
        flags.append(Flag("too_long", f"{len(given)} characters; the first {MAX_READ} were read"))
    if read.control > 2 + len(given) // 1000:
        flags.append(Flag("binary", f"{read.control} control or undecodable characters"))
    if read.hidden:
        flags.append(Flag("hidden_text", f"{len(read.hidden)} pieces of markup that nobody sees"))
    elif read.invisible > 3 and read.invisible > len(read.text) // 100:
        flags.append(Flag("hidden_text", f"{read.invisible} invisible characters"))
    return flags


def _injection(read: Normalised) -> list[Flag]:
    for text in (read.text, *read.hidden):
        for pattern in _INJECTION:
            found = pattern.search(text)
            if found is not None:
                seen = " ".join(found.group().split())[:80]
                return [Flag("injection", f'seems to address whoever rates it: "{seen}"')]
    return []


def _copies(text: str, question: str) -> list[Flag]:
    clauses = [set(words(clause.text)) for clause in split_clauses(text)]
    clauses = [bag for bag in clauses if len(bag) >= FEWEST_WORDS]
    if not clauses:
        return []
    flags = []
    asked = set(words(question))
    echoed = [bag for bag in clauses if len(bag) >= 5 and len(bag & asked) >= 0.85 * len(bag)]
    if len(echoed) >= 0.5 * len(clauses):
        flags.append(Flag("echo", "half of the answer or more repeats the question"))
    distinct = {frozenset(bag) for bag in clauses}
    again = len(clauses) - len(distinct)
    if again >= 3 or again >= 0.34 * len(clauses) > 0.6:
        flags.append(Flag("duplication", f"{again} of {len(clauses)} clauses repeat another"))
    return flags
