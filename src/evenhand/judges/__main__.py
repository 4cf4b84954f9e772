"""Calibrate judges on a pack's golden answers.

`python -m evenhand.judges calibrate PACK` does it for the embedded panel, and with `--panels FILE
--panel NAME` for the LLM judges of a panel; with `--batch` they are asked in batches, which cost
less and may take a day. `python -m evenhand.judges bids PACK` and `... claims PACK` learn what a
bid is, and what claims are like that a person should read, against what people answered in the
pack's rated samples; `... attention PACK` learns to rate by the encoder itself, `... faults PACK`
to tell by it what is wrong, hollow or astray. None is part of a pack.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evenhand.judges import attention, bids, claims, faults
from evenhand.judges.calibration import EVERYBODY, calibrate
from evenhand.judges.encoder import MiniLM
from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.assembling import (
    calibrate_panel,
    components_without_llm,
    spent_on_golden,
)
from evenhand.judges.llm.calibration import calibration_folder
from evenhand.judges.llm.config import read_panels
from evenhand.judges.llm.values import MILLION
from evenhand.judges.storing import FOLDER, save
from evenhand.rubric import Pack, PackError, load_pack


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m evenhand.judges",
        epilog="example: python -m evenhand.judges calibrate packs/production-ml-engineer",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "calibrate", help="fit the embedded panel to a pack's golden answers"
    )
    command.add_argument("pack", type=Path, help="folder of the pack")
    command.add_argument("--panels", type=Path, help="file of panels with LLM judges")
    command.add_argument("--panel", help="name of the panel whose LLM judges are calibrated")
    command.add_argument(
        "--batch",
        action="store_true",
        help="ask the LLM judges in batches: cheaper, and may take a day; run again to go on",
    )
    for name, what in (
        ("bids", "which clauses speak of the rating"),
        ("claims", "which answers make claims that a person should read"),
        ("attention", "to rate answers by the encoder itself"),
        ("faults", "to tell by the encoder itself what is wrong, hollow or astray"),
    ):
        taught = commands.add_parser(name, help=f"learn {what}")
        taught.add_argument("pack", type=Path, help="folder of a pack with rated samples")
    chosen = parser.parse_args(arguments)
    try:
        pack = load_pack(chosen.pack)
        if chosen.command in _LEARN:
            print(f"wrote {_LEARN[chosen.command](pack)}")
            return 0
        if chosen.panel is not None or chosen.panels is not None:
            return _calibrate_llm(pack, chosen.panels, chosen.panel, batch=chosen.batch)
        if chosen.batch:
            raise JudgeError("--batch is for LLM judges: name a panel with --panels and --panel")
        found = calibrate(pack, MiniLM(), lambda step: print(step, file=sys.stderr))
        save(found, pack.root)
    except (JudgeError, PackError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; run the same again to go on", file=sys.stderr)
        return 1
    print(f"wrote {pack.root / FOLDER}")
    return 0


def _learn_bids(pack: Pack) -> Path:
    # JAX is imported where something is learnt anew, and nowhere else.
    with _wants_jax():
        from evenhand.judges.tuning import tune
    bids.save_bids(bids.learn(bids.prepare_lesson(pack, MiniLM()), tune))
    return bids.SHELF.learnt


def _learn_claims(pack: Pack) -> Path:
    claims.save_claims(claims.learn(claims.prepare_lesson(pack, MiniLM())))
    return claims.SHELF.learnt


def _learn_attention(pack: Pack) -> Path:
    with _wants_jax():
        from evenhand.judges import teaching
    attention.save_attention(teaching.teach(pack, teaching.gather(pack, MiniLM())))
    return attention.SHELF.learnt


def _learn_faults(pack: Pack) -> Path:
    with _wants_jax():
        from evenhand.judges import teaching
    faults.save_faults(teaching.teach_faults(pack, teaching.gather_faults(pack, MiniLM())))
    return faults.SHELF.learnt


_LEARN = {
    "bids": _learn_bids,
    "claims": _learn_claims,
    "attention": _learn_attention,
    "faults": _learn_faults,
}


@contextmanager
def _wants_jax() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise JudgeError("to learn this anew, install JAX: make bench-setup") from error


def _calibrate_llm(pack: Pack, file: Path | None, name: str | None, *, batch: bool) -> int:
    """Calibrate the LLM judges of one panel, and say how each did and what it cost."""
    panels = read_panels(file) if file is not None else {}
    if name not in panels:
        known = ", ".join(panels) or "none; name a file with --panels"
        raise JudgeError(f'panel "{name}" is not known (known: {known})')
    panel = panels[name]
    shared = components_without_llm(pack, panel)
    folder = calibration_folder(panel)
    draws = folder / "draws"
    found = calibrate_panel(
        pack,
        panel,
        os.environ,
        common=shared.style + shared.shared,
        cache=draws,
        tell=lambda step: print(step, file=sys.stderr),
        batches=folder / "batches" if batch else None,
    )
    for config in panel.judges:
        judge, one = config.name, found[config.name]
        cost = spent_on_golden(pack, config, draws)
        facet = one.facet(EVERYBODY)
        print(
            f"{judge}: {one.answers} verdicts, r {one.correlation:.2f} with authors left out, "
            f"loading {facet.loading:.2f}, own noise {facet.noise:.2f}; cost so far "
            f"{cost.micros / MILLION:.4f} for {cost.calls} calls"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
