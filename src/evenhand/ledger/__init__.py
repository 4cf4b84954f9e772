"""The append-only Merkle log: entries, signed checkpoints, bundles and their verification.

Needs `cryptography` and `rfc8785` and nothing else of Evenhand, so that an auditor can run it
alone: `python -m evenhand.ledger verify FILE`.
"""

from evenhand.ledger.bundle import write_bundle
from evenhand.ledger.changing import (
    KEY_CHANGED,
    KeyChange,
    add_signature,
    change_facts,
    check_reason,
)
from evenhand.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from evenhand.ledger.earlier import earlier_head
from evenhand.ledger.entry import Entry, salted_digest, utc_text
from evenhand.ledger.errors import (
    BundleError,
    CheckpointError,
    EntryError,
    KeyFileError,
    LedgerError,
    NoteError,
    TreeError,
)
from evenhand.ledger.note import VerifierKey
from evenhand.ledger.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from evenhand.ledger.proving import check_proof, write_proof
from evenhand.ledger.report import Problem, Report
from evenhand.ledger.signer import Signer
from evenhand.ledger.tree import Frontier, leaf_hash, node_hash, root_of
from evenhand.ledger.verify import verify_bundle
from evenhand.ledger.witness import WitnessKey, add_cosignature, cosigned_at, witness_request

__all__ = [
    "KEY_CHANGED",
    "BundleError",
    "Checkpoint",
    "CheckpointError",
    "Entry",
    "EntryError",
    "Frontier",
    "KeyChange",
    "KeyFileError",
    "LedgerError",
    "NoteError",
    "Problem",
    "Report",
    "Signer",
    "TreeError",
    "VerifierKey",
    "WitnessKey",
    "add_cosignature",
    "add_signature",
    "change_facts",
    "check_proof",
    "check_reason",
    "consistency_proof",
    "cosigned_at",
    "earlier_head",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "root_of",
    "salted_digest",
    "sign_checkpoint",
    "utc_text",
    "verify_bundle",
    "verify_consistency",
    "verify_inclusion",
    "witness_request",
    "write_bundle",
    "write_proof",
]
