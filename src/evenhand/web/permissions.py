"""Who may call which page: one table, and no page without a line in it.

A rule grants by role in the opening that an address is about, or by duty in its organisation. What
a person may not call about an opening is, for them, not there: it answers 404 as for an opening of
others. A page about no single opening asks for the role in any opening.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from evenhand.hiring.models import Duty, Role

R, I, D, A = Role.RECRUITER, Role.INTERVIEWER, Role.DECIDER, Role.AUDITOR  # noqa: E741


@dataclass(frozen=True)
class Rule:
    """Who may call a page.

    Attributes:
        roles: those that may, each in its own openings.
        duties: those that may call the page; an admin about every opening of the organisation,
            others about those that they have a role in.
        visitors: whether anybody may, signed in or not; such a page looks after itself.
        everybody: whether whoever is signed in may.
        keys: the rights with which a key may call a route of the API, about every opening of its
            organisation; no session lets anybody call one.
    """

    roles: frozenset[Role] = frozenset()
    duties: frozenset[Duty] = frozenset()
    visitors: bool = False
    everybody: bool = False
    keys: frozenset[Role] = frozenset()


def _of(*roles: Role, duties: tuple[Duty, ...] = ()) -> Rule:
    return Rule(frozenset(roles), frozenset(duties))


def _keys(*roles: Role) -> Rule:
    return Rule(keys=frozenset(roles))


VISITORS: Final = Rule(visitors=True)
EVERYBODY: Final = Rule(everybody=True)
_OFFICE: Final = Rule(duties=frozenset((Duty.ADMIN, Duty.RECRUITER)))
"""Those who set up openings and judges."""
_ADMINS: Final = Rule(duties=frozenset((Duty.ADMIN,)))
_JUDGES_READ: Final = _of(R, A, duties=(Duty.ADMIN, Duty.RECRUITER))
_JUDGES_ACT: Final = _of(R, duties=(Duty.ADMIN,))
_JUDGES_TRY: Final = _of(R, duties=(Duty.ADMIN, Duty.RECRUITER))
_AUDITS: Final = _of(A, duties=(Duty.ADMIN,))

_ALLAUTH: Final = (
    "account_login", "account_logout", "account_inactive", "account_signup",
    "account_reauthenticate", "account_change_password", "account_set_password",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate",
    "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    "mfa_list_webauthn", "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
    "mfa_login_webauthn", "mfa_reauthenticate_webauthn",
    "usersessions_list",
    "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
    "socialaccount_connections", "openid_connect_login", "openid_connect_callback",
)  # fmt: skip
"""allauth's pages: each shows an account to its owner alone, and looks after that itself."""

RULES: Final[Mapping[str, Rule]] = {
    # Signing in and out; what a candidate's personal link opens.
    "sign-in": VISITORS,
    "sign-out": VISITORS,
    "welcome": VISITORS,
    **dict.fromkeys(_ALLAUTH, VISITORS),
    "account": EVERYBODY,
    "sitting-start": VISITORS,
    "sitting-begin": VISITORS,
    "sitting-prompt": VISITORS,
    "sitting-save": VISITORS,
    "sitting-review": VISITORS,
    "sitting-submit": VISITORS,
    "sitting-done": VISITORS,
    "sitting-copy": VISITORS,
    "sitting-ask": VISITORS,
    "sitting-finish": VISITORS,
    "sitting-follow-up": VISITORS,
    "feedback": VISITORS,
    "feedback-json": VISITORS,
    "feedback-pdf": VISITORS,
    "contest": VISITORS,
    "sitting-notice": VISITORS,
    "sitting-again": VISITORS,
    "sitting-link": VISITORS,
    "sitting-withdraw": VISITORS,
    "sitting-data": VISITORS,
    "sitting-data-json": VISITORS,
    "sitting-groups": VISITORS,
    # Openings and the people in them.
    "home": EVERYBODY,
    "opening": _of(R),
    "opening-new": _OFFICE,
    "opening-step": _OFFICE,
    "opening-drop": _OFFICE,
    "opening-version": _of(R),
    # Packs and the editor.
    "packs": _OFFICE,
    "packs-differences": _OFFICE,
    "pack": _OFFICE,
    "pack-change": _OFFICE,
    "pack-change-offered": _OFFICE,
    "draft": _OFFICE,
    "draft-publish": _OFFICE,
    "draft-back": _OFFICE,
    "draft-drop": _OFFICE,
    "draft-rounds": _OFFICE,
    "draft-add": _OFFICE,
    "draft-dimension": _OFFICE,
    "draft-prompt": _OFFICE,
    "draft-remove": _OFFICE,
    "preview-start": _OFFICE,
    "preview-begin": _OFFICE,
    "preview-prompt": _OFFICE,
    "preview-review": _OFFICE,
    "preview-submit": _OFFICE,
    "preview-done": _OFFICE,
    "team": _of(R, duties=(Duty.ADMIN,)),
    "team-remove": _of(R, duties=(Duty.ADMIN,)),
    # The accounts of those in a team.
    "account-duty": _ADMINS,
    "account-password": _ADMINS,
    "account-close": _ADMINS,
    "account-reopen": _ADMINS,
    "follow-ups": _of(R, A),
    "candidates-add": _of(R),
    "link-renew": _of(R),
    "link-revoke": _of(R),
    "link-send": _of(R),
    "accommodation-settle": _of(R),
    # A candidate's rights.
    "retention": _of(R),
    "application-data": _of(R),
    "application-data-json": _of(R),
    "application-erase": _of(R),
    "application-withdraw": _of(R),
    "application-judges": _of(R),
    # The report.
    "report": _of(R, D, A),
    "report-json": _of(R, D, A),
    "report-pdf": _of(R, D, A),
    # Deciding.
    "cohort": _of(R, D, A),
    "cohort-csv": _of(R, D, A),
    "compare": _of(R, D, A),
    "error-costs": _of(R, D),
    "anchoring": _of(D, A),
    "lean": _of(D),
    "decision": _of(D),
    "decision-json": _of(D),
    "decision-pdf": _of(D),
    # Feedback to candidates, and what they contest.
    "feedbacks": _of(R),
    "feedback-preview": _of(R, A),
    "feedback-release": _of(R),
    "contests": _of(R, A),
    # Compliance: the organisation's pages, and the audit of groups, are the auditor's and admin's.
    "compliance": _of(R, A, duties=(Duty.ADMIN,)),
    "notice": _of(R, D, A, duties=(Duty.ADMIN,)),
    "model-card": _of(R, D, A, duties=(Duty.ADMIN,)),
    "high-risk-record": _AUDITS,
    "ledger-check": _AUDITS,
    "impact": _AUDITS,
    "opening-impact": _AUDITS,
    "compliance-groups": Rule(duties=frozenset((Duty.ADMIN,))),
    # The judges.
    "judges": _JUDGES_READ,
    "gate-run": _JUDGES_READ,
    # Whoever may open on a changed pack may try it first.
    "gate-ask": _JUDGES_TRY,
    "gate-activate": _JUDGES_TRY,
    "panel-embedded": _JUDGES_TRY,
    "costs": _JUDGES_READ,
    "budget": _JUDGES_ACT,
    # What one person cost hints at how they stand, so it is for those alone who read reports too.
    "opening-costs": _of(R, A),
    "application-costs": _of(R, A),
    "drift": _JUDGES_READ,
    "drift-close": _JUDGES_ACT,
    "outside": _JUDGES_READ,
    "panels": _JUDGES_READ,
    "judge-new": _OFFICE,
    "judge-edit": _OFFICE,
    "judge-try": _OFFICE,
    "judge-remove": _OFFICE,
    "panel-new": _OFFICE,
    "panel-edit": _OFFICE,
    "panel-remove": _OFFICE,
    # Times: set by recruiters; interviewers see to their own hours, files and feeds.
    "pool": _of(R),
    "pool-entry": _of(R, I),
    "times": _of(R),
    "time-set": _of(R),
    "time-again": _of(R),
    "time-file": _of(R, I),
    "my-calendar": EVERYBODY,
    "calendar-make": EVERYBODY,
    "calendar-revoke": EVERYBODY,
    "calendar-feed": VISITORS,
    "interview-minutes": _of(R, A),
    # Interviews: planned by recruiters, held by those they are planned for and nobody else.
    "interviews": EVERYBODY,
    "interview-plan": _of(R),
    "interview-cancel": _of(R),
    "interview": _of(I),
    "interview-begin": _of(I),
    "interview-unbegin": _of(I),
    "interview-card": _of(I),
    "interview-save": _of(I),
    "interview-lock": _of(I),
    "interview-locked": _of(I),
    "interview-calibration": _of(I),
    "anchors": _of(I, A),
    "anchor": _of(I, A),
    # The studies: whoever is to decide says what they would have done, and sees no study.
    "studies": EVERYBODY,
    "opinions": _of(R, I, D, A),
    "opinion": _of(R, I, D, A),
    "concordance": _of(R, A),
    "concordance-csv": _of(R, A),
    "disagreement": _of(R, A),
    "validity": _of(R, A),
    "study-import": _of(R),
    # Keys of the API, and what they let in to.
    "keys": _ADMINS,
    "key-revoke": _ADMINS,
    "api-root": VISITORS,
    "openapi-json": VISITORS,
    "api-missing": VISITORS,
    "api-openings": _keys(R, D, A),
    "api-opening": _keys(R, D, A),
    "api-applications": _keys(R, D, A),
    "api-invite": _keys(R),
    "api-application": _keys(R, D, A),
    "api-report": _keys(R, D, A),
    "api-decision": _keys(R, D, A),
}
"""By name of the route."""
