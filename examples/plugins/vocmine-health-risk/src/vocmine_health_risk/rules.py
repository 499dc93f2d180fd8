"""From the phrases of `rules.toml` to patterns of spaCy's matcher."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_PART = re.compile(r"\(([^()]+)\)|(\S+)")
GAP: dict[str, Any] = {"IS_PUNCT": False, "IS_SPACE": False, "OP": "{0,3}"}
"""`*`: up to three words between two others."""

Pattern = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One cue: its code, the kind of risk, and the patterns that give it away."""

    code: str
    kind: str
    patterns: tuple[Pattern, ...]


def read_rules() -> list[Rule]:
    """The rules of this package, in the order of the file."""
    text = (files(__package__) / "rules.toml").read_text("utf-8")
    return [
        Rule(
            rule["code"],
            rule["kind"],
            tuple(pattern for phrase in rule["phrases"] for pattern in patterns_of(phrase)),
        )
        for rule in tomllib.loads(text)["rule"]
    ]


def patterns_of(phrase: str) -> list[Pattern]:
    """Patterns of one phrase; alternatives of several words make a pattern each."""
    patterns: list[Pattern] = [[]]
    for group, word in _PART.findall(phrase):
        options = [GAP] if word == "*" else []
        single = [] if options else [w for w in (group or word).split("|") if " " not in w]
        if single:
            options.append(_token(single))
        longer = [[_token([w]) for w in o.split()] for o in group.split("|") if " " in o]
        patterns = [[*p, *o] for p in patterns for o in ([[x] for x in options] + longer)]
    return patterns


def _token(words: list[str]) -> dict[str, Any]:
    """A token that is one of some words; `ahog.` is any word that begins so."""
    if any(word.endswith(".") for word in words):
        either = "|".join(w[:-1] + r"\w*" if w.endswith(".") else w for w in words)
        return {"LOWER": {"REGEX": rf"^(?:{either})$"}}
    return {"LOWER": {"IN": words}}
