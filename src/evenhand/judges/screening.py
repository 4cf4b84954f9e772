"""Make an answer safe to read and flag what a person should look at.

Every check is deterministic. A flag never changes a score; it says what was seen. Talking about an
attack is no attack: words to the rater are flagged where the answer speaks them, and not where it
quotes or reports them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from evenhand.judges import copying, disguise
from evenhand.judges.addressing import find_address
from evenhand.judges.clauses import split_clauses, word_bag, words
from evenhand.judges.evidence import count_signs
from evenhand.judges.forgery import find_forgery
from evenhand.judges.normalise import MAX_READ, Normalised, normalise
from evenhand.judges.notation import find_notation
from evenhand.judges.quoting import blank_reported
from evenhand.judges.tongue import is_foreign
from evenhand.judges.values import Flag, Redaction, Screened

INJECTION = "injection"
FEWEST_WORDS = 3
MOST_CODED = 20
"""Pieces in code that are decoded."""
LONG_ENOUGH = 100
"""Words from which on an answer can be asked to name things: of those rated 3 or more by people,
many a shorter one names none."""
FEWEST_THINGS = 0.2
"""Things that could be checked for each clause; one golden answer of 162 has fewer."""
_NAMED = re.compile(
    r"(?<=[\w,;:(/-] )(?!I\b)[A-Z][\w-]*|(?<![\w'’-])(?:[A-Z]{2,}\w*|[a-z]\w*[A-Z]\w*)"
)
_OVERRIDES = re.compile("[\u202d\u202e]")
_INSIDE_WORD = re.compile(r"(?<=\w)[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u034f](?=\w)")


def screen(
    given: str, question: str, rubric: Sequence[str] = (), *, known: Sequence[str] = ()
) -> Screened:
    """Normalise a text, flag what a person should look at, take out who wrote it. Never raises.

    Args:
        given: The answer as the candidate gave it, of any length.
        question: The prompt's text, to notice an echo of it.
        rubric: The rubric's sentences for the prompt, to notice that they are copied.
        known: The name and the address of whoever wrote it, which are taken out wherever they are.
    """
    # Its patterns take half a second to compile, and most programs that can screen never do.
    from evenhand.judges.redaction import redact

    read = normalise(given)
    coded = list(islice(disguise.decoded(read.text), MOST_CODED))
    flags = [
        *_unreadable(read, given),
        *_disguised(read, given, coded),
        *_injection(read, given, coded),
        *_notation(read.text),
        *_copies(read.text, question, rubric),
        *_unspecific(read.text),
        *_language(read.text),
    ]
    plain = redact(read.text, known)
    return Screened(
        given,
        plain.text,
        tuple(read.offsets[at] for at in plain.offsets) if plain.redactions else read.offsets,
        tuple(flags),
        tuple(
            Redaction(one.kind, read.offsets[one.start], read.offsets[one.end - 1] + 1)
            for one in plain.redactions
        ),
    )


def _unreadable(read: Normalised, given: str) -> Iterator[Flag]:
    if len(words(read.text)) < FEWEST_WORDS:
        yield Flag("empty", "nothing to rate, which is level 1 by the rubric")
    if read.end < len(given):
        yield Flag("too_long", f"{len(given)} characters; the first {read.end} were read")
    if read.control > 2 + len(given) // 1000:
        yield Flag("binary", f"{read.control} control or undecodable characters")


def _disguised(read: Normalised, given: str, coded: Sequence[str]) -> Iterator[Flag]:
    source = given[: 2 * MAX_READ]
    if read.hidden or disguise.tags(source):
        yield Flag("hidden_text", f"{len(read.hidden) or 1} pieces of text that nobody sees")
    elif len(_INSIDE_WORD.findall(source)) > 2 or read.invisible > 3 + len(read.text) // 100:
        yield Flag("hidden_text", f"{read.invisible} invisible characters")
    elif _OVERRIDES.search(source):
        yield Flag("hidden_text", "text that is shown in another order than it is read in")
    if read.alike > 1 or disguise.styled(source) > 5:
        yield Flag("lookalikes", "letters of other scripts stand in for those that they look like")
    if coded:
        yield Flag("encoded", f'words in code: "{coded[0][:60]}"')


def injection(said: str) -> Flag:
    """Return the flag of words to whoever rates, or of the rating itself."""
    return Flag(INJECTION, f'seems to address whoever rates it: "{said[:80]}"')


def _injection(read: Normalised, given: str, coded: Sequence[str]) -> Iterator[Flag]:
    for text in (read.text, *read.hidden, disguise.tags(given), *coded):
        found = find_address(text) or find_forgery(text)
        if found is not None:
            yield injection(found)
            return


def _notation(text: str) -> Iterator[Flag]:
    found = find_notation(blank_reported(text))
    if found is not None:
        yield Flag("notation", f'no prose, which is all that the judges read: "{found[:60]}"')


def _copies(text: str, question: str, rubric: Sequence[str]) -> Iterator[Flag]:
    clauses = [word_bag(clause.text) for clause in split_clauses(text)]
    clauses = [bag for bag in clauses if len(bag) >= FEWEST_WORDS]
    asked = word_bag(question)
    echoed = [bag for bag in clauses if len(bag) >= 5 and len(bag & asked) >= 0.85 * len(bag)]
    if clauses and len(echoed) >= 0.5 * len(clauses):
        yield Flag("echo", "half of the answer or more repeats the question")
    copied, _ = copying.copied_share(text, rubric)
    if copied >= 2:
        yield Flag("rubric", f"{copied} of {len(clauses)} clauses are the rubric's own words")
    again, total = copying.repeated(text)
    if again >= 3 or again >= 0.34 * total > 0.6:
        yield Flag("duplication", f"{again} of {total} clauses repeat another")
    if copying.has_word_list(text):
        yield Flag("word_list", "a list of terms stands where something could be said of them")


def _unspecific(text: str) -> Iterator[Flag]:
    """Flag an answer that is long enough to say something and hardly names what could be checked.

    A number, a condition, a check, a deed of one's own, a name: by the signs that the judges count
    too. Where there are none the judges know least, whoever wrote it and however it sounds.
    """
    said = [clause.text for clause in split_clauses(text)]
    if sum(len(words(one)) for one in said) < LONG_ENOUGH:
        return
    number, first, past, condition, _, _, _, check = (count_signs(said) > 0).T
    names = sum(len(_NAMED.findall(one)) for one in said)
    things = number.sum() + condition.sum() + check.sum() + (first & past).sum() + names
    if things <= FEWEST_THINGS * len(said):
        yield Flag("unspecific", f"{things} things that could be checked in {len(said)} clauses")


def _language(text: str) -> Iterator[Flag]:
    foreign = [clause.text for clause in split_clauses(text) if is_foreign(clause.text)]
    if foreign:
        yield Flag(
            "language",
            f'not in English, which is what the embedded judges read: "{foreign[0][:60]}"',
        )
