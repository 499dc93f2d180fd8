"""Negative insights gathered by friction, stage and touchpoint: friction points and messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vocmine.catalogue import label_set
from vocmine.duplicates import is_nobody
from vocmine.store.frame import UNKNOWN, code_of

if TYPE_CHECKING:
    from vocmine.store.frame import Codes, Flags, Floats, Frame, Ints


@dataclass(frozen=True, slots=True)
class Clusters:
    """The friction points of a frame, p of them, in the order of their codes.

    A message that complains twice of a point holds it once: `of` and `message` are the k different
    pairs of a point and a message.

    Args:
        friction: Index into the codes of the label set, int64 (p,); likewise the next two.
        stage: Of each point; what was not judged is `unknown`.
        touchpoint: Of each point; what was not judged is `unknown`.
        insight: Rows of the frame's insights that belong to a point, int64 (i,), ascending.
        of_insight: The point of each of them, int64 (i,).
        pair_of_insight: The pair that each of them belongs to, int64 (i,).
        of: Point of each pair, int64 (k,), ascending.
        message: Row of the message of each pair, int64 (k,), ascending within a point.
        total: Messages of the frame.
    """

    friction: Ints
    stage: Ints
    touchpoint: Ints
    insight: Ints
    of_insight: Ints
    pair_of_insight: Ints
    of: Ints
    message: Ints
    total: int

    def __len__(self) -> int:
        return len(self.friction)

    @property
    def messages(self) -> Ints:
        """Messages that hold each point, int64 (p,)."""
        return self.count(np.ones(self.total, dtype=np.bool_))

    @property
    def insights(self) -> Ints:
        """Insights of each point, int64 (p,)."""
        return np.bincount(self.of_insight, minlength=len(self))

    def count(self, chosen: Flags) -> Ints:
        """Messages among the chosen ones, bool (n,), that hold each point, int64 (p,)."""
        return np.bincount(self.of[chosen[self.message]], minlength=len(self))

    def mean(self, values: Floats) -> Floats:
        """Mean of a figure of each pair, float64 (k,), over the messages of each point, (p,)."""
        return np.bincount(self.of, values, minlength=len(self)) / self.messages


def clusters(frame: Frame) -> Clusters:
    """Gather the friction points of a frame.

    The friction `other` is left out: a verdict without a cause cannot be acted on.
    """
    insights = frame.insights
    named = np.flatnonzero(complains(frame) & (insights.friction != code_of("friction", "other")))
    friction = insights.friction[named].astype(np.int64)
    stage = _known(insights.stage[named], "stage")
    touchpoint = _known(insights.touchpoint[named], "touchpoint")
    shape = tuple(len(label_set(name).codes) for name in ("friction", "stage", "touchpoint"))
    place = np.ravel_multi_index((friction, stage, touchpoint), shape)
    keys, of = np.unique(place, return_inverse=True)
    frictions, stages, touchpoints = (c.astype(np.int64) for c in np.unravel_index(keys, shape))
    total = len(frame.messages)
    pairs, of_pair = np.unique(of * max(total, 1) + insights.message[named], return_inverse=True)
    return Clusters(
        frictions,
        stages,
        touchpoints,
        insight=named,
        of_insight=of,
        pair_of_insight=of_pair,
        of=pairs // max(total, 1),
        message=pairs % max(total, 1),
        total=total,
    )


def customers(frame: Frame) -> Ints:
    """Who wrote each message, int64 (n,): the code of its author.

    A message without an author, or under a name that many share (`Anónimo`), is of a customer of
    its own, whose code is no author's.
    """
    author = frame.messages.author
    nobody = np.array([is_nobody(name) for name in author.values] + [True])  # UNKNOWN is the last
    alone = np.arange(len(author.code)) + len(author.values)
    return np.where(nobody[author.code], alone, author.code)


def complains(frame: Frame) -> Flags:
    """Which insights tell of an obstacle, `other` included; bool (m,)."""
    insights = frame.insights
    told = ~np.isin(insights.friction, (UNKNOWN, code_of("friction", "none")))
    return told & (insights.polarity < 0)


def messages_without_cause(frame: Frame) -> int:
    """Messages that complain without saying of what (friction `other`): they are not ranked."""
    other = frame.insights.friction == code_of("friction", "other")
    return int(frame.with_insight(complains(frame) & other).sum())


def _known(codes: Codes, labels: str) -> Ints:
    return np.where(codes == UNKNOWN, code_of(labels, "unknown"), codes).astype(np.int64)
