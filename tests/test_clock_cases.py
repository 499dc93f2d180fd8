"""Due dates are those that were worked out by hand, in `clock_cases.md`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vocmine.clock.due import due_rows
from vocmine.clock.rows import Due
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]

DOCUMENTS = "Solicitud de documentos"
"""As the export's own column of the type says it."""


def _cases() -> list[list[str]]:
    text = Path(__file__).with_name("clock_cases.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows]


CASES = _cases()


def one_case(build: Build, record: Record, regime: str, **given: Any) -> Due:
    """The clock of one message, long before it is due."""
    country, code = regime.split()
    made = record(1, country=country, **given)
    with build([made]) as store:
        frame = read_frame(store, Filter())
        today = date.fromisoformat(given["created_at"][:10])
        (row,) = due_rows(store, frame, country=country, regime=code, today=today)
    return row


@pytest.mark.parametrize(
    ("regime", "kind", "received", "due"),
    [case[:4] for case in CASES],
    ids=[f"{case[0]} {case[1]} {case[2]}" for case in CASES],
)
def test_a_due_date_is_the_one_that_was_counted_by_hand(
    build_store: Build, record: Record, regime: str, kind: str, received: str, due: str
) -> None:
    given: dict[str, Any] = {"pqrs": kind, "created_at": received}
    if kind == "documents":
        given |= {"pqrs": "petition", "extra": {"tipo_solicitud": DOCUMENTS}}
    assert one_case(build_store, record, regime, **given).due == due


def test_there_are_enough_cases_by_hand_and_no_two_alike() -> None:
    assert len(CASES) >= 40
    assert len({tuple(case[:3]) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[2]}")
def test_every_case_says_how_it_was_counted(case: list[str]) -> None:
    assert len(case[4]) > 20
    assert date.fromisoformat(case[2][:10]) < date.fromisoformat(case[3])


TRAPS = {
    "Reyes, moved to Monday": "2026-01-12",
    "San José, moved to Monday": "2026-03-23",
    "Ascensión, moved with Easter": "2026-05-18",
    "Corpus Christi, moved with Easter": "2025-06-23",
    "two feasts moved to one Monday": "2025-06-30",
    "a holiday that only began in 2026": "2026-07-13",
    "Independence on a Saturday, not moved": "2024-07-20",
    "Inmaculada, not moved": "2026-12-08",
    "Holy Thursday": "2026-04-02",
    "Good Friday of an early Easter": "2024-03-29",
    "Good Friday of a late Easter": "2025-04-18",
    "Holy Wednesday, half a day in many offices": "2026-04-01",
    "Christmas Eve, half a day in many offices": "2025-12-24",
    "the last day of the year": "2025-12-31",
    "the first day of the next year": "2027-01-01",
    "the leap day": "2024-02-29",
}
"""What a count can get wrong in Colombia, to a day that some case counts over."""


@pytest.mark.parametrize("day", TRAPS.values(), ids=TRAPS)
def test_a_case_counts_over_each_trap(day: str) -> None:
    assert any(case[0].startswith("CO") and case[2][:10] < day < case[3] for case in CASES)


def test_cases_stand_on_both_sides_of_both_ends_of_the_decree_of_2020() -> None:
    days = {case[2] for case in CASES if case[0] == "CO general"}
    assert days >= {"2020-03-27", "2020-03-28", "2022-05-17", "2022-05-18"}
