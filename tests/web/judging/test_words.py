"""Figures as the pages about judges print them."""

from __future__ import annotations

from evenhand.web.judging import words as judging


def test_a_share_is_written_with_a_space_that_does_not_break() -> None:
    assert judging.share(0.734) == "73\u00a0%"
    assert judging.share(0.0) == "0\u00a0%"
    assert judging.share(None) == "–"
