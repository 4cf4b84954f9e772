"""Put a panel of LLM judges together, and calibrate it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import numpy as np

from evenhand.judges.calibration import EVERYBODY
from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.account import Account, Place, Row
from evenhand.judges.llm.caching import FolderCache, ReplyCache, answer_hash
from evenhand.judges.llm.calibration import (
    JudgeCalibration,
    calibrate_all,
    calibration_file,
    made_from,
    read_calibration,
    save_calibration,
)
from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.config import JudgeConfig, PanelConfig
from evenhand.judges.llm.judge import LLMJudge
from evenhand.judges.llm.pacing import Clock
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.tickets import ask_in_batches
from evenhand.judges.panel import Panel
from evenhand.judges.screening import screen
from evenhand.judges.storing import read as read_embedded
from evenhand.measure import Components, default_components
from evenhand.rubric import Pack


def assemble_llm(
    pack: Pack,
    config: PanelConfig,
    environ: Mapping[str, str],
    *,
    embedded: Panel | None,
    cache: ReplyCache | None = None,
    clock: Clock | None = None,
    random: Random | None = None,
) -> LLMPanel:
    """Make the panel that a file describes, each judge with its calibration if there is one.

    Args:
        pack: What it rates by.
        config: The panel.
        environ: Where keys are looked up.
        embedded: The embedded judges, where the panel has them.
        cache: Where replies are kept.
        clock: What time goes by while it waits.
        random: What jitter is drawn from.

    Raises:
        JudgeError: a key is not set, or a calibration is broken.
    """
    judges = [
        LLMJudge(
            judge,
            Caller(judge, environ, clock=clock, random=random),
            calibration=read_calibration(
                calibration_file(config, judge, pack), made_from(pack, judge)
            ),
            cache=cache,
        )
        for judge in config.judges
    ]
    return LLMPanel(config.name, pack, judges, embedded, config.routing)


def components_without_llm(pack: Pack, config: PanelConfig) -> Components:
    """Return the components that the LLM judges of a panel are added to.

    Raises:
        JudgeError: the panel has the embedded judges, and their calibration is missing or broken.
    """
    if config.embedded:
        return read_embedded(pack.root).without[EVERYBODY].components
    return default_components(dimension.id for dimension in pack.dimensions)


def calibrate_panel(
    pack: Pack,
    config: PanelConfig,
    environ: Mapping[str, str],
    *,
    common: float,
    cache: Path,
    tell: Callable[[str], None],
    batches: Path | None = None,
) -> dict[str, JudgeCalibration]:
    """Let each judge rate the golden answers, fit it, and write what was found.

    Args:
        pack: With golden answers.
        config: The panel.
        environ: Where keys are looked up.
        common: Error variance that all model judges share, in levels squared.
        cache: Folder of the draws, so that nothing is paid for twice.
        tell: Told of each judge in a few words.
        batches: Folder of tickets, where judges are asked in batches first; see `ask_in_batches`.

    Raises:
        JudgeError: a judge gave too few verdicts, a key is not set, or a batch is not to be had.
    """
    if batches is not None:
        golden = [(pack.prompt(answer.prompt), answer.text) for answer in pack.golden]
        kept = FolderCache(cache)
        ask_in_batches(pack, config.judges, environ, golden, cache=kept, folder=batches, tell=tell)
    found = {}
    for judge in config.judges:
        tell(f"{judge.name}: rating {len(pack.golden)} golden answers")
        rows = _rate_golden(pack, judge, environ, FolderCache(cache))
        found[judge.name] = calibrate_all(pack, judge, rows, common)
        save_calibration(found[judge.name], calibration_file(config, judge, pack))
    return found


def _rate_golden(
    pack: Pack, judge: JudgeConfig, environ: Mapping[str, str], cache: FolderCache
) -> list[tuple[str, float, float]]:
    """Return author, uncalibrated level and the raters' mean of each verdict."""
    panel = LLMPanel(
        "calibration", pack, [LLMJudge(judge, Caller(judge, environ), cache=cache)], None
    )
    rows = []
    try:
        results = panel.judge_all((pack.prompt(a.prompt), a.text) for a in pack.golden)
        for answer, result in zip(pack.golden, results, strict=True):
            for score in result.scores:
                level = score.verdicts[0].level
                given = [r.level for r in answer.ratings if r.dimension == score.dimension]
                if level is not None and given:
                    rows.append((answer.author, level, float(np.mean(given))))
    finally:
        panel.close()
    if not rows:
        raise JudgeError(f"judge {judge.name}: gave no verdict on any golden answer")
    return rows


def spent_on_golden(pack: Pack, judge: JudgeConfig, cache: Path) -> Account:
    """Return what a judge's calls about golden answers took so far, directly and in batches.

    Args:
        pack: Whose golden answers.
        judge: Who was asked, by its name, however it was set up.
        cache: The folder that `calibrate_panel` was given.
    """
    folder = FolderCache(cache)
    # The question adds flags alone to what is sent, and kept by.
    texts = {screen(one.text, "").text for one in pack.golden}
    calls = [call for text in sorted(texts) for call in folder.calls(answer_hash(text))]
    nowhere = Place("", "", "", "")
    return Account.of(Row(nowhere, call) for call in calls if call.judge == judge.name)
