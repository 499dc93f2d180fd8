"""The promise gap: what was promised against what customers say they got."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from vocmine.journey.grouping import Group, Said, groups_of
from vocmine.journey.promise_list import Promise
from vocmine.journey.rows import PromiseGap
from vocmine.journey.words import fold, stems
from vocmine.priorities.quotes import quotes_of
from vocmine.store.frame import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.plugin import Encoder
    from vocmine.store.database import Store
    from vocmine.store.frame import Flags, Frame, Ints

QUOTES = 3
HANDY = (20, 120)
"""Characters of a quote that proves something and reads well: at least and at most."""
_KEEPING = re.compile(
    r"\b(?:cumpl|cumpr|promet|promis|promes|tal (?:cual|como|y como|qual)|igual|anunci|ofrec|"
    r"oferec|acord|pactad|combina|dijeron|dicen|decia|como dice|puntual|a tiempo|segun|kept|"
    r"as described|advertis|agreed|as shown)"
)
"""Praise with such words is of a promise kept; thanks for a quick delivery may be of none."""


def promise_gaps(
    store: Store,
    frame: Frame,
    promises: Sequence[str | Promise] = (),
    *,
    encoder: Encoder | None = None,
) -> list[PromiseGap]:
    """Promises kept and broken: those given, also when nobody speaks of them, and those found.

    Given promises are matched with everything that customers praise or complain of. Of the
    complaints of a broken promise that match none, those that share words make the found ones; each
    needs two messages, and counts for a given promise if their words are of that one alone. A
    message that praises and complains of a promise says that it was broken.

    Args:
        store: Where the quotes are.
        frame: Whose insights.
        promises: Those that the team gives.
        encoder: `voc-encoder`; None loads it, if promises are given.

    Returns:
        Most broken first.

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    given = [Promise(item) if isinstance(item, str) else item for item in promises]
    insights = frame.insights
    opinion = insights.polarity != 0
    place = np.flatnonzero(opinion)
    keys = insights.id[place].tolist()
    words = quotes_of(store, keys)
    texts = [words[key].text for key in keys]
    matched = np.full(len(insights), -1, dtype=np.int64)
    if given and texts:
        matched[place] = _match(given, texts, encoder)
    gaps = []
    for group, chosen in _found(frame, place, texts, opinion & (matched < 0)):
        if (number := _meant(given, frozenset(group.words))) is not None:
            matched[chosen] = number
            continue
        order = [quote.insight for quote in group.members]
        gaps.append(_gap(frame, " ".join(group.members[0].text.split()), False, chosen, order))
    gaps += [
        _gap(frame, promise.text, True, matched == number) for number, promise in enumerate(given)
    ]
    return sorted(gaps, key=lambda gap: (-gap.broken, -gap.kept, not gap.given, gap.promise))


def _match(given: Sequence[Promise], texts: Sequence[str], encoder: Encoder | None) -> list[int]:
    from vocmine.journey.matching import about
    from vocmine.models import load_encoder

    distinct = list(dict.fromkeys(texts))
    found = about(given, distinct, encoder or load_encoder()).tolist()
    promise_of = dict(zip(distinct, found, strict=True))
    return [promise_of[text] for text in texts]


def _meant(given: Sequence[Promise], words: frozenset[str]) -> int | None:
    """The one given promise, by its place, that quotes which share these stems are about."""
    places = [number for number, promise in enumerate(given) if _holds(promise, words)]
    return places[0] if len(places) == 1 else None


def _holds(promise: Promise, words: frozenset[str]) -> bool:
    if promise.keywords:  # one must be said
        return any(key and words.issuperset(key) for key in map(stems, promise.keywords))
    return words.issubset(stems(promise.text))


def _found(
    frame: Frame, place: Ints, texts: Sequence[str], free: Flags
) -> list[tuple[Group, Flags]]:
    """Promises that are in the text only, each with the insights about it, bool (m,).

    Args:
        frame: Whose insights.
        place: Rows of the insights that hold an opinion, int64 (texts,).
        texts: Their quotes.
        free: Insights that are about no given promise, bool (m,).
    """
    insights = frame.insights
    broken = free & (insights.friction == code_of("friction", "promise")) & (insights.polarity < 0)
    rows = dict(zip(place.tolist(), texts, strict=True))
    said = [
        Said(row, int(insights.message[row]), rows[row]) for row in np.flatnonzero(broken).tolist()
    ]
    groups = groups_of(said, texts) if said else []
    praise = {}
    for row in np.flatnonzero(free & (insights.polarity > 0)).tolist() if groups else ():
        if _KEEPING.search(fold(rows[row])):
            praise[row] = frozenset(stems(rows[row]))
    found = []
    for group in groups:
        chosen = np.zeros(len(insights), dtype=np.bool_)
        chosen[[quote.insight for quote in group.members]] = True
        chosen[[row for row, words in praise.items() if words.issuperset(group.words)]] = True
        found.append((group, chosen))
    return found


def _gap(
    frame: Frame, promise: str, given: bool, chosen: Flags, order: Sequence[int] = ()
) -> PromiseGap:
    """Count a promise by messages.

    Args:
        frame: Whose insights.
        promise: Its name.
        given: Whether the team gave it.
        chosen: Insights about it, bool (m,).
        order: Rows of insights in the order in which they prove it; empty makes one.
    """
    insights = frame.insights
    broken = frame.with_insight(chosen & (insights.polarity < 0))
    kept = frame.with_insight(chosen & (insights.polarity > 0)) & ~broken
    told = int(broken.sum() + kept.sum())
    return PromiseGap(
        promise=promise,
        given=given,
        kept=int(kept.sum()),
        broken=int(broken.sum()),
        share_broken=int(broken.sum()) / told if told else None,
        quotes=_proof(frame, order or _telling(frame, chosen)),
    )


def _telling(frame: Frame, chosen: Flags) -> list[int]:
    """Rows of insights, those that prove most first: bad before good, sure, of a handy length."""
    insights = frame.insights
    rows = np.flatnonzero(chosen)
    handy = (insights.length[rows] >= HANDY[0]) & (insights.length[rows] <= HANDY[1])
    keys = (-insights.confidence[rows], ~handy, insights.polarity[rows] > 0)
    ranked: list[int] = rows[np.lexsort(keys)].tolist()
    return ranked


def _proof(frame: Frame, order: Sequence[int]) -> tuple[int, ...]:
    """Keys of the first insights of an order, one of each message."""
    insights = frame.insights
    first: dict[int, int] = {}
    for row in order:
        first.setdefault(int(insights.message[row]), int(insights.id[row]))
        if len(first) == QUOTES:
            break
    return tuple(first.values())
