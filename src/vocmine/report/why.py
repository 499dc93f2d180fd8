"""Marks in the quotes of friction points: the words that weighed most for the obstacle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vocmine.report.data import Row
    from vocmine.report.wording import Wording

Why = Callable[[Sequence[int]], Mapping[int, Sequence[Mapping[str, Any]]]]
"""Ids of insights to the words of their friction, the heaviest first, each with `start`, `end` and
`weight`; an insight that cannot be explained is left out."""

MOST_MARKED = 2
LEAST_WEIGHT = 0.3


def mark_quotes(points: Sequence[Row], why: Why | None, words: Wording) -> bool:
    """Give every quote `pieces`: pairs of text and, for a marked word, what a pointer shows.

    Returns:
        Whether a word was marked.
    """
    quotes = [quote for point in points for quote in point["quotes"]]
    found = why([quote["id"] for quote in quotes]) if why and quotes else {}
    for point in points:
        name = words.label("friction", point["friction"], capital=False)
        for quote in point["quotes"]:
            quote["pieces"] = _pieces(quote, found.get(quote["id"], ()), name, words)
    return any(title for quote in quotes for _, title in quote["pieces"])


def _pieces(
    quote: Row, weights: Sequence[Mapping[str, Any]], name: str, words: Wording
) -> list[tuple[str, str]]:
    text: str = quote["quote"]
    heavy = [
        (word["start"] - quote["start"], word["end"] - quote["start"], word["weight"])
        for word in weights
        if (word["weight"] or 0.0) >= LEAST_WEIGHT and word["start"] >= quote["start"]
    ]
    pieces: list[tuple[str, str]] = []
    cursor = 0
    for start, end, weight in sorted(heavy[:MOST_MARKED]):
        if end > len(text):  # of the clause, but not of the quote
            continue
        pieces.append((text[cursor:start], ""))
        title = words.text("why_title", weight=words.number(weight, 1), name=name)
        pieces.append((text[start:end], title))
        cursor = end
    pieces.append((text[cursor:], ""))
    return [piece for piece in pieces if piece[0]]
