"""Panels of LLM judges, as a TOML file describes them.

`[judge.NAME]` says how to reach a model and what it costs; `[panel.NAME]` says which judges are
used together. A key stands in an environment variable that the file names, and nowhere else.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from evenhand.judges.errors import JudgeConfigError
from evenhand.judges.learning import JUDGES
from evenhand.judges.llm.routing import Rule, read_rule
from evenhand.judges.llm.tables import Table
from evenhand.judges.llm.values import AMOUNTS, COUNTS, Price

Kind = Literal["openai", "anthropic"]
Style = Literal["structured", "checklist"]
KINDS: tuple[Kind, ...] = ("openai", "anthropic")
STYLES: tuple[Style, ...] = ("structured", "checklist")
RESERVED_PANEL = "embedded"


@dataclass(frozen=True)
class JudgeConfig:
    """One LLM judge.

    Attributes:
        name: How its verdicts are signed.
        kind: The interface: `openai` for every OpenAI-compatible endpoint.
        base_url: What `/chat/completions` or `/v1/messages` is added to.
        model: As the endpoint calls it.
        key_env: The environment variable that holds the key; None where none is needed.
        price: Money for a million tokens.
        batch_share: The part of the price that the provider asks for work that can wait.
        style: `structured` asks for one JSON answer, `checklist` one yes/no question an indicator.
        concurrency: Requests in flight at most, from one process.
        per_minute: Requests a minute at most, from one process; None is no limit.
        timeout: Seconds for one attempt.
        draws: Answers drawn where log-probabilities are not used.
        temperature: Of the draws.
        logprobs: Whether log-probabilities are asked for and used.
        max_output_tokens: A longer answer is cut, and a cut answer is not used.
    """

    name: str
    kind: Kind
    base_url: str
    model: str
    key_env: str | None
    price: Price
    style: Style = "structured"
    concurrency: int = 4
    per_minute: int | None = None
    timeout: float = 60.0
    draws: int = 1
    temperature: float = 0.0
    logprobs: bool = False
    max_output_tokens: int = 1500
    batch_share: float = 1.0

    @property
    def hash(self) -> str:
        """Name whatever may change a verdict, and not price or speed: hex SHA-256."""
        parts = {
            "kind": self.kind,
            "base_url": self.base_url,
            "model": self.model,
            "style": self.style,
            "draws": self.draws,
            "temperature": self.temperature,
            "logprobs": self.logprobs,
            "max_output_tokens": self.max_output_tokens,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class PanelConfig:
    """Judges that are used together.

    Attributes:
        name: How the panel is asked for.
        judges: In the order of the file.
        embedded: Whether the embedded judges sit on it too.
        source: The file it was read from.
        routing: When a judge is asked, from `[panel.NAME.routing]`; None: every judge always.
    """

    name: str
    judges: tuple[JudgeConfig, ...]
    embedded: bool
    source: Path
    routing: Rule | None = None


def read_panels(path: Path) -> dict[str, PanelConfig]:
    """Read every panel of a file, by name.

    Raises:
        JudgeConfigError: with every fault of the file, one line each: file, table, key.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise JudgeConfigError((f"{path}: cannot be read: {error.strerror}",)) from error
    except UnicodeDecodeError as error:
        raise JudgeConfigError((f"{path}: not UTF-8 at byte {error.start + 1}",)) from error
    except tomllib.TOMLDecodeError as error:
        raise JudgeConfigError((f"{path}: not TOML: {error}",)) from error
    return panels_from(found, path.name, path)


def panels_from(
    found: Mapping[str, Any], name: str, source: Path = Path()
) -> dict[str, PanelConfig]:
    """Read every panel of the tables of a file, or of what stands for one.

    Args:
        found: As TOML gives it.
        name: What faults name as the file.
        source: What calibrations stand beside.

    Raises:
        JudgeConfigError: with every fault, one line each: name, table, key.
    """
    faults: list[str] = []
    top = Table(name, "", found, faults)
    judges = {table.key: _judge(table) for table in top.tables("judge")}
    panels = {table.key: _panel(table, judges, source) for table in top.tables("panel")}
    top.close()
    if not faults and not panels:
        faults.append(f"{name}: panel: is missing; add a table [panel.NAME]")
    if faults:
        raise JudgeConfigError(tuple(faults))
    return panels


def judge_from(key: str, values: Mapping[str, Any], name: str) -> JudgeConfig:
    """Read one judge's table by itself; fails as `panels_from` does."""
    faults: list[str] = []
    judges = [
        _judge(table)
        for table in Table(name, "", {"judge": {key: dict(values)}}, faults).tables("judge")
    ]
    if faults:
        raise JudgeConfigError(tuple(faults))
    return judges[0]


def _judge(table: Table) -> JudgeConfig:
    if table.key in JUDGES:
        table.fault("", "is the name of an embedded judge; choose another")
    if table.key == RESERVED_PANEL:
        table.fault("", "is the name of the panel that needs no file; choose another")
    kind = table.choice("kind", KINDS)
    style = table.choice("style", STYLES, "structured")
    judge = JudgeConfig(
        name=table.key,
        kind=kind,
        base_url=table.address("base_url"),
        model=table.text("model"),
        key_env=table.variable("key_env"),
        price=_price(table),
        style=style,
        concurrency=table.whole("concurrency", 4, *COUNTS["concurrency"]),
        per_minute=table.whole("per_minute", 0, *COUNTS["per_minute"]) or None,
        timeout=table.number("timeout", 60.0, *AMOUNTS["timeout"]),
        draws=table.whole("draws", 1, *COUNTS["draws"]),
        temperature=table.number("temperature", 0.0, *AMOUNTS["temperature"]),
        logprobs=table.flag("logprobs", False),
        max_output_tokens=table.whole("max_output_tokens", 1500, *COUNTS["max_output_tokens"]),
        batch_share=table.number("batch_share", 1.0, *AMOUNTS["batch_share"]),
    )
    if judge.logprobs and kind == "anthropic":
        table.fault("logprobs", "this interface gives none; leave it out and set draws")
    if style == "checklist" and not judge.logprobs:
        table.fault("style", "a checklist is read from log-probabilities; set logprobs = true")
    if judge.draws > 1 and judge.temperature == 0:
        table.fault("draws", "at temperature 0 all draws are alike; raise temperature or set 1")
    table.close()
    return judge


def _price(table: Table) -> Price:
    price = table.table("price")
    if price is None:
        table.fault("price", "is missing; { input = 0, cached = 0, output = 0 } where it is free")
        return Price(0.0, 0.0, 0.0)
    bounds = AMOUNTS["price"]
    found = Price(*(price.number(name, None, *bounds) for name in ("input", "cached", "output")))
    if "stored" in price.values:
        found = replace(found, stored=price.number("stored", None, *bounds))
    price.close()
    return found


def _panel(table: Table, judges: Mapping[str, JudgeConfig], path: Path) -> PanelConfig:
    if table.key == RESERVED_PANEL:
        table.fault("", "is the name of the panel that needs no file; choose another")
    names = table.texts("judges")
    for name in names:
        if name not in judges:
            known = ", ".join(judges) or "none"
            table.fault("judges", f'"{name}" has no table [judge.{name}] (there are: {known})')
    if len(set(names)) < len(names):
        table.fault("judges", "one is named twice")
    embedded = table.flag("embedded", True)
    chosen = tuple(judges[name] for name in names if name in judges)
    routing = table.table("routing")
    rule = read_rule(routing, {judge.name: judge.price for judge in chosen}) if routing else None
    table.close()
    return PanelConfig(table.key, chosen, embedded, path, rule)
