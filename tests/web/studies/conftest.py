from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from tests.hiring.studies.conftest import people as people
from tests.web.scored import score

from evenhand.hiring.models import Application, User
from evenhand.hiring.studies.services import give_opinion


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def handed_in(application: Application, now: datetime) -> Application:
    """Charlie, who says who he is in every answer, scored."""
    text = "My name is Charlie Cole and I worked at Google. I would label real queries."
    return score(application, text=text, now=now)


@pytest.fixture
def judged(
    people: list[Application], alice: User, mallory: User, now: datetime
) -> list[Application]:
    """Thirty with a score and two opinions each; panel and people part on the 13th to 15th."""
    for n, one in enumerate(people):
        for who in (alice, mallory):
            give_opinion(application=one, advance=n >= 12, sure=None, by=who, now=now)
    return people
