"""Packs in words: what differs, where something stands, and what the judges read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evenhand.hiring.drafts.meaning import Reading
from evenhand.hiring.models import PackVersion
from evenhand.rubric import Difference, Pack
from evenhand.rubric.places import Place, place_of
from evenhand.rubric.writing import Body, body_of

_LINE = re.compile(r"(?P<path>[a-z]+\.yaml: [^:]+): (?P<says>.*)", re.DOTALL)
FIELDS = {
    "name": gettext_lazy("name"),
    "bar": gettext_lazy("bar"),
    "asks": gettext_lazy("what it asks"),
    "says": gettext_lazy("what it says"),
    "kind": gettext_lazy("kind"),
    "text": gettext_lazy("text"),
    "minutes": gettext_lazy("minutes"),
    "round": gettext_lazy("round"),
    "variant": gettext_lazy("variant"),
    "prompts": gettext_lazy("questions in their order"),
    "shares": gettext_lazy("shares"),
    "dimensions": gettext_lazy("shares"),
    "levels": gettext_lazy("levels"),
    "indicators": gettext_lazy("indicators"),
}
KINDS = {"strong": gettext_lazy("strong sign"), "red_flag": gettext_lazy("red flag")}


@dataclass(frozen=True)
class Line:
    """A difference as a page shows it; `before` or `after` is None where there was nothing."""

    title: str
    change: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Note:
    """A fault or a finding, with where it stands in words and in the body."""

    place: Place
    where: str
    says: str
    fault: bool


def titled(versions: Iterable[PackVersion]) -> list[tuple[PackVersion, str]]:
    """Return versions with what to call them in one list.

    Two may have one name and number, such as a pack of one's own and the one that it was made from;
    such are told apart by the first signs of their hashes.
    """
    listed = list(versions)
    named = Counter(str(one) for one in listed)
    return [(one, f"{one} ({one.hash[:8]})" if named[str(one)] > 1 else str(one)) for one in listed]


def note_of(line: str, body: Body) -> Note:
    """Read a fault of a body."""
    found = _LINE.fullmatch(line)
    place = place_of(line)
    return Note(place, where_of(place, body), found["says"] if found else line, fault=True)


def finding_of(path: str, message: str, body: Body) -> Note:
    """Read a lint finding of a body."""
    place = place_of(path)
    return Note(place, where_of(place, body), message, fault=False)


def where_of(place: Place, body: Body) -> str:
    """Say where something stands: dimension, level or indicator, question."""
    if place.sheet == "dimensions":
        name = names_of(body).get(place.id, place.id)
        if place.field == "levels" and place.inner:
            return _("%(name)s, level %(number)s") % {"name": name, "number": place.inner}
        if place.field == "indicators" and place.inner:
            return _("%(name)s, indicator %(id)s") % {"name": name, "id": place.inner}
        return _field(name, place.field)
    if place.sheet == "prompts":
        return _field(_("question %(id)s") % {"id": place.id}, place.field)
    if place.sheet == "probes":
        return _("follow-up question %(id)s") % {"id": place.id.removeprefix("probe.")}
    if place.sheet == "rounds":
        rounds = {one["id"]: one["name"] for one in body["rounds"]}
        return _field(rounds.get(place.id, _("rounds")), place.field)
    return _("weights") if place.sheet == "weights" else _("the pack")


def _field(name: str, field: str) -> str:
    return f"{name}, {FIELDS[field]}" if field in FIELDS else name


def names_of(body: Body) -> dict[str, str]:
    """Return the names of the dimensions by id; an id where the name is empty."""
    return {one["id"]: one["name"] or one["id"] for one in body["dimensions"]}


def line_of(difference: Difference, old: Pack, new: Pack) -> Line:
    """Put a difference into words."""
    names = {**_names(old), **_names(new)}
    added, gone = difference.before is None, difference.after is None
    change = _("added") if added else _("removed") if gone else _("changed")
    return Line(_title(difference, names), change, difference.before, difference.after)


def _names(pack: Pack) -> dict[str, str]:
    return {**{one.id: one.name for one in pack.rounds}, **names_of(body_of(pack))}


def _title(one: Difference, names: Mapping[str, str]) -> str:
    name = names.get(one.id, one.id)
    of = names.get(one.of, one.of)
    titles = {
        "pack": _("Pack, %(field)s"),
        "weight": _("Weight of %(name)s"),
        "dimension": _("Dimension %(name)s"),
        "level": _("%(name)s, level %(field)s"),
        "indicator": _("%(of)s, indicator %(name)s"),
        "prompt": _("Question %(name)s"),
        "share": _("Question %(of)s, share of %(name)s"),
        "probe": _("Follow-up question of %(name)s"),
        "round": _("Round “%(name)s”"),
    }
    field = str(FIELDS.get(one.field, one.field))
    title = titles[one.what] % {"name": name, "of": of, "field": field}
    with_field = one.field and one.what not in ("pack", "level")
    return f"{title}, {field}" if with_field else title


def left_to_people(reading: Reading, pack: Pack) -> list[str]:
    """Name what people rate because the judges do not read it: a line a question."""
    lines: dict[str, list[str]] = {}
    for prompt, dimension in reading.left:
        lines.setdefault(prompt, []).append(pack.dimension(dimension).name)
    return [
        _("%(dimensions)s, asked by “%(text)s”")
        % {"dimensions": ", ".join(names), "text": pack.prompt(prompt).text}
        for prompt, names in lines.items()
    ]


def untold(reading: Reading, pack: Pack) -> list[str]:
    """Name the indicators that the judges cannot tell."""
    return [pack.indicator(id).says for id in reading.untold]
