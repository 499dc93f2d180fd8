"""The store: one SQLite file that migrates, refuses what is not its own, and keeps its types."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlite_utils.migrations import Migrations

from vocmine.catalogue import catalogue
from vocmine.errors import PluginError, StoreError
from vocmine.intake import Intake
from vocmine.message import Message, Record
from vocmine.store import Store, runs, sources
from vocmine.store import database as database_module
from vocmine.store.tables import INTEGER_SETS
from vocmine.store.writer import Arrived, register_chunk
from vocmine.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

CORE = [
    "sources",
    "runs",
    "messages",
    "segments",
    "analyses",
    "analyzer_tables",
    "analysed",
    "insights",
    "failures",
    "skips",
]

MOOD = Table("mood", "message", (Column("mood", labels="sentiment"), Column("sure", "real")))


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


class TestOpening:
    def test_a_new_store_has_the_core_tables_typed_and_empty(self, store: Store) -> None:
        assert set(CORE) <= set(store.db.table_names())
        for table in CORE:
            assert store.db.table(table).strict, table
            assert rows(store, f"SELECT count(*) FROM {table}") == [(0,)]

    def test_a_new_store_has_every_label_with_its_spanish_name(self, store: Store) -> None:
        for labels in catalogue().values():
            found = rows(
                store, f"SELECT code, name, parent FROM labels_{labels.code} ORDER BY position"
            )
            number = int if labels.code in INTEGER_SETS else str
            assert found == [
                (number(label.code), label.names["es"], label.parent) for label in labels.labels
            ]

    def test_opening_again_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "a.db"
        with Store(path) as store:
            register(store, Message("Me cobraron dos veces", "1"))
            before = rows(store, "SELECT type, name, sql FROM sqlite_master ORDER BY name")
        with Store(path) as store:
            assert rows(store, "SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
            assert rows(store, "SELECT text FROM messages") == [("Me cobraron dos veces",)]

    def test_the_file_says_that_it_is_a_store(self, tmp_path: Path) -> None:
        Store(tmp_path / "a.db").close()
        with sqlite3.connect(tmp_path / "a.db") as connection:
            assert connection.execute("PRAGMA application_id").fetchone() == (0x766F636D,)
        assert (tmp_path / "a.db").read_bytes()[68:72] == b"vocm"

    def test_a_newer_store_is_refused_and_left_as_it_is(self, tmp_path: Path) -> None:
        path = tmp_path / "a.db"
        Store(path).close()
        with sqlite3.connect(path) as connection:
            connection.execute(
                f"INSERT INTO {Migrations.migrations_table} (migration_set, name, applied_at) "
                "VALUES ('vocmine', 'm999_from_the_future', '2030-01-01')"
            )
        connection.close()
        before = path.read_bytes()
        with pytest.raises(StoreError, match="made by a newer vocmine") as caught:
            Store(path)
        assert "Upgrade" in caught.value.hint
        assert path.read_bytes() == before

    def test_a_database_of_another_program_is_refused_and_left_as_it_is(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "ventas.db"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE messages (id INTEGER, text TEXT)")
        connection.close()
        before = path.read_bytes()
        with pytest.raises(StoreError, match="another program"):
            Store(path)
        assert path.read_bytes() == before
        assert [file.name for file in tmp_path.iterdir()] == ["ventas.db"]

    @pytest.mark.parametrize(
        "content", [b"no soy una base de datos " * 100, b"SQLite format 3\x00"]
    )
    def test_a_file_that_is_no_database_is_refused(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.db"
        path.write_bytes(content)
        with pytest.raises(StoreError):
            Store(path)
        assert path.read_bytes() == content

    def test_an_empty_file_becomes_a_store(self, tmp_path: Path) -> None:
        (tmp_path / "a.db").touch()
        with Store(tmp_path / "a.db") as store:
            assert "messages" in store.db.table_names()

    def test_a_missing_file_is_not_made_for_reading(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="There is no store"):
            Store(tmp_path / "a.db", create=False)
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_or_a_file_in_no_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="is a folder"):
            Store(tmp_path)
        with pytest.raises(StoreError, match="does not exist"):
            Store(tmp_path / "no" / "a.db")

    def test_a_migration_that_fails_leaves_nothing_half_made(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = database_module._execute_all

        def broken(conn: sqlite3.Connection, script: str) -> None:
            real(conn, script)
            if "CREATE VIEW" in script:
                raise sqlite3.OperationalError("disk I/O error")

        path = tmp_path / "a.db"
        monkeypatch.setattr(database_module, "_execute_all", broken)
        with pytest.raises(StoreError, match="disk I/O error"):
            Store(path)
        monkeypatch.undo()
        with Store(path) as store:
            assert set(CORE) <= set(store.db.table_names())


class TestTypes:
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO sources (name, path, plugin) VALUES (x'00', '/a', 'p')",
            "INSERT INTO runs (name, started_at, status, version, options, read) "
            "VALUES ('r', '2026', 'ok', '1', '{}', 'muchos')",
        ],
    )
    def test_a_value_of_the_wrong_type_is_an_error(self, store: Store, statement: str) -> None:
        with pytest.raises(sqlite3.IntegrityError):
            store.conn.execute(statement)

    def test_a_label_that_the_catalogue_lacks_is_an_error(self, store: Store) -> None:
        store.ensure_tables("mood", [MOOD])
        (message,) = register(store, Message("Hola, buenos días", "1")).ids
        with store.transaction() as conn:
            conn.execute("INSERT INTO mood VALUES (?, 'negative', 0.5)", [message])
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            store.conn.execute("UPDATE mood SET mood = 'furioso'")

    def test_every_labelled_column_refers_to_its_label_table(self, store: Store) -> None:
        found = {(key.column, key.other_table) for key in store.db.table("insights").foreign_keys}
        names = ("polarity", "friction", "phase", "stage", "pyramid", "touchpoint")
        assert {(name, f"labels_{name}") for name in names} <= found

    def test_a_segment_is_inside_its_message(self, store: Store) -> None:
        (message,) = register(store, Message("Hola, buenos días", "1")).ids
        with pytest.raises(sqlite3.IntegrityError):
            store.conn.execute(
                "INSERT INTO segments (message_id, start, end, title) VALUES (?, 4, 4, '')",
                [message],
            )

    def test_a_message_takes_everything_about_it_along(self, filled_store: Path) -> None:
        with Store(filled_store) as store:
            with store.transaction() as conn:
                conn.execute("DELETE FROM messages WHERE external_id = 'R-1'")
            for table in ("segments", "insights", "analysed", "sentiment", "emotions"):
                (count,) = rows(store, f"SELECT count(*) FROM {table} WHERE message_id = 1")
                assert count == (0,), table
            assert rows(store, "PRAGMA foreign_key_check") == []

    def test_what_is_stored_passes_sqlites_own_checks(self, filled_store: Path) -> None:
        with Store(filled_store) as store:
            assert rows(store, "PRAGMA integrity_check") == [("ok",)]
            assert rows(store, "PRAGMA foreign_key_check") == []
            assert rows(
                store,
                "SELECT count(*) FROM insights AS i JOIN messages AS m ON m.id = i.message_id "
                "WHERE i.quote <> substr(m.text, i.start + 1, i.end - i.start)",
            ) == [(0,)]


class TestViews:
    def test_rank_friction_points_with_names(self, filled_store: Path) -> None:
        with Store(filled_store) as store:
            first = next(store.db.query("SELECT * FROM friction_points"))
        assert (first["friction"], first["friction_name"]) == ("billing", "cobro")
        assert (first["messages"], first["share"]) == (3, 0.25)

    def test_map_the_journey_and_the_pyramid(self, filled_store: Path) -> None:
        with Store(filled_store) as store:
            stages = {row["stage"]: row for row in store.db.query("SELECT * FROM journey_map")}
            levels = {row["level"]: row for row in store.db.query("SELECT * FROM pyramid")}
        assert (stages["use"]["insights"], stages["use"]["phase"]) == (8, "after")
        assert stages["loyalty"]["insights"] == 0
        assert (levels["utility"]["met"], levels["utility"]["missed"]) == (1, 8)


class TestSearch:
    def found(self, store: Store, query: str) -> list[int]:
        return [
            row[0]
            for row in rows(
                store, "SELECT rowid FROM messages_fts WHERE messages_fts MATCH ?", query
            )
        ]

    def test_is_not_there_before_it_is_asked_for(self, store: Store) -> None:
        assert "messages_fts" not in store.db.table_names()

    def test_finds_words_without_their_accents(self, store: Store) -> None:
        register(store, Message("La transacción falló", "1"), Message("Todo bien", "2"))
        store.ensure_search()
        assert self.found(store, "transaccion") == [1]
        assert self.found(store, "TRANSACCIÓN fallo") == [1]

    def test_follows_messages_that_come_change_and_go(self, store: Store) -> None:
        register(store, Message("La tarjeta no pasa", "1"))
        store.ensure_search()
        register(store, Message("El cajero no tiene plata", "2"))
        assert self.found(store, "cajero") == [2]
        register(store, Message("La cuenta está bloqueada", "1"))
        assert self.found(store, "tarjeta") == []
        assert self.found(store, "bloqueada") == [1]
        with store.transaction() as conn:
            conn.execute("DELETE FROM messages WHERE id = 2")
        assert self.found(store, "cajero") == []
        store.conn.execute("INSERT INTO messages_fts (messages_fts) VALUES ('integrity-check')")

    def test_may_be_asked_for_twice(self, store: Store) -> None:
        register(store, Message("La tarjeta no pasa", "1"))
        store.ensure_search()
        store.ensure_search()
        assert self.found(store, "tarjeta") == [1]


class TestTablesOfAnalyzers:
    def test_are_made_as_declared(self, store: Store) -> None:
        store.ensure_tables("mood", [MOOD])
        table = store.db.table("mood")
        assert table.strict
        assert {column.name: column.type for column in table.columns} == {
            "message_id": "INTEGER",
            "mood": "TEXT",
            "sure": "REAL",
        }
        assert {(key.column, key.other_table) for key in table.foreign_keys} == {
            ("message_id", "messages"),
            ("mood", "labels_sentiment"),
        }

    def test_of_the_same_declaration_keep_their_rows(self, store: Store) -> None:
        store.ensure_tables("mood", [MOOD])
        (message,) = register(store, Message("Hola, buenos días", "1")).ids
        with store.transaction() as conn:
            conn.execute("INSERT INTO mood VALUES (?, 'neutral', 0.5)", [message])
        store.ensure_tables("mood", [MOOD])
        assert rows(store, "SELECT count(*) FROM mood") == [(1,)]

    def test_of_another_declaration_start_anew_and_every_message_is_to_do_again(
        self, store: Store
    ) -> None:
        store.ensure_tables("mood", [MOOD])
        (message,) = register(store, Message("Hola, buenos días", "1")).ids
        run = runs.start_run(store, "prueba", {})
        described = {"plugin": "p", "version": "1", "model_sha256": "", "fingerprint": "f"}
        analysis = runs.start_analysis(store, run, "mood", **described)
        with store.transaction() as conn:
            conn.execute("INSERT INTO mood VALUES (?, 'neutral', 0.5)", [message])
            conn.execute("INSERT INTO analysed VALUES (?, 'mood', ?)", [message, analysis])
        changed = Table("mood", "message", (*MOOD.columns, Column("why", nullable=True)))
        store.ensure_tables("mood", [changed])
        assert rows(store, "SELECT count(*) FROM mood") == [(0,)]
        assert rows(store, "SELECT count(*) FROM analysed") == [(0,)]
        assert "why" in {column.name for column in store.db.table("mood").columns}

    def test_many_rows_for_a_message_get_an_id_and_an_index(self, store: Store) -> None:
        store.ensure_tables("tags", [Table("tags", "message", (Column("tag"),), many=True)])
        table = store.db.table("tags")
        assert table.pks == ["id"]
        assert ["message_id"] in [index.columns for index in table.indexes]

    def test_a_corpus_row_becomes_a_real_key(self, store: Store) -> None:
        places = Table("places", "corpus", (Column("name"),))
        where = Table("where_", "segment", (Column("places_row", "integer"),), many=True)
        store.ensure_tables("place", [where, places])
        keys = {(key.column, key.other_table) for key in store.db.table("where_").foreign_keys}
        assert ("places_id", "places") in keys

    @pytest.mark.parametrize(
        "name", ["messages", "runs", "friction_points", "labels_lang", "analysed"]
    )
    def test_cannot_take_a_name_of_the_core(self, store: Store, name: str) -> None:
        with pytest.raises(PluginError, match="belongs to the core"):
            store.ensure_tables("mood", [Table(name, "message", (Column("x"),))])

    def test_cannot_take_the_name_of_another_analyzer(self, store: Store) -> None:
        store.ensure_tables("mood", [MOOD])
        with pytest.raises(PluginError, match="belongs to mood"):
            store.ensure_tables("humour", [MOOD])

    @pytest.mark.parametrize("name", ["Mood", "mood; DROP TABLE messages", "1mood", "", "a" * 80])
    def test_need_names_that_are_identifiers(self, store: Store, name: str) -> None:
        with pytest.raises(PluginError, match="lower-case"):
            store.ensure_tables("mood", [Table(name, "message", (Column("x"),))])
        with pytest.raises(PluginError, match="lower-case"):
            store.ensure_tables("mood", [Table("mood", "message", (Column(name),))])

    def test_a_reference_needs_its_corpus_table(self, store: Store) -> None:
        lonely = Table("where_", "segment", (Column("places_row", "integer"),))
        with pytest.raises(PluginError, match="refers to no corpus table"):
            store.ensure_tables("place", [lonely])


class TestTransactions:
    def test_are_all_or_nothing(self, store: Store) -> None:
        def fail_half_way() -> None:
            with store.transaction() as conn:
                conn.execute("INSERT INTO sources (name, path, plugin) VALUES ('a', '/a', 'p')")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail_half_way()
        assert rows(store, "SELECT count(*) FROM sources") == [(0,)]
        with store.transaction() as conn:
            conn.execute("INSERT INTO sources (name, path, plugin) VALUES ('a', '/a', 'p')")
        assert rows(store, "SELECT count(*) FROM sources") == [(1,)]

    def test_of_two_writers_wait_for_each_other(self, tmp_path: Path) -> None:
        path = tmp_path / "a.db"
        Store(path).close()
        inside, errors = threading.Event(), []

        def write() -> None:
            try:
                with Store(path) as other:
                    inside.set()
                    with other.transaction() as conn:
                        conn.execute(
                            "INSERT INTO sources (name, path, plugin) VALUES ('b', '/b', 'p')"
                        )
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=write)
        with Store(path) as store:
            with store.transaction() as conn:
                conn.execute("INSERT INTO sources (name, path, plugin) VALUES ('a', '/a', 'p')")
                thread.start()
                assert inside.wait(20)
            thread.join(20)
            assert errors == []
            assert rows(store, "SELECT name FROM sources ORDER BY id") == [("a",), ("b",)]
