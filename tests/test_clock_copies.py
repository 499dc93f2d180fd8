"""A request that was received twice is one case, and nothing that is due hides behind a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from vocmine.clock.cases import case_rows, usual_country
from vocmine.clock.rows import Due
from vocmine.report.decisions import Options, decide
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]

TODAY = date(2026, 2, 26)


@contextmanager
def store_with_copies(
    build: Build, made: list[dict[str, Any]], *groups: list[int]
) -> Iterator[Store]:
    """A store in which the messages of each group are copies of its first."""
    with build(made) as store:
        store.conn.executemany(
            "INSERT INTO duplicates (message_id, first_id, kind) VALUES (?, ?, ?)",
            [
                (key, group[0], "first" if key == group[0] else "exact")
                for group in groups
                for key in group
            ],
        )
        yield store


def cases(store: Store, chosen: Filter = Filter(), today: date = TODAY) -> list[Due]:  # noqa: B008
    frame = read_frame(store, chosen)
    return case_rows(store, chosen, frame, country="CO", regime="", today=today)


class TestOneCase:
    def test_copies_are_one_case_that_names_the_others(
        self, build_store: Build, record: Record
    ) -> None:
        made = [record(n, created_at="2026-02-06") for n in range(1, 5)]
        with store_with_copies(build_store, made, [1, 3, 4]) as store:
            rows = cases(store)
        assert [(row.message, row.external_id, row.copies) for row in rows] == [
            (1, "PQR-00001", ("PQR-00003", "PQR-00004")),
            (2, "PQR-00002", ()),
        ]

    def test_the_term_runs_from_the_day_it_first_came_whatever_the_order_of_the_export(
        self, build_store: Build, record: Record
    ) -> None:
        newest_first = [record(1, created_at="2026-02-20"), record(2, created_at="2026-02-06")]
        with store_with_copies(build_store, newest_first, [1, 2]) as store:
            (row,) = cases(store)
        assert (row.message, row.external_id) == (1, "PQR-00002")
        assert (row.received, row.due) == ("2026-02-06", "2026-02-27")

    def test_a_copy_that_is_open_is_not_hidden_by_one_that_was_answered(
        self, build_store: Build, record: Record
    ) -> None:
        made = [
            record(1, created_at="2026-01-20", extra={"closed_at": "2026-01-27"}),
            record(2, created_at="2026-02-06"),
        ]
        with store_with_copies(build_store, made, [1, 2]) as store:
            (row,) = cases(store)
        assert (row.state, row.external_id, row.copies) == ("amber", "PQR-00002", ("PQR-00001",))

    def test_it_is_answered_when_all_are(self, build_store: Build, record: Record) -> None:
        made = [
            record(n, created_at="2026-01-20", extra={"closed_at": f"2026-01-{20 + n}"})
            for n in (1, 2)
        ]
        with store_with_copies(build_store, made, [1, 2]) as store:
            assert [row.state for row in cases(store)] == ["grey"]

    def test_a_copy_without_a_date_takes_no_term_away(
        self, build_store: Build, record: Record
    ) -> None:
        made = [record(1, created_at=None), record(2, created_at="2026-01-20")]
        with store_with_copies(build_store, made, [1, 2]) as store:
            assert [row.due for row in cases(store)] == ["2026-02-10"]

    def test_cues_and_insistence_of_any_copy_are_those_of_the_case(
        self, build_store: Build, record: Record
    ) -> None:
        made = [
            record(1, created_at="2026-01-20", author="a-1"),
            record(2, created_at="2026-02-06", author="a-1", extra={"tutela": "Sí"}),
        ]
        with store_with_copies(build_store, made, [1, 2]) as store:
            (row,) = cases(store)
        assert (row.external_id, row.cues, row.repeats) == ("PQR-00001", ("tutela",), 1)

    def test_only_copies_that_are_chosen_count(self, build_store: Build, record: Record) -> None:
        made = [record(1, created_at="2026-01-20"), record(2, created_at="2026-02-06")]
        with store_with_copies(build_store, made, [1, 2]) as store:
            (row,) = cases(store, Filter(since="2026-02-01"))
        assert (row.message, row.due, row.copies) == (2, "2026-02-27", ())

    def test_every_copy_is_a_case_when_that_is_asked_for(
        self, build_store: Build, record: Record
    ) -> None:
        made = [record(1, created_at="2026-01-20"), record(2, created_at="2026-02-06")]
        with store_with_copies(build_store, made, [1, 2]) as store:
            rows = cases(store, Filter(keep_duplicates=True))
        assert [(row.external_id, row.copies) for row in rows] == [
            ("PQR-00001", ()),
            ("PQR-00002", ()),
        ]


def test_the_figures_of_a_report_are_those_of_the_messages_its_page_opens(
    build_store: Build, record: Record
) -> None:
    made = [
        record(1, created_at="2026-02-24"),
        record(2, created_at="2026-01-20"),
        record(3, created_at="2026-01-21"),
        record(4, created_at="2026-01-20", extra={"closed_at": "2026-02-12"}),
        record(5, created_at="2026-01-20", extra={"closed_at": "2026-02-12"}),
    ]
    with store_with_copies(build_store, made, [1, 2, 3], [4, 5]) as store:
        found = decide(store, None, Options(TODAY))
        counted = set(read_frame(store, Filter()).messages.id.tolist())
    of_page = Counter(row.state for row in found.due if row.message in counted)
    (whole,) = (kind for kind in found.kinds if not kind.kind)
    assert (whole.red, whole.answered, whole.messages) == (1, 1, 2)
    assert of_page == {"red": 1, "grey": 1}


class TestCountry:
    @pytest.mark.parametrize(
        ("countries", "expected"),
        [
            (["PE", "PE", "CO"], "PE"),
            (["", ""], "CO"),
            # Of Germany no legal term is known.
            (["DE", "DE", "PE"], "PE"),
            (["DE"], "CO"),
        ],
    )
    def test_it_is_that_of_most_messages_whose_terms_are_known(
        self, build_store: Build, record: Record, countries: list[str], expected: str
    ) -> None:
        made = [record(n, country=country) for n, country in enumerate(countries, 1)]
        with build_store(made) as store:
            assert usual_country(read_frame(store, Filter())) == expected
