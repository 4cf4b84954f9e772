"""What goes in and out of the API; field names are words of the design."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict, StrictBool

from evenhand.hiring.openings.candidates_file import clean_email, clean_name

SittingState = Literal["ready", "started", "submitted", "scored"]
Advice = Literal["advance", "look_closer", "not_advance"]
Outcome = Literal["advance", "not_advance", "hold"]


class Problem(Schema):
    """What went wrong, in one line (RFC 9457)."""

    title: str
    status: int
    detail: str


class OpeningOut(Schema):
    """An opening with its pack version and its bar, a level from 1 to 5."""

    id: UUID
    title: str
    pack: str = Field(description="name and version of the pack for people added from now on")
    pack_hash: str
    bar: float
    confidence: float
    created_at: datetime


class OpeningsOut(Schema):
    """A page of openings, latest first."""

    items: list[OpeningOut]
    count: int = Field(description="how many there are on all pages")
    page: int


class ApplicationOut(Schema):
    """An application and where it stands; `name` and `email` where the key may know them."""

    id: UUID
    opening: UUID
    number: int
    code: str
    state: SittingState
    decided: bool = Field(description="whether a decision is locked")
    created_at: datetime
    submitted_at: datetime | None
    scored_at: datetime | None
    withdrawn_at: datetime | None = Field(description="when the candidate withdrew, if they did")
    name: str | None
    email: str | None


class ApplicationsOut(Schema):
    """A page of applications, by number."""

    items: list[ApplicationOut]
    count: int = Field(description="how many there are on all pages")
    page: int


class InvitationIn(Schema):
    """Somebody to invite to the written round."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean_name)]
    email: Annotated[str, Field(min_length=3, max_length=254), AfterValidator(clean_email)]
    send: StrictBool = Field(False, description="whether Evenhand mails the link to them")


class InvitationOut(Schema):
    """An application with its personal link."""

    application: ApplicationOut
    link: str | None = Field(
        description="null where none is open (revoked, run out or used) and once they have begun"
    )
    sent: bool = Field(description="whether the mail server took the mail just now")


class DecisionOut(Schema):
    """A decision of a person."""

    number: int = Field(description="1 for the first; a revision has the next")
    outcome: Outcome
    reason: str
    advised: Advice
    overrides: bool
    lean_after_figures: bool = Field(
        description="whether who decided had seen figures before stating a lean"
    )
    by: str
    at: datetime


class DecidedOut(Schema):
    """The decision that counts; null where nobody has decided."""

    application: UUID
    decision: DecisionOut | None


class ReportOut(Schema):
    """The report, format `evenhand-report/1`; docs/decider.md describes every field."""

    model_config = ConfigDict(extra="allow")

    format: Literal["evenhand-report/1"]
    estimand: str
    application: str
    code: str
    state: Literal["not_submitted", "being_scored", "scored", "live"]
    bar: float
    confidence: float
    overall: dict[str, Any] | None
    dimensions: list[dict[str, Any]]
