"""Hand-offs between areas: who passes customers on to whom, in their own words."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vocmine.journey.areas import area_key
from vocmine.journey.passing import may_tell, passings
from vocmine.journey.rows import Handoff, Passage
from vocmine.journey.words import fold
from vocmine.spans import shares_half

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vocmine.journey.passing import Passing
    from vocmine.store.database import Store
    from vocmine.store.frame import Frame

QUOTES = 3
LEAST_CHARACTERS = 15
"""Of a quote: shorter ones tell nothing where a longer one is to be had."""
WINDOW = 2_000
"""Messages whose texts are read at a time."""
_CLOSING = ('"', "”", "»")
_Span = tuple[int, int]
_Insight = tuple[_Span, str, bool]
"""Span of an insight, its stage, and whether it complains of procedures."""


@dataclass(frozen=True, slots=True)
class Told:
    """A passage of a message that tells of being passed on.

    Args:
        message: Key in the store.
        external_id: Of the message, as the export has it.
        stage: Code: of the insight that holds the passage, or else of the nearest one; `unknown`
            in a message without insights.
        from_area: As written; empty when it is not named.
        to_area: As written; empty when it is not named.
        quote: The words.
    """

    message: int
    external_id: str
    stage: str
    from_area: str
    to_area: str
    quote: Passage


def told_passages(store: Store, frame: Frame) -> Iterator[Told]:
    """Every passage of the messages of a frame that tells of being passed on, by message.

    Args:
        store: Where the texts are.
        frame: Whose messages; its insights say where a customer complains of procedures, and at
            which stage.
    """
    keys = frame.messages.id.tolist()
    for first in range(0, len(keys), WINDOW):
        texts = store.conn.execute(
            "SELECT m.id, m.external_id, m.text FROM json_each(?) AS k "
            "JOIN messages AS m ON m.id = k.value ORDER BY m.id",
            [json.dumps(keys[first : first + WINDOW])],
        )
        suspects = [row for row in texts if may_tell(fold(row[2]))]
        insights = _insights(store, [row[0] for row in suspects])
        for key, external_id, text in suspects:
            own = insights[key]
            for passing in passings(text, [span for span, _, hint in own if hint]):
                end = passing.end + (text[passing.end : passing.end + 1] in _CLOSING)
                words = text[passing.start : end]
                quote = Passage(key, external_id, passing.start, end, words)
                stage = _stage(passing, own)
                yield Told(key, external_id, stage, passing.from_area, passing.to_area, quote)


def handoffs(store: Store, frame: Frame) -> list[Handoff]:
    """Who passes customers on to whom, the most told first; the unnamed count too.

    Spellings of one area (`area_key`) are put together under the commonest.

    Args:
        store: Where the texts are.
        frame: Whose messages.
    """
    groups: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for told in told_passages(store, frame):
        groups[area_key(told.from_area), area_key(told.to_area)].append(told)
        for name in (told.from_area, told.to_area):
            names[area_key(name)][name if name.isupper() else name.lower()] += 1
    shown = {key: _commonest(forms) for key, forms in names.items()}
    rows = [
        Handoff(
            shown[from_area],
            shown[to_area],
            len({told.message for told in found}),
            _quotes([told.quote for told in found]),
        )
        for (from_area, to_area), found in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row.messages, row.from_area, row.to_area))


def _commonest(forms: Counter[str]) -> str:
    """Of spellings that are as common, one in small letters and with its accents."""
    return min(forms, key=lambda form: (-forms[form], form.isupper(), form.isascii(), form))


def _quotes(found: Sequence[Passage]) -> tuple[Passage, ...]:
    """Of different messages and wordings, short ones first that say enough."""
    ranked = sorted(found, key=lambda q: (len(q.text) < LEAST_CHARACTERS, len(q.text), q.message))
    chosen: dict[str, Passage] = {}
    for quote in ranked:
        if quote.message not in {other.message for other in chosen.values()}:
            chosen.setdefault(fold(quote.text), quote)
    return tuple(list(chosen.values())[:QUOTES])


def _insights(store: Store, messages: Sequence[int]) -> defaultdict[int, list[_Insight]]:
    found: defaultdict[int, list[_Insight]] = defaultdict(list)
    rows = store.conn.execute(
        "SELECT i.message_id, i.start, i.end, i.stage, i.friction = 'process' "
        "FROM json_each(?) AS k JOIN insights AS i ON i.message_id = k.value "
        "ORDER BY i.message_id, i.start",
        [json.dumps(messages)],
    )
    for message, start, end, stage, hint in rows:
        found[message].append(((start, end), stage or "unknown", bool(hint)))
    return found


def _stage(passing: Passing, insights: Sequence[_Insight]) -> str:
    def distance(insight: _Insight) -> tuple[int, int]:
        (start, end), _, _ = insight
        shared = shares_half((start, end), (passing.start, passing.end))
        return -shared, max(start - passing.end, passing.start - end, 0)

    # A point about procedures is what the passage is about, wherever else the message speaks.
    about = [insight for insight in insights if insight[2]] or insights
    return min(about, key=distance)[1] if about else "unknown"
