"""Frames in memory whose truth is known: columns without a store, quick enough for hundreds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vocmine.catalogue import label_set
from vocmine.store.frame import UNKNOWN, Frame, InsightColumns, MessageColumns, Names, code_of

FRICTIONS = [c for c in label_set("friction").codes if c not in ("none", "other")]
_POINT = ("friction", "stage", "touchpoint")
_NAN = np.float64("nan")
_MESSAGE = {
    "day": np.datetime64("NaT", "D"), "score": _NAN, "nps": _NAN, "csat": _NAN,
    "sentiment": np.int8(0), "judged": np.True_, "effort": np.int8(0), "churn": np.False_,
    "urgent": np.False_, "recommend": np.int8(0), "pqrs": np.int16(0), "length": np.int64(80),
}  # fmt: skip
_INSIGHT = {
    "friction": np.int16(0), "stage": np.int16(0), "touchpoint": np.int16(0),
    "pyramid": np.int16(0), "polarity": np.int8(0), "judged": np.True_,
    "confidence": np.float64(0.8), "length": np.int64(40),
}  # fmt: skip
_PHASES = np.array(
    [
        code_of("phase", label.parent) if label.parent else UNKNOWN
        for label in label_set("stage").labels
    ],
    dtype=np.int16,
)


def frame_with(
    count: int, message: Any = (), about: Mapping[str, Any] = {}, **columns: Any
) -> Frame:
    """Messages and insights of which nothing is known but what is given.

    Args:
        count: Messages, n of them.
        message: Which each insight is of, int (m,), in any order.
        about: Columns of the insights, (m,); what is missing is neutral, and the phase that of the
            stage.
        columns: Of the messages, (n,), in place of neutral ones; None changes nothing.
    """
    nobody = {
        name: Names((), np.full(count, UNKNOWN))
        for name in ("lang", "channel", "country", "author", "source")
    }
    emotions = np.zeros((count, len(label_set("emotion").codes)), np.bool_)
    messages = MessageColumns(
        id=np.arange(1, count + 1),
        **{"emotions": emotions, **nobody, **_filled(count, _MESSAGE, columns)},
    )
    message = np.asarray(message, dtype=np.int64)
    order = np.argsort(message, kind="stable")
    said = _filled(len(message), _INSIGHT, about)
    said["phase"] = _PHASES[said["stage"]]
    insights = InsightColumns(
        id=np.arange(1, len(message) + 1),
        message=message[order],
        **{name: column[order] for name, column in said.items()},
    )
    return Frame(messages, insights)


def _filled(count: int, neutral: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every column of `neutral`, and what else is given."""
    columns: dict[str, Any] = {name: np.full(count, value) for name, value in neutral.items()}
    for name, value in given.items():
        if value is not None:
            kind = neutral[name].dtype if name in neutral else None
            columns[name] = value if kind is None else np.asarray(value, dtype=kind)
    return columns


def frame_of(
    day: Any,
    said: Mapping[str, Any] = {},
    *,
    polarity: int = -1,
    praise: Sequence[tuple[str, Any, Any]] = (),
    **columns: Any,
) -> Frame:
    """Messages with a date, and the friction points that each holds.

    Args:
        day: datetime64[D] (n,).
        said: `friction/stage/touchpoint` to which messages complain of it, bool (n,).
        polarity: Of every complaint.
        praise: `stage/touchpoint`, which messages speak of it, bool (n,), and which praise it.
        columns: Of the messages, as `frame_with` takes them.
    """
    found = [_insights(point, has, polarity) for point, has in said.items()]
    found += [_insights(f"none/{place}", has, praises) for place, has, praises in praise]
    message, *codes, tone = np.hstack([np.zeros((5, 0), np.int64), *found])
    about = {**dict(zip(_POINT, codes, strict=True)), "polarity": tone}
    return frame_with(len(day), message, about, day=day, **columns)


def _insights(point: str, has: Any, polarity: Any) -> Any:
    """Message, three codes and polarity of each insight about a point, int64 (5, insights)."""
    at = np.flatnonzero(has)
    codes = [code_of(name, code) for name, code in zip(_POINT, point.split("/"), strict=True)]
    tone = np.broadcast_to(polarity, len(has))[at]
    return np.vstack([at, *(np.full(len(at), code) for code in codes), tone])


def made_frame(has: Any, *, other: Any = None, **given: Any) -> Frame:
    """A frame whose message i, a negative one, complains of point j where `has[i, j]`.

    Args:
        has: bool (n, p). Point j has the j-th friction, at stage `use`, on the `app`.
        other: bool (n,): messages that complain without a cause.
        given: As `frame_of` takes it.
    """
    has = np.asarray(has, dtype=np.bool_)
    said = {f"{code}/use/app": column for code, column in zip(FRICTIONS, has.T, strict=False)}
    if other is not None:
        said["other/use/app"] = other
    plain = {"day": np.full(len(has), "NaT"), "sentiment": np.full(len(has), -1)}
    return frame_of(said=said, **{**plain, **given})


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


def names(values: Sequence[str], code: Any) -> Names:
    """A column of names by their codes."""
    return Names(tuple(values), np.asarray(code, dtype=np.int64))
