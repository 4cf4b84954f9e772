"""What a compliance page holds, whatever form it is shown in: headings, sentences, figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evenhand.hiring.moments import in_words
from evenhand.web.ui.typeset import breakable, typeset

FORMS: Final = ("json", "pdf")
_TEMPLATE: Final = Path(__file__).with_name("paper.typ")


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]
    kind: str = "items"


@dataclass(frozen=True)
class Facts:
    """Names with what is known under each."""

    pairs: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Table:
    """Rows under headings; the first cell names its row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each row as its name and its other cells, each of these with its heading."""
        return [(row[0], list(zip(self.heads[1:], row[1:], strict=True))) for row in self.rows]


Block = Text | Items | Facts | Table


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """One compliance page.

    Attributes:
        name: Of its file, and of its format: `evenhand-NAME/1`.
        title, about: What it is, and of what.
        lead: What it is for, in a sentence or two.
        sections: The rest.
        facts: The same as plain values, for the JSON form.
        made_at: When it was put together.
    """

    name: str
    title: str
    about: str
    lead: str
    sections: tuple[Section, ...]
    facts: Mapping[str, Any]
    made_at: datetime

    @property
    def made(self) -> str:
        """That moment in words."""
        return in_words(self.made_at, "DATETIME_FORMAT")


def not_advice() -> str:
    """Return the words that stand on every compliance page."""
    return _("This page is information, not legal advice.")


def respond(
    request: HttpRequest, paper: Paper, template: str, context: Mapping[str, Any]
) -> HttpResponse:
    """Answer with a paper in the form that `as` asks for: `json` or `pdf`, or else the page."""
    form = request.GET.get("as", "")
    if form not in FORMS:
        others = {f"{one}_url": _other(request, one) for one in FORMS}
        words = {"paper": paper, "not_advice": not_advice(), **others}
        return render(request, template, {**context, **words})
    if form == "json":
        body = json.dumps(plain(paper), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    else:
        answer = HttpResponse(typeset(_TEMPLATE, printed(paper)), content_type="application/pdf")
    name = f"{paper.name}-{slugify(paper.about) or 'all'}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _other(request: HttpRequest, form: str) -> str:
    """Return the address of this page in another form, of the same period."""
    asked = request.GET.copy()
    asked["as"] = form
    return f"{request.path}?{asked.urlencode()}"


def plain(paper: Paper) -> dict[str, Any]:
    """Return a paper's facts as values that JSON can hold."""
    return {
        "format": f"evenhand-{paper.name}/1",
        "says": not_advice(),
        "title": paper.title,
        "about": paper.about,
        "made_at": paper.made_at,
        **paper.facts,
    }


def printed(paper: Paper) -> dict[str, Any]:
    """Return what the typst template prints."""
    return {
        "language": (get_language() or "en").split("-")[0],
        "title": f"{paper.title} · {paper.about}",
        "not_advice": not_advice(),
        "lead": paper.lead,
        "made": paper.made,
        "page": _("page"),
        "sections": [
            {"title": one.title, "blocks": [_printed(block) for block in one.blocks]}
            for one in paper.sections
        ],
    }


def _printed(block: Block) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"kind": "text", "text": breakable(block.text)}
    if isinstance(block, Items):
        return {"kind": "items", "items": [breakable(one) for one in block.items]}
    if isinstance(block, Facts):
        return {"kind": "facts", "rows": [[name, breakable(it)] for name, it in block.pairs]}
    if not block.rows:
        return {"kind": "text", "text": f"{block.caption}: {_('None.')}"}
    rows = [[breakable(cell) for cell in row] for row in block.rows]
    return {"kind": "table", "caption": block.caption, "heads": list(block.heads), "rows": rows}
