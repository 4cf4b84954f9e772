import pytest

from evenhand.hiring.errors import FieldError
from evenhand.hiring.models import LedgerEntry, User
from evenhand.hiring.people.services import add_user

PASSWORD = "seven quiet otters"


@pytest.mark.django_db
def test_an_account_is_made_with_its_entry_which_holds_no_address(now):
    user = add_user(email="  Ann@Company.Example ", password=PASSWORD, now=now)
    assert User.objects.get().email == "ann@company.example"
    assert user.check_password(PASSWORD)
    entry = LedgerEntry.objects.get()
    assert (entry.action, entry.subject) == ("user.added", f"user:{user.pk}")
    assert entry.facts == {"organisation": str(user.organisation_id), "duty": "admin"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("no address", PASSWORD, "valid email"),
        ("ann@company.example", "short", "at least 12"),
        ("ann@company.example", "password1234", "too common"),
        ("ann@company.example", "ann@company.example", "too similar"),
    ],
)
def test_a_bad_address_or_weak_password_is_refused_with_the_reason(now, email, password, said):
    with pytest.raises(FieldError, match=said):
        add_user(email=email, password=password, now=now)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_address_has_one_account(now):
    add_user(email="ann@company.example", password=PASSWORD, now=now)
    with pytest.raises(FieldError, match="has an account"):
        add_user(email="ANN@company.example", password=PASSWORD, now=now)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db
def test_the_first_account_of_an_organisation_is_its_admins_the_next_ones_are_not(now):
    def duty(email, organisation=""):
        return add_user(email=email, password=PASSWORD, organisation=organisation, now=now).duty

    assert [duty("a@one.example"), duty("b@one.example")] == ["admin", "recruiter"]
    assert [duty("a@two.example", "Two"), duty("b@two.example", " Two ")] == ["admin", "recruiter"]
