"""Differences in words: `41 % negativos, 12 puntos más que el resto (7 a 17)`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vocmine.comparison.rows import GroupFigure
    from vocmine.report.wording import Wording

_SCALE_OF_MEANS = ("score", "csat")
_WHOLE = 10
"""From so many points on, decimals are no news."""


@cache
def phrases(lang: str) -> dict[str, str]:
    """Key to phrase of one language (`es`, `pt`, `en`), from `words.json`."""
    raw = json.loads(files("vocmine.comparison").joinpath("words.json").read_text("utf-8"))
    position = raw["langs"].index(lang)
    return {key: values[position] for key, values in raw["words"].items()}


def figure_name(figure: str, words: Wording) -> str:
    """What a figure is called at the head of a row: `Mensajes negativos`."""
    if "/" in figure:
        name = words.point(*figure.split("/"))
        return name[:1].upper() + name[1:]
    return phrases(words.lang)[f"name_{figure}"]


def group_name(row: GroupFigure, words: Wording) -> str:
    """The group as people read it: months and periods by their names, other values as they are."""
    from vocmine.cli.by import value_name

    said = phrases(words.lang)
    if row.column == "month":
        return words.period(row.value, "month")
    if row.column != "period":
        return value_name(row.value, words.lang)
    first, last = (words.day(day) if day else "" for day in row.value.split("/"))
    key = "inside" if first and last else "from" if first else "until"
    return said[key].format(first=first, last=last)


def column_name(column: str, words: Wording) -> str:
    """The column that makes the groups, as people read it."""
    from vocmine.display import heading

    return phrases(words.lang).get(column) or heading(column, words.lang)


def finding(row: GroupFigure, words: Wording) -> str:
    """What sets the group apart in one figure, with the 95 % interval of the difference."""
    said = phrases(words.lang)
    mean = row.figure in _SCALE_OF_MEANS
    scale = 1 if mean or row.figure == "nps" else 100
    size = scale * abs(row.difference)
    decimals = 2 if mean else 0 if size >= _WHOLE else 1
    shown = words.number(size, decimals)
    nothing = not float(f"{size:.{decimals}f}")
    sign = -1 if row.difference < 0 and not nothing else 1
    ends = sorted((sign * scale * row.low, sign * scale * row.high))
    low, high = (words.number(end, decimals) for end in ends)
    one = float(f"{size:.{decimals}f}") == 1
    unit = "{n}" if mean else said["points_one" if one else "points"]
    how = "same" if nothing else "less" if sign < 0 else "more"
    text = said[how].format(
        figure=_figure(row, words),
        sign="," if scale == 100 else ":",
        size=unit.format(n=shown),
        low=low,
        high=high,
    )
    if row.sure:
        return text
    return f"{text}; {said['unsure' if row.tested else 'too_few']}"


def _figure(row: GroupFigure, words: Wording) -> str:
    """`41 % negativos`, `NPS de −12`."""
    said = phrases(words.lang)
    if row.figure in _SCALE_OF_MEANS:
        return said[row.figure].format(value=words.number(row.of_group, 1))
    if row.figure == "nps":
        return said["nps"].format(value=words.number(row.of_group))
    value = words.percent(row.of_group, 1, decimals=int(0 < 100 * row.of_group < _WHOLE))
    if "/" in row.figure:
        return said["point"].format(value=value, point=words.point(*row.figure.split("/")))
    return said[row.figure].format(value=value)
