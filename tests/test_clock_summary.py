"""The clock in figures."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vocmine.clock.rows import ClockKind, Due
from vocmine.clock.summary import clock_kinds

NAMES = {"petition": "petición", "grievance": "queja", "claim": "reclamo"}


def due(state: str = "green", kind: str = "claim", **changes: Any) -> Due:
    values: dict[str, Any] = {
        "message": 1,
        "external_id": "R-1",
        "title": "",
        "kind": kind,
        "kind_name": NAMES.get(kind, ""),
        "received": "2026-02-06",
        "due": "2026-02-27",
        "answered": "2026-02-20" if state == "grey" else "",
        "state": state,
        "days_left": None if state == "grey" else 1,
        "days_taken": 10 if state == "grey" else None,
        "days_late": 0,
        "area": "",
        "extended": False,
        "transferred": False,
        "silence": "",
        "cues": (),
        "repeats": 0,
        "rule": "co-general",
        "verified": True,
    }
    return Due(**values | changes)


def answered(taken: int, late: int = 0) -> Due:
    return due("grey", days_taken=taken, days_late=late)


def whole(*rows: Due) -> ClockKind:
    return clock_kinds(rows)[-1]


def test_lights_are_counted() -> None:
    found = whole(due("green"), due("amber"), due("amber"), due("red"), answered(3))
    assert (found.messages, found.open, found.answered) == (5, 4, 1)
    assert (found.green, found.amber, found.red) == (1, 2, 1)


def test_the_share_in_time_is_of_those_answered() -> None:
    found = whole(answered(10), answered(12), answered(15), answered(20, late=5), due("red"))
    assert (found.in_time, found.share_in_time, found.median_days) == (3, 0.75, 13.5)


def test_an_answer_of_unknown_day_is_in_no_share() -> None:
    found = whole(answered(10), due("grey", answered="", days_taken=None))
    assert (found.answered, found.undated) == (2, 1)
    assert (found.in_time, found.share_in_time, found.median_days) == (1, 1.0, 10.0)


def test_without_an_answer_there_is_no_share_and_no_median() -> None:
    found = whole(due("red"))
    assert (found.share_in_time, found.median_days) == (None, None)


def test_extensions_transfers_and_silence_are_counted() -> None:
    found = whole(
        due(extended=True), due("red", silence="positive", transferred=True), due(transferred=True)
    )
    assert (found.extended, found.transferred, found.silence) == (1, 2, 1)


def test_kinds_stand_in_the_catalogue_s_order_and_all_come_last() -> None:
    found = clock_kinds([due(kind="claim"), due(kind="petition"), due(kind="grievance")])
    assert [row.kind for row in found] == ["petition", "grievance", "claim", ""]
    assert [row.messages for row in found] == [1, 1, 1, 3]


def test_kinds_that_the_regime_merges_are_one_row() -> None:
    merged = "queja o reclamo"
    rows = [due(kind="grievance", kind_name=merged), due(kind_name=merged), due(kind_name=merged)]
    assert [(row.kind, row.kind_name, row.messages) for row in clock_kinds(rows)] == [
        ("claim", merged, 3),
        ("", "", 3),
    ]


def test_messages_without_a_term_do_not_count() -> None:
    assert clock_kinds([due("none", due=""), due("none", kind="none", due="")]) == []
    assert whole(due("none", due=""), due()).messages == 1


@given(st.lists(st.sampled_from(["green", "amber", "red", "grey"]), min_size=1), st.data())
def test_kinds_add_up_to_all(states: list[str], data: st.DataObject) -> None:
    kinds = st.sampled_from(sorted(NAMES))
    *each, all_ = clock_kinds([due(state, data.draw(kinds)) for state in states])
    for name in ("messages", "open", "green", "amber", "red", "answered", "in_time", "undated"):
        assert sum(getattr(row, name) for row in each) == getattr(all_, name)
    assert all_.open + all_.answered == all_.messages
    assert all_.green + all_.amber + all_.red == all_.open
