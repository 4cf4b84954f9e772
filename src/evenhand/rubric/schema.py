"""The shape of a pack's files, before anything in them is compared with anything else."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

ID = r"^[a-z][a-z0-9_]*$"
DOTTED = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


def _whole_characters(text: str) -> str:
    # JSON can spell half a character, which nothing can store, hash or print.
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("string_unicode", "holds half a character") from error
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(pattern=ID)]
DottedId = Annotated[str, StringConstraints(pattern=DOTTED)]
Name = Annotated[str, StringConstraints(pattern=NAME)]
Minutes = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Level = Annotated[float, Field(ge=1, le=5, multiple_of=0.5, allow_inf_nan=False)]
Mark = Annotated[int, Field(ge=0, le=2)]


class Shape(BaseModel):
    """Nothing is converted and no key is passed over: a misspelt key is a fault, not a default."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PackShape(Shape):
    """All of pack.yaml."""

    id: Name
    version: Name
    role: Name
    name: Text
    bar: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)] = 3.5
    weights: Annotated[dict[Id, Share], Field(min_length=1)]
    golden_label: Text
    licence: Text


class LevelsShape(Shape):
    """The anchors of a dimension, by the numbers 1 to 5."""

    one: Text = Field(alias="1")
    two: Text = Field(alias="2")
    three: Text = Field(alias="3")
    four: Text = Field(alias="4")
    five: Text = Field(alias="5")

    @model_validator(mode="before")
    @classmethod
    def _name_by_number(cls, value: Any) -> Any:
        # Only true numbers: 1 and "1" in one mapping must not fall together.
        if isinstance(value, dict):
            return {(str(k) if type(k) is int else repr(k)): v for k, v in value.items()}
        return value

    def texts(self) -> tuple[str, ...]:
        """Return the five anchors, level 1 first."""
        return (self.one, self.two, self.three, self.four, self.five)


class IndicatorShape(Shape):
    """One entry of a dimension's `indicators`."""

    id: DottedId
    kind: Literal["strong", "red_flag"]
    says: Text


class DimensionShape(Shape):
    """One entry of `dimensions` in rubric.yaml."""

    id: Id
    name: Text
    asks: Text
    levels: LevelsShape
    indicators: Annotated[list[IndicatorShape], Field(min_length=1)]


class PromptShape(Shape):
    """One entry of `prompts` in prompts.yaml."""

    id: Id
    dimensions: Annotated[dict[Id, Share], Field(min_length=1)]
    round: Id
    minutes: Minutes
    variant: Id | None = None
    text: Text


class ProbeShape(Shape):
    """One entry of `probes` in probes.yaml."""

    id: Text
    indicator: DottedId
    minutes: Minutes
    text: Text


class RolePlayShape(Shape):
    """One entry of `role_plays` in roleplay.yaml, a file that a pack may leave out."""

    id: DottedId
    name: Text
    round: Literal["final", "peer"]
    dimensions: Annotated[dict[Id, Share], Field(min_length=1)]
    minutes: Minutes
    brief: Text
    part: Text
    lines: list[Text]


class RoundShape(Shape):
    """One entry of `rounds` in loop.yaml."""

    id: Literal["async", "final", "peer"]
    name: Text
    minutes: Minutes
    prompts: Annotated[list[Id], Field(min_length=1)]
    dimensions: Annotated[list[Id], Field(min_length=1)]


class RatingShape(Shape):
    """One rater's view of one golden answer on one dimension."""

    rater: Name
    dimension: Id
    level: Level
    marks: dict[DottedId, Mark]


class AnswerShape(Shape):
    """One line of golden/answers.jsonl. The text is kept to the letter: quotes point into it."""

    id: Name
    author: Name
    prompt: Id
    text: Annotated[str, AfterValidator(_whole_characters)]
    ratings: Annotated[list[RatingShape], Field(min_length=1)]
