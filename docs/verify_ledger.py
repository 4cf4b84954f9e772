#!/usr/bin/env python3
"""Verify an exported Evenhand ledger, without Evenhand.

    python verify_ledger.py ledger.jsonl VKEY [EARLIER [FORMER]]

VKEY is the verifier key that the organisation published; EARLIER a checkpoint you kept, signed by
the key FORMER if the ledger has changed its key since. Written
from RFC 6962 (section 2.1), RFC 8785, c2sp.org/signed-note and c2sp.org/tlog-checkpoint; it shares
no line with the program that wrote the file. Needs Python 3.11 and the package `cryptography`.
Prints `ok` and exits with 0, or says what is wrong first and exits with 1.
"""

import base64
import hashlib
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENTRY = re.compile(rb'\{"entry":(\{.*\}),"leaf":"([A-Za-z0-9+/]{43}=)"\}')
FIELDS = {"seq", "at", "actor", "action", "subject", "facts"}


def need(holds, what):
    if not holds:
        raise ValueError(what)


def digest(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text):
    """Decode, and insist on the one spelling that encoding gives."""
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def spelt(value):
    """The RFC 8785 form of an object that holds text and small whole numbers only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def once(pairs):
    need(len(dict(pairs)) == len(pairs), "a key stands twice")
    return dict(pairs)


class Tree:
    """The roots of the complete subtrees from left to right, as (height, hash)."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, leaf):
        height, node = 0, leaf
        while self.peaks and self.peaks[-1][0] == height:
            node = digest(b"\x01", self.peaks.pop()[1], node)
            height += 1
        self.peaks.append((height, node))
        self.size += 1

    def root(self):
        nodes = [node for _, node in self.peaks] or [digest()]
        while len(nodes) > 1:
            nodes[-2:] = [digest(b"\x01", *nodes[-2:])]
        return nodes[0]


class Key:
    """A published verifier key: name, key id and Ed25519 key."""

    def __init__(self, vkey):
        self.text = vkey
        self.name, self.id, rest = vkey.split("+", 2)
        typed = unbase64(rest)
        need(len(typed) == 33 and typed[0] == 1, "the key is not of type Ed25519")
        hashed = digest(self.name.encode(), b"\n", typed)
        need(self.id == hashed[:4].hex(), "the key id does not fit the key")
        self.key = Ed25519PublicKey.from_public_bytes(typed[1:])

    def open(self, note):
        """Return size and root of a checkpoint that this key signed."""
        need(note.endswith("\n") and "\n\n" in note, "the checkpoint is no signed note")
        text, _, tail = note.rpartition("\n\n")
        mine = 0
        for line in tail[:-1].split("\n"):
            found = re.fullmatch("\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)", line)
            need(found, "a signature line is malformed")
            signature = unbase64(found[2])
            if (found[1], signature[:4].hex()) != (self.name, self.id):
                continue  # of a witness, or of a key of another time
            self.key.verify(signature[4:], (text + "\n").encode())
            mine += 1
        need(mine, "the checkpoint is not signed by this key")
        origin, size, root, *_ = [*text.split("\n"), "", ""]
        need(origin == self.name, "the checkpoint is of another ledger")
        need(re.fullmatch("0|[1-9][0-9]*", size), "the checkpoint's size is no number")
        need(len(unbase64(root)) == 32, "the checkpoint's root has not 32 bytes")
        return int(size), unbase64(root)


def verify(lines, key, earlier=None):
    """Check the lines of a bundle; return how many entries it has."""
    tree, signed, seen, last = Tree(), -1, 0, None
    for number, line in enumerate(lines):
        need(line.endswith(b"\n"), "the file ends in the middle of a line")
        line = line[:-1]
        need(last is None, "something stands after the final checkpoint")
        row = json.loads(line, object_pairs_hook=once)
        if number == 0:
            header = {"format": "evenhand-ledger/1", "origin": key.name, "vkey": key.text}
            need(line == spelt(header), "the header is not that of this key's ledger")
        elif found := ENTRY.fullmatch(line):
            need(set(row["entry"]) == FIELDS, f"entry {tree.size} has other fields")
            need(row["entry"]["seq"] == tree.size, f"entry {tree.size} is missing or out of order")
            leaf = digest(b"\x00", found[1])
            need(base64.b64encode(leaf) == found[2], f"entry {tree.size} was edited")
            tree.add(leaf)
        else:
            need({"checkpoint"} <= set(row) <= {"checkpoint", "last"}, "a line is neither kind")
            need(line == spelt(row), "a checkpoint is written in another form")
            size, root = key.open(row["checkpoint"])
            need(signed < size == tree.size, f"entries are missing or put in before {tree.size}")
            need(root == tree.root(), f"one of the first {size} entries was changed with its leaf")
            signed, seen, last = size, seen + 1, row.get("last")
            need("last" not in row or type(last) is int, "the number of checkpoints is no number")
        if earlier is not None and tree.size == earlier[0]:
            need(tree.root() == earlier[1], "history was rewritten since the earlier checkpoint")
    need(last is not None and last == seen, "it was cut short, or a checkpoint is missing")
    need(earlier is None or earlier[0] <= tree.size, "it is older than the earlier checkpoint")
    return tree.size


def main(file, vkey, earlier=None, former=None):
    try:
        key, then = Key(vkey), Key(former or vkey)
        before = None if earlier is None else then.open(open(earlier, encoding="utf-8").read())
        print(f"ok: {verify(open(file, 'rb'), key, before)} entries")
    except (InvalidSignature, ValueError, TypeError, KeyError, RecursionError) as wrong:
        sys.exit(f"FAILED: {wrong or 'a signature is wrong'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
