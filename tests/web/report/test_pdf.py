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
from evenhand.web.report.pdf import pdf
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
    assert report.headline in text
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
