"""Customers who write again while an earlier message of theirs is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vocmine.clock.customers import earlier_open, repeated_customers
from vocmine.clock.due import due_rows
from vocmine.clock.rows import Due, Repeater
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import Names, read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]


def run(build: Build, made: list[dict[str, Any]]) -> tuple[list[Due], list[Repeater]]:
    with build(made) as store:
        frame = read_frame(store, Filter(keep_duplicates=True))
        rows = due_rows(store, frame, country="CO", regime="", today=date(2026, 6, 1))
        return rows, repeated_customers(frame, rows)


def closed(day: str) -> dict[str, Any]:
    return {"extra": {"closed_at": day}}


# Author, day of receipt, days until the answer (None while open), whether it has a term.
_messages = st.lists(
    st.tuples(
        st.sampled_from(["ana", "luis", "Anónimo", ""]),
        st.integers(0, 12),
        st.none() | st.integers(0, 6),
        st.booleans(),
    ),
    max_size=14,
)


@given(_messages)
def test_counting_at_once_is_what_asking_each_earlier_message_gives(
    messages: list[tuple[str, int, int | None, bool]],
) -> None:
    start = np.datetime64("2026-01-01")
    received = np.array([start + day for _, day, _, _ in messages], dtype="datetime64[D]")
    answered = np.array(
        [
            np.datetime64("NaT") if wait is None else start + day + wait
            for _, day, wait, _ in messages
        ],
        dtype="datetime64[D]",
    )
    timed = np.array([n for n, one in enumerate(messages) if one[3]], dtype=np.int64)
    found = earlier_open(Names.of(one[0] for one in messages), received, answered, timed)

    def before(one: int, other: int) -> bool:
        return (received[other], other) < (received[one], one)

    expected = [
        sum(
            messages[other][0] == author
            and bool(messages[other][3])
            and before(one, other)
            and not answered[other] < received[one]
            for other in range(len(messages))
        )
        if author in ("ana", "luis") and has_term
        else 0
        for one, (author, _, _, has_term) in enumerate(messages)
    ]
    assert found.tolist() == expected


class TestRepeats:
    def test_an_earlier_message_counts_while_it_is_open(
        self, build_store: Build, record: Record
    ) -> None:
        made = [
            record(1, author="ana", created_at="2026-05-04", **closed("2026-05-12")),
            record(2, author="ana", created_at="2026-05-11"),
            record(3, author="ana", created_at="2026-05-13"),
            record(4, author="luis", created_at="2026-05-13"),
        ]
        assert [row.repeats for row in run(build_store, made)[0]] == [0, 1, 1, 0]

    def test_praise_is_no_open_case(self, build_store: Build, record: Record) -> None:
        made = [
            record(1, author="ana", created_at="2026-05-04", pqrs="compliment"),
            record(2, author="ana", created_at="2026-05-11"),
        ]
        assert [row.repeats for row in run(build_store, made)[0]] == [0, 0]

    def test_people_without_a_name_are_not_one_customer(
        self, build_store: Build, record: Record
    ) -> None:
        made = [record(n, author=name) for name in ("", "Anónimo") for n in (1, 2)]
        for number, one in enumerate(made):
            one["external_id"] = str(number)
        assert {row.repeats for row in run(build_store, made)[0]} == {0}

    def test_a_case_closed_on_an_unknown_day_is_not_held_against_the_next(
        self, build_store: Build, record: Record
    ) -> None:
        made = [
            record(1, author="ana", created_at="2026-05-04", extra={"estado": "Cerrado"}),
            record(2, author="ana", created_at="2026-05-11"),
        ]
        assert [row.repeats for row in run(build_store, made)[0]] == [0, 0]


class TestTheList:
    def test_it_has_who_insisted_with_what_is_open(
        self, build_store: Build, record: Record
    ) -> None:
        made = [
            record(1, author="a-1", created_at="2026-05-04", text="Mal.", quotes=[]),
            record(2, author="a-1", created_at="2026-05-20", text="Va tutela.", quotes=[]),
            record(3, author="a-1", created_at="2026-05-25", **closed("2026-05-26")),
            record(4, author="a-2", created_at="2026-05-25"),
        ]
        _, (one,) = run(build_store, made)
        assert one == Repeater(
            author="a-1",
            messages=3,
            open=2,
            overdue=1,
            repeats=2,
            first="2026-05-04",
            last="2026-05-25",
            cues=("tutela",),
            files=("PQR-00001", "PQR-00002"),
        )

    def test_those_with_most_open_cases_come_first(
        self, build_store: Build, record: Record
    ) -> None:
        made = [record(n, author="a-2", created_at=f"2026-05-0{n}") for n in (4, 5)]
        made += [record(n, author="a-1", created_at=f"2026-05-0{n}") for n in (6, 7, 8)]
        _, found = run(build_store, made)
        assert [(one.author, one.open) for one in found] == [("a-1", 3), ("a-2", 2)]

    def test_a_customer_whose_cases_are_all_answered_may_have_insisted(
        self, build_store: Build, record: Record
    ) -> None:
        made = [
            record(n, author="a-1", created_at=f"2026-05-0{n}", **closed("2026-05-15"))
            for n in (4, 5)
        ]
        _, (one,) = run(build_store, made)
        assert (one.open, one.repeats, one.first, one.files) == (0, 1, "", ())

    def test_nobody_insisted(self, build_store: Build, record: Record) -> None:
        assert run(build_store, [record(1, author="a-1")])[1] == []
