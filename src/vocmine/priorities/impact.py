"""What each friction point costs: the fall of a score that goes with it, other things equal.

Ridge regression of the score on all points at once and on covariates (`vocmine.priorities.design`)
with a variance that holds whatever the spread of the score (HC3: MacKinnon and White 1985) and
however the messages of one customer resemble each other (Liang and Zeger 1986), for few customers
blended with the spread of all messages, and Student's t for the customers of a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.priorities.clusters import customers
from vocmine.priorities.design import design
from vocmine.priorities.rows import Impact

if TYPE_CHECKING:
    from vocmine.priorities.clusters import Clusters
    from vocmine.priorities.design import Design
    from vocmine.store.frame import Flags, Floats, Frame, Ints, MessageColumns

LEAST_SCORED = 100
"""Messages with a score under which no impact is estimated."""
ENOUGH = 30
"""Messages with a point, and without it, under which its impact is not trusted."""
LEVEL = 0.05
"""Of the intervals, and rate of wrong claims among the losses that are claimed."""
RIDGE = 1.0
"""Messages' worth of doubt: a point is taken to cost nothing as if one message more said so."""
BLENDED = 4
"""Customers' worth of the spread of all messages in the variance of a point; they keep one whose
few messages gave one and the same score from looking certain."""
_CHUNK = 8192


def metric(messages: MessageColumns) -> tuple[str, Floats]:
    """The score that impact is measured on, and its value for each message.

    NPS before CSAT before stars; one that less than a third as many messages have as another is
    passed over. Answers to NPS count 100 for a promoter (9, 10), 0 for a passive (7, 8) and -100
    for a detractor, so that their mean is the NPS.

    Returns:
        `nps`, `csat`, `score`, or an empty name when none has enough messages; float64 (n,), nan
        without one.
    """
    nps = np.where((messages.nps >= 0) & (messages.nps <= 10), messages.nps, np.nan)
    nps = np.where(np.isnan(nps), nps, 100.0 * (nps >= 9) - 100.0 * (nps < 7))
    given = {"nps": nps, "csat": messages.csat, "score": messages.score}
    count = {name: int(np.isfinite(values).sum()) for name, values in given.items()}
    least = max(LEAST_SCORED, max(count.values()) / 3)
    for name, values in given.items():
        scored = values[np.isfinite(values)]
        if count[name] >= least and scored.min() < scored.max():
            return name, values
    return "", np.full(len(messages), np.nan)


def impacts(frame: Frame, points: Clusters) -> list[Impact | None]:
    """The impact of each friction point.

    Returns:
        One for each point; None without a score (`metric`), or where no message of the point has
        one.
    """
    name, values = metric(frame.messages)
    if not name or not len(points):
        return [None] * len(points)
    rows = np.flatnonzero(np.isfinite(values))
    columns = design(frame, points, rows)
    held = np.bincount(columns.of, minlength=len(points))
    _, who = np.unique(customers(frame)[rows], return_inverse=True)
    found = _effects(columns, values[rows], held, who)
    enough = (held >= ENOUGH) & (len(rows) - held >= ENOUGH)
    low, high = found.interval()
    p_value = found.p_values(enough)
    cost = -found.effect * held / len(rows)
    return [
        Impact(
            metric=name,
            effect=float(found.effect[point]),
            low=float(low[point]),
            high=float(high[point]),
            messages=int(held[point]),
            enough=bool(enough[point]),
            cost=float(cost[point]),
            p_value=float(p_value[point]),
            scored=len(rows),
        )
        if held[point]
        else None
        for point in range(len(points))
    ]


@dataclass(frozen=True, slots=True)
class _Effects:
    """Of each point: effect, its standard error and degrees of freedom, float64 (p,)."""

    effect: Floats
    error: Floats
    freedom: Floats

    def interval(self) -> tuple[Floats, Floats]:
        from scipy import stats

        reach = stats.t.ppf(1 - LEVEL / 2, self.freedom) * self.error
        return self.effect - reach, self.effect + reach

    def p_values(self, enough: Flags) -> Floats:
        """Of no effect, adjusted for the number of points; 1 where there is not enough."""
        from scipy import stats

        found = np.ones(len(self.effect))
        raw = 2 * stats.t.sf(np.abs(self.effect / self.error), self.freedom)
        if enough.any():
            found[enough] = stats.false_discovery_control(raw[enough])
        return found


def _effects(columns: Design, score: Floats, held: Ints, who: Ints) -> _Effects:
    """Effects of the points, each held by so many messages, (p,), of these customers, (s,)."""
    from scipy import linalg, sparse

    matrix, mean = columns.matrix, score.mean()
    people = _people(columns.of, who[columns.message], held)
    gram = (matrix.T @ matrix).toarray()
    doubt = np.full(len(gram), RIDGE)
    doubt[0] = 0.0  # The level of the score is not drawn to anything.
    inverse = linalg.inv(gram + np.diag(doubt))
    weight = inverse @ (matrix.T @ (score - mean))
    residual = score - mean - matrix @ weight
    lever = _leverage(matrix, inverse)
    spread = float(residual @ residual) / max(len(score) - float(lever.sum()), 1.0)
    # HC3: a message draws the fit to itself, and its residual is the smaller for it. The messages
    # of a customer go together, for they err together.
    by_customer = sparse.csr_array((residual / (1 - lever), (who, np.arange(len(who)))))
    pulls = by_customer @ matrix
    meat = (pulls.T @ pulls).toarray()
    robust = ((inverse @ meat) * inverse).sum(axis=1)[columns.column]
    even = spread * np.diag(inverse)[columns.column]
    effect = weight[columns.column]
    rare = ~columns.own & (held > 0)
    if rare.any():
        # Of a rare point: how far its messages lie from what its pool leads to expect.
        apart = np.bincount(columns.of, residual[columns.message], minlength=len(held))
        effect[rare] = (effect * held + apart)[rare] / (held[rare] + RIDGE)
        robust[rare] = even[rare] = spread / people[rare]
    variance = (people * robust + BLENDED * even) / (people + BLENDED)
    return _Effects(effect, np.sqrt(variance), np.maximum(people - 1.0, 1.0))


def _people(of: Ints, who: Ints, held: Ints) -> Floats:
    """Customers of each point, (p,): those of the same weight that its messages are worth (Kish).

    Args:
        of: Point of each of its messages, int64 (q,).
        who: Customer of each of them, int64 (q,).
        held: Messages of each point, int64 (p,).
    """
    size = int(who.max(initial=0)) + 1
    pairs, wrote = np.unique(of * size + who, return_counts=True)
    return held**2 / np.maximum(np.bincount(pairs // size, wrote**2, minlength=len(held)), 1)


def _leverage(matrix: Any, inverse: Floats) -> Floats:
    """How much of its own fitted score each message makes, float64 (s,), 0 to less than 1."""
    parts = [
        matrix[first : first + _CHUNK].multiply(matrix[first : first + _CHUNK] @ inverse)
        for first in range(0, matrix.shape[0], _CHUNK)
    ]
    found = [np.asarray(part.sum(axis=1), dtype=np.float64).ravel() for part in parts]
    return np.clip(np.concatenate(found), 0.0, 0.99)
