"""Page, PDF and JSON carry the same figures, evidence, rounds and flags, whoever rated."""

from __future__ import annotations

import dataclasses
import json
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from tests.web.report.test_pdf import text_of
from tests.web.scored import score

from evenhand.hiring.models import Application
from evenhand.measure import Components, Rating
from evenhand.web.report import words
from evenhand.web.report.as_json import plain
from evenhand.web.report.build import build
from evenhand.web.report.material import Material, gather
from evenhand.web.report.page import context
from evenhand.web.report.pdf import pdf
from evenhand.web.report.shape import Report

pytestmark = pytest.mark.django_db


def with_live_rounds(material: Material) -> Material:
    """Add what a hiring manager and a peer gave, as the measurement gets it."""
    who = str(material.application.pk)
    live = [
        Rating(who, "data_quality", "data_inherit", "final", "user:7", "human", 4.0),
        Rating(who, "cost_latency_ops", "cost_bill", "final", "user:7", "human", 3.5),
        Rating(who, "communication", "comm_irrelevant", "peer", "user:9", "human", 2.5),
    ]
    return dataclasses.replace(material, ratings=(*material.ratings, *live))


@pytest.fixture
def report(application: Application, known_components: Components) -> Report:
    flags = [{"code": "echo", "detail": "half of it repeats the question"}]
    return build(with_live_rounds(gather(score(application, flags=flags))))


def forms(report: Report) -> dict[str, str]:
    page = render_to_string(
        "report/report.html", {**context(report), "opening": {"pk": report.application}}
    )
    return {
        "page": unescape(strip_tags(page)),
        "pdf": " ".join(text_of(pdf(report)).split()),
        "json": json.dumps(plain(report), default=str, ensure_ascii=False),
    }


def test_rounds_say_how_many_models_and_people_rated_and_what_people_gave(report: Report) -> None:
    assert [(one.id, one.models, one.people) for one in report.rounds] == [
        ("async", 3, 0),
        ("final", 0, 1),
        ("peer", 0, 1),
    ]
    final = report.rounds[1]
    assert [(one.dimension, one.rater, one.level) for one in final.ratings] == [
        ("data_quality", "person 1", 4.0),
        ("cost_latency_ops", "person 1", 3.5),
    ]
    assert report.rounds[2].ratings[0].rater == "person 2"


def test_a_role_play_stands_under_its_name(application: Application) -> None:
    material = gather(score(application))
    who, scene = str(application.pk), material.pack.role_plays[0]
    rating = Rating(who, "communication", scene.id, "peer", "user:9", "human", 2.5)
    made = build(dataclasses.replace(material, ratings=(*material.ratings, rating)))
    assert made.rounds[-1].ratings[0].question == scene.name
    assert all(scene.id not in said for name, said in forms(made).items() if name != "json")


def test_all_forms_carry_figures_evidence_rounds_flags_and_the_estimand(report: Report) -> None:
    assert report.overall is not None
    for name, said in forms(report).items():
        assert plain(report)["estimand"] in said, name
        assert "half of it repeats the question" in said, name
        assert "write down what better means" in said, name
        for line in (report.overall, *report.dimensions):
            assert line.says in said, name
            # On paper a sentence stands once, for all the dimensions that it is true of.
            largest = f"{line.name} {words.percent(line.doubts[0].share)}".replace("\u00a0", " ")
            assert (largest if name == "pdf" else line.doubt_says) in said, name
            figures = [line.level.mean, line.level.low, line.level.high]
            written = [str(one) if name == "json" else f"{one:.1f}" for one in figures]
            assert all(one in said for one in written), name
            for share in line.shares:
                exact = str(share.share) if name == "json" else f"{abs(share.share):.3f}"
                assert exact in said, (name, line.id)
        for part in report.rounds:
            assert part.name in said, name
            assert all(one.rater in said for one in part.ratings), name
