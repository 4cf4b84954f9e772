"""Prints what the database holds of every answer: sitting, text and revision, as JSON.

Run as `python -m tests.load.kept` with EVENHAND_HOME set, after the load is over.
"""

from __future__ import annotations

import json

import django


def main() -> None:
    """Read through the models, which know how a text is kept."""
    django.setup()

    from evenhand.hiring.models import Answer

    rows = Answer.objects.filter(revision__gt=0)
    kept = {str(row.sitting_id): {"text": row.text, "revision": row.revision} for row in rows}
    print(json.dumps(kept))


if __name__ == "__main__":
    main()
