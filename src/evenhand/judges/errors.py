"""The errors of this room.

JudgeError
├── OutdatedError      a pack's calibration is of another release
├── JudgeInputError    a file of answers cannot be read; `.faults` holds one line per fault
└── JudgeConfigError   a file of panels cannot be used; `.faults` holds one line per fault
"""


class JudgeError(ValueError):
    """Say in one line what kept the panel from judging and what to do about it."""


class OutdatedError(JudgeError):
    """A pack's calibration is of another release, whose code or weights are not here."""


class JudgeInputError(JudgeError):
    """Faults of an answers file, all of them, one line each with line number and field."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class JudgeConfigError(JudgeError):
    """Faults of a panels file, all of them, one line each with file, table and key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
