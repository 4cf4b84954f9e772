"""The classes of attacks, one idea a module; importing this registers them all."""

from evenhand.studies.redteam.attacks import (
    begging,
    empty,
    forging,
    hiding,
    honest,
    language,
    ordering,
    prose,
    repeating,
    stuffing,
)

__all__ = [
    "begging",
    "empty",
    "forging",
    "hiding",
    "honest",
    "language",
    "ordering",
    "prose",
    "repeating",
    "stuffing",
]
