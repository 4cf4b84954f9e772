"""The editor of a pack: an overview, and a page for each dimension, question and the rounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.hiring.drafts.meaning import look_at
from evenhand.hiring.drafts.models import PackDraft
from evenhand.hiring.drafts.services import (
    Edit,
    Piece,
    change_draft,
    dimension_piece,
    marked_same,
    prompt_piece,
    rounds_piece,
    seen,
    whole,
)
from evenhand.hiring.errors import DraftChanged, DraftError, HiringError
from evenhand.hiring.openings.packs import pack_of
from evenhand.rubric import UnknownIdError
from evenhand.rubric.editing import (
    add_dimension,
    add_prompt,
    choose_variant,
    entry,
    put_dimension,
    put_pack,
    put_prompt,
    put_rounds,
    remove_dimension,
    remove_prompt,
)
from evenhand.rubric.places import Place
from evenhand.rubric.writing import Body
from evenhand.web.staff.access import me, staff_page
from evenhand.web.staff.confirming import confirm

from .access import own_pack_draft, setup_of
from .forms import (
    DimensionForm,
    NameForm,
    NewPromptForm,
    PromptForm,
    RoundsForm,
    SeenForm,
    dimension_values,
    prompt_values,
    rounds_values,
)
from .notes import noted, notes_of

F = TypeVar("F", bound=SeenForm)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def dimension(request: HttpRequest, draft_id: UUID, id: str) -> HttpResponse:
    """Change a dimension: its texts, levels and indicators."""
    draft = own_pack_draft(request, draft_id)
    own = _entry(draft, "dimensions", id)
    ids = [one["id"] for one in own["indicators"]]
    piece = dimension_piece(id)
    form = _form(request, draft, piece, lambda data, **more: DimensionForm(ids, data, **more),
                 dimension_values(draft.body, own))  # fmt: skip

    def edit(body: Body) -> Body:
        return marked_same(put_dimension(body, id, **form.given()), id, form.cleaned_data["same"])

    if _saved(request, draft, form, piece, edit):
        return redirect("draft-dimension", draft.pk, id)
    notes = notes_of(look_at(draft), draft.body)
    about = [n for n in notes if n.place.sheet == "dimensions" and n.place.id == id]
    rows = [
        (
            row,
            noted(row.says, [n for n in about if row.id and n.place.inner == row.id]),
            noted(row.probe, [n for n in notes if row.id and n.place.id == f"probe.{row.id}"]),
        )
        for row in form.rows
    ]
    fields = ["name", "asks", *(f"level_{n}" for n in range(1, 6))]
    shown = {
        "texts": [noted(form[f], [n for n in about if _field_of(n.place) == f]) for f in fields],
        "rows": rows,
        "others": [n for n in about if _field_of(n.place) not in fields
                   and n.place.inner not in ids],
        "heading": own["name"] or id,
        "was_there": any(one.id == id for one in pack_of(draft.base_id).dimensions),
    }  # fmt: skip
    return _page(request, draft, form, "packs/dimension.html", shown)


def _field_of(place: Place) -> str:
    return f"level_{place.inner}" if place.field == "levels" else place.field


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def prompt(request: HttpRequest, draft_id: UUID, id: str) -> HttpResponse:
    """Change a question: its text, minutes, round and shares."""
    draft = own_pack_draft(request, draft_id)
    own = _entry(draft, "prompts", id)
    piece = prompt_piece(id)
    form = _form(request, draft, piece, lambda data, **more: PromptForm(draft.body, data, **more),
                 prompt_values(draft.body, own))  # fmt: skip

    def edit(body: Body) -> Body:
        return marked_same(put_prompt(body, id, **form.given()), id, form.cleaned_data["same"])

    if _saved(request, draft, form, piece, edit):
        return redirect("draft-prompt", draft.pk, id)
    notes = [n for n in notes_of(look_at(draft), draft.body)
             if n.place.sheet == "prompts" and n.place.id == id]  # fmt: skip
    shown = {
        "texts": [
            noted(form[field], [n for n in notes if n.place.field == field])
            for field in ("text", "minutes", "round")
        ],
        "others": [n for n in notes if n.place.field not in ("text", "minutes", "round")],
        "heading": _("Question"),
        "was_there": any(one.id == id for one in pack_of(draft.base_id).prompts),
    }
    return _page(request, draft, form, "packs/prompt.html", shown)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rounds(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Change the minutes of the rounds, which variant is asked, the bar and the weights."""
    draft = own_pack_draft(request, draft_id)
    form = _form(request, draft, rounds_piece,
                 lambda data, **more: RoundsForm(draft.body, data, **more),
                 rounds_values(draft.body))  # fmt: skip

    def edit(body: Body) -> Body:
        bar = form.cleaned_data["bar"]
        changed = put_pack(body, name=body["pack"]["name"], bar=bar, weights=form.weights_given())
        return put_counted(changed, form)

    if _saved(request, draft, form, rounds_piece, edit):
        return redirect("draft", draft.pk)
    notes = notes_of(look_at(draft), draft.body)
    others = [n for n in notes if n.place.sheet in ("rounds", "weights")]
    shown: dict[str, object] = {"others": others, "heading": _("Rounds, bar and weights")}
    return _page(request, draft, form, "packs/rounds.html", shown)


def put_counted(body: Body, form: RoundsForm) -> Body:
    """Put minutes and variants of a form into a body."""
    changed = put_rounds(body, form.minutes_given())
    for chosen in form.chosen():
        changed = choose_variant(changed, chosen)
    return changed


@staff_page
@require_POST
def add(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Add a dimension or a question, and go to its page."""
    draft = own_pack_draft(request, draft_id)
    made: list[str] = []
    name, question = NameForm(request.POST), NewPromptForm(draft.body, request.POST)
    if "dimension" in request.POST and name.is_valid():
        page = "draft-dimension"

        def edit(body: Body) -> Body:
            changed, id = add_dimension(body, name.cleaned_data["name"])
            made[:] = [id]
            return changed
    elif "prompt" in request.POST and question.is_valid():
        page = "draft-prompt"

        def edit(body: Body) -> Body:
            changed, id = add_prompt(body, **question.cleaned_data)
            made[:] = [id]
            return changed
    else:
        refused: Form = name if "dimension" in request.POST else question
        for field, errors in refused.errors.items():
            messages.error(request, f"{refused[field].label}: {' '.join(map(str, errors))}")
        return redirect("draft", draft.pk)
    if not _act(request, draft, edit):
        return redirect("draft", draft.pk)
    return redirect(page, draft.pk, made[0])


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove(request: HttpRequest, draft_id: UUID, sheet: str, id: str) -> HttpResponse:
    """Say what goes, and remove a dimension or a question from a draft once that is confirmed."""
    draft = own_pack_draft(request, draft_id)
    acts: dict[str, Callable[[Body, str], Body]] = {
        "dimensions": remove_dimension,
        "prompts": remove_prompt,
    }
    if sheet not in acts:
        raise Http404
    found = _entry(draft, sheet, id)
    if request.method != "POST":
        name = found.get("name") or found.get("text") or id
        return confirm(
            request,
            heading=_("Remove “%(name)s”") % {"name": name},
            lines=[_("All its texts go from this draft. Versions that are published keep it.")],
            button=_("Remove it from this draft"),
            back=reverse("draft", args=[draft.pk]),
        )
    if _act(request, draft, lambda body: acts[sheet](body, id)):
        messages.success(request, _("Removed from this draft. Versions that are in use keep it."))
    return redirect("draft", draft.pk)


def _act(request: HttpRequest, draft: PackDraft, edit: Edit) -> bool:
    """Change which entries a draft has; says what stands against it."""
    try:
        change_draft(
            draft=draft, piece=whole, was=seen(whole(draft.body)), edit=edit, by=me(request),
            now=timezone.now(),
        )  # fmt: skip
    except UnknownIdError:
        messages.error(request, _("Somebody removed it meanwhile."))
    except HiringError as error:
        messages.error(request, str(error))
    else:
        return True
    return False


def _entry(draft: PackDraft, sheet: str, id: str) -> dict[str, Any]:
    try:
        return entry(draft.body, sheet, id)
    except UnknownIdError as error:
        raise Http404(str(error)) from None


def _form(
    request: HttpRequest,
    draft: PackDraft,
    piece: Piece,
    make: Callable[..., F],
    values: dict[str, object],
) -> F:
    if request.method == "POST":
        return make(request.POST)
    return make(None, initial={**values, "was": seen(piece(draft.body))})


def _saved(
    request: HttpRequest, draft: PackDraft, form: SeenForm, piece: Piece, edit: Edit
) -> bool:
    """Save what was sent. Where somebody else was there first, the next save goes over theirs."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        change_draft(
            draft=draft, piece=piece, was=form.cleaned_data["was"], edit=edit, by=me(request),
            now=timezone.now(),
        )  # fmt: skip
    except DraftChanged as error:
        form.add_error(None, str(error))
        draft.refresh_from_db()
        sent = request.POST.copy()
        sent["was"] = seen(piece(draft.body))
        form.data = sent
    except (DraftError, UnknownIdError) as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, _("Saved."))
        return True
    return False


def _page(
    request: HttpRequest, draft: PackDraft, form: Form, template: str, shown: dict[str, object]
) -> HttpResponse:
    context = {"draft": draft, "form": form, "setup": setup_of(draft), **shown}
    return render(request, template, context, status=422 if form.errors else 200)
