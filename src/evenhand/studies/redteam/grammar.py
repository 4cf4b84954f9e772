"""A small grammar that writes learned nonsense, in the manner of Perelman's BABEL generator."""

import random

_RULES: dict[str, tuple[str, ...]] = {
    "sentence": (
        "{Noun} of {topic} is at all times a matter of {adjective} {noun}.",
        "The {adjective} {noun} of {topic} {verb} a {adjective} {noun} for the {noun}.",
        "While {topic} may {act} {noun}, {noun} is both {adjective} and {adjective}.",
        "Because of its {noun}, {topic} for an {noun} {verb} {adjective} {noun} to the {noun}.",
        "Since {noun} {verb} {topic}, humanity will always {act} {noun} with {adjective} {noun}.",
        "My work taught me that {topic} {verb} nothing if not {adjective} {noun} and {noun}.",
        "Though {noun} for {topic} {verb} {noun}, a quantity of {noun} is {adjective}.",
        "The more that {noun} {verb} the {noun}, the more {adjective} its {noun} must be.",
    ),
    "noun": (
        "circumscription",
        "precision",
        "amygdala",
        "paradigm",
        "validation",
        "exposition",
        "hypothesis",
        "inquiry",
        "retort",
        "interpretation",
        "allegation",
        "evaluation",
        "propagation",
        "inducement",
        "contradiction",
        "assimilation",
        "regression",
        "discernment",
    ),
    "adjective": (
        "inconsistent",
        "ubiquitous",
        "scrupulous",
        "analytical",
        "unerringly ambivalent",
        "empirical",
        "disingenuous",
        "multitudinous",
        "latent",
        "ontological",
        "robust",
        "deterministic",
        "verifiable",
        "axiomatic",
    ),
    "verb": (
        "embarks on",
        "assures",
        "dictates",
        "undermines",
        "proclaims",
        "evaluates",
        "inspects",
        "substantiates",
        "accentuates",
        "delineates",
    ),
    "act": ("adjure", "transmit", "quantify", "disseminate", "circumvent", "encompass", "verify"),
}


def babel(topic: str, count: int, rng: random.Random) -> str:
    """Write some sentences of nonsense about a topic, in paragraphs of four."""
    said = [_expand(rng.choice(_RULES["sentence"]), topic, rng) for _ in range(count)]
    return "\n\n".join(" ".join(said[i : i + 4]) for i in range(0, count, 4))


def _expand(rule: str, topic: str, rng: random.Random) -> str:
    for kind in ("noun", "adjective", "verb", "act"):
        while f"{{{kind}}}" in rule:
            rule = rule.replace(f"{{{kind}}}", rng.choice(_RULES[kind]), 1)
    rule = rule.replace("{Noun}", rng.choice(_RULES["noun"]).capitalize())
    return rule.replace("{topic}", topic)
