"""Intake: every record ends in exactly one place, under an id that is its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.intake import MAX_CHARACTERS, STORED_REASONS, Chunk, Intake, Period, storable
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.store import Store, runs, sources
from vocmine.store.writer import register_chunk

WORDS = st.sampled_from(
    ["Me cobraron dos veces", "La app se cae siempre", "👍", "", "  ", "ok", "Не работает совсем"]
)
IDS = st.sampled_from(["", "A", "A#2", "A#3", "B", " A "])
MESSAGES = st.builds(
    Message,
    text=st.one_of(WORDS, st.text(max_size=40)),
    external_id=st.one_of(IDS, st.text(max_size=6)),
    created_at=st.none() | st.datetimes(),
    score=st.none() | st.floats(1, 5),
    extra=st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2),
)
RECORDS = st.lists(
    st.one_of(
        MESSAGES,
        st.builds(Skipped, st.sampled_from(["empty_text", "bounce"])),
        st.builds(Unreadable, st.just("The row is broken.")),
    ),
    max_size=30,
)


def taken_in(*records: Record, size: int = 1000, period: Period | None = None) -> list[Chunk]:
    return list(Intake(period=period).chunks(records, size))


def ids(*messages: Message) -> list[str]:
    return [item.external_id for chunk in taken_in(*messages) for item in chunk.incoming]


def reasons(*messages: Message, period: Period | None = None) -> list[str]:
    return [item.reason for chunk in taken_in(*messages, period=period) for item in chunk.skipped]


class TestEveryRecord:
    @settings(max_examples=60, deadline=None)
    @given(RECORDS, st.integers(1, 7))
    def test_is_in_exactly_one_list_of_one_chunk(self, records: list[Record], size: int) -> None:
        chunks = taken_in(*records, size=size)
        for chunk in chunks:
            listed = len(chunk.incoming) + len(chunk.skipped) + len(chunk.unreadable)
            assert listed == chunk.records <= size
        assert sum(chunk.records for chunk in chunks) == len(records)
        assert all(chunk.records == size for chunk in chunks[:-1])

    @settings(max_examples=60, deadline=None)
    @given(st.lists(MESSAGES, max_size=25), st.integers(1, 7))
    def test_has_an_id_that_no_other_of_its_export_has(
        self, messages: list[Message], size: int
    ) -> None:
        chunks = taken_in(*messages, size=size)
        found = [item.external_id for chunk in chunks for item in chunk.incoming]
        assert len(set(found)) == len(found)
        assert all(found)

    @settings(max_examples=30, deadline=None)
    @given(st.lists(MESSAGES, max_size=25))
    def test_gets_the_same_id_and_hash_every_time_whatever_the_chunks(
        self, messages: list[Message]
    ) -> None:
        def keys(size: int) -> list[tuple[str, str, str]]:
            return [
                (item.external_id, item.content_hash, item.record_hash)
                for chunk in taken_in(*messages, size=size)
                for item in chunk.incoming
            ]

        assert keys(2) == keys(1000)

    @settings(max_examples=30, deadline=None)
    @given(st.lists(MESSAGES, max_size=15), st.integers(1, 7))
    def test_can_be_stored(self, messages: list[Message], size: int) -> None:
        with Store() as store:
            run = runs.start_run(store, "prueba", {})
            source = sources.source_id(store, "a.csv", "/a.csv", "tickets", "CSV")
            for _ in range(2):
                for chunk in taken_in(*messages, size=size):
                    runs.record_skips(store, run, source, chunk.not_analysed)
                    arrived = register_chunk(store, run, source, chunk, ["f"])
                    stored = [
                        store.conn.execute("SELECT text FROM messages WHERE id = ?", [key])
                        for key in arrived.ids
                    ]
                    assert [row.fetchone()[0] for row in stored] == [
                        item.message.text for item in chunk.incoming
                    ]
            assert arrived_nothing_new(store, messages, run, source)

    def test_keeps_the_order_of_the_export(self) -> None:
        messages = [Message(f"Mensaje número {n}", str(n)) for n in range(20)]
        assert ids(*messages) == [str(n) for n in range(20)]


def arrived_nothing_new(store: Store, messages: list[Message], run: int, source: int) -> bool:
    chunks = taken_in(*messages)
    return all(
        (arrived.new, arrived.changed) == (0, 0)
        for arrived in (register_chunk(store, run, source, chunk, ["f"]) for chunk in chunks)
    )


class TestIds:
    def test_the_exports_own_id_is_kept_without_blanks_around(self) -> None:
        assert ids(Message("Me cobraron dos veces", " R-1 ")) == ["R-1"]

    def test_without_one_it_comes_from_the_content(self) -> None:
        first, second = ids(Message("Me cobraron dos veces"), Message("La app se cae"))
        assert first.startswith("sha-")
        assert first != second
        assert ids(Message("Me cobraron dos veces")) == [first]

    def test_equal_words_without_an_id_are_several_customers(self) -> None:
        message = Message("Me cobraron dos veces")
        first, second, third = ids(message, message, message)
        assert (second, third) == (f"{first}#2", f"{first}#3")

    def test_the_same_id_and_words_are_one_record_read_twice(self) -> None:
        message = Message("Me cobraron dos veces", "R-1")
        assert ids(message, message) == ["R-1"]
        assert reasons(message, message) == ["already_read"]

    def test_the_same_words_of_one_case_on_another_day_are_another_message(self) -> None:
        first, later, undated = (
            Message("Sigo esperando respuesta", "7", day)
            for day in (datetime(2026, 3, 1), datetime(2026, 3, 9), None)
        )
        assert ids(first, later) == ["7", "7#2"]
        assert ids(first, undated) == ["7", "7#2"]
        assert reasons(first, later, later, first, undated, undated) == ["already_read"] * 3

    def test_rows_of_one_case_keep_their_ids_when_the_export_is_read_again(self) -> None:
        rows = [Message("Sigo esperando respuesta", "7", datetime(2026, 3, day)) for day in (1, 9)]
        with Store() as store:
            run = runs.start_run(store, "prueba", {})
            for name in ("a.csv", "b.csv"):
                source = sources.source_id(store, name, f"/{name}", "tickets", "CSV")
                for chunk in taken_in(*rows):
                    register_chunk(store, run, source, chunk, ["f"])
            kept = store.conn.execute("SELECT external_id FROM messages ORDER BY id").fetchall()
        assert kept == [("7",), ("7#2",)]

    def test_the_same_id_with_other_words_is_another_message(self) -> None:
        assert ids(
            Message("Me cobraron dos veces", "R-1"),
            Message("Sigo esperando respuesta", "R-1"),
            Message("Ya me respondieron", "R-1"),
        ) == ["R-1", "R-1#2", "R-1#3"]

    def test_an_export_may_use_such_ids_itself(self) -> None:
        assert ids(
            Message("Me cobraron dos veces", "A"),
            Message("Sigo esperando respuesta", "A"),
            Message("La app se cae siempre", "A#2"),
        ) == ["A", "A#2", "A#2#2"]
        assert ids(
            Message("La app se cae siempre", "A#2"),
            Message("Me cobraron dos veces", "A"),
            Message("Sigo esperando respuesta", "A"),
        ) == ["A#2", "A", "A#3"]

    def test_ids_are_remembered_across_chunks(self) -> None:
        message = Message("Me cobraron dos veces", "R-1")
        chunks = taken_in(message, Message("Todo muy bien", "R-2"), message, size=1)
        assert [len(chunk.incoming) for chunk in chunks] == [1, 1, 0]


class TestHashes:
    BASE = Message("Me cobraron dos veces", "R-1", title="Cobro", score=2.0, extra={"a": "b"})

    def hashes(self, message: Message, country: str = "") -> tuple[str, str]:
        (chunk,) = Intake(country=country).chunks([message], 10)
        return chunk.incoming[0].content_hash, chunk.incoming[0].record_hash

    @pytest.mark.parametrize(
        "change", [{"text": "Otra cosa dicha"}, {"score": 3.0}, {"country": "CO"}]
    )
    def test_what_analysis_reads_changes_both(self, change: dict[str, Any]) -> None:
        content, record = self.hashes(self.BASE)
        changed = self.hashes(replace(self.BASE, **change))
        assert changed[0] != content
        assert changed[1] != record

    @pytest.mark.parametrize(
        "change",
        [
            {"title": "x"},
            {"channel": "x"},
            {"author": "x"},
            {"context": "x"},
            {"extra": {"a": "c"}},
            {"created_at": datetime(2026, 1, 1)},
        ],
    )
    def test_what_describes_it_changes_the_record_only(self, change: dict[str, Any]) -> None:
        content, record = self.hashes(self.BASE)
        changed = self.hashes(replace(self.BASE, **change))
        assert changed[0] == content
        assert changed[1] != record

    def test_where_it_stands_in_the_export_changes_nothing(self) -> None:
        assert self.hashes(self.BASE) == self.hashes(replace(self.BASE, locator="row 99"))

    def test_the_country_of_the_run_counts_when_the_record_has_none(self) -> None:
        assert self.hashes(self.BASE, "CO") == self.hashes(replace(self.BASE, country="CO"))


class TestWhatIsNotAnalysed:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "empty_text"),
            (" \n\t ", "empty_text"),
            ("a" * (MAX_CHARACTERS + 1), "too_long"),
        ],
    )
    def test_is_skipped_with_its_reason(self, text: str, reason: str) -> None:
        assert reasons(Message(text, "1")) == [reason]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("👍👍 ❤️", "no_words"),
            ("10/10 !!!", "no_words"),
            ("Sin comentarios.", "no_comment"),
            ("Ничего не работает, верните деньги", "unsupported_language"),
        ],
    )
    def test_is_stored_when_it_may_be_worth_reading(self, text: str, reason: str) -> None:
        (chunk,) = taken_in(Message(text, "1"))
        assert [item.skip_reason for item in chunk.incoming] == [reason]
        assert reason in STORED_REASONS
        assert [item.reason for item in chunk.not_analysed] == [reason]

    def test_the_longest_text_is_still_taken(self) -> None:
        text = ("Me cobraron dos veces. " * MAX_CHARACTERS)[:MAX_CHARACTERS]
        assert len(ids(Message(text, "1"))) == 1


class TestPeriod:
    PERIOD = Period(datetime(2026, 1, 1), datetime(2026, 2, 1))

    @pytest.mark.parametrize(
        ("moment", "reason"),
        [
            (datetime(2025, 12, 31, 23, 59), "outside_period"),
            (datetime(2026, 1, 1), ""),
            (datetime(2026, 1, 31, 23, 59), ""),
            (datetime(2026, 2, 1), "outside_period"),
            (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), ""),
            (None, "undated"),
        ],
    )
    def test_takes_its_first_moment_and_not_its_last(
        self, moment: datetime | None, reason: str
    ) -> None:
        assert self.PERIOD.reason_to_skip(moment) == reason

    @given(st.none() | st.datetimes())
    def test_an_open_one_takes_everything(self, moment: datetime | None) -> None:
        assert Period().reason_to_skip(moment) == ""

    @given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2050, 1, 1)))
    def test_neighbouring_periods_share_no_message_and_lose_none(self, moment: datetime) -> None:
        border = datetime(2026, 1, 1)
        before, after = Period(until=border), Period(since=border)
        assert bool(before.reason_to_skip(moment)) != bool(after.reason_to_skip(moment))

    def test_decides_before_anything_else_about_a_message(self) -> None:
        late = Message("Me cobraron dos veces", "1", created_at=datetime(2026, 3, 1))
        assert reasons(late, period=self.PERIOD) == ["outside_period"]
        assert reasons(replace(late, created_at=None), period=self.PERIOD) == ["undated"]

    def test_can_be_open_at_one_end(self) -> None:
        since = Period(since=datetime(2026, 1, 1))
        assert since.reason_to_skip(datetime(2026, 1, 1) + timedelta(days=9999)) == ""


class TestStorable:
    @given(st.text(st.characters(), max_size=50))
    def test_keeps_the_length_so_that_offsets_stay_true(self, text: str) -> None:
        assert len(storable(text)) == len(text)

    @given(st.text(st.characters(), max_size=50))
    def test_gives_text_that_utf8_and_sqlite_can_hold(self, text: str) -> None:
        safe = storable(text)
        assert "\x00" not in safe
        assert safe.encode("utf-8").decode("utf-8") == safe
        assert storable(safe) == safe

    @given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")))
    def test_leaves_ordinary_text_as_it_is(self, text: str) -> None:
        assert storable(text) == text

    def test_says_where_something_could_not_be_kept(self) -> None:
        assert storable("a\ud800b\x00c") == "a\ufffdb c"
