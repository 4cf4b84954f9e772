"""The write of `bare`, by one view of Django's without middleware."""

from __future__ import annotations

from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path
from tests.load.bare import drive

from evenhand.config.settings import DATABASES

settings.configure(
    DATABASES=DATABASES, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="-", USE_TZ=True
)
django.setup()

from django.db import connection, transaction  # noqa: E402 - they need the settings


def save(request: HttpRequest, sitting: str, prompt: str) -> HttpResponse:
    """Write, in one transaction."""

    def run(query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []

    with transaction.atomic(), connection.cursor() as cursor:
        reply = drive(request.path, request.body, run)
    headers = {"Content-Type": "application/json", "Content-Length": str(len(reply))}
    return HttpResponse(reply, headers=headers)


urlpatterns = [path("bare/<sitting>/<prompt>", save)]
wsgi = WSGIHandler()
