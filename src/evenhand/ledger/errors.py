"""What can go wrong in the ledger, as one small tree.

LedgerError
├── TreeError         a tree, frontier or proof was asked for something it cannot hold
├── EntryError        an entry has a field that does not follow the format
├── NoteError         a signed note, or the key that should open it, is not right
│   └── CheckpointError   the note is well signed but its text is no checkpoint
├── KeyFileError      the signing key's file cannot be used as it is
└── BundleError       a bundle cannot be written
"""


class LedgerError(ValueError):
    """Any fault of the ledger; the message is one line."""


class TreeError(LedgerError):
    """A tree, frontier or proof was asked for something it cannot hold."""


class EntryError(LedgerError):
    """An entry has a field that does not follow the format."""


class NoteError(LedgerError):
    """A signed note, or the key that should open it, is not right."""


class CheckpointError(NoteError):
    """The text of a note is no checkpoint."""


class KeyFileError(LedgerError):
    """The signing key's file cannot be used as it is."""


class BundleError(LedgerError):
    """A bundle cannot be written."""
