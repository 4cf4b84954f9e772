"""Setting a page on paper with typst: A4, tagged, with its fonts inside.

What a person wrote reaches typst as JSON data and is only ever shown, so nothing in it can be
markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import typst
from django.core.serializers.json import DjangoJSONEncoder

_LONG_RUN: Final = re.compile(r"\S{40}(?=\S)")


def typeset(template: Path, data: Mapping[str, Any]) -> bytes:
    """Return a PDF file.

    It is PDF/UA-1 where a font at hand has every character of the text; with characters that none
    has it is a tagged PDF that shows boxes for them.

    Args:
        template: reads `sys.inputs.report`, which holds the data as JSON.
        data: words and numbers, ready to be set.
    """
    inputs = {"report": json.dumps(data, cls=DjangoJSONEncoder)}
    try:
        return _compiled(template, inputs, "ua-1")
    except typst.TypstError:
        return _compiled(template, inputs, "1.7")


def breakable(text: str) -> str:
    """Return the text with places to break, without width, in runs too long for a line."""
    return _LONG_RUN.sub(lambda run: f"{run[0]}\u200b", text)


def _compiled(template: Path, inputs: dict[str, str], standard: Literal["ua-1", "1.7"]) -> bytes:
    return typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=standard)
