"""The PDF prints the same report, whatever the answer holds."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.web.scored import score

from evenhand.hiring.models import Application
from evenhand.measure import Components
from evenhand.web.report.build import build
from evenhand.web.report.material import gather
from evenhand.web.report.pdf import paper, pdf
from evenhand.web.ui.typeset import breakable

pytestmark = pytest.mark.django_db


def text_of(made: bytes) -> str:
    program = shutil.which("pdftotext")
    assert program, "the PDF tests need Debian's package poppler-utils"
    done = subprocess.run([program, "-", "-"], input=made, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def printed(application: Application) -> bytes:
    return pdf(build(gather(application)))


def test_the_pdf_prints_headline_figures_evidence_and_limits(scored: Application) -> None:
    report = build(gather(scored))
    text = " ".join(text_of(pdf(report)).split())
    assert " ".join(report.headline.split()) in text
    assert report.overall is not None
    assert f"{report.overall.level.low:.1f}–{report.overall.level.high:.1f}" in text
    assert "label four hundred real queries" in text
    assert "What this report cannot say" in text
    assert report.made.pack_hash[:20] in text.replace(" ", "")
    assert "Charlie" not in text


def test_the_pdf_is_tagged_and_says_that_it_is_pdf_ua(scored: Application) -> None:
    made = printed(scored)
    assert b"/MarkInfo" in made
    assert b"pdfuaid" in made


def test_markup_in_an_answer_is_printed_as_it_is(
    application: Application, known_components: Components
) -> None:
    markup = "= Not a heading #panic() *stars* $x^2$ <b>"
    scored = score(application, text=markup, levels={"coverage": None})
    assert markup in " ".join(text_of(printed(scored)).split())


def test_characters_that_no_font_has_do_not_stop_the_pdf(
    application: Application, known_components: Components
) -> None:
    text = "\U000e0041 \ue000 日本語 \x01 \u202e end of answer"  # NUL is never saved
    made = printed(score(application, text=text))
    assert made.startswith(b"%PDF-")


def test_an_empty_answer_is_printed_as_such(
    application: Application, known_components: Components
) -> None:
    text = text_of(printed(score(application, text="", levels={"coverage": None})))
    assert "(no text was given)" in text


def test_a_word_longer_than_a_line_gets_places_to_break() -> None:
    assert breakable("a" * 85) == f"{'a' * 40}\u200b{'a' * 40}\u200baaaaa"
    assert breakable("short words stay as they are") == "short words stay as they are"


def test_the_pdf_says_each_thing_once_and_what_an_interval_is(scored: Application) -> None:
    report = build(gather(scored))
    text = " ".join(text_of(pdf(report)).split())
    assert "for 90 candidates of 100 the level lies inside it" in text
    assert text.count("The largest part of the doubt is what the answers did not show") == 1
    assert text.count("starting point") == 2  # the row, and what it means
    assert text.count(report.made.golden_label) == 1
    assert "Read by" not in text


def test_each_column_of_what_ratings_add_comes_to_the_level_of_its_dimension(
    scored: Application,
) -> None:
    shares = paper(build(gather(scored)))["shares"]
    assert shares["heads"][0] == "Overall"
    for column, level in enumerate(shares["sums"]):
        added = [float(row[3 + column]) for row in shares["rows"] if row[3 + column] != "–"]
        assert sum(added) == pytest.approx(float(level), abs=0.02)
