"""Make an answer safe to read and flag what a person should look at.

Every check is deterministic. A flag never changes a score; it says what was seen. Talking about an
attack is no attack: words to the rater are flagged where the answer speaks them, and not where it
quotes or reports them.
"""

import re
from collections.abc import Iterator, Sequence

from evenhand.judges import copying, disguise
from evenhand.judges.addressing import find_address
from evenhand.judges.clauses import split_clauses, words
from evenhand.judges.forgery import find_forgery
from evenhand.judges.normalise import MAX_READ, Normalised, normalise
from evenhand.judges.tongue import is_foreign
from evenhand.judges.values import Flag, Screened

FEWEST_WORDS = 3
_INSIDE_WORD = re.compile(r"(?<=\w)[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u034f](?=\w)")


def screen(given: str, question: str, rubric: Sequence[str] = ()) -> Screened:
    """Normalise a text and flag what a person should look at. Never raises.

    Args:
        given: The answer as the candidate gave it, of any length.
        question: The prompt's text, to notice an echo of it.
        rubric: The rubric's sentences for the prompt, to notice that they are copied.
    """
    read = normalise(given)
    flags = [
        *_unreadable(read, given),
        *_disguised(read, given),
        *_injection(read, given),
        *_copies(read.text, question, rubric),
        *_language(read.text),
    ]
    return Screened(given, read.text, read.offsets, tuple(flags))


def _unreadable(read: Normalised, given: str) -> Iterator[Flag]:
    if len(words(read.text)) < FEWEST_WORDS:
        yield Flag("empty", "nothing to rate, which is level 1 by the rubric")
    if read.cut:
        yield Flag("too_long", f"{len(given)} characters; the first {MAX_READ} were read")
    if read.control > 2 + len(given) // 1000:
        yield Flag("binary", f"{read.control} control or undecodable characters")


def _disguised(read: Normalised, given: str) -> Iterator[Flag]:
    source = given[: 2 * MAX_READ]
    if read.hidden or disguise.tags(source):
        yield Flag("hidden_text", f"{len(read.hidden) or 1} pieces of text that nobody sees")
    elif len(_INSIDE_WORD.findall(source)) > 2 or read.invisible > 3 + len(read.text) // 100:
        yield Flag("hidden_text", f"{read.invisible} invisible characters")
    if read.alike > 1 or disguise.styled(source) > 5:
        yield Flag("lookalikes", "letters of other scripts stand in for those that they look like")
    code = next(disguise.decoded(read.text), None)
    if code is not None:
        yield Flag("encoded", f'words in code: "{code[:60]}"')


def _injection(read: Normalised, given: str) -> Iterator[Flag]:
    coded = list(disguise.decoded(read.text))[:20]
    for text in (read.text, *read.hidden, disguise.tags(given), *coded):
        found = find_address(text) or find_forgery(text)
        if found is not None:
            yield Flag("injection", f'seems to address whoever rates it: "{found[:80]}"')
            return


def _copies(text: str, question: str, rubric: Sequence[str]) -> Iterator[Flag]:
    clauses = [set(words(clause.text)) for clause in split_clauses(text)]
    clauses = [bag for bag in clauses if len(bag) >= FEWEST_WORDS]
    asked = set(words(question))
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


def _language(text: str) -> Iterator[Flag]:
    foreign = [clause.text for clause in split_clauses(text) if is_foreign(clause.text)]
    if foreign:
        yield Flag(
            "language",
            f'not in English, which is what the embedded judges read: "{foreign[0][:60]}"',
        )
