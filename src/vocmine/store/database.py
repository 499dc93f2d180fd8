"""The SQLite file: opening, migrating, analyzer tables, full-text search."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Self

import sqlite_utils
from sqlite_utils.migrations import Migrations

from vocmine.catalogue import catalogue
from vocmine.errors import PluginError, StoreError
from vocmine.store.tables import INTEGER_SETS, analyzer_table_sql, key_column, label_table_sql
from vocmine.tables import Table

APPLICATION_ID = 0x766F636D  # "vocm": tells a vocmine store from any other SQLite file
LOCK_SECONDS = 30.0
"""How long to wait for another run on the same store before giving up."""
migrations = Migrations("vocmine")


@migrations()
def m001_first_schema(db: sqlite_utils.Database) -> None:
    """Label tables, core tables and views of version 0.1."""
    for labels in catalogue().values():
        db.conn.execute(label_table_sql(labels))
        number = int if labels.code in INTEGER_SETS else str
        db.conn.executemany(
            f"INSERT INTO labels_{labels.code} (code, name, position, parent) VALUES (?, ?, ?, ?)",
            [
                (number(label.code), label.names["es"], position, label.parent)
                for position, label in enumerate(labels.labels)
            ],
        )
    for script in ("schema.sql", "views.sql"):
        _execute_all(db.conn, files("vocmine.store").joinpath(script).read_text("utf-8"))


@migrations()
def m002_categories_and_corrections(db: sqlite_utils.Database) -> None:
    """A team's own categories, and what people corrected."""
    _execute_all(db.conn, files("vocmine.store").joinpath("schema_2.sql").read_text("utf-8"))


@migrations()
def m003_duplicates(db: sqlite_utils.Database) -> None:
    """Copies of messages; the views count them once."""
    _execute_all(db.conn, files("vocmine.store").joinpath("schema_3.sql").read_text("utf-8"))


@migrations()
def m004_sketches(db: sqlite_utils.Database) -> None:
    """What segments mean, in few bytes."""
    _execute_all(db.conn, files("vocmine.store").joinpath("schema_4.sql").read_text("utf-8"))


@migrations()
def m005_plugin_memory(db: sqlite_utils.Database) -> None:
    """What analyzers keep from one run to the next."""
    _execute_all(db.conn, files("vocmine.store").joinpath("schema_5.sql").read_text("utf-8"))


@migrations()
def m006_plugin_costs(db: sqlite_utils.Database) -> None:
    """What each plugin took in a run."""
    _execute_all(db.conn, files("vocmine.store").joinpath("schema_6.sql").read_text("utf-8"))


def _execute_all(conn: sqlite3.Connection, script: str) -> None:
    # executescript would commit the migration's transaction half-way.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""


class Store:
    """One store. Use it as a context manager, in the thread that opened it.

    Args:
        path: The SQLite file, made when missing, or `":memory:"`.
        create: False refuses to make a new file (commands that only read). Such a store may also
            lie where nothing can be written, as in a colleague's shared folder.

    Raises:
        StoreError: When the file is missing, no vocmine store, or made by a newer vocmine.
    """

    def __init__(self, path: Path | str = ":memory:", *, create: bool = True) -> None:
        self.path = str(path)
        if self.path != ":memory:":
            self._check_path(Path(path), create)
        try:
            fixed = not create and not _writable(Path(path))
            # Nobody else may write there either, so SQLite needs no lock, which is a file too.
            name = f"{Path(path).resolve().as_uri()}?immutable=1" if fixed else self.path
            conn = sqlite3.connect(name, timeout=LOCK_SECONDS, uri=fixed)
            # Plugins of the sqlite-utils program are not vocmine's; they stay out.
            self.db = sqlite_utils.Database(conn, execute_plugins=False)
            self._check_owner()
            if fixed:
                self._check_age()
            else:
                self._prepare_when_free()
        except sqlite3.Error as error:
            raise StoreError(
                f"The store '{self.path}' cannot be opened: {error}.",
                "Check the path and its permissions, or choose another file with --db.",
            ) from error

    def _prepare_when_free(self) -> None:
        # Two first runs may make one store at the same time; the second finds it made.
        for pause in (0.2, 0.5, 1.0):
            try:
                self._prepare()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) and "already exists" not in str(error):
                    raise
                self.conn.rollback()
                time.sleep(pause)
            else:
                return
        self._prepare()

    def _prepare(self) -> None:
        if self.conn.execute("PRAGMA application_id").fetchone()[0] == 0:
            # Before anything else: a store whose making was cut short is still ours.
            self.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self.conn.execute("PRAGMA foreign_keys = on")
        self.conn.execute("PRAGMA journal_mode = wal")
        self.conn.execute("PRAGMA synchronous = normal")
        migrations.apply(self.db)

    @staticmethod
    def _check_path(path: Path, create: bool) -> None:
        if path.is_dir():
            raise StoreError(f"'{path}' is a folder, not a store.", "Give a file with --db.")
        if not path.exists() and not create:
            raise StoreError(
                f"There is no store at '{path}'.",
                "Run 'vocmine analyze FILE' first, or give the store with --db.",
            )
        if not path.parent.exists():
            raise StoreError(
                f"The folder '{path.parent}' does not exist.", "Make it, or choose another --db."
            )

    def _check_owner(self) -> None:
        tables = set(self.db.table_names())
        owner = self.conn.execute("PRAGMA application_id").fetchone()[0]
        if tables and owner != APPLICATION_ID and "analysed" not in tables:
            raise StoreError(
                f"'{self.path}' is a database of another program.",
                "Choose another file with --db so that it is not altered.",
            )
        if Migrations.migrations_table in tables:
            known = {migration.name for migration in migrations.pending(_blank())}
            applied = {migration.name for migration in migrations.applied(self.db)}
            if applied - known:
                raise StoreError(
                    f"The store '{self.path}' was made by a newer vocmine.",
                    "Upgrade with 'pip install -U vocmine', or choose another --db.",
                )

    def _check_age(self) -> None:
        if migrations.pending(self.db):
            raise StoreError(
                f"The store '{self.path}' was made by an older vocmine and cannot be written.",
                "Copy it to a folder of yours, or make it writable, so that it can be upgraded.",
            )

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection, for bulk statements."""
        return self.db.conn

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: all of it or none.

        It takes the write lock at once, so that two runs on one store wait for each other
        instead of failing half-way.

        Raises:
            StoreError: When the file cannot be written: locked, read-only, damaged, disk full.
        """
        with self.file_errors():
            self.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.conn
            except BaseException:
                self.conn.rollback()
                raise
            self.conn.commit()

    @contextmanager
    def file_errors(self) -> Iterator[None]:
        """What is wrong with the file, and not with a statement, in a sentence that helps.

        Raises:
            StoreError: When the file is locked, read-only or damaged, or the disk is full.
        """
        try:
            yield
        except sqlite3.DatabaseError as error:
            # Its subclasses but one are about statements and values: the caller's fault.
            if type(error) not in (sqlite3.OperationalError, sqlite3.DatabaseError):
                raise
            hint = "Check its permissions and the space on the disk, and run again."
            if "locked" in str(error):
                hint = "Another program is writing to it: close it or wait, then run again."
            elif "malformed" in str(error):
                hint = "It is damaged: go back to a copy, or analyse the exports into a new --db."
            raise StoreError(f"The store '{self.path}' cannot be used: {error}.", hint) from error

    def ensure_tables(self, analyzer: str, tables: Sequence[Table]) -> None:
        """Make the tables an analyzer declares; a changed declaration starts them anew.

        Raises:
            PluginError: When a name is taken by the core or by another analyzer.
        """
        corpus = frozenset(table.name for table in tables if table.per == "corpus")
        known = {
            row[0]: (row[1], row[2])
            for row in self.conn.execute("SELECT name, analyzer, definition FROM analyzer_tables")
        }
        existing = {*self.db.table_names(), *self.db.view_names()}
        # Corpus tables first: the others refer to them.
        ordered = sorted(tables, key=lambda table: table.per != "corpus")
        definitions = {table.name: analyzer_table_sql(table, corpus) for table in ordered}
        if all(known.get(name) == (analyzer, sql) for name, sql in definitions.items()):
            return
        for table in ordered:
            owner = known.get(table.name, ("", ""))[0]
            if owner not in ("", analyzer) or (not owner and table.name in existing):
                raise PluginError(
                    f"Analyzer '{analyzer}' declares table '{table.name}', which belongs to "
                    f"{owner or 'the core'}.",
                    "Give the table another name.",
                )
        with self.transaction() as conn:
            conn.execute("DELETE FROM analysed WHERE analyzer = ?", [analyzer])
            for table in reversed(ordered):
                conn.execute(f"DROP TABLE IF EXISTS {table.name}")
            for table in ordered:
                self._create_table(conn, analyzer, table, definitions[table.name])

    @staticmethod
    def _create_table(
        conn: sqlite3.Connection, analyzer: str, table: Table, definition: str
    ) -> None:
        conn.execute(definition)
        if table.many:
            key = key_column(table)
            conn.execute(f"CREATE INDEX {table.name}_{key} ON {table.name}({key})")
        for column in table.columns:
            if column.name.endswith("_row"):
                target = column.name.removesuffix("_row") + "_id"
                conn.execute(f"CREATE INDEX {table.name}_{target} ON {table.name}({target})")
        conn.execute(
            "INSERT OR REPLACE INTO analyzer_tables (name, analyzer, per, definition) "
            "VALUES (?, ?, ?, ?)",
            [table.name, analyzer, table.per, definition],
        )

    def ensure_search(self) -> None:
        """Full-text search over messages: built after the first load, kept by triggers since."""
        if "messages_fts" not in self.db.table_names():
            self.db.table("messages").enable_fts(
                ["title", "text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
            )

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _blank() -> sqlite_utils.Database:
    return sqlite_utils.Database(memory=True, execute_plugins=False)
