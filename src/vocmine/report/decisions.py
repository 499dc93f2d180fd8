"""Everything a report says beyond counts, collected once: what every writer of it reads.

The HTML page, the workbook and the Markdown text are three ways to write the same `Decisions`, so
no figure can differ between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vocmine.clock.rows import ClockKind, Due
    from vocmine.comparison.rows import GroupFigure
    from vocmine.journey.promise_list import Promise
    from vocmine.journey.rows import LevelFigures, PromiseGap, StageFigures
    from vocmine.priorities.rows import FrictionPoint, Quote
    from vocmine.report.citations import Verbatim
    from vocmine.report.periods import Grain
    from vocmine.report.scope import Filters
    from vocmine.store.database import Store
    from vocmine.store.filters import Filter
    from vocmine.store.frame import Frame
    from vocmine.trends.rows import Change, EventEffect, Series

HIGH_EFFORT = 3
"""Code of the label set `effort`."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the team brings to a report.

    Args:
        today: Day the clock stands at.
        by: Columns whose groups are compared: `channel`, `Ciudad`, `month`, …
        owners: TOML file of areas; None means the default areas.
        events: CSV file of context events; None means none.
        promises: Promises of the team; those found in the text are looked for in any case.
        country: ISO 3166-1 alpha-2 code of the country whose terms hold; empty means that of most
            messages.
        regime: Code of the regime, such as `telecom`; empty means the default of the country.
        points: Friction points at most; 0 means all.
        quotes: Quotes to read of each place of complaint or praise.
    """

    today: date
    by: tuple[str, ...] = ()
    owners: Path | None = None
    events: Path | None = None
    promises: tuple[str | Promise, ...] = ()
    country: str = "CO"
    regime: str = ""
    points: int = 0
    quotes: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of all messages; a share is of the messages that were judged, None without any.

    Args:
        messages: That figures count: copies left out.
        insights: Of them.
        first_day: ISO; empty without dates.
        last_day: ISO; empty without dates.
        dated: Messages with a date.
        customers: Different authors; None when no message names one.
        negative: Share.
        positive: Share.
        high_effort: Share.
        churn: Share.
        urgent: Share.
        score: Mean, 1 to 5; None without scores.
        nps: Promoters minus detractors, -100 to 100; None without answers.
        csat: Mean as the export has it; None without answers.
        scored: Messages with a score, answer to NPS or CSAT.
    """

    messages: int
    insights: int
    first_day: str
    last_day: str
    dated: int
    customers: int | None
    negative: float | None
    positive: float | None
    high_effort: float | None
    churn: float | None
    urgent: float | None
    score: float | None
    nps: float | None
    csat: float | None
    scored: int


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a report tells, in codes and numbers; every tuple may be empty.

    Args:
        options: Those it was made with, `country` never empty.
        totals: Of all messages.
        points: Friction points, first to mend first.
        due: Every message with its legal term, copies as one case.
        kinds: The clock by kind; the one of all has an empty `kind`.
        periods: Keys of the timeline, as of `vocmine.report.periods`.
        series: Figures over `periods`.
        changes: Surest first.
        events: Context events with before and after.
        stages: The journey, in order.
        levels: The pyramid, base first; in all and by stage.
        promises: Most broken first.
        differences: Groups of `options.by` beside the others, sure or not.
        proof: Quotes of `promises`, by the key of the insight.
        verbatims: Quotes to read, complaints first; as many as `options.quotes` asks for.
    """

    options: Options
    totals: Totals
    points: tuple[FrictionPoint, ...] = ()
    due: tuple[Due, ...] = ()
    kinds: tuple[ClockKind, ...] = ()
    periods: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    changes: tuple[Change, ...] = ()
    events: tuple[EventEffect, ...] = ()
    stages: tuple[StageFigures, ...] = ()
    levels: tuple[LevelFigures, ...] = ()
    promises: tuple[PromiseGap, ...] = ()
    differences: tuple[GroupFigure, ...] = ()
    proof: Mapping[int, Quote] = field(default_factory=dict)
    verbatims: tuple[Verbatim, ...] = ()

    @property
    def grain(self) -> Grain:
        """Length of the periods."""
        first, *others = self.periods or ("",)
        if len(first) < len("2026-01-01"):
            return "year" if len(first) == len("2026") else "month"
        step = date.fromisoformat(others[0]) - date.fromisoformat(first) if others else timedelta(1)
        return "week" if step.days == 7 else "day"

    @property
    def owners(self) -> tuple[str, ...]:
        """Areas that must act, by the weight of what they own."""
        return tuple(dict.fromkeys(point.owner for point in self.points if point.owner))


def decide(store: Store, filters: Filters | None, options: Options) -> Decisions:
    """Collect what a report says of a selection.

    Args:
        store: An open store.
        filters: Which messages, as of the HTML report; None means all.
        options: What the team brings.

    Raises:
        UsageError: A column, file, country or regime of the options that does not exist.
    """
    from vocmine.clock.cases import case_rows, usual_country
    from vocmine.clock.summary import clock_kinds
    from vocmine.comparison.groups import compare
    from vocmine.journey.levels import pyramid_levels
    from vocmine.journey.promises import promise_gaps
    from vocmine.journey.stages import journey_map
    from vocmine.priorities.owners import load_owners
    from vocmine.priorities.points import friction_points
    from vocmine.priorities.quotes import quotes_of
    from vocmine.report.citations import verbatims
    from vocmine.store.frame import read_frame

    chosen = filter_of(store, filters)
    frame = read_frame(store, chosen)
    options = replace(options, country=options.country or usual_country(frame))
    law = {"country": options.country, "regime": options.regime}
    due = case_rows(store, chosen, frame, **law, today=options.today)
    promises = tuple(promise_gaps(store, frame, options.promises))
    owners = load_owners(options.owners)
    return Decisions(
        options=options,
        totals=totals(frame),
        points=tuple(friction_points(store, frame, owners=owners, limit=options.points)),
        due=tuple(due),
        kinds=tuple(clock_kinds(due)),
        stages=tuple(journey_map(store, frame)),
        levels=tuple(pyramid_levels(frame)),
        promises=promises,
        differences=tuple(row for by in options.by for row in compare(store, frame, by)),
        proof=quotes_of(store, (key for gap in promises for key in gap.quotes)),
        verbatims=verbatims(store, frame, options.quotes),
        **_over_time(frame, options),
    )


def _over_time(frame: Frame, options: Options) -> dict[str, Any]:
    from vocmine.trends.changes import changes
    from vocmine.trends.events import event_effects, load_events
    from vocmine.trends.series import series, timeline

    periods = timeline(frame)
    events = load_events(options.events) if options.events else ()
    return {
        "periods": tuple(periods),
        "series": tuple(series(frame, periods)),
        "changes": tuple(changes(frame, periods, events)),
        "events": tuple(event_effects(frame, events)),
    }


def filter_of(store: Store, filters: Filters | None) -> Filter:
    """The messages of the HTML report's filters as a filter of the store."""
    from vocmine.store.filters import Filter

    if filters is None:
        return Filter()
    # The report names its last day; a filter the first day after it.
    until = filters.until and (date.fromisoformat(filters.until) + timedelta(1)).isoformat()
    chosen = Filter(
        since=filters.since,
        until=until,
        source=filters.source,
        keep_duplicates=filters.keep_duplicates,
    )
    if not filters.channel and not filters.country:
        return chosen
    where, values = chosen.message_where()
    rows = store.conn.execute(
        "SELECT m.id FROM messages AS m JOIN sources AS s ON s.id = m.source_id "
        f"WHERE {where} AND ? IN ('', m.channel) AND ? IN ('', m.country)",
        [*values, filters.channel, filters.country],
    )
    return replace(chosen, messages=[row[0] for row in rows])


def totals(frame: Frame) -> Totals:
    """Figures of all messages of a frame; customers where some message has an author."""
    from vocmine.priorities.clusters import customers

    m = frame.messages
    known = m.day[~np.isnat(m.day)]
    asked = m.nps[~np.isnan(m.nps)]
    effort = m.effort >= 0
    with_pqrs = m.pqrs >= 0
    scored = ~(np.isnan(m.score) & np.isnan(m.nps) & np.isnan(m.csat))
    return Totals(
        messages=len(m),
        insights=len(frame.insights),
        first_day=str(known.min()) if len(known) else "",
        last_day=str(known.max()) if len(known) else "",
        dated=len(known),
        customers=len(np.unique(customers(frame))) if (m.author.code >= 0).any() else None,
        negative=_share(m.sentiment < 0, m.judged),
        positive=_share(m.sentiment > 0, m.judged),
        high_effort=_share(m.effort == HIGH_EFFORT, effort),
        churn=_share(m.churn, effort),
        urgent=_share(m.urgent, with_pqrs),
        score=_mean(m.score),
        nps=float(100 * (np.mean(asked >= 9) - np.mean(asked <= 6))) if len(asked) else None,
        csat=_mean(m.csat),
        scored=int(scored.sum()),
    )


def _share(chosen: np.ndarray[Any, Any], among: np.ndarray[Any, Any]) -> float | None:
    return float(np.mean(chosen[among])) if among.any() else None


def _mean(values: np.ndarray[Any, Any]) -> float | None:
    filled = values[~np.isnan(values)]
    return float(np.mean(filled)) if len(filled) else None
