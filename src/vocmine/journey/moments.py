"""Moments that matter: the stage where it goes best and the one where it goes worst, if surely so.

A stage is named only when the evidence would be rare by chance: emotions of the same tone are
commoner in its messages than in those of other stages, or the score is surely higher or lower with
it, other stages equal; and all tests of a journey together raise a false alarm in at most one of
twenty journeys where nothing sets a stage apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.catalogue import label_set

if TYPE_CHECKING:
    from vocmine.store.frame import Flags, Floats, Frame

LEAST = 20
"""Messages of a stage, and of the others, below which nothing is said of it."""
ALPHA = 0.05
"""Chance of naming any moment where there is none."""
PLEASANT = ("joy", "gratitude", "trust")
PAINFUL = ("anger", "frustration", "disappointment", "sadness", "fear", "disgust", "confusion")
METRICS = ("nps", "csat", "score")
"""Which score is explained: the one that most messages have, the first of several."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A stage that matters.

    Args:
        kind: `peak` or `pit`.
        why: `load` (emotions of its tone are commoner than elsewhere), `impact` (the score is
            higher or lower with it), `volume` (no stage has more messages).
    """

    kind: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    stage: str
    kind: str
    load: tuple[float, float]
    """Share of messages with an emotion of its tone minus that elsewhere, and its p-value."""
    impact: tuple[float, float]
    """Change of the score in standard deviations, in the direction of `kind`, and its p-value."""
    most: bool

    @property
    def p_value(self) -> float:
        return min(1.0, 2 * min(self.load[1], self.impact[1]))

    @property
    def weight(self) -> float:
        return sum(size for size, p in (self.load, self.impact) if p <= ALPHA)


def moments(frame: Frame) -> dict[str, Moment]:
    """Stage to the moment that it is, at most one peak and one pit.

    Args:
        frame: Messages without emotions and without any score give no moment.
    """
    candidates = _candidates(frame)
    found = {}
    for kind in ("peak", "pit"):
        sure = [row for row in _sure(candidates) if row.kind == kind]
        if sure:
            best = max(sure, key=lambda row: row.weight)
            reasons = (("load", best.load[1] <= ALPHA), ("impact", best.impact[1] <= ALPHA))
            why = [name for name, holds in (*reasons, ("volume", best.most)) if holds]
            found[best.stage] = Moment(kind, tuple(why))
    return found


def _sure(candidates: list[_Candidate]) -> list[_Candidate]:
    """Those that stand after Holm (1979), which controls all false alarms together."""
    ranked = sorted(candidates, key=lambda row: row.p_value)
    for place, row in enumerate(ranked):
        if row.p_value * (len(ranked) - place) > ALPHA:
            return ranked[:place]
    return ranked


def _candidates(frame: Frame) -> list[_Candidate]:
    stages = [code for code in label_set("stage").codes if code != "unknown"]
    here = np.array([_messages_at(frame, stage, frame.insights.judged) for stage in stages])
    if not here.any():
        return []
    tones = {
        kind: np.array([_messages_at(frame, stage, chosen) for stage in stages])
        for kind, chosen in (
            ("peak", frame.insights.polarity > 0),
            ("pit", frame.insights.polarity < 0),
        )
    }
    impacts = _impacts(frame, tones)
    counts = here.sum(axis=1)
    on_journey = here.any(axis=0)
    found = []
    for place, stage in enumerate(stages):
        elsewhere = on_journey & ~here[place]
        if min(counts[place], elsewhere.sum()) < LEAST:
            continue
        balance = np.sum(tones["peak"][place]) - np.sum(tones["pit"][place])
        kind = "peak" if balance > 0 else "pit"
        load = _load(frame, here[place], elsewhere, PLEASANT if kind == "peak" else PAINFUL)
        impact = impacts.get((kind, place), (0.0, 1.0))
        most = bool(counts[place] == counts.max())
        found.append(_Candidate(stage, kind, load, impact, most))
    return found


def _messages_at(frame: Frame, stage: str, chosen: Flags) -> Flags:
    """Messages with a chosen insight at a stage, bool (n,)."""
    code = label_set("stage").codes.index(stage)
    return frame.with_insight(chosen & (frame.insights.stage == code))


def _load(
    frame: Frame, here: Flags, elsewhere: Flags, tone: tuple[str, ...]
) -> tuple[float, float]:
    """Difference of the shares with an emotion of a tone, and the one-sided p-value of Fisher."""
    from scipy.stats import fisher_exact

    codes = label_set("emotion").codes
    columns = [codes.index(name) for name in tone]
    felt: Flags = np.any(frame.messages.emotions[:, columns], axis=1)
    table = [[int(np.sum(felt & rows)), int(np.sum(~felt & rows))] for rows in (here, elsewhere)]
    p_value = float(fisher_exact(table, alternative="greater")[1])
    return float(felt[here].mean() - felt[elsewhere].mean()), p_value


def _impacts(
    frame: Frame, tones: dict[str, npt.NDArray[np.bool_]]
) -> dict[tuple[str, int], tuple[float, float]]:
    """What praise or complaint at each stage does to the score, the other stages held equal.

    A regression by least squares on which stages a message praises and complains of, with errors
    that hold for unequal variance (HC3; Long and Ervin, 2000).

    Returns:
        Kind and place of a stage to the change in standard deviations (up is positive for `peak`,
        down for `pit`) and its one-sided p-value.
    """
    from scipy.stats import t

    score = _score(frame)
    known = ~np.isnan(score)
    keys = [
        (kind, place)
        for kind, rows in tones.items()
        for place in range(len(rows))
        if min(np.sum(rows[place] & known), np.sum(~rows[place] & known)) >= LEAST
    ]
    columns = [np.ones(int(known.sum())), *(tones[kind][place][known] for kind, place in keys)]
    design = np.array(columns, dtype=np.float64).T
    freedom = len(design) - design.shape[1]
    spread = float(np.std(score[known])) if freedom > 0 else 0.0
    if not keys or spread == 0:
        return {}
    effects, errors = _fit(design, score[known])
    found = {}
    for (kind, place), effect, error in zip(keys, effects[1:], errors[1:], strict=True):
        size = effect if kind == "peak" else -effect
        p_value = float(t.sf(size / max(error, 1e-12), freedom))
        found[kind, place] = (max(float(size) / spread, 0.0), p_value)
    return found


def _fit(design: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Least squares: coefficients and their HC3 standard errors, (k,) each."""
    inverse = np.linalg.pinv(design.T @ design)
    effects = inverse @ design.T @ values
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residual = (values - design @ effects) / np.maximum(1 - leverage, 1e-6)
    middle = design.T @ (design * residual[:, None] ** 2)
    return effects, np.sqrt(np.maximum(np.diag(inverse @ middle @ inverse), 0))


def _score(frame: Frame) -> Floats:
    columns = [getattr(frame.messages, name) for name in METRICS]
    return max(columns, key=lambda values: int(np.sum(~np.isnan(values))))
