"""Second factors, lock-out, sessions, closed doors: an account as its owner and a thief meet it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.hiring.errors import FieldError
from evenhand.hiring.models import LedgerEntry, User
from evenhand.hiring.people.services import reset_factors

pytestmark = pytest.mark.django_db
EMAIL, PASSWORD = "alice@example.org", "correct horse 1"


@pytest.fixture(autouse=True)
def _forget_attempts(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, password: str = PASSWORD) -> str:
    answer = client.post(reverse("sign-in"), {"login": EMAIL, "password": password})
    return answer["Location"] if answer.status_code == 302 else answer.content.decode()


def user_of(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def code_of(secret: str) -> str:
    (counter,) = auth.yield_hotp_counters_from_time()
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def actions() -> list[str]:
    return list(
        LedgerEntry.objects.filter(action__startswith="user.").values_list("action", flat=True)
    )


@pytest.fixture
def protected(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> str:
    """Alice has turned on an authenticator app; returns its secret.

    The half minute of a code does not end in the middle of a test.
    """
    counter = int(time.time()) // 30
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter([counter]))
    sign_in(client)
    assert reverse("account_reauthenticate") in client.get(reverse("mfa_activate_totp"))["Location"]
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(found[1])})
    assert done.status_code == 302
    client.post(reverse("sign-out"))
    cache.clear()  # a code is good once
    return found[1]


def test_with_a_second_factor_the_password_alone_lets_nobody_in(
    client: Client, alice: User, protected: str
) -> None:
    assert sign_in(client) == reverse("mfa_authenticate")
    assert user_of(client) is None
    assert client.get(reverse("home")).status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert user_of(client) is None
    client.post(reverse("mfa_authenticate"), {"code": code_of(protected)})
    assert user_of(client) == str(alice.pk)


def test_the_secret_of_a_second_factor_is_sealed_in_the_database(
    alice: User, protected: str
) -> None:
    kept = Authenticator.objects.get(user=alice, type="totp")
    assert protected not in str(kept.data)


def test_the_record_says_who_came_in_and_what_became_of_the_factors(
    client: Client, alice: User, protected: str
) -> None:
    assert actions() == ["user.signed_in", "user.factor_added", "user.factor_added"]
    kinds = LedgerEntry.objects.filter(action="user.factor_added").values_list("facts", flat=True)
    assert sorted(one["kind"] for one in kinds) == ["recovery_codes", "totp"]
    assert not any(EMAIL in str(one.facts) for one in LedgerEntry.objects.all())


def test_after_five_wrong_passwords_not_even_the_right_one_opens(
    client: Client, alice: User
) -> None:
    for _ in range(5):
        assert "No account has this" in sign_in(client, "wrong")
    assert "Too many attempts" in sign_in(client)
    assert user_of(client) is None


def test_a_lock_out_does_not_tell_whether_there_is_an_account(client: Client, db: None) -> None:
    for _ in range(5):
        page = sign_in(client, "wrong")
    assert "No account has this" in page
    assert "Too many attempts" in sign_in(client, "wrong")


def test_an_account_that_was_closed_does_not_open(client: Client, alice: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client)
    assert user_of(client) is None


def test_nobody_can_sign_up(client: Client, db: None) -> None:
    given = {"email": "eve@example.org", "password1": "a long enough secret"}
    assert "by invitation" in client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), given)
    assert not User.objects.filter(email="eve@example.org").exists()


def test_sessions_are_listed_and_the_others_can_be_ended(alice: User) -> None:
    here, there = Client(), Client(headers={"user-agent": "Somewhere else"})
    sign_in(there)
    sign_in(here)
    there.get(reverse("home"))
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Somewhere else" in page
    assert here.post(reverse("usersessions_list")).status_code == 302
    assert user_of(here) == str(alice.pk)
    assert there.get(reverse("home")).status_code == 302


def test_changing_the_password_asks_for_the_old_one(client: Client, alice: User) -> None:
    sign_in(client)
    new = {"password1": "another long secret", "password2": "another long secret"}
    client.post(reverse("account_change_password"), {"oldpassword": "wrong", **new})
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})
    alice.refresh_from_db()
    assert alice.check_password("another long secret")
    assert "user.password_changed" in actions()


def test_where_everybody_needs_a_second_factor_nothing_else_opens_before(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.REQUIRE_MFA = True
    sign_in(client)
    for page in ("home", "opening-new", "judges"):
        assert client.get(reverse(page))["Location"] == reverse("account")
    assert "Set one up to go on" in client.get(reverse("account")).content.decode()
    to = client.get(reverse("mfa_activate_totp"))["Location"]
    assert to.startswith(reverse("account_reauthenticate"))


def test_a_form_that_is_sent_without_a_needed_second_factor_is_said_not_to_be_saved(
    client: Client, alice: User, settings: Settings
) -> None:
    sign_in(client)
    settings.REQUIRE_MFA = True
    shown = client.post(reverse("opening-new"), {"name": "An opening"}, follow=True)
    assert "nothing of what you sent was saved" in shown.content.decode()
    assert "nothing of what you sent" not in client.get(reverse("account")).content.decode()


@pytest.mark.parametrize(
    "name", ["account_email", "account_reset_password", "socialaccount_introspect"]
)
def test_what_is_not_picked_from_the_library_is_not_there(name: str) -> None:
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_factors_that_were_lost_are_taken_away_on_the_server(
    client: Client, alice: User, protected: str, now: datetime
) -> None:
    assert reset_factors(email=" Alice@example.org", now=now) == 2
    assert sign_in(client) == "/"
    assert actions()[-4:-1] == ["user.factor_removed"] * 2 + ["user.factors_reset"]
    with pytest.raises(FieldError, match="no account"):
        reset_factors(email="nobody@example.org", now=now)


@pytest.mark.usefixtures("protected")
def test_the_pages_of_an_account_say_what_is_in_use_and_lead_back(client: Client) -> None:
    client.force_login(User.objects.get(email=EMAIL))
    page = client.get(reverse("mfa_index")).content.decode()
    assert "In use: after your password" in page
    assert "codes are left" in page
    assert f'href="{reverse("account")}"' in page
    assert "nowhere else" in client.get(reverse("usersessions_list")).content.decode()
