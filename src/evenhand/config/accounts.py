"""Accounts of the hiring side, at an operator's word: made, closed, given a duty, let in again.

Whoever may call these holds the server itself; each is an entry of the ledger, by the system.
"""

from __future__ import annotations

import sys
from typing import Final

import click

from evenhand.config.commands import example


@click.command("add-user")
@click.argument("email")
@click.option(
    "--organisation", default="", help="Whose openings they work with; the first one by default."
)
@example("evenhand add-user recruiter@company.example")
def add_user(email: str, organisation: str) -> None:
    """Make an account that can sign in on the hiring side.

    The first account of an organisation is its admin's. Further people are added to the team of an
    opening, on its page.

    The password is asked for; a script gives it on standard input.
    """
    _check_address(email)  # before a home and a database are made for nobody
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    from evenhand.config.serving import before_there_is_a_home, make_ready

    with before_there_is_a_home():
        from evenhand.hiring.people.services import add_user as add
        from evenhand.hiring.people.services import check_new

        check_new(email, password)
    make_ready()
    from django.utils import timezone

    add(email=email, password=password, organisation=organisation, now=timezone.now())
    click.echo(f"{email} can sign in now")


def _check_address(email: str) -> None:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email.strip())
    except ValidationError:
        raise click.BadParameter(f"{email!r} is no e-mail address", param_hint="EMAIL") from None


@click.command("reset-factors")
@click.argument("email")
@example("evenhand reset-factors recruiter@company.example")
def reset_factors(email: str) -> None:
    """Take away the second factors of somebody who has lost them; the password still holds."""
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.people.services import reset_factors as reset

    click.echo(f"{reset(email=email, now=timezone.now())} factors of {email} are gone")


@click.command("password-link")
@click.argument("email")
@example("evenhand password-link recruiter@company.example")
def password_link(email: str) -> None:
    """Print a link by which somebody who forgot their password chooses another.

    It works once, for three days, and for whoever has it: send it to that person alone. The old
    password holds until then; second factors stay.
    """
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.people.passwords import make_link

    click.echo(make_link(email=email, now=timezone.now()))


@click.command("close-account")
@click.argument("email")
@example("evenhand close-account recruiter@company.example")
def close_account(email: str) -> None:
    """Let somebody in no more; what they have done stays.

    Their sessions, their calendar feed and the keys of the API that they made end at once. The
    last admin of an organisation stays.
    """
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.people.closing import close_account as close

    for line in close(email=email, now=timezone.now()).lines():
        click.echo(line)


@click.command("reopen-account")
@click.argument("email")
@example("evenhand reopen-account recruiter@company.example")
def reopen_account(email: str) -> None:
    """Let somebody in again whose account was closed, with the password and roles they had.

    The calendar feed and the keys of the API that ended do not come back.
    """
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.people.closing import reopen_account as open_again

    open_again(email=email, now=timezone.now())
    click.echo(f"{email} can sign in again")


@click.command("change-duty")
@click.argument("email")
@click.argument("duty", type=click.Choice(["admin", "recruiter", "member"]))
@example("evenhand change-duty recruiter@company.example admin")
def change_duty(email: str, duty: str) -> None:
    """Give somebody another duty in their organisation; their roles in openings stay.

    Keys of the API end with the duty of the admin who made them. The last admin of an organisation
    stays one.
    """
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.models import Duty
    from evenhand.hiring.people.closing import change_duty as change

    ended = change(email=email, duty=Duty(duty), now=timezone.now())
    click.echo(f"{email} is {duty} now")
    if ended:
        click.echo(f"{ended} keys of the API that they made ended")


COMMANDS: Final = (
    add_user, change_duty, close_account, password_link, reopen_account, reset_factors,
)  # fmt: skip
