"""What a release is made of: bill of materials, audit of advisories, signed notes."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

from evenhand.ledger.errors import LedgerError
from evenhand.ledger.note import VerifierKey, open_note
from evenhand.ledger.signer import Signer

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
NAME = "evenhand-releases"
"""Of the key that signs notes; it is another one than any ledger's."""
_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)(?:\s*;\s*([^\\]+?))?\s*\\?")
_HASH = re.compile(r"\s+--hash=sha256:([0-9a-f]{64})\s*\\?")


def sbom(lock: bytes) -> bytes:
    """Return the bill of materials of a lock file, CycloneDX 1.6 in JSON.

    It names every pin of the lock, for tests too, each with the SHA-256 of all its files. There is
    no time in it and its serial number is made from the lock, so that it can be made again.

    Raises:
        ValueError: a line of the lock is neither a pin nor a hash.
    """
    components: list[dict[str, Any]] = []
    for number, line in enumerate(lock.decode().splitlines(), start=1):
        if pin := _PIN.fullmatch(line):
            name, version, marker = pin.groups()
            purl = f"pkg:pypi/{name}@{version}"
            told = {"type": "library", "bom-ref": purl, "name": name, "version": version}
            where = [{"name": "evenhand:marker", "value": marker}] if marker else []
            extra = {"properties": where} if where else {}
            components.append({**told, "purl": purl, "hashes": [], **extra})
        elif (digest := _HASH.fullmatch(line)) and components:
            components[-1]["hashes"].append({"alg": "SHA-256", "content": digest[1]})
        else:
            raise ValueError(f"{LOCK.name}: line {number}: neither a pin nor a hash")
    named = uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(lock).hexdigest())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    main = {"type": "application", "name": project["name"], "version": project["version"]}
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{named}",
        "version": 1,
        "metadata": {"component": main},
        "components": components,
    }
    return (json.dumps(bill, indent=1) + "\n").encode()


def notes(version: str, changes: list[str], lock: bytes) -> str:
    """Return the text of the notes of a release: what changed, and what it is made of."""
    lines = [f"Evenhand {version}", "", *(f"- {' '.join(change.split())}" for change in changes)]
    lines += ["", f"bill of materials, SHA-256: {hashlib.sha256(sbom(lock)).hexdigest()}"]
    return "\n".join(
        [*lines, f"requirements.lock, SHA-256: {hashlib.sha256(lock).hexdigest()}", ""]
    )


def told_by_audit(printed: str) -> tuple[int, str]:
    """Return the exit code and the line for what pip-audit printed; empty where it reached nobody.

    0: every package was checked and none has an advisory; 1: some have; 2: not all were checked.
    """
    try:
        packages = json.loads(printed)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 2, "audit: the database of advisories could not be reached; nothing was checked"
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    found = [
        f"{one['name']} {one['version']}: {', '.join(v['id'] for v in one['vulns'])}"
        for one in packages
        if one.get("vulns")
    ]
    if found:
        return 1, "audit: " + "; ".join(found)
    if len(skipped) == len(packages):
        return 2, "audit: the database of advisories could not be reached; nothing was checked"
    if skipped:
        return 2, f"audit: not checked: {', '.join(skipped)}"
    return 0, f"audit: {len(packages)} packages, no advisory"


def _audit() -> int:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "-r", str(LOCK), "--require-hashes"),
            *("--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "15"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    code, said = told_by_audit(done.stdout)
    print(said, file=sys.stderr if code else sys.stdout)
    return code


def _changes(since: str | None) -> list[str]:
    reach = [f"{since}..HEAD"] if since else ["HEAD"]
    command = ["git", "log", "--no-merges", "--format=%s", *reach, "--"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def _notes(asked: argparse.Namespace) -> int:
    if asked.verify:
        text = open_note(asked.verify.read_text(), [VerifierKey.parse(asked.vkey or "")])
        sys.stdout.write(text)
        return 0
    if not asked.version or not asked.key:
        raise ValueError("give a version and --key, or --verify and --vkey")
    if not asked.key.exists():
        Signer.generate(NAME).save(asked.key)
    signer = Signer.load(asked.key, NAME)
    text = notes(asked.version, _changes(asked.since), LOCK.read_bytes())
    sys.stdout.write(signer.sign(text))
    print(f"the key to check it with: {signer.vkey}", file=sys.stderr)
    return 0


def main(arguments: list[str]) -> int:
    """Do what is asked for, and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("sbom")
    kinds.add_parser("audit")
    of_notes = kinds.add_parser("notes")
    of_notes.add_argument("version", nargs="?")
    of_notes.add_argument("--since", help="the tag of the release before")
    of_notes.add_argument("--key", type=Path, help="signs; is made where there is none")
    of_notes.add_argument("--verify", type=Path)
    of_notes.add_argument("--vkey", help="the published key")
    asked = parser.parse_args(arguments)
    try:
        if asked.kind == "audit":
            return _audit()
        if asked.kind == "notes":
            return _notes(asked)
        sys.stdout.write(sbom(LOCK.read_bytes()).decode())
    except (LedgerError, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"{asked.kind}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
