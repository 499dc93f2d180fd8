"""Words and figures of an evaluation in Spanish, Portuguese and English."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from vocmine.display import heading, name_of

if TYPE_CHECKING:
    from vocmine.evaluation.bootstrap import Estimate
    from vocmine.evaluation.judge import Group, TaskReport
    from vocmine.evaluation.scores import ClassScore
    from vocmine.heads import Code


@cache
def _words(lang: str) -> dict[str, str]:
    raw = json.loads(files("vocmine.evaluation").joinpath("words.json").read_text("utf-8"))
    position = raw["langs"].index(lang)
    return {key: values[position] for key, values in raw["words"].items()}


class Wording:
    """How an evaluation is put in one language.

    Args:
        lang: `es`, `pt` or `en`.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._words = _words(lang)

    def text(self, key: str, **values: object) -> str:
        """One string with its `{placeholders}` filled in."""
        return self._words[key].format(**values)

    def figure(self, value: float | None, decimals: int = 3) -> str:
        """A figure such as `0,784` (`0.784` in English), `–` for none."""
        if value is None:
            return "–"
        text = f"{value:.{decimals}f}"
        return text if self.lang == "en" else text.replace(".", ",")

    def number(self, value: int) -> str:
        """A whole number: `1.234` (`1,234` in English)."""
        text = f"{value:,}"
        return text if self.lang == "en" else text.replace(",", ".")

    def interval(self, found: Estimate | None) -> str:
        """A figure with its interval: `0,784 [0,751–0,816]`."""
        if found is None:
            return "–"
        ends = "–".join(map(self.figure, (found.low, found.high)))
        return f"{self.figure(found.value)} [{ends}]"

    def task(self, name: str) -> str:
        """Name of a task or of a coarser reading of one."""
        return self._words.get(name) or heading(name, self.lang)

    def label(self, task: str, code: Code) -> str:
        """Display name of a label; one of the user's own is told as it is."""
        return str(name_of(task, code, self.lang))

    def worst_label(self, report: TaskReport) -> str:
        """`sugerencia (0,29; n 2)`."""
        found: ClassScore = report.score.worst
        between = ", " if self.lang == "en" else "; "
        figures = f"{self.figure(found.f1, 2)}{between}n {self.number(found.n)}"
        return f"{self.label(report.task, found.label)} ({figures})"

    def group(self, found: Group | None, kind: str) -> str:
        """`portugués (0,71)`; `–` where there is nothing to compare."""
        if found is None:
            return "–"
        name = self.label("lang", found.name) if kind == "languages" else found.name
        return f"{name} ({self.figure(found.accuracy, 2)})"

    def match(self, kind: str) -> str:
        """What must agree for a found insight to be right."""
        if f"match_{kind}" in self._words:
            return self.text(f"match_{kind}")
        return self.text("match_label", task=self.task(kind).lower())
