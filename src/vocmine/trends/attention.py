"""What needs attention now: the newest whole period against everything before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.report.wording import Wording
from vocmine.store.frame import code_of
from vocmine.trends.changes import changes
from vocmine.trends.limits import LEAST_PERIODS, SIDE
from vocmine.trends.listing import SCHEMA, change_data
from vocmine.trends.series import complete, grain_of, places, point_keys, starts_of, timeline
from vocmine.trends.wording import alert, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vocmine.store.database import Store
    from vocmine.store.filters import Filter
    from vocmine.store.frame import Frame
    from vocmine.trends.events import Event
    from vocmine.trends.rows import Change
    from vocmine.trends.series import Grain

QUOTES = 3
"""Customers' words at most of each friction point, where they are asked for."""
_WORSE_BELOW = ("score", "nps", "praise")


@dataclass(frozen=True, slots=True)
class Watch:
    """What a look at the newest period found.

    Args:
        period: The newest whole period; empty when there is none.
        messages: In it.
        whole: Whole periods that there are, this one included.
        changes: For the worse, first seen now.
    """

    period: str
    messages: int
    whole: int
    changes: tuple[Change, ...]

    @property
    def enough(self) -> bool:
        """Whether there is history to compare with."""
        return self.whole >= LEAST_PERIODS


def watch(frame: Frame, grain: Grain, until: date, events: Sequence[Event] = ()) -> Watch:
    """Compare the newest whole period with those before it.

    A spike is looked for in that period only. A change that stays is told once: when the data show
    it, and those up to the period before did not.

    Args:
        frame: Messages before `until`.
        grain: `week` or `month`.
        until: First day that is not looked at; the period that it falls in is not whole.
        events: Context.
    """
    periods = timeline(frame, grain)
    if not periods:
        return Watch("", 0, 0, ())
    ended = starts_of(periods)[1:] <= np.datetime64(until, "D")
    whole = np.flatnonzero(complete(frame, periods) & ended)
    if not len(whole):
        return Watch("", 0, 0, ())
    at = int(whole[-1])
    known = periods[: at + 1]
    earlier = changes(frame, periods[:at]) if at else []
    found = tuple(
        change
        for change in changes(frame, known, events, newest=True)
        if _is_worse(change) and (change.period == known[-1] or not _was_told(change, earlier))
    )
    return Watch(known[-1], int((places(frame, periods) == at).sum()), len(whole), found)


def _is_worse(change: Change) -> bool:
    if change.what in _WORSE_BELOW:
        return change.value < change.expected
    return change.value > change.expected


def _was_told(change: Change, earlier: Sequence[Change]) -> bool:
    """Whether the same change that stays was seen before; its place may have moved since."""

    def about(one: Change) -> tuple[str, ...]:
        return (one.what, one.friction, one.stage, one.touchpoint)

    start, end = starts_of([change.period])
    near = SIDE[grain_of(change.period)] * (end - start)
    return any(
        one.kind != "spike"
        and about(one) == about(change)
        and abs(starts_of([one.period])[0] - start) <= near
        for one in earlier
    )


def alert_rows(
    store: Store, frame: Frame, found: Watch, lang: str, *, quotes: bool = False
) -> list[dict[str, Any]]:
    """Alerts for other programs: a change with its sentence in `text`.

    Args:
        store: Where quotes are.
        frame: Whose messages.
        found: What `watch` gave.
        lang: Of `text`.
        quotes: Add `quotes`, up to three of customers for a friction point.
    """
    rows = []
    for change in found.changes:
        row = change_data(change) | {"text": alert(change, found.period, lang)}
        if quotes:
            row["quotes"] = _quotes(store, frame, change)
        rows.append(row)
    return rows


def _quotes(store: Store, frame: Frame, change: Change) -> list[str]:
    if change.what != "friction":
        return []
    insights = frame.insights
    complains, _ = point_keys(frame)
    for name in ("friction", "stage", "touchpoint"):
        complains &= getattr(insights, name) == code_of(name, getattr(change, name))
    since = starts_of([change.period])[0]
    complains &= frame.messages.day[insights.message] >= since
    chosen = np.flatnonzero(complains)
    surest = chosen[np.argsort(-insights.confidence[chosen], kind="stable")]
    texts: dict[str, None] = {}
    for key in insights.id[surest].tolist():
        row = store.conn.execute("SELECT quote FROM insights WHERE id = ?", [key]).fetchone()
        texts[" ".join(row[0].split())] = None
        if len(texts) == QUOTES:
            break
    return [*texts]


def clock_rows(
    store: Store,
    chosen: Filter,
    frame: Frame,
    until: date,
    lang: str,
    *,
    country: str = "",
    regime: str = "",
) -> list[dict[str, Any]]:
    """Cases that are overdue, or due in three business days, as alerts; none where none are.

    Args:
        store: Where the messages are.
        chosen: Which messages.
        frame: Of those.
        until: The day the clock stands at.
        lang: Of the alerts' words.
        country: Whose law; empty means that of most messages.
        regime: Empty means the country's default.

    Raises:
        UsageError: There is no such country or regime.
    """
    from vocmine.clock.cases import case_rows, usual_country

    place = country or usual_country(frame)
    rows = case_rows(store, chosen, frame, country=place, regime=regime, today=until)
    states = [row.state for row in rows]
    found = []
    for kind, state in (("overdue", "red"), ("due", "amber")):
        if count := states.count(state):
            text = words(lang)[f"{kind}_pqrs"].format(messages=Wording(lang).number(count))
            found.append(_clock_row(kind, until, count, text))
    return found


def _clock_row(kind: str, until: date, count: int, text: str) -> dict[str, Any]:
    codes = dict.fromkeys(("friction", "stage", "touchpoint", "event"), "")
    figures = dict.fromkeys(("value", "expected", "p_value"))
    return {
        "schema": SCHEMA,
        "what": "pqrs",
        "period": until.isoformat(),
        "kind": kind,
        **codes,
        **figures,
        "messages": count,
        "text": text,
    }
