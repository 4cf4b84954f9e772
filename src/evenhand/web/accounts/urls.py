"""Addresses of what an account is opened and kept with.

They are picked from allauth's one by one: what is not named here is not there. Names are allauth's,
whose views send people from one to the other.
"""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from . import views

urlpatterns = [
    path("sign-in/", account.login, name="sign-in"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("welcome/<str:uidb64>/<str:token>/", views.Welcome.as_view(), name="welcome"),
    path("account/", views.own, name="account"),
    path("account/closed/", account.account_inactive, name="account_inactive"),
    path("account/sign-up/", account.signup, name="account_signup"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/sso/", include("allauth.socialaccount.urls")),
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
