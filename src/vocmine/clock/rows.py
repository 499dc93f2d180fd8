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
        answered: Day of the answer, ISO; empty while it is open, and when its day is not known.
        state: `green`, `amber`, `red`, `grey` (answered), `none` (no term).
        days_left: Business days to the due date, negative when overdue; None when answered.
        days_taken: Business days from receipt to answer; None while open or of unknown day.
        days_late: Business days the answer came, or would come today, after the due date.
        area: Area or dependency that has it, as the export writes it; may be empty.
        extended: Whether the term was extended.
        transferred: Whether the export says it was passed on; the clock goes on in any case.
        silence: What the law says of the silence: `positive` once overdue, or answered late, where
            the rule has it.
        cues: Priority cues, codes of `cues.toml`: `tutela`, `regulator`, `life`, …
        repeats: Earlier messages of the same customer that were still open.
        rule: Identifier of the rule.
        verified: Whether that rule was checked against its source.
        copies: File numbers under which the same request came as well; they are no cases of their
            own.
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
    copies: tuple[str, ...] = ()


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
        share_in_time: Of those answered on a known day; None when none was.
        median_days: Business days taken; None when none was answered on a known day.
        undated: Answered, by their status, on a day that is not known.
        extended: With a longer term.
        transferred: Passed to another entity.
        silence: Overdue, or answered late, where the law has positive silence.
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
    undated: int = 0
    extended: int = 0
    transferred: int = 0
    silence: int = 0


@dataclass(frozen=True, slots=True)
class Repeater:
    """A customer who wrote again while an earlier message was open.

    Args:
        author: Pseudonym.
        messages: With a term.
        open: Of those, not answered.
        overdue: Of those, past the due date.
        repeats: Messages that came while an earlier one was open.
        first: Day of the earliest that is open, ISO; empty when all are answered.
        last: Day of the latest message, ISO.
        cues: Priority cues of the open ones.
        files: File numbers of the open ones, oldest first.
    """

    author: str
    messages: int
    open: int
    overdue: int
    repeats: int
    first: str
    last: str
    cues: tuple[str, ...]
    files: tuple[str, ...]
