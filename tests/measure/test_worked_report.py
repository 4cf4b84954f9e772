"""docs/worked-report.md runs, agrees with `measure`, and prints what it shows."""

import re

from tests.guides import DOCS, blocks, run

GUIDE = (DOCS / "worked-report.md").read_text("utf-8")


def test_the_worked_report_comes_out_as_it_is_printed() -> None:
    for printed, shown in run(GUIDE):
        assert printed == shown.text, "see `tests/guides.py` for how to print it anew"


def test_every_step_shows_its_ratings_its_figures_and_a_comparison() -> None:
    programs = [block.text for block in blocks(GUIDE) if block.language == "python"]
    assert len(programs) == len([block for block in blocks(GUIDE) if block.language == "text"])
    for function in ("estimate", "contributions", "rank", "focus"):
        assert any(f"import {function}" in text or f", {function}" in text for text in programs)
    assert sum("1e-9" in text for text in programs) >= 5


def test_its_words_count_as_many_judges_as_have_read() -> None:
    ratings = next(block.text for block in blocks(GUIDE) if block.language == "text")
    judges = {line.split()[2] for line in ratings.splitlines()}
    words = ("no", "one", "two", "three", "four", "five", "six", "seven")
    told = re.findall(r"\b(\w+)\s+judges (?:of the embedded panel|that agree)", GUIDE)
    assert [word.lower() for word in told] == [words[len(judges)]] * 2
