"""Changes to drafts, as the editor makes them."""

from __future__ import annotations

from datetime import datetime

from evenhand.hiring.drafts.services import change_draft, prompt_piece, rounds_piece, seen
from evenhand.hiring.models import PackDraft, User
from evenhand.rubric.editing import entry, put_prompt, put_rounds
from evenhand.rubric.writing import Body


def reword(draft: PackDraft, prompt: str, text: str, by: User, now: datetime) -> PackDraft:
    """Give a question another text; what was shown is what the draft in hand holds."""
    piece = prompt_piece(prompt)

    def edit(body: Body) -> Body:
        own = entry(body, "prompts", prompt)
        return put_prompt(
            body, prompt, text=text, minutes=own["minutes"], round=own["round"],
            shares=own["dimensions"],
        )  # fmt: skip

    return change_draft(
        draft=draft, piece=piece, was=seen(piece(draft.body)), edit=edit, by=by, now=now
    )


def shorten(draft: PackDraft, by: User, now: datetime, minutes: int = 30) -> PackDraft:
    """Change the minutes of the written round: nothing that a judge reads."""
    was = seen(rounds_piece(draft.body))
    return change_draft(
        draft=draft, piece=rounds_piece, was=was, by=by, now=now,
        edit=lambda body: put_rounds(body, {"async": minutes}),
    )  # fmt: skip
