"""Signals go in, come out in the validity study, and are reached from nowhere else."""

from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from tests.hiring.studies.conftest import people as people

import evenhand
from evenhand.hiring import models
from evenhand.hiring.errors import SheetError
from evenhand.hiring.models import Application, LedgerEntry, Opening, User
from evenhand.hiring.signals.models import Signal
from evenhand.hiring.signals.services import import_signals, validity_of
from evenhand.hiring.studies.services import import_outcomes

SOURCE = Path(evenhand.__file__).parent
HEADER = "candidate,kind,name,value\n"
MAY = {
    "hiring/models.py",
    "hiring/signals/services.py",
    "web/studies/imports.py",
    "web/studies/validity.py",
}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_other_module_imports_signals() -> None:
    who = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
        and any(name.startswith("evenhand.hiring.signals") for name in imported(path))
    }
    assert who == MAY


def test_no_name_leads_from_a_candidate_to_their_signals() -> None:
    assert not hasattr(models, "Signal")
    for model in apps.get_app_config("hiring").get_models():
        reached = [f.related_model for f in model._meta.get_fields() if f.is_relation]
        assert Signal not in reached, model
    with pytest.raises(FieldError):
        Application.objects.filter(signal__value=1)


def test_no_template_speaks_of_signals_but_those_of_the_studies() -> None:
    templates = SOURCE / "web" / "templates"
    said = [
        path
        for path in templates.rglob("*.html")
        if "signal" in path.read_text().lower() and path.parent.name != "studies"
    ]
    assert said == []


@pytest.mark.django_db
def test_a_file_of_signals_is_taken_in_whole_and_recorded_without_a_value(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    data = (HEADER + "".join(f"{p.number},pedigree,tier,77.25\n" for p in people)).encode()
    assert import_signals(opening=opening, data=data, by=alice, now=now).added == 30
    assert import_signals(opening=opening, data=data, by=alice, now=now).already == 30
    entry = LedgerEntry.objects.filter(action="signals.imported")[0]
    assert "77.25" not in str(entry.facts)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1,lottery,x,3", "line 2: kind: 'lottery' is not one of coding_test, take_home"),
        ("1,coding_test,,3", "line 2: name: is empty"),
        ("1,coding_test,x,high", "line 2: value: 'high' is not a number"),
        ('1,coding_test,x,"3,5"', "line 2: value: '3,5' is not a number; write 3.5"),
        ("1,coding_test,x,inf", "line 2: value: 'inf' is not a number"),
        ("1,coding_test,x,3\n1,coding_test,x,4", "line 3: value: was another one in line 2"),
        ("99,coding_test,x,3", "line 2: candidate: '99' is nobody"),
    ],
)
def test_a_wrong_line_is_named_and_keeps_all_out(
    people: list[Application], opening: Opening, alice: User, now: datetime, line: str, said: str
) -> None:
    with pytest.raises(SheetError) as caught:
        import_signals(opening=opening, data=f"{HEADER}{line}\n".encode(), by=alice, now=now)
    assert said in str(caught.value)
    assert not Signal.objects.exists()


@pytest.mark.django_db
def test_a_value_is_not_changed_by_a_later_file(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    data = f"{HEADER}1,take_home,points,3\n".encode()
    import_signals(opening=opening, data=data, by=alice, now=now)
    with pytest.raises(SheetError, match="line 2: value: was another one in an earlier file"):
        import_signals(opening=opening, data=data.replace(b"3", b"4"), by=alice, now=now)


@pytest.mark.django_db
def test_the_validity_study_holds_score_and_signals_against_an_outcome(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    signals = HEADER + "".join(
        f"{p.number},coding_test,points,{n * 7 % 11}\n" for n, p in enumerate(people)
    )
    import_signals(opening=opening, data=signals.encode(), by=alice, now=now)
    rated = "candidate,outcome,value\n" + "".join(
        f"{p.number},six months,{n + n * 5 % 7}\n" for n, p in enumerate(people)
    )
    import_outcomes(opening=opening, data=rated.encode(), by=alice, now=now)
    result = validity_of(opening, "six months")
    score, signal = result.found
    assert score.r.value > 0.9
    assert abs(signal.r.value) < 0.4
    assert signal.name == "points"
    with pytest.raises(KeyError):
        validity_of(opening, "a year")


@pytest.mark.django_db
def test_what_is_erased_takes_its_signals_along(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    import_signals(opening=opening, data=f"{HEADER}1,other,x,1\n".encode(), by=alice, now=now)
    Application.objects.all().delete()
    assert not Signal.objects.exists()
