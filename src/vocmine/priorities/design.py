"""What a score is explained by, message by message: friction points, and what else moves it.

Docs/priorities.md tells why each covariate is here, and why emotion, effort and the like are not:
they are how a friction point does its harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.priorities.clusters import complains
from vocmine.store.frame import UNKNOWN, code_of

if TYPE_CHECKING:
    from vocmine.priorities.clusters import Clusters
    from vocmine.store.frame import Flags, Frame, Ints, MessageColumns

OWN = 20
"""Messages from which on a point, or a value of a covariate, has a column of its own."""
_LEVELS = 40
"""Values of a covariate with a column of their own at most."""


@dataclass(frozen=True, slots=True)
class Design:
    """The columns of a regression over s messages.

    Args:
        matrix: Sparse rows, float64 (s, c): the intercept, points, pools of rare points by
            friction, covariates.
        column: Column of each point, int64 (p,): its own, or that of its pool.
        own: Whether a point has a column of its own, bool (p,).
        message: Row of `matrix` of each pair of a point and a message, int64 (q,).
        of: The point of each of them, int64 (q,), ascending.
    """

    matrix: Any
    column: Ints
    own: Flags
    message: Ints
    of: Ints


def design(frame: Frame, points: Clusters, rows: Ints) -> Design:
    """The columns for some messages of a frame.

    Args:
        frame: Whose messages.
        points: Its friction points.
        rows: The messages with a score, int64 (s,), ascending.
    """
    from scipy import sparse

    place = np.full(points.total, UNKNOWN, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    kept = place[points.message] != UNKNOWN
    of, message = points.of[kept], place[points.message[kept]]
    held = np.bincount(of, minlength=len(points))
    own = held >= OWN
    # A handful of messages cannot carry a figure of their own: rare points go together.
    pools, pool = np.unique(points.friction, return_inverse=True)
    column = 1 + np.where(own, np.cumsum(own) - 1, own.sum() + pool)
    first = 1 + int(own.sum()) + len(pools)
    flags = sparse.coo_array(
        (np.ones(len(of)), (message, column[of])), shape=(len(rows), first)
    ).tocsr()
    flags.data[:] = 1.0  # Two rare points of a friction in one message are one.
    one = sparse.csr_array(np.ones((len(rows), 1)))
    blocks = [one, flags[:, 1:], *_covariates(frame, points, rows)]
    return Design(sparse.hstack(blocks, format="csr"), column, own, message, of)


def _covariates(frame: Frame, points: Clusters, rows: Ints) -> list[Any]:
    from scipy import sparse

    messages = frame.messages
    levels = [
        names.code[rows]
        for names in (messages.channel, messages.country, messages.lang, messages.source)
    ]
    levels += [_months(messages, rows), _praise(frame, rows), _without_cause(frame, points, rows)]
    length = np.log1p(messages.length[rows].astype(np.float64))
    blocks = [block for codes in levels if (block := _indicators(codes)) is not None]
    if length.min() < length.max():
        blocks.append(sparse.csr_array(((length - length.mean()) / length.std())[:, None]))
    return blocks


def _months(messages: MessageColumns, rows: Ints) -> Ints:
    months = messages.day[rows].astype("datetime64[M]")
    codes = months.astype(np.int64)
    codes[np.isnat(months)] = UNKNOWN
    return codes


def _praise(frame: Frame, rows: Ints) -> Ints:
    """Things praised in each message: none, one, or more."""
    praised = frame.insights.message[frame.insights.polarity > 0]
    return np.minimum(np.bincount(praised, minlength=len(frame.messages)), 2)[rows]


def _without_cause(frame: Frame, points: Clusters, rows: Ints) -> Ints:
    """Messages whose only complaint has no cause: they are not the contented ones."""
    other = complains(frame) & (frame.insights.friction == code_of("friction", "other"))
    only = frame.with_insight(other)
    only[points.message] = False
    return only[rows].astype(np.int64)


def _indicators(codes: Ints) -> Any:
    """A column for each frequent value but the most frequent; None where there is only one."""
    from scipy import sparse

    values, place, count = np.unique(codes, return_inverse=True, return_counts=True)
    order = np.argsort(-count, kind="stable")[:_LEVELS]
    levels = [value for value in order.tolist()[1:] if count[value] >= OWN]
    if not levels:
        return None
    column = np.full(len(values), UNKNOWN, dtype=np.int64)
    column[levels] = np.arange(len(levels))
    row = np.flatnonzero(column[place] != UNKNOWN)
    return sparse.coo_array(
        (np.ones(len(row)), (row, column[place][row])), shape=(len(codes), len(levels))
    ).tocsr()
