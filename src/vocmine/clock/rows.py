"""What the clock knows of a message and of all of them; plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Due:
    """One message with its legal term.

    Args:
        message: Key in the store.
        external_id: The file number.
        title: First words.
        kind: Code of the label set `pqrs`.
        kind_name: Name of the kind under this regime, in Spanish: `reclamo`.
        received: Day it came in, ISO.
        due: Last day to answer, ISO; empty when no rule holds for it.
        answered: Day of the answer, ISO; empty while it is open.
        state: `green`, `amber`, `red`, `grey` (answered), `none` (no term).
        days_left: Business days to the due date, negative when overdue; None when answered.
        days_taken: Business days from receipt to answer; None while open.
        days_late: Business days the answer came, or would come today, after the due date.
        area: Area or dependency that has it, as the export writes it; may be empty.
        extended: Whether the term was extended.
        transferred: Whether it was passed to another entity.
        silence: What the law says of the silence: `positive` once overdue where the rule has it.
        cues: Priority cues, codes: `tutela`, `regulator`, `life`, `child`, `elder`, …
        repeats: Earlier messages of the same customer that were still open.
        rule: Identifier of the rule.
        verified: Whether that rule was checked against its source.
    """

    message: int
    external_id: str
    title: str
    kind: str
    kind_name: str
    received: str
    due: str
    answered: str
    state: str
    days_left: int | None
    days_taken: int | None
    days_late: int
    area: str
    extended: bool
    transferred: bool
    silence: str
    cues: tuple[str, ...]
    repeats: int
    rule: str
    verified: bool


@dataclass(frozen=True, slots=True)
class ClockKind:
    """Figures of one kind, or of all (`kind` empty).

    Args:
        kind: Code of `pqrs`.
        kind_name: Name under the regime.
        messages: With a term.
        open: Not answered.
        green: Open, more than three business days left.
        amber: Open, three or fewer left.
        red: Overdue.
        answered: With an answer.
        in_time: Answered by the due date.
        share_in_time: Of those answered; None when none was.
        median_days: Business days taken; None when none was answered.
    """

    kind: str
    kind_name: str
    messages: int
    open: int
    green: int
    amber: int
    red: int
    answered: int
    in_time: int
    share_in_time: float | None
    median_days: float | None
