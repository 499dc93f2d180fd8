"""The clock as rows: for other programs with codes, for people with names."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vocmine.clock.due import GREY, NONE, RED
from vocmine.clock.rules import ANSWER
from vocmine.clock.words import words
from vocmine.display import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from vocmine.clock.rows import ClockKind, Due, Repeater
    from vocmine.clock.rules import Regime, Rule
    from vocmine.store.frame import Frame

SCHEMA = 1
"""Of the rows for other programs; grows when a key changes its meaning or goes away."""
NO_CASE = ("", "none", "compliment")
"""Kinds of messages that ask for no answer, or were not judged."""


def stand(
    regime: Regime,
    today: date,
    lang: str,
    *,
    states: Sequence[str] = (),
    area: str = "",
    since: str | None = "",
    until: str | None = "",
    source: str | None = "",
) -> str:
    """Heading of figures: the day, the regime, and of which cases only they are.

    Args:
        regime: Under whose rules the cases stand.
        today: The day the clock stands at.
        lang: Of the heading.
        states: Only cases of these lights; none means all.
        area: Only cases of this area.
        since: Only messages from this day on, ISO.
        until: Only messages before this day, ISO.
        source: Only messages of this export.
    """
    said = words(lang)
    lights = ", ".join(said[f"state_{state}"] for state in states)
    first = said["valid_from"].format(start=since) if since else ""
    end = said["before"].format(end=until) if until else ""
    only = ", ".join(filter(None, (lights, area, first, end, source)))
    text = said["stand"].format(today=today.isoformat(), regime=regime.name)
    return f"{text}; {said['only'].format(what=only)}" if only else text


def most_urgent_first(rows: Iterable[Due]) -> list[Due]:
    """Open cases by due date, then those answered, then those without a term."""
    return sorted(rows, key=urgency)


def urgency(row: Due) -> tuple[bool, bool, str, int, int]:
    """What `most_urgent_first` sorts by; of one day, those with more cues come first."""
    return (row.state == NONE, row.state == GREY, row.due, -len(row.cues), row.message)


def case_row(row: Due) -> dict[str, Any]:
    """A case for other programs; `status` is the light, days are business days."""
    fields = asdict(row)
    return {
        "schema": SCHEMA,
        **{name: fields[name] for name in ("external_id", "kind", "kind_name")},
        **{name: fields[name] or None for name in ("received", "due", "answered")},
        "status": row.state,
        "business_days_left": row.days_left,
        **{name: fields[name] for name in ("days_taken", "days_late", "area", "extended")},
        **{name: fields[name] for name in ("transferred", "silence")},
        "cues": list(row.cues),
        **{name: fields[name] for name in ("repeats", "rule", "verified", "title")},
        "copies": list(row.copies),
    }


def kind_row(row: ClockKind) -> dict[str, Any]:
    """Figures of a kind for other programs; an empty `kind` is all of them."""
    return {"schema": SCHEMA, **asdict(row)}


def repeater_row(row: Repeater) -> dict[str, Any]:
    """A customer for other programs."""
    return {"schema": SCHEMA, **asdict(row), "cues": list(row.cues), "files": list(row.files)}


def rule_row(rule: Rule, *, flat: bool = False) -> dict[str, Any]:
    """A rule for other programs; `flat` for a table, where a cell holds no object."""
    kinds = [f"{kind}: {name}" for kind, name in rule.kinds.items()]
    return {"schema": SCHEMA, **asdict(rule)} | ({"kinds": kinds} if flat else {})


def shown_case(row: Due, lang: str) -> dict[str, Any]:
    """A case as people read it; a `*` after the kind marks a rule that is not verified."""
    said = words(lang)
    return case_row(row) | {
        "kind_name": row.kind_name + (" *" if row.due and not row.verified else ""),
        "status": said[f"state_{row.state}"],
        "answered_on": row.answered or None,
        "area": row.area or None,
        "cues": cue_names(row.cues, lang),
        "repeats": row.repeats or None,
        "copies": ", ".join(row.copies) or None,
        "days_late": row.days_late or None,
        "silence": said["yes"] if row.silence and row.state == RED else None,
        "rule": row.rule or None,
        **{name: said["yes" if getattr(row, name) else "no"] for name in ("extended", "verified")},
        "transferred": said["yes" if row.transferred else "no"],
    }


def cue_names(cues: Sequence[str], lang: str) -> str | None:
    """Names of cues, as in a list; None without any."""
    return ", ".join(words(lang)[f"cue_{cue}"] for cue in cues) or None


def shown_kind(row: ClockKind, lang: str) -> dict[str, Any]:
    """Figures of a kind as people read them."""
    share = None if row.share_in_time is None else percent(row.share_in_time, lang)
    days = row.median_days
    return asdict(row) | {
        "kind_name": row.kind_name if row.kind else words(lang)["every"],
        "share_in_time": share,
        "median_days": int(days) if days is not None and days.is_integer() else days,
    }


def shown_repeater(row: Repeater, lang: str) -> dict[str, Any]:
    """A customer as people read it."""
    return asdict(row) | {
        "insisted": row.repeats,
        "first": row.first or None,
        "cues": cue_names(row.cues, lang),
        "files": ", ".join(row.files) or None,
    }


def shown_rule(rule: Rule, regime: Regime, lang: str) -> dict[str, Any]:
    """A rule as people read it, with its source and what to know before relying on it."""
    said = words(lang)
    start, end = rule.valid_from, rule.valid_to
    valid = said["valid_between" if end else "valid_from"].format(start=start, end=end)
    silence = said["silence_hours"].format(n=rule.recognition_hours) if rule.silence else None
    kinds = ", ".join(dict.fromkeys(rule.kinds.values()))
    return {
        "country": rule.country,
        "regime": rule.regime,
        "name": regime.name,
        "rule": rule.id,
        "kinds": kinds if rule.step == ANSWER else said[f"step_{rule.step}"],
        "days": said[rule.day_type].format(n=rule.days),
        "extension": said[f"extension_{rule.extension}"] if rule.step == ANSWER else None,
        "silence_rule": silence,
        "valid": valid if start else None,
        "verified": said["yes" if rule.verified else "no"],
        "source": rule.source,
        "note": rule.note or None,
    }


def gaps(frame: Frame, rows: Sequence[Due], today: str, country: str) -> list[str]:
    """What is missing from the list and why, a sentence each, in English."""
    known = {value for value in frame.messages.country.values if value != country}
    codes = [*frame.messages.country.values, ""]
    abroad = [codes[code] in known for code in frame.messages.country.code.tolist()]
    pairs = list(zip(rows, abroad, strict=True))
    cases = [(row, foreign) for row, foreign in pairs if row.kind not in NO_CASE and not row.due]
    here = [row for row, foreign in cases if not foreign]
    undated = sum(not row.received for row in here)
    future = sum(row.received > today for row in here)
    kinds = Counter(row.kind for row in here if "" < row.received <= today)
    found = []
    if undated:
        found.append(
            f"{undated} without a date have no due date: name its column with --map "
            "created_at=COLUMN when you analyse."
        )
    if future:
        found.append(f"{future} dated after {today} are not counted yet.")
    if kinds:
        listed = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        found.append(
            f"{kinds.total()} have no due date, as this regime has no term here for their kind on "
            f"their day: {listed}."
        )
    if foreign := sum(foreign for _, foreign in cases):
        found.append(f"{foreign} of other countries are left out; see them with --country.")
    if any(row.due for row in rows) and not any(row.state == GREY for row in rows):
        found.append(
            "No message has the date of an answer, or a status that says closed: all are open."
        )
    if unknown := sum(row.state == GREY and not row.answered for row in rows):
        found.append(
            f"{unknown} were answered on an unknown day (none, or before their message): no share "
            "or median counts them."
        )
    return found
