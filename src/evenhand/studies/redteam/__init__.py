"""Red team: can a text win a score that its content does not earn, or lose one that it does?"""

from evenhand.studies.redteam.attack import REGISTRY, Attack, Setting
from evenhand.studies.redteam.figures import Limits, Report, report_on
from evenhand.studies.redteam.phrases import SETS, Phrases, load_phrases
from evenhand.studies.redteam.running import Trial, abstained_from, false_flags, run, size

__all__ = [
    "REGISTRY",
    "SETS",
    "Attack",
    "Limits",
    "Phrases",
    "Report",
    "Setting",
    "Trial",
    "abstained_from",
    "false_flags",
    "load_phrases",
    "report_on",
    "run",
    "size",
]
