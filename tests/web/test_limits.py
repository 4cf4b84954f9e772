"""Requests that hold more than any page takes are refused with a line, before they are read."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.tenants import admin_beside

from evenhand.hiring.errors import CandidatesFileError
from evenhand.hiring.keys.services import make_key
from evenhand.hiring.models import Opening, Role, User
from evenhand.hiring.openings.services import read_candidates_csv
from evenhand.hiring.studies.naming import MAX_BYTES, MAX_ROWS

MB = 1024 * 1024


@pytest.fixture
def adding(client: Client, alice: User, opening: Opening) -> str:
    client.force_login(alice)
    return reverse("candidates-add", args=[opening.pk])


def test_a_body_that_is_too_large_is_not_read(client: Client, adding: str) -> None:
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    reply = client.generic(
        "POST", adding, b"", CONTENT_LENGTH=str(settings.MAX_BODY + 1), **{"wsgi.input": Unread()}
    )
    assert reply.status_code == 413
    assert "larger than 12 MB" in reply.content.decode()


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 5000, "٣"])
def test_a_length_that_is_none_is_refused(client: Client, adding: str, length: str) -> None:
    assert client.generic("POST", adding, b"", CONTENT_LENGTH=length).status_code == 413


def test_a_text_that_is_too_long_is_answered_with_what_to_do(client: Client, adding: str) -> None:
    reply = client.post(adding, {"text": "x" * (4 * MB + 1)})
    assert reply.status_code == 413
    assert "longer than 4 MB; send it as a file" in reply.content.decode()


def test_a_form_of_too_many_fields_or_files_is_refused(client: Client, adding: str) -> None:
    fields = {f"field-{n}": "x" for n in range(1_001)}
    files = {f"file-{n}": SimpleUploadedFile("a.csv", b"name,email\n") for n in range(5)}
    for sent in (fields, files):
        reply = client.post(adding, sent)
        assert reply.status_code == 413
        assert "too many fields or files" in reply.content.decode()


def test_a_list_that_is_too_long_is_refused_in_one_line(client: Client, adding: str) -> None:
    lines = "".join(f"A,a{n}@example.org\n" for n in range(5_001))
    for body in (f"name,email\n{lines}".encode(), b"name,email\n" + b"x" * (3 * MB)):
        reply = client.post(adding, {"list-file": SimpleUploadedFile("a.csv", body), "list": "1"})
        assert reply.status_code == 422
        assert "split it" in reply.content.decode()


def test_the_largest_list_that_may_be_imported_fits_into_a_request() -> None:
    line = len(b"production-ml-engineer,somebody.with-a-name@example.org,advance,4.25\n")
    assert MAX_ROWS == 50_000
    assert line * MAX_ROWS < MAX_BYTES < settings.MAX_BODY


def test_the_api_answers_with_a_problem(
    client: Client, alice: User, opening: Opening, now: datetime
) -> None:
    _key, secret = make_key(name="ATS", role=Role.RECRUITER, by=admin_beside(alice), now=now)
    address = reverse("api:api-invite", args=[opening.pk])
    for length in (5 * MB, 13 * MB):
        reply = client.post(
            address,
            b"x" * length,
            "application/json",
            headers={"authorization": f"Bearer {secret}"},
        )
        assert reply.status_code == 413
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert "larger than 4 MB" in reply.json()["detail"]
        assert "file" not in reply.json()["detail"]


def test_a_program_whose_body_comes_in_chunks_is_told_to_give_its_length(
    client: Client, opening: Opening
) -> None:
    address = reverse("api:api-invite", args=[opening.pk])
    sent = {"transfer-encoding": "chunked"}
    reply = client.post(address, b"", "application/json", headers=sent)
    assert (reply.status_code, reply.json()["status"]) == (411, 411)
    assert "Content-Length" in reply.json()["detail"]


def test_a_candidates_list_of_one_endless_field_is_refused() -> None:
    with pytest.raises(CandidatesFileError, match="line 2: is not CSV"):
        read_candidates_csv(b"name,email\n" + b'"' + b"x" * MB)
