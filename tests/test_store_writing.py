"""What a run writes first: its messages, told apart from those known, and its own books."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vocmine.intake import Intake
from vocmine.message import Message, Record, Skipped
from vocmine.store import Store, runs, sources
from vocmine.store.writer import Arrived, register_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store() -> Iterator[Store]:
    with Store() as opened:
        yield opened


def rows(store: Store, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return store.conn.execute(sql, values).fetchall()


def register(store: Store, *records: Record, path: str = "/a.csv", run: int = 0) -> Arrived:
    run = run or runs.start_run(store, "prueba", {})
    source = sources.source_id(store, Path(path).name, path, "tickets", "CSV")
    (chunk,) = Intake().chunks(records, 1000)
    return register_chunk(store, run, source, chunk, ["f"])


class TestRegistering:
    def test_tells_new_changed_and_known_messages_apart(self, store: Store) -> None:
        first = register(store, Message("Uno que llegó", "1"), Message("Dos que llegaron", "2"))
        assert (first.new, first.changed, first.todo) == (2, 0, [0, 1])
        again = register(store, Message("Uno que llegó", "1"), Message("Dos con otro texto", "2"))
        assert (again.new, again.changed) == (0, 1)
        assert again.ids == first.ids
        assert rows(store, "SELECT text FROM messages WHERE id = ?", first.ids[1]) == [
            ("Dos con otro texto",)
        ]

    def test_a_changed_text_loses_its_old_segments_at_once(self, filled_store: Path) -> None:
        with Store(filled_store) as store:
            register(
                store,
                Message("Otro texto del mismo mensaje", "R-1", score=2.0, country="CO"),
                path="/datos/banco.csv",
            )
            for table in ("segments", "insights", "analysed"):
                assert rows(store, f"SELECT count(*) FROM {table} WHERE message_id = 1") == [(0,)]

    def test_the_same_message_in_the_next_export_is_not_counted_twice(self, store: Store) -> None:
        complaint = Message("Me cobraron dos veces", "1", datetime(2026, 1, 30))
        first = register(store, complaint, path="/enero.csv")
        second = register(store, replace(complaint, channel="web"), path="/febrero.csv")
        assert second.new == 0
        assert second.ids == first.ids
        assert rows(
            store,
            "SELECT s.name, m.channel FROM messages AS m JOIN sources AS s ON s.id = m.source_id",
        ) == [("enero.csv", "web")], "it stays with the export that brought it"

    def test_surveys_that_number_from_one_again_do_not_share_answers(self, store: Store) -> None:
        register(store, Message("Excelente servicio", "1"), path="/enero.csv")
        register(store, Message("Pésimo", "2", datetime(2026, 1, 5)), path="/enero.csv")
        february = [
            Message("Excelente servicio", "1"),
            Message("Pésimo", "2", datetime(2026, 2, 5)),
        ]
        assert register(store, *february, path="/febrero.csv").new == 2

    def test_without_dates_a_long_text_with_the_same_id_is_the_same(self, store: Store) -> None:
        told = Message("Llevo tres semanas esperando que me devuelvan la cuota de manejo", "1")
        register(store, told, path="/enero.csv")
        assert register(store, told, path="/febrero.csv").new == 0

    def test_the_same_id_with_other_words_in_another_export_is_another_message(
        self, store: Store
    ) -> None:
        register(store, Message("Me cobraron dos veces", "1"), path="/enero.csv")
        second = register(store, Message("No me llega el pedido", "1"), path="/febrero.csv")
        assert second.new == 1

    def test_a_message_that_cannot_be_analysed_is_stored_and_not_to_do(self, store: Store) -> None:
        arrived = register(store, Message("👍👍", "1"), Message("Hola, buenos días", "2"))
        assert (arrived.new, arrived.todo) == (1, [1])
        assert rows(store, "SELECT skip_reason FROM messages ORDER BY id") == [
            ("no_words",),
            (None,),
        ]

    @pytest.mark.parametrize("wild", ["\ud800", "\x00", "a\x00b\udfff", "'; DROP TABLE messages"])
    def test_no_field_of_a_record_can_break_the_store(self, store: Store, wild: str) -> None:
        register(
            store,
            Message(
                f"Hola {wild}, buenos días",
                external_id=f"id{wild}",
                title=wild,
                channel=wild,
                author=wild,
                country=wild,
                context=wild,
                locator=wild,
                extra={f"k{wild}": wild},
            ),
            Skipped("empty_text", wild, wild),
        )
        ((key,),) = rows(store, "SELECT j.key FROM messages AS m, json_each(m.extra) AS j")
        assert key.startswith("k")

    def test_what_the_export_says_besides_can_be_read_by_people(self, store: Store) -> None:
        register(store, Message("Hola, buenos días", "1", extra={"Región": "Chocó"}))
        assert rows(store, "SELECT extra FROM messages") == [('{"Región": "Chocó"}',)]


class TestRuns:
    def test_a_run_that_was_killed_is_marked_when_the_next_one_starts(self, store: Store) -> None:
        killed = runs.start_run(store, "a", {})
        runs.start_run(store, "b", {})
        assert rows(store, "SELECT status FROM runs WHERE id = ?", killed) == [("interrupted",)]

    def test_skips_of_a_run_add_up_by_reason_with_an_example(self, store: Store) -> None:
        run = runs.start_run(store, "a", {})
        source = sources.source_id(store, "a.csv", "/a.csv", "tickets", "CSV")
        for locator in ("row 2", "row 7", "row 9"):
            runs.record_skips(store, run, source, [Skipped("empty_text", locator)])
        runs.record_skips(store, run, source, [Skipped("bounce", "message 1")] * 2)
        assert rows(store, "SELECT reason, records, example FROM skips ORDER BY reason") == [
            ("bounce", 2, "message 1"),
            ("empty_text", 3, "row 2"),
        ]

    def test_a_source_keeps_its_id(self, store: Store) -> None:
        first = sources.source_id(store, "a.csv", "/a.csv", "tickets", "CSV")
        assert sources.source_id(store, "a.csv", "/a.csv", "reviews", "CSV") == first
        assert rows(store, "SELECT plugin FROM sources") == [("reviews",)]
