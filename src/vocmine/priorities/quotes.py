"""Three quotes for each friction point: short, telling, of other messages and in other words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np

from vocmine.priorities.rows import Quote
from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.priorities.clusters import Clusters
    from vocmine.store.database import Store
    from vocmine.store.frame import Floats, Frame, Ints

SHOWN = 3
SHORTEST, LONGEST = 25, 90
"""Characters of a quote that is neither a scrap nor a paragraph."""
TOO_ALIKE = 0.7
"""Share of words in common from which on a quote says the same again."""
_CANDIDATES = 15
_STEM = 4
"""Letters that two forms of a word have in common: `cobro`, `cobraron`."""
_WORD = re.compile(r"\w{4,}")


def quotes_of(store: Store, insights: Iterable[int]) -> dict[int, Quote]:
    """Exact words of insights, by their keys."""
    rows = store.conn.execute(
        "SELECT i.id, m.id, m.external_id, i.quote FROM json_each(?) AS k "
        "JOIN insights AS i ON i.id = k.value JOIN messages AS m ON m.id = i.message_id",
        [json.dumps(sorted(set(insights)))],
    )
    return {row[0]: Quote(*row) for row in rows}


def representative(
    store: Store, frame: Frame, points: Clusters, chosen: Iterable[int]
) -> dict[int, tuple[Quote, ...]]:
    """Quotes of some points, the most telling first.

    Args:
        store: Where the words are.
        frame: Whose insights.
        points: Its friction points.
        chosen: The points that need quotes.
    """
    candidates = _candidates(frame, points, list(chosen))
    quotes = quotes_of(store, (key for found in candidates.values() for key, _ in found))
    return {
        point: _diverse([(quotes[key], value) for key, value in found])
        for point, found in candidates.items()
    }


def telling(frame: Frame, insights: Ints) -> Floats:
    """How well each insight speaks for its point, float64 (i,), 0 to 3.

    A quote that is sure, neither a scrap nor a paragraph, and of a message that is negative as a
    whole: two judgements err less than one.

    Args:
        frame: Whose insights.
        insights: Rows of them, int64 (i,).
    """
    columns = frame.insights
    length = columns.length[insights]
    sad = frame.messages.sentiment[columns.message[insights]] < 0
    good_length = (length >= SHORTEST) & (length <= LONGEST)
    # Sums of flags: numpy would take `good_length + sad` for "or".
    found: Floats = columns.confidence[insights] + good_length + sad
    return found


def _candidates(
    frame: Frame, points: Clusters, chosen: Sequence[int]
) -> dict[int, list[tuple[int, float]]]:
    """Key and worth of the most telling insights of each chosen point, the best first."""
    value = telling(frame, points.insight)
    order = np.lexsort((points.insight, -value, points.of_insight))
    first = np.searchsorted(points.of_insight[order], chosen, side="left")
    last = np.searchsorted(points.of_insight[order], chosen, side="right")
    keys = frame.insights.id[points.insight]
    found = {}
    for point, start, end in zip(chosen, first.tolist(), last.tolist(), strict=True):
        best = order[start : min(end, start + _CANDIDATES)]
        found[point] = list(zip(keys[best].tolist(), value[best].tolist(), strict=True))
    return found


def _diverse(candidates: Sequence[tuple[Quote, float]]) -> tuple[Quote, ...]:
    """The best, then whatever says most that the quotes before do not (marginal relevance)."""
    left = [(quote, value, _stems(quote.text)) for quote, value in candidates]
    taken: list[Quote] = []
    while left and len(taken) < SHOWN:
        best = max(left, key=lambda one: one[1])
        taken.append(best[0])
        left = [
            (quote, value - alike, stems)
            for quote, value, stems in left
            if quote.message != best[0].message and (alike := _alike(stems, best[2])) < TOO_ALIKE
        ]
    return tuple(taken)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(plain(text))) or frozenset(
        [plain(text)]
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the words of both that they have in common, 0 to 1 (Jaccard)."""
    return len(one & other) / len(one | other)
