"""Frames in memory whose truth is known: columns without a store, for simulations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from vocmine.catalogue import label_set
from vocmine.store.frame import (
    UNKNOWN,
    Frame,
    InsightColumns,
    MessageColumns,
    Names,
    code_of,
)

FRICTIONS = [c for c in label_set("friction").codes if c not in ("none", "other")]


def made_frame(has: Any, *, polarity: int = -1, other: Any = None, **columns: Any) -> Frame:
    """A frame whose message i complains of point j where `has[i, j]`, with given columns.

    Args:
        has: bool (n, p). Point j has the j-th friction, at stage `use`, on the `app`.
        polarity: Of every complaint.
        other: bool (n,): messages that complain without a cause.
        columns: Of the messages, in place of empty ones.
    """
    has = np.asarray(has, dtype=np.bool_)
    count = len(has)
    other = np.zeros(count, dtype=np.bool_) if other is None else other
    codes = [code_of("friction", code) for code in FRICTIONS[: has.shape[1]]]
    row, column = np.nonzero(np.column_stack([has, other]))
    friction = np.array([*codes, code_of("friction", "other")], dtype=np.int16)[column]
    size = len(row)

    def coded(labels: str, code: str) -> Any:
        return np.full(size, code_of(labels, code), dtype=np.int16)

    insights = InsightColumns(
        id=np.arange(1, size + 1),
        message=row.astype(np.int64),
        friction=friction,
        stage=coded("stage", "use"),
        phase=coded("phase", "after"),
        touchpoint=coded("touchpoint", "app"),
        pyramid=coded("pyramid", "utility"),
        polarity=np.full(size, polarity, dtype=np.int8),
        judged=np.ones(size, dtype=np.bool_),
        confidence=np.full(size, 0.8),
        length=np.full(size, 40),
    )
    return Frame(replace(_messages(count), **columns), insights)


def nps_answers(mean: Any, rng: np.random.Generator) -> Any:
    """Answers of 0 to 10 whose NPS is as expected.

    Args:
        mean: Expected NPS of each message, float64 (n,), -100 to 100.
        rng: Where chance comes from.
    """
    passive = np.minimum(0.2, (100 - np.abs(mean)) / 100)
    promoter = (1 - passive + mean / 100) / 2
    drawn = rng.random(len(mean))
    return np.where(drawn < promoter, 9.0, np.where(drawn < promoter + passive, 7.0, 3.0))


def names(values: Sequence[str], code: Any = None, *, count: int = 0) -> Names:
    """A column of names: by their codes, or all of them the first."""
    made = np.zeros(count, dtype=np.int64) if code is None else np.asarray(code, dtype=np.int64)
    return Names(tuple(values), made)


def _messages(count: int) -> MessageColumns:
    def full(value: Any, kind: Any) -> Any:
        return np.full(count, value, dtype=kind)

    unscored: Mapping[str, Any] = {n: full(np.nan, float) for n in ("score", "nps", "csat")}
    return MessageColumns(
        id=np.arange(1, count + 1),
        day=full("NaT", "datetime64[D]"),
        sentiment=full(-1, np.int8),
        judged=full(True, np.bool_),
        effort=full(0, np.int8),
        churn=full(False, np.bool_),
        urgent=full(False, np.bool_),
        recommend=full(0, np.int8),
        pqrs=full(0, np.int16),
        emotions=np.zeros((count, len(label_set("emotion").codes)), dtype=np.bool_),
        length=full(60, np.int64),
        lang=names(["es"], count=count),
        channel=names(["correo"], count=count),
        country=names(["CO"], count=count),
        author=names([], full(UNKNOWN, np.int64)),
        source=names(["quejas.csv"], count=count),
        **unscored,
    )
