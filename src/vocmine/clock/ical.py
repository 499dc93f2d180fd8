"""The due list as a calendar (RFC 5545): one all-day event for each day on which something is due.

One event for each case would bury a calendar under thousands; a day says how many are due and
names them. Identifiers depend on country, regime, area and day only, so that a file that is
imported again updates what is there. What is overdue stands in one event on the day the clock
stands at.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from vocmine.clock.due import AMBER, GREEN, RED
from vocmine.clock.listing import cue_names
from vocmine.clock.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icalendar import Event

    from vocmine.clock.rows import Due
    from vocmine.clock.rules import Regime

NAMED = 50
"""Cases that an event names; those with cues come first."""
_OVERDUE = "overdue"


def due_calendar(
    rows: Iterable[Due], regime: Regime, today: date, *, area: str = "", lang: str = "es"
) -> bytes:
    """The open cases as a calendar file; those answered or without a term are left out.

    Args:
        rows: As `due_rows` gives them, or some of those.
        regime: Under whose rules they stand.
        today: The day the clock stands at; also the time stamp of the events, so that the same
            cases give the same file.
        area: Whose cases they are; calendars of two areas do not overwrite each other.
        lang: Of titles and descriptions.
    """
    from icalendar import Calendar

    said = words(lang)
    days: dict[str, list[Due]] = defaultdict(list)
    for row in rows:
        if row.state in (AMBER, GREEN):
            days[row.due].append(row)
        elif row.state == RED:
            days[_OVERDUE].append(row)
    calendar = Calendar()
    calendar.add("prodid", "-//vocmine//PQRS//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{said['calendar_name']} {area}".strip())
    scope = sha256(f"{regime.country}/{regime.code}/{area}".encode()).hexdigest()[:12]
    for day in sorted(days, key=lambda key: "" if key == _OVERDUE else key):
        calendar.add_component(_event(day, days[day], regime, today, scope, lang))
    return bytes(calendar.to_ical())


def _event(
    day: str, cases: Sequence[Due], regime: Regime, today: date, scope: str, lang: str
) -> Event:
    from icalendar import Event

    said = words(lang)
    start = today if day == _OVERDUE else date.fromisoformat(day)
    if day == _OVERDUE:
        title = said["event_overdue"].format(n=len(cases))
    else:
        title = said["event_one" if len(cases) == 1 else "event_due"].format(n=len(cases))
    if with_cues := sum(bool(case.cues) for case in cases):
        title += f" ({said['event_cues'].format(n=with_cues)})"
    event = Event()
    event.add("uid", f"{day}-{scope}@vocmine")
    event.add("summary", title)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(days=1))
    event.add("dtstamp", datetime(today.year, today.month, today.day, tzinfo=UTC))
    # A later list has a higher number: it replaces the event of an earlier one.
    event.add("sequence", today.toordinal())
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["PQRS"])
    event.add("description", _description(cases, regime, today, lang))
    return event


def _description(cases: Sequence[Due], regime: Regime, today: date, lang: str) -> str:
    said = words(lang)
    first = sorted(cases, key=lambda case: (-len(case.cues), case.due, case.external_id))
    lines = []
    for case in first[:NAMED]:
        facts = (case.external_id, case.kind_name, case.area, cue_names(case.cues, lang))
        lines.append(" · ".join(fact for fact in facts if fact))
    if len(cases) > NAMED:
        lines.append(said["event_more"].format(n=len(cases) - NAMED))
    marks = sorted({case.rule + ("" if case.verified else " *") for case in cases})
    stand = said["event_stand"].format(today=today.isoformat(), rules=", ".join(marks))
    lines += ["", stand, f"{regime.name}. {said['no_advice']}"]
    if any(not case.verified for case in cases):
        lines.append(said["unverified_mark"])
    return "\n".join(lines)
