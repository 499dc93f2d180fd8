"""States of the tokens of messages made of wordings, as an encoder has them at run time."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from tune_batches import noisy

from vocmine.encoder import OnnxEncoder, _Pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meaning_data import Composed
    from numpy.typing import NDArray

_TOKENS_IN_BATCH = 1024
_TOLD = 200
"""Batches after which progress is told."""


class TokenStates(NamedTuple):
    """Messages, token by token.

    Args:
        states: float16 (tokens, hidden), message after message, with what frames them.
        offset: First token of each message, and the number of all, int64 (messages + 1,).
        message: Of each segment, ascending, int64 (segments,).
        first: First token of each segment in its message, int64.
        last: One past its last token, int64.
        problem: Of each segment, str; empty for what opens and closes a message.
    """

    states: NDArray[np.float16]
    offset: NDArray[np.int64]
    message: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    problem: NDArray[np.str_]


def token_states(encoder: OnnxEncoder, composed: Composed, *, seed: int) -> TokenStates:
    """Read every message as a hurried customer types it, and keep the states of its tokens.

    The encoder is read from the inside: what it gives to others is pooled.

    Args:
        encoder: Its second output is the states (see `meaning_graph.with_states`).
        composed: Messages and segments.
        seed: Of the noise.
    """
    rng = np.random.default_rng(seed)
    read = [noisy(text, rng) for text in composed.texts]
    places = [np.array(place) for _, place in read]
    found = composed.segments
    message = found.message.astype(np.int64)
    start, end = (
        np.array([places[m][at] for m, at in zip(message.tolist(), column.tolist(), strict=True)])
        for column in (found.start, found.end)
    )
    tokens = encoder._tokenize([text for text, _ in read])
    lead = len(encoder._lead)
    bounds = np.searchsorted(message, np.arange(len(read) + 1))
    edges = np.zeros((len(message), 2), dtype=np.int64)
    for own, of_text in zip(pairwise(bounds), tokens, strict=True):
        rows = slice(*own)
        pool = _Pool(of_text, np.stack([start[rows], end[rows]], axis=1), 1)
        edges[rows] = np.stack([pool._first, pool._last], axis=1) + lead
    ids = [of_text.ids for of_text in tokens]
    states, offset = _states(encoder, ids, lead + 1)
    return TokenStates(states, offset, message, edges[:, 0], edges[:, 1], composed.problem)


def _states(
    encoder: OnnxEncoder, ids: Sequence[NDArray[np.int64]], frame: int
) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """States of all tokens, and where each message begins; messages are of one window."""
    lengths = np.array([len(run) + frame for run in ids])
    offset = np.concatenate([[0], np.cumsum(lengths)])
    order = np.argsort(lengths, kind="stable")
    kept: NDArray[np.float16] | None = None

    def run(rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.float16]]:
        found = encoder._run([ids[row] for row in rows])
        return rows, found[..., encoder.dim :].astype(np.float16)

    batches = list(_batches(order, lengths))
    with ThreadPoolExecutor() as pool:
        for number, (rows, found) in enumerate(pool.map(run, batches)):
            if kept is None:
                kept = np.zeros((int(offset[-1]), found.shape[2]), dtype=np.float16)
            for row, own in zip(rows.tolist(), found, strict=True):
                kept[offset[row] : offset[row + 1]] = own[: lengths[row]]
            if number % _TOLD == 0:
                print(f"states: batch {number} of {len(batches)}", file=sys.stderr, flush=True)
    assert kept is not None, "no messages"
    return kept, offset


def _batches(order: NDArray[np.intp], lengths: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """Rows in groups of a bounded number of padded tokens, the shortest first."""
    groups: list[NDArray[np.intp]] = []
    first = 0
    for at in range(1, len(order) + 1):
        full = at == len(order) or lengths[order[at]] * (at + 1 - first) > _TOKENS_IN_BATCH
        if full:
            groups.append(order[first:at])
            first = at
    return groups
