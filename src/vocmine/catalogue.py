"""The catalogue: every label set, its stable codes, its names in Spanish, Portuguese, English."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vocmine.errors import UsageError

INTERFACE_LANGS = ("es", "pt", "en")


@dataclass(frozen=True, slots=True)
class Label:
    """One code of a label set; `parent` is the phase of a stage, empty elsewhere."""

    code: str
    names: dict[str, str]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """A label set in its canonical order."""

    code: str
    names: dict[str, str]
    labels: tuple[Label, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in canonical order."""
        return tuple(label.code for label in self.labels)


@cache
def catalogue() -> dict[str, LabelSet]:
    """All label sets by code (`pqrs`, `sentiment`, `emotion`, `friction`, `stage`, …)."""
    raw = json.loads(files("vocmine").joinpath("catalogue.json").read_text("utf-8"))
    return {
        code: LabelSet(
            code,
            entry["name"],
            tuple(
                Label(
                    row["code"],
                    {lang: row[lang] for lang in INTERFACE_LANGS},
                    row.get("parent", ""),
                )
                for row in entry["labels"]
            ),
        )
        for code, entry in raw.items()
    }


def label_set(code: str) -> LabelSet:
    """One label set.

    Raises:
        UsageError: When there is no such set; the message lists those that exist.
    """
    try:
        return catalogue()[code]
    except KeyError:
        raise UsageError(
            f"There is no label set '{code}'.", f"Use one of: {', '.join(catalogue())}."
        ) from None


@cache
def every_name(code: str) -> dict[str, str]:
    """Name in any language of one label set to code."""
    return {name: label.code for label in label_set(code).labels for name in label.names.values()}


@cache
def display_names(code: str, lang: str = "es") -> dict[str, str]:
    """Code to display name of one label set in `es`, `pt` or `en`."""
    return {label.code: label.names[lang] for label in label_set(code).labels}
