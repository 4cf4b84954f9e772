"""The API as a whole: the description that it gives of itself, and what all answers have."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from .errors import PROBLEM, answered


class Api(NinjaAPI):
    """Ninja's API, whose every answer is kept nowhere and whose every refusal is a problem."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """The addresses, for Django."""
        found, app, space = super().urls
        for one in found:
            if isinstance(one, URLPattern):
                one.callback = answered(one.callback)
        return found, app, space

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description."""
        described = super().get_openapi_schema(**options)
        for path in described["paths"].values():
            for operation in path.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = {PROBLEM: answer["content"]["application/json"]}
        return described
