"""Django settings, read from the environment; `environment.py` lists every variable."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF

from evenhand.config import environment as env
from evenhand.config.panels import FILE, panels_file
from evenhand.config.secret import kept_secret

HOME = env.HOME.path()
PACK_STORE = HOME / "packs"
PANELS_FILE = panels_file() or HOME / FILE
"""It need not be there: it is read when a panel other than the embedded one is asked for."""
JUDGE_REPLIES = HOME / "judge-replies"
"""What LLM judges said, so that it is paid for once; a person's part goes with the person."""
ANSWER_KEYS = env.ANSWER_KEYS.path() if env.ANSWER_KEYS.text() else HOME / "answer-keys"
LEDGER_KEY_FILE = HOME / "ledger-key.pem"
LEDGER_ORIGIN = env.ORIGIN.text()


def _database() -> dict[str, object]:
    if not env.DATABASE.text():
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "evenhand.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # A writer takes the lock when it begins, so that it never fails half-way.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
            },
        }
    parts = env.DATABASE.address("postgres", "postgresql")
    if not parts.path.strip("/") or parts.query or parts.fragment:
        # What would be passed over might be `sslmode`.
        raise env.SettingError(
            f"{env.DATABASE.name} must read postgresql://user:password@host:port/name, and no more:"
            " options are libpq's variables, such as PGSSLMODE"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
    }


def _email() -> dict[str, object]:
    where = env.EMAIL.text()
    backends = "django.core.mail.backends"
    if where == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if where.startswith("file:"):
        return {
            "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": where.removeprefix("file:"),
        }
    parts = env.EMAIL.address("smtp", "smtps")
    if not parts.hostname:
        raise env.SettingError(f"{env.EMAIL.name} names no server: {env.EMAIL.meaning}")
    return {
        "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


def _single_sign_on() -> dict[str, object]:
    issuer, client = env.OIDC_ISSUER.text(), env.OIDC_CLIENT.text()
    if not issuer:
        return {}
    if urlsplit(issuer).scheme != "https" and urlsplit(issuer).hostname != "localhost":
        raise env.SettingError(f"{env.OIDC_ISSUER.name} is {issuer!r}: write an https address")
    if not client:
        raise env.SettingError(f"{env.OIDC_CLIENT.name} is empty: {env.OIDC_CLIENT.meaning}")
    app = {
        "provider_id": "sso",
        "name": env.OIDC_NAME.text(),
        "client_id": client,
        "secret": env.OIDC_SECRET.text(),
        "settings": {"server_url": issuer},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def _time_zone() -> str:
    name = env.TIME_ZONE.text()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise env.SettingError(
            f"{env.TIME_ZONE.name} is {name!r}: write a name such as Europe/Berlin"
        ) from error
    return name


DEBUG = env.DEBUG.flag()
EXAMPLE = env.EXAMPLE.flag()
ALLOWED_HOSTS = env.HOSTS.words()
BASE_URL = env.BASE_URL.text().rstrip("/")
if not BASE_URL.startswith(("http://", "https://")):
    raise env.SettingError(f"{env.BASE_URL.name} is {BASE_URL!r}: begin it with http(s)://")
PACK = env.PACK.text()
JUDGE_THREADS = env.THREADS.number()
REFIT_AT = env.REFIT_AT.hour()
DATABASES = {"default": _database()}
# After the database's address is known to be one: it is looked into where the file is missing.
SECRET_KEY = env.SECRET_KEY.text() or kept_secret(HOME)
globals().update(_email())
DEFAULT_FROM_EMAIL = env.EMAIL_FROM.text()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "evenhand.hiring",
    "evenhand.web",
    # After our own pages, whose templates stand in for theirs.
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "evenhand.web.limits.BodyLimit",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "evenhand.web.staff.example.ExampleSignIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "evenhand.web.failing.WordsForRefusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]
ROOT_URLCONF = "evenhand.config.urls"
WSGI_APPLICATION = "evenhand.config.wsgi.application"
AUTH_USER_MODEL = "hiring.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# Signing in: allauth's views under pages of ours. Nobody signs up; a team page invites.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "evenhand.web.accounts.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_FORMS = {"login": "evenhand.web.accounts.forms.SignInForm"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
SESSION_COOKIE_AGE = 12 * 60 * 60
"""A working day."""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Evenhand"
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Passkeys need TLS; this machine itself is the one exception that browsers make too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(BASE_URL).hostname == "localhost"
MFA_ADAPTER = "evenhand.web.accounts.adapters.SecondFactors"
REQUIRE_MFA = env.REQUIRE_MFA.flag()
SOCIALACCOUNT_ADAPTER = "evenhand.web.accounts.adapters.SingleSignOn"
# Whoever the identity provider vouches for by e-mail is the account of that address.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = _single_sign_on()
# In the database, so that all processes count failed sign-ins together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "evenhand_cache",
    }
}

USE_TZ = True
TIME_ZONE = _time_zone()
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["evenhand.web.formats"]
USE_I18N = True
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files are served from the installed package: there is no collecting step to forget.
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_TLS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _TLS
if _TLS:
    # `__Host-`: a sibling host cannot plant a cookie of this name (RFC 6265bis, 4.1.3.2).
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    # TLS ends at a proxy. A visitor who makes the header up gains nothing: whatever they ask for
    # is answered as it is over TLS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# What one request may hold: 12 MB in all, of which 4 MB besides files, in 1,000 fields and 4 files.
# A list of 50,000 lines has 3 MB.
MAX_BODY = 12 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "evenhand.config.logs.Lines",
            "fmt": "{levelname} {name}: {message}",
            "style": "{",
            "whole": DEBUG,
        }
    },
    "filters": {
        "no_links": {"()": "evenhand.config.logs.NoLinks"},
        "no_advice": {"()": "evenhand.config.logs.NoAdvice"},
        "one_line": {"()": "evenhand.web.faults.OneLine"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["one_line", "no_links"],
        }
    },
    "loggers": {
        # A line for each request to a model behind an interface: what leaves is logged.
        "evenhand.judges.llm.calling": {"level": "INFO"},
        # Those that would bring handlers of their own; DBOS does where it finds none.
        "django": {"level": "INFO", "handlers": [], "propagate": True},
        "django.server": {"level": "INFO", "handlers": [], "propagate": True},
        "dbos": {"level": "WARNING", "handlers": ["stderr"], "propagate": False},
        "_granian": {
            "level": "WARNING",
            "handlers": ["stderr"],
            "filters": ["no_advice"],
            "propagate": False,
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
