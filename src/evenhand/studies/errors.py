"""The error of the gate and of the drift watch."""


class StudyError(ValueError):
    """Say in one line what kept a study from being made and what to do about it."""
