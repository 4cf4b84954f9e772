"""How benches print what they ran on, and what was asked beside what was got."""

import os
import platform

import numpy as np
import scipy


def tell(what: str, got: str, reached: bool) -> bool:
    """Print one line of asked and got; return whether it was reached."""
    print(f"  {'met' if reached else 'MISSED':7}{what}: {got}", flush=True)
    return reached


def machine() -> str:
    """Return what bears on seconds: cores, Python, numpy, scipy."""
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}, "
        f"scipy {scipy.__version__}"
    )
