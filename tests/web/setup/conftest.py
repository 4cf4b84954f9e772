from __future__ import annotations

import pytest
from django.test import Client

from evenhand.hiring.models import User


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client
