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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from scripts.advisories import found_in, newest

from evenhand.ledger.errors import LedgerError
from evenhand.ledger.note import VerifierKey, open_note
from evenhand.ledger.signer import Signer

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
CHANGES = ROOT / "CHANGELOG.md"
NAME = "evenhand-releases"
"""Of the key that signs notes; it is another one than any ledger's."""
UNCHECKED = 3
"""Exit code of an audit that checked not everything: no pass, and no finding either."""
STALE_AFTER = timedelta(days=30)
_UNREACHED = "audit: the database of advisories could not be reached; nothing was checked"
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

    0: every package was checked and none has an advisory; 1: some have; UNCHECKED: not all were
    checked.
    """
    try:
        packages = json.loads(printed)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return UNCHECKED, _UNREACHED
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    found = [
        f"{one['name']} {one['version']}: {', '.join(v['id'] for v in one['vulns'])}"
        for one in packages
        if one.get("vulns")
    ]
    if found:
        return 1, "audit: " + "; ".join(found)
    if len(skipped) == len(packages):
        return UNCHECKED, _UNREACHED
    if skipped:
        return UNCHECKED, f"audit: not checked: {', '.join(skipped)}"
    return 0, f"audit: {len(packages)} packages, no advisory"


def told_by_copy(database: Path, lock: str, today: date) -> tuple[int, str]:
    """Return the same for a copy of the database on this disk; one that is old checks nothing new.

    Raises:
        OSError: it is no copy of the database.
    """
    pins = [(pin[1], pin[2]) for line in lock.splitlines() if (pin := _PIN.fullmatch(line))]
    found, until = found_in(database, pins), newest(database)
    if found:
        lines = (f"{name}: {', '.join(ids)}" for name, ids in found.items())
        return 1, "audit: " + "; ".join(lines)
    said = f"audit: {len(pins)} packages, no advisory in a copy that ends on {until}"
    if today - until > STALE_AFTER:
        return UNCHECKED, f"{said}; what came later is unknown"
    return 0, said


def _audit(database: Path | None) -> int:
    if database is not None:
        code, said = told_by_copy(database, LOCK.read_text(), datetime.now(UTC).date())
        print(said, file=sys.stderr if code else sys.stdout)
        return code
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


def changes_in(changelog: str, version: str) -> list[str]:
    """Return the lines of a version's section.

    Raises:
        ValueError: there is none, or nothing stands in it.
    """
    _, _, after = f"\n{changelog}".partition(f"\n## {version}\n")
    section = after.partition("\n## ")[0]
    lines: list[str] = []
    for line in section.splitlines():
        if line.startswith("- "):
            lines.append(line[2:])
        elif lines and line.strip():
            lines[-1] += f" {line.strip()}"
    if not lines:
        raise ValueError(f"{CHANGES.name}: nothing under ## {version}; write what people notice")
    return lines


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
    text = notes(asked.version, changes_in(CHANGES.read_text(), asked.version), LOCK.read_bytes())
    sys.stdout.write(signer.sign(text))
    print(f"the key to check it with: {signer.vkey}", file=sys.stderr)
    return 0


def main(arguments: list[str]) -> int:
    """Do what is asked for, and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("sbom")
    of_audit = kinds.add_parser("audit")
    of_audit.add_argument("--database", type=Path, help="a copy of PyPA's advisory database")
    of_notes = kinds.add_parser("notes")
    of_notes.add_argument("version", nargs="?")
    of_notes.add_argument("--key", type=Path, help="signs; is made where there is none")
    of_notes.add_argument("--verify", type=Path)
    of_notes.add_argument("--vkey", help="the published key")
    asked = parser.parse_args(arguments)
    try:
        if asked.kind == "audit":
            return _audit(asked.database)
        if asked.kind == "notes":
            return _notes(asked)
        sys.stdout.write(sbom(LOCK.read_bytes()).decode())
    except (LedgerError, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"{asked.kind}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
