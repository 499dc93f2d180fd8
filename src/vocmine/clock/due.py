"""When each message is due and how it stands today.

Everything is as of `today`: an answer that came later had not come, a message that came later is
not there. So a list can be made again for a day in the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.catalogue import label_set
from vocmine.clock.calendar import Calendar
from vocmine.clock.columns import (
    closed_by_status,
    is_yes,
    kind_of_type,
    read_columns,
    read_dates,
)
from vocmine.clock.cues import read_cues
from vocmine.clock.customers import earlier_open
from vocmine.clock.rows import Due
from vocmine.clock.rules import find_regime
from vocmine.store.frame import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from vocmine.clock.rules import Regime, Rule
    from vocmine.store.database import Store
    from vocmine.store.frame import Days, Flags, Frame, Ints

AMBER_DAYS = 3
"""Business days left from which on a case is amber."""
GREEN, AMBER, RED, GREY, NONE = STATES = ("green", "amber", "red", "grey", "none")

_NAT = np.datetime64("NaT", "D")
_HEADS = "SELECT id, external_id, title FROM messages"
_WITHOUT_TERM: dict[str, Any] = {
    "kind_name": "",
    "due": "",
    "answered": "",
    "state": NONE,
    "days_left": None,
    "days_taken": None,
    "days_late": 0,
    "extended": False,
    "silence": "",
    "rule": "",
    "verified": False,
}


@dataclass(frozen=True, slots=True)
class _Cases:
    """The messages with a term, t of them.

    Args:
        terms: Rule of each.
        names: Name of its kind under the rule.
        received: datetime64[D] (t,).
        answered: bool (t,).
        day: Of the answer, datetime64[D] (t,); NaT where open or not known.
        extended: bool (t,).
        asked: Due date that the export gives, datetime64[D] (t,).
    """

    terms: Sequence[Rule]
    names: Sequence[str]
    received: Days
    answered: Flags
    day: Days
    extended: Flags
    asked: Days


def due_rows(store: Store, frame: Frame, *, country: str, regime: str, today: date) -> list[Due]:
    """The clock of each message of a frame, in its order.

    Messages without a date, of another country, that came after `today`, or of a kind for which
    the regime had no term on their day have the state `none` and no due date.

    Args:
        store: Where their texts and columns are.
        frame: Which messages; `vocmine.clock.cases.case_rows` makes one case of copies.
        country: ISO 3166-1 alpha-2.
        regime: Code of a regime of that country; empty means its default.
        today: The day the clock stands at.

    Raises:
        UsageError: The country or the regime is not known.
    """
    found = find_regime(country, regime)
    now = np.datetime64(today, "D")
    columns = read_columns(store, frame)
    given = read_dates(store, frame, columns)
    keys = frame.messages.id.tolist()
    received = _received(frame, found, now)
    kinds, about = _kinds(frame, columns["type"])
    answered, day = _answers(columns, given, received, now)
    terms = found.terms
    term = _term_of_each(terms, kinds, about, received)
    timed = np.flatnonzero(term != UNKNOWN)
    chosen = timed.tolist()
    rules = [terms[index] for index in term[timed].tolist()]
    cases = _Cases(
        terms=rules,
        names=[rule.kinds[kinds[row]] for rule, row in zip(rules, chosen, strict=True)],
        received=received[timed],
        answered=answered[timed],
        day=day[timed],
        extended=np.array([is_yes(columns["extended"][row]) for row in chosen], dtype=np.bool_),
        asked=given["due"][timed],
    )
    clocks = dict(zip(chosen, _clocks(cases, now), strict=True))
    cues = read_cues(store, keys, columns, chosen)
    closed = np.where(answered & np.isnat(day), received, day)
    repeats = earlier_open(frame.messages.author, received, closed, timed).tolist()
    heads = {row[0]: row[1:] for row in store.conn.execute(_HEADS)}
    days = np.datetime_as_string(frame.messages.day).tolist()
    return [
        Due(
            message=key,
            external_id=heads[key][0],
            title=heads[key][1],
            kind=kinds[row],
            received="" if days[row] == "NaT" else days[row],
            area=columns["area"][row],
            transferred=is_yes(columns["transferred"][row]),
            cues=cues.get(row, ()),
            repeats=repeats[row],
            **clocks.get(row, _WITHOUT_TERM),
        )
        for row, key in enumerate(keys)
    ]


def _received(frame: Frame, regime: Regime, now: np.datetime64) -> Days:
    """Day of receipt of the messages the regime is about; NaT for the others."""
    countries = frame.messages.country
    ours = np.array([value == regime.country for value in countries.values] + [True])
    days = frame.messages.day
    # A message without a country is taken for one of the regime's: UNKNOWN is the last.
    return np.where(ours[countries.code] & (days <= now), days, _NAT)


def _kinds(frame: Frame, types: Sequence[str]) -> tuple[list[str], list[str]]:
    """Kind of each message, and what it is about: by the export's own type, else by its label."""
    codes = [*label_set("pqrs").codes, ""]
    labels = [codes[code] for code in frame.messages.pqrs.tolist()]  # UNKNOWN is the last
    said = [kind_of_type(cell) for cell in types]
    kinds = [kind or label for (kind, _), label in zip(said, labels, strict=True)]
    return kinds, [about for _, about in said]


def _term_of_each(
    terms: Sequence[Rule], kinds: Sequence[str], about: Sequence[str], received: Days
) -> Ints:
    """Index into `terms` of each message's rule, int64 (n,); `UNKNOWN` without one."""
    term = np.full(len(kinds), UNKNOWN, dtype=np.int64)
    kind, topic = np.array(kinds, dtype=np.str_), np.array(about, dtype=np.str_)
    # Those that began last come last, and take the messages of those before.
    for index, rule in enumerate(terms):
        holds = np.isin(kind, list(rule.kinds)) & ~np.isnat(received)
        if rule.valid_from:
            holds &= received >= np.datetime64(rule.valid_from)
        if rule.valid_to:
            holds &= received <= np.datetime64(rule.valid_to)
        if rule.about:
            holds &= topic == rule.about
        term[holds] = index
    return term


def _answers(
    columns: Mapping[str, list[str]],
    given: Mapping[str, Days],
    received: Days,
    now: np.datetime64,
) -> tuple[Flags, Days]:
    """Whether each message has an answer, and on which day; NaT where the day is not known.

    The day of the answer counts; without one that of closing, and then of the first reply. A status
    that says open wins over any date: a first reply may be no more than a receipt, and a case may
    have been opened again.
    """
    day = given["answered"]
    for other in ("closed", "replied"):
        day = np.where(np.isnat(day), given[other], day)
    status = closed_by_status(columns)
    is_open = np.array([said is False for said in status], dtype=np.bool_)
    is_closed = np.array([said is True for said in status], dtype=np.bool_)
    to_come = day > now
    answered = ~is_open & ~to_come & (is_closed | ~np.isnat(day))
    # An answer that is older than its message is a slip of the export: its day is not known.
    return answered, np.where(answered & (day >= received), day, _NAT)


def _due_dates(cases: _Cases, calendar: Calendar) -> tuple[Days, Days]:
    """Due dates as the rules give them, and with extensions.

    An extended case is due on the day that the export gives where that is later, at most at the
    double where the rule says so, and at the double where the export gives none.
    """
    days = np.array([term.days for term in cases.terms], dtype=np.int64)
    business = np.array([term.is_business for term in cases.terms], dtype=np.bool_)
    kind = np.array([term.extension for term in cases.terms], dtype=np.str_)
    due = calendar.due(cases.received, days, business)
    most = calendar.due(cases.received, 2 * days, business)
    asked = np.where(cases.asked > due, cases.asked, _NAT)
    doubled = np.where(np.isnat(asked), most, np.minimum(asked, most))
    later = np.where(np.isnat(asked), due, asked)
    moved = np.where(kind == "double", doubled, np.where(kind == "none", due, later))
    return due, np.where(cases.extended, moved, due)


def _clocks(cases: _Cases, now: np.datetime64) -> Iterator[dict[str, Any]]:
    """For each case the fields of `Due` that only messages with a term have."""
    if not cases.terms:
        return
    received, answered, day = cases.received, cases.answered, cases.day
    calendar = Calendar(cases.terms[0].country, received.min(), now)
    by_rule, due = _due_dates(cases, calendar)
    known = answered & ~np.isnat(day)
    until = np.where(known, day, now)
    late = np.where(answered & ~known, 0, calendar.late(due, until))
    left = np.where(late > 0, -late, calendar.between(np.full(len(due), now), due))
    taken = calendar.between(received, until)
    state = np.select([answered, late > 0, left <= AMBER_DAYS], [GREY, RED, AMBER], GREEN)
    moved = due != by_rule
    shown_due, shown_day = np.datetime_as_string(due), np.datetime_as_string(day)
    for row, term in enumerate(cases.terms):
        yield {
            "kind_name": cases.names[row],
            "due": str(shown_due[row]),
            "answered": str(shown_day[row]) if known[row] else "",
            "state": str(state[row]),
            "days_left": None if answered[row] else int(left[row]),
            "days_taken": int(taken[row]) if known[row] else None,
            "days_late": int(late[row]),
            "extended": bool(cases.extended[row]),
            "silence": term.silence if late[row] else "",
            "rule": term.id,
            "verified": term.verified and not moved[row],
        }
