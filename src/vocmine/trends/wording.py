"""Series, changes and events in the words of a CX team, in Spanish, Portuguese or English."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.report.wording import Wording
from vocmine.trends.series import grain_of, starts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.trends.rows import Change, EventEffect, Series

BLOCKS = "▁▂▃▄▅▆▇█"
LINE = 24
"""Characters of a series at most; neighbouring periods share one where there are more."""


@cache
def words(lang: str) -> dict[str, str]:
    """Key to text of one language (`es`, `pt`, `en`), from `words.json`.

    A heading has the name of its column; a sentence is `kind_what_direction`.
    """
    raw = json.loads(files("vocmine.trends").joinpath("words.json").read_text("utf-8"))
    position = raw["langs"].index(lang)
    return {key: values[position] for key, values in raw["words"].items()}


def headings(columns: Sequence[str], lang: str) -> list[tuple[str, str]]:
    """Pairs of column and heading, as `print_table` takes them."""
    return [(column, words(lang)[column]) for column in columns]


def period_name(period: str, lang: str) -> str:
    """`Semana del 2 mar 2026`, or `mar 2026`."""
    said = Wording(lang)
    if grain_of(period) == "week":
        return words(lang)["week"].format(date=said.day(period))
    name = said.period(period, "month")
    return name[:1].upper() + name[1:]


def sentence(change: Change, lang: str) -> str:
    """What changed, with its figures."""
    said = Wording(lang)
    up = "up" if change.value > change.expected else "down"
    return words(lang)[f"{change.kind}_{change.what}_{up}"].format(
        point=said.point(change.friction, change.stage, change.touchpoint),
        place=said.place(change.stage, change.touchpoint, capital=False),
        value=amount(change.what, change.value, lang),
        expected=amount(change.what, change.expected, lang),
        messages=said.number(change.messages),
    )


def alert(change: Change, newest: str, lang: str) -> str:
    """The sentence of a change, with the day it began on where that is not the newest period."""
    text = sentence(change, lang)
    if change.period == newest:
        return text
    since = Wording(lang).day(starts_of([change.period])[0].item().isoformat())
    return f"{text.removesuffix('.')} ({words(lang)['since'].format(day=since)})."


def amount(what: str, value: float | None, lang: str) -> str:
    """A figure of a series or change as people write it: `12 %`, `4,1`, `−20`, `1.204`."""
    said = Wording(lang)
    if value is None:
        return "–"
    if what in ("score", "nps", "volume", "messages"):
        return said.number(value, 2 if what == "score" else 0)
    # Under a tenth, one per cent is a lot.
    return said.percent(value, 1, decimals=1 if value < 0.1 else 0)


def series_name(name: str, lang: str) -> str:
    """`Mensajes negativos`, or a friction point: `Demora (entrega · domicilio)`."""
    if "/" not in name:
        return words(lang)[f"figure_{name}"]
    friction, stage, touchpoint = name.split("/")
    named = Wording(lang).point(friction, stage, touchpoint)
    return named[:1].upper() + named[1:]


def series_row(row: Series, lang: str) -> dict[str, Any]:
    """A series as a line of a table."""
    known = [value for value in row.values if value is not None]
    return {
        "name": series_name(row.name, lang),
        "bar": line(row),
        "lowest": amount(row.name, min(known), lang),
        "highest": amount(row.name, max(known), lang),
        "last": amount(row.name, row.values[-1], lang),
    }


def line(row: Series) -> str:
    """A series in blocks of eight heights, from 0, or its lowest figure where 0 is no floor."""
    cells = min(len(row.values), LINE)
    starts = np.arange(cells) * len(row.values) // cells
    values = np.array([np.nan if value is None else value for value in row.values])
    counts = np.where(np.isnan(values), 0.0, np.array(row.counts, dtype=np.float64))
    # Volume is its own weight; everything else counts by the messages it rests on.
    weights = np.ones(len(values)) if row.name == "messages" else counts
    weighed = np.add.reduceat(np.nan_to_num(values) * weights, starts)
    of = np.add.reduceat(weights, starts)
    shown = np.where(of > 0, weighed / np.maximum(of, 1e-9), np.nan)
    floor = float(np.nanmin(shown)) if row.name in ("score", "nps") else 0.0
    height = np.maximum(float(np.nanmax(shown)) - floor, 1e-9)
    return "".join(
        " " if np.isnan(value) else BLOCKS[min(int((value - floor) / height * 8), 7)]
        for value in shown.tolist()
    )


def change_row(change: Change, lang: str) -> dict[str, Any]:
    """A change as a line of a table."""
    return {
        "period": period_name(change.period, lang),
        "note": sentence(change, lang),
        "event": change.event,
    }


def effect_row(effect: EventEffect, lang: str) -> dict[str, Any]:
    """An event as a line of a table."""
    said = Wording(lang)
    interval = "–"
    if effect.low is not None and effect.high is not None:
        interval = f"{said.signed(effect.low)} … {said.signed(effect.high)}"
    return {
        "event_name": effect.name,
        "day": said.day(effect.day),
        "before": amount("negative", effect.before, lang),
        "after": amount("negative", effect.after, lang),
        "interval": interval,
        "messages": f"{effect.messages_before} / {effect.messages_after}",
    }
