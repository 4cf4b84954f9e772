"""What the server tells browsers over TLS, from the settings as a process really loads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TOP = Path(__file__).parents[2]
LOOK = """
import json
from tests.support import set_up_django
set_up_django()
from django.test import Client

def answered(proto):
    client = Client(headers={"x-forwarded-proto": proto})
    answer = client.get("/sign-in/", headers={"host": "localhost"})
    cookie = next(iter(answer.cookies.values()))
    return {
        "headers": dict(answer.headers), "cookie": cookie.key, "secure": bool(cookie["secure"]),
        "same": cookie["samesite"],
    }

print(json.dumps({proto: answered(proto) for proto in ("https", "http")}))
"""


def answered(home: Path, address: str) -> dict[str, dict[str, object]]:
    """Return what a process whose settings have this address answers over either protocol."""
    environment = {
        **os.environ, "EVENHAND_HOME": str(home), "EVENHAND_BASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "evenhand.config.settings",
    }  # fmt: skip
    environment.pop("EVENHAND_DATABASE", None)
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, cwd=TOP, stdout=subprocess.PIPE, check=True
    )
    told: dict[str, dict[str, object]] = json.loads(done.stdout)
    return told


def test_over_tls_cookies_are_bound_to_it_and_browsers_told_to_stay(
    tmp_path: Path, furnish: Callable[[Path], Path]
) -> None:
    for proto, told in answered(furnish(tmp_path), "https://hire.example").items():
        assert (told["cookie"], told["secure"], told["same"]) == ("__Host-csrftoken", True, "Lax")
        headers = told["headers"]
        assert isinstance(headers, dict)
        # Over plain HTTP the header means nothing, and is not sent (RFC 6797, 7.2).
        assert ("Strict-Transport-Security" in headers) == (proto == "https")


def test_no_page_lets_in_a_script_a_style_or_a_frame_of_others(
    tmp_path: Path, furnish: Callable[[Path], Path]
) -> None:
    headers = answered(furnish(tmp_path), "http://localhost:8000")["http"]["headers"]
    assert isinstance(headers, dict)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
