"""Copies in a store: marked at the end of a run, counted once, never lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from vocmine.intake import Intake
from vocmine.message import Message
from vocmine.store import Store, runs, sources
from vocmine.store.database import migrations
from vocmine.store.duplicates import forget_duplicates, mark_duplicates
from vocmine.store.reading import (
    Filter,
    all_message_ids,
    count_copies,
    count_messages,
    friction_rows,
    message_ids,
    message_objects,
)
from vocmine.store.topics import topic_rows
from vocmine.store.writer import register_chunk

Run = Callable[..., Any]
CLAIM = (
    "Compré la nevera hace dos semanas y todavía no me la entregan, llamo y me dicen que el camión "
    "viene en camino pero nadie aparece."
)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store() as store:
        yield store


def read(store: Store, *messages: Message, file: str = "a.csv") -> None:
    run = runs.start_run(store, file, {})
    source = sources.source_id(store, file, f"/x/{file}", "tickets", "CSV")
    (chunk,) = Intake().chunks(messages, 1000)
    register_chunk(store, run, source, chunk, [])


def said(text: str, number: int, day: int = 1, author: str = "") -> Message:
    return Message(text, f"R-{number}", datetime(2026, 3, day), author=author, locator="row 2")


def copy_of(store: Store) -> dict[str, str]:
    objects = message_objects(store, all_message_ids(store))
    return {row["external_id"]: row["copy_of"] for row in objects if row["copy_of"]}


class TestMarking:
    def test_tells_of_which_message_each_is_a_copy(self, store: Store) -> None:
        read(store, said(CLAIM, 1), said("Otra cosa", 2), said(CLAIM.upper(), 3))
        assert mark_duplicates(store) == 1
        assert copy_of(store) == {"R-3": "R-1"}
        first, *_ = message_objects(store, all_message_ids(store))
        assert first["copies"] == 1

    def test_finds_copies_of_messages_of_earlier_runs(self, store: Store) -> None:
        read(store, said(CLAIM, 1))
        assert mark_duplicates(store) == 0
        read(store, said(CLAIM.replace("nevera", "nebera"), 7), file="b.csv")
        assert mark_duplicates(store) == 1
        assert copy_of(store) == {"R-7": "R-1"}

    def test_tells_exact_copies_from_near_ones(self, store: Store) -> None:
        read(store, said(CLAIM, 1), said(CLAIM, 2), said(CLAIM + " Gracias.", 3))
        mark_duplicates(store)
        kinds = store.conn.execute("SELECT kind FROM duplicates ORDER BY message_id").fetchall()
        assert kinds == [("first",), ("exact",), ("near",)]

    def test_again_changes_nothing(self, store: Store) -> None:
        read(store, said(CLAIM, 1), said(CLAIM, 2))
        assert mark_duplicates(store) == mark_duplicates(store) == 1

    def test_forgets_a_copy_whose_words_changed(self, store: Store) -> None:
        read(store, said(CLAIM, 1), said(CLAIM, 2))
        mark_duplicates(store)
        read(store, said("Ya me la entregaron, gracias", 2))
        assert mark_duplicates(store) == 0
        assert copy_of(store) == {}

    def test_takes_another_first_when_the_first_is_gone(self, store: Store) -> None:
        read(store, *(said(CLAIM, number) for number in (1, 2, 3)))
        mark_duplicates(store)
        with store.transaction() as conn:
            conn.execute("DELETE FROM message_sources WHERE message_id = 1")
            conn.execute("DELETE FROM messages WHERE external_id = 'R-1'")
        assert mark_duplicates(store) == 1
        assert copy_of(store) == {"R-3": "R-2"}

    def test_short_words_twice_on_a_day_are_one_message_of_one_author(self, store: Store) -> None:
        read(
            store,
            said("no funciona", 1, author="Ana Ruiz"),
            said("No funciona!", 2, author="Ana Ruiz"),
            said("no funciona", 3, author="Luis Paz"),
            said("no funciona", 4, day=2, author="Ana Ruiz"),
            said("no funciona", 5),
            said("no funciona", 6),
        )
        mark_duplicates(store)
        assert copy_of(store) == {"R-2": "R-1"}

    def test_what_is_not_analysed_is_no_copy(self, store: Store) -> None:
        read(store, said("👍 " * 50, 1), said("👍 " * 50, 2))
        assert mark_duplicates(store) == 0

    def test_can_be_taken_back(self, store: Store) -> None:
        read(store, said(CLAIM, 1), said(CLAIM, 2))
        mark_duplicates(store)
        forget_duplicates(store)
        assert count_messages(store, Filter()) == 2


class TestFigures:
    @pytest.fixture
    def copied(self, filled_store: Path) -> Path:
        """The filled store where R-3 is a copy of R-1, which has the same friction point."""
        with Store(filled_store) as store, store.transaction() as conn:
            ids = dict(conn.execute("SELECT external_id, id FROM messages").fetchall())
            conn.executemany(
                "INSERT INTO duplicates VALUES (?, ?, ?)",
                [(ids["R-1"], ids["R-1"], "first"), (ids["R-3"], ids["R-1"], "near")],
            )
        return filled_store

    def test_count_a_message_once_and_show_its_copies(self, copied: Path) -> None:
        with Store(copied) as store:
            assert (count_messages(store, Filter()), count_copies(store, Filter())) == (11, 1)
            billing = friction_rows(store, Filter())[0]
            assert (billing["friction"], billing["messages"], billing["copies"]) == (
                "billing",
                2,
                1,
            )

    def test_count_every_copy_when_asked(self, copied: Path) -> None:
        with Store(copied) as store:
            every = Filter(keep_duplicates=True)
            assert (count_messages(store, every), count_copies(store, every)) == (12, 0)
            assert friction_rows(store, every)[0]["messages"] == 3

    def test_count_a_copy_whose_first_is_filtered_out(self, copied: Path) -> None:
        with Store(copied) as store:
            later = Filter(since="2026-01-08")
            assert count_messages(store, later) == 10
            assert count_copies(store, later) == 0

    def test_count_of_the_chosen_messages(self, copied: Path) -> None:
        with Store(copied) as store:
            assert count_messages(store, Filter(messages=(1, 3))) == 1
            assert count_messages(store, Filter(messages=(3,))) == 1

    def test_of_topics_too(self, copied: Path) -> None:
        with Store(copied) as store:
            once = {row["label"]: row["messages"] for row in topic_rows(store, Filter())}
            every = {
                row["label"]: row["messages"]
                for row in topic_rows(store, Filter(keep_duplicates=True))
            }
        assert once["cuota de manejo"] == every["cuota de manejo"] - 1

    def test_lists_hold_every_message(self, copied: Path) -> None:
        with Store(copied) as store:
            assert len(message_ids(store, Filter())) == 13
            assert len(message_ids(store, Filter(friction="billing"))) == 3

    def test_views_count_as_the_commands_do(self, copied: Path) -> None:
        with Store(copied) as store:
            rows = store.conn.execute("SELECT friction, messages, share FROM friction_points")
            points = {row[:2]: row[2] for row in rows}
            expected = friction_rows(store, Filter())
        assert points == {(row["friction"], row["messages"]): row["share"] for row in expected}

    @pytest.mark.parametrize("name", ["summary", "friction", "journey", "pyramid", "topics"])
    def test_a_table_says_how_many_copies_it_leaves_out(
        self, vocmine: Run, copied: Path, name: str
    ) -> None:
        ran = vocmine(name, "--db", copied)
        assert "1 message is a copy" in ran.err or "1 es copia de otro" in ran.out
        ran = vocmine(name, "--db", copied, "--keep-duplicates")
        assert "is a copy" not in ran.err
        assert "es copia" not in ran.out

    def test_parts_hold_a_copied_message_once(self, vocmine: Run, copied: Path) -> None:
        rows = vocmine("summary", "--by", "month", "--db", copied, "--format", "jsonl").objects
        assert sum(row["messages"] for row in rows) == 11
        assert {row["value"]: row["copies"] for row in rows}["2026-01"] == 1

    def test_an_export_of_messages_tells_copies(
        self, vocmine: Run, copied: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "m.jsonl"
        vocmine("export", target, "--what", "messages", "--db", copied)
        rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
        assert {row["external_id"]: row["copy_of"] for row in rows}["R-3"] == "R-1"


def test_a_store_of_an_earlier_version_gets_its_copies_at_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "vieja.db"
    with Store(path) as store:
        read(store, said(CLAIM, 1), said(CLAIM, 2))
        store.conn.executescript(
            "DROP VIEW friction_points; DROP VIEW journey_map; DROP VIEW pyramid; "
            "DROP VIEW category_points; DROP VIEW counted_insights; DROP VIEW counted_messages; "
            "DROP TABLE duplicates; DROP TABLE text_keys; DROP TABLE settings; "
            "DELETE FROM _sqlite_migrations WHERE name LIKE 'm003%'; "
        )
        assert [migration.name for migration in migrations.pending(store.db)] == ["m003_duplicates"]
    with Store(path) as store:
        assert count_messages(store, Filter()) == 2
        assert mark_duplicates(store) == 1
        assert store.conn.execute("SELECT count(*) FROM counted_messages").fetchone() == (1,)
