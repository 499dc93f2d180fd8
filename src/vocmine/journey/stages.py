"""The journey map: what is said, felt and touched at every stage, before, during and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vocmine.catalogue import label_set
from vocmine.journey.control import Control, load_control
from vocmine.journey.handoffs import told_passages
from vocmine.journey.moments import Moment, moments
from vocmine.journey.rows import StageFigures, TouchpointUse

if TYPE_CHECKING:
    from vocmine.store.database import Store
    from vocmine.store.frame import Flags, Frame

_NO_MOMENT = Moment("", ())


def journey_map(
    store: Store, frame: Frame, *, control: Control | None = None
) -> list[StageFigures]:
    """Every stage of the catalogue in order, `unknown` last.

    Args:
        store: Where the texts are, which hand-offs are read from.
        frame: Messages and insights to count.
        control: Who controls the touchpoints; None means the usual owners.
    """
    owners = control or load_control()
    named = moments(frame)
    passed = _handoffs(store, frame)
    return [
        _figures(frame, label.code, label.parent, owners, named, passed)
        for label in label_set("stage").labels
    ]


def _figures(
    frame: Frame,
    stage: str,
    phase: str,
    control: Control,
    named: dict[str, Moment],
    passed: dict[str, int],
) -> StageFigures:
    insights = frame.insights
    here = insights.stage == label_set("stage").codes.index(stage)
    polarity = insights.polarity[here & insights.judged]
    negative, positive = int(np.sum(polarity < 0)), int(np.sum(polarity > 0))
    messages = frame.with_insight(here)
    emotions, load = _emotions(frame, messages)
    moment = named.get(stage, _NO_MOMENT)
    return StageFigures(
        phase=phase,
        stage=stage,
        insights=int(here.sum()),
        messages=int(messages.sum()),
        negative=negative,
        neutral=len(polarity) - negative - positive,
        positive=positive,
        net=(positive - negative) / len(polarity) if len(polarity) else None,
        mean_polarity=float(polarity.mean()) if len(polarity) else None,
        emotions=emotions,
        load=load,
        touchpoints=_touchpoints(frame, here, stage, control),
        moment=moment.kind,
        why=moment.why,
        handoffs=passed.get(stage, 0),
    )


def _emotions(frame: Frame, messages: Flags) -> tuple[dict[str, float], float | None]:
    """Share of the messages with each emotion that any of them has, and with any at all."""
    found = frame.messages.emotions
    if not messages.any() or not found.any():
        return {}, None
    shares = found[messages].mean(axis=0)
    named = {
        code: float(share)
        for code, share in zip(label_set("emotion").codes, shares, strict=True)
        if share
    }
    return named, float(found[messages].any(axis=1).mean())


def _touchpoints(
    frame: Frame, here: Flags, stage: str, control: Control
) -> tuple[TouchpointUse, ...]:
    insights = frame.insights
    codes = label_set("touchpoint").codes
    chosen = here & (insights.touchpoint >= 0)

    def counts(among: Flags) -> list[int]:
        found = np.bincount(insights.touchpoint[among], minlength=len(codes))
        return [int(count) for count in found]

    every = counts(chosen)
    negative = counts(chosen & (insights.polarity < 0))
    positive = counts(chosen & (insights.polarity > 0))
    uses = [
        TouchpointUse(code, control.of(stage, code), every[n], negative[n], positive[n])
        for n, code in enumerate(codes)
        if every[n]
    ]
    return tuple(sorted(uses, key=lambda use: (-use.insights, codes.index(use.touchpoint))))


def _handoffs(store: Store, frame: Frame) -> dict[str, int]:
    """Stage to the messages that tell of being passed on there."""
    told: dict[str, set[int]] = {}
    for passage in told_passages(store, frame):
        told.setdefault(passage.stage, set()).add(passage.message)
    return {stage: len(found) for stage, found in told.items()}
