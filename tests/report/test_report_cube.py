"""The labels inside the page: those of the store, small, and without a word of a customer."""

from __future__ import annotations

import base64
import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.report import Filters, render_report
from vocmine.report.cube import Columns, packed, read_columns
from vocmine.report.data import topics
from vocmine.report.periods import set_periods
from vocmine.report.scope import report_scope


def opened(cube):
    """The columns of a page's cube, as its script opens them: name to numbers."""
    data = gzip.decompress(base64.b64decode(cube["data"]))
    found, at = {}, 0
    for name, level, size in cube["columns"]:
        n = cube["insights" if level else "messages"]
        low = np.frombuffer(data, np.uint8, n, at).astype(int)
        if size == 2:
            low = low + 256 * np.frombuffer(data, np.uint8, n, at + n).astype(int)
        found[name if level or name != "insights" else "held"] = low
        at += n * size
    assert at == len(data)
    return found


def read(store, states=None, filters=None, cases=None):
    with report_scope(store.db, filters or Filters()):
        timeline = set_periods(store.db)
        rows = topics(store.db)["topics"]
        return read_columns(store.db, timeline, rows, states or {}, cases or {})


def counts(cube, name):
    values = ["", *cube["values"][name]]
    numbers, found = np.unique(opened(cube)[name], return_counts=True)
    return {values[k]: int(n) for k, n in zip(numbers, found, strict=True)}


class TestWhatItHolds:
    @pytest.mark.parametrize(
        ("name", "sql"),
        [
            ("channel", "SELECT channel, count(*) FROM messages GROUP BY 1"),
            ("pqrs", "SELECT pqrs, count(*) FROM pqrs GROUP BY 1"),
            ("friction", "SELECT coalesce(friction, 'none'), count(*) FROM insights GROUP BY 1"),
            ("stage", "SELECT coalesce(stage, 'unknown'), count(*) FROM insights GROUP BY 1"),
            ("phase", "SELECT coalesce(phase, 'unknown'), count(*) FROM insights GROUP BY 1"),
            ("touchpoint", "SELECT coalesce(touchpoint, 'unknown'), count(*) FROM insights GROUP BY 1"),  # noqa: E501
            ("pyramid", "SELECT coalesce(pyramid, 'none'), count(*) FROM insights GROUP BY 1"),
        ],
    )  # fmt: skip
    def test_each_label_is_there_as_often_as_in_the_store(self, bank, name, sql):
        assert counts(packed(read(bank)), name) == dict(bank.conn.execute(sql).fetchall())

    def test_bits_are_the_emotions_signals_and_topics_of_each_message(self, bank):
        cube = packed(read(bank))
        found = opened(cube)
        for name, sql in (
            ("emotion", "SELECT emotion, count(DISTINCT message_id) FROM emotions GROUP BY 1"),
            (
                "topic",
                "SELECT CAST(s.topics_id AS TEXT), count(DISTINCT g.message_id) FROM "
                "segment_topics AS s JOIN segments AS g ON g.id = s.segment_id GROUP BY 1",
            ),
            (
                "flag",
                "SELECT 'urgent', sum(urgent) FROM pqrs UNION SELECT 'churn', sum(churn) FROM "
                "effort UNION SELECT 'effort', sum(effort = 3) FROM effort",
            ),
        ):
            expected = dict(bank.conn.execute(sql).fetchall())
            for place, code in enumerate(cube["values"][name]):
                raised = int(((found[name] >> place) & 1).sum())
                assert raised == expected.get(code, 0), (name, code)

    def test_the_state_of_a_case_is_told_where_it_is_known(self, bank):
        keys = [row[0] for row in bank.conn.execute("SELECT id FROM messages LIMIT 30")]
        states = dict.fromkeys(keys[:20], "red") | dict.fromkeys(keys[20:], "grey")
        assert counts(packed(read(bank, states)), "due") == {"": 270, "red": 20, "grey": 10}

    def test_the_kind_of_a_case_is_that_of_the_clock_and_not_the_models(self, bank):
        keys = [row[0] for row in bank.conn.execute("SELECT id FROM messages LIMIT 30")]
        cases = dict.fromkeys(keys[:20], "queja o reclamo") | dict.fromkeys(keys[20:], "petición")
        cube = packed(read(bank, cases=cases))
        assert counts(cube, "case") == {"": 270, "queja o reclamo": 20, "petición": 10}
        assert counts(cube, "pqrs") == counts(packed(read(bank)), "pqrs")

    def test_insights_stand_with_their_message(self, bank):
        found = opened(packed(read(bank)))
        assert found["held"].sum() == len(found["stage"])
        in_store = [
            row[0]
            for row in bank.conn.execute(
                "SELECT count(i.id) FROM messages AS m LEFT JOIN insights AS i "
                "ON i.message_id = m.id GROUP BY m.id"
            )
        ]
        assert sorted(found["held"]) == sorted(in_store)

    def test_a_selection_holds_only_its_messages(self, bank):
        cube = packed(read(bank, filters=Filters(channel="oficina")))
        assert set(counts(cube, "channel")) == {"oficina"}
        assert cube["insights"] < packed(read(bank))["insights"]

    def test_an_absent_analyzer_leaves_its_columns_empty(self, build_store, realistic_records):
        with build_store(realistic_records(30), analyzers=["pqrs"]) as store:
            cube = packed(read(store))
        assert counts(cube, "mood") == {"": 30}
        assert set(opened(cube)["polarity"]) == {0}

    def test_a_store_without_messages_has_an_empty_cube(self, build_store):
        with build_store() as store:
            cube = packed(read(store))
        assert (cube["messages"], cube["insights"]) == (0, 0)


class TestWhatItTells:
    def test_the_order_of_the_export_is_gone(self, build_store, realistic_records):
        records = realistic_records(120)
        with build_store(records) as store, build_store(reversed(records)) as turned:
            one, other = packed(read(store)), packed(read(turned))
        assert one["data"] == other["data"]

    def test_no_word_author_or_file_number_of_a_message_is_in_it(self, bank):
        cube = packed(read(bank))
        told = json.dumps({key: value for key, value in cube.items() if key != "data"})
        for external, text in bank.conn.execute("SELECT external_id, text FROM messages LIMIT 50"):
            assert external not in told
            assert text not in told
        assert set(cube["values"]) == {
            "period", "channel", "pqrs", "mood", "due", "case", "flag", "emotion", "topic",
            "friction", "phase", "stage", "touchpoint", "pyramid",
        }  # fmt: skip


class TestSize:
    def test_five_thousand_messages_take_little_room(self, build_store, realistic_records):
        with build_store(realistic_records(5000)) as store:
            html = render_report(store.db)
            cube = packed(read(store))
        # 100,000 of them with as many different labels as real ones take 0.5 MB; a page 1.8 MB.
        assert len(cube["data"]) < 8 * 5000
        assert len(html.encode()) < 1_600_000

    def test_one_that_is_too_large_is_left_out(self, bank, monkeypatch):
        monkeypatch.setattr("vocmine.report.cube.MAX_BYTES", 100)
        assert packed(read(bank)) is None

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_what_is_packed_comes_out_message_by_message(self, data):
        """Whatever the numbers, columns of two bytes and messages without insights included."""
        n = data.draw(st.integers(0, 25))
        held = data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
        numbers = st.integers(0, 700)

        def column(size):
            return np.array(data.draw(st.lists(numbers, min_size=size, max_size=size)), dtype=int)

        names = ("period", "channel", "pqrs", "mood", "due", "case", "flag", "emotion", "topic")
        own = {name: column(n) for name in names}
        inner = {"stage": column(sum(held)) % 30, "polarity": column(sum(held)) % 6}
        owner = np.repeat(np.arange(n), held)
        found = opened(packed(Columns(np.arange(n), {}, own, owner, inner)))

        def rows(columns, inside, each):
            ends = np.cumsum(each)
            return sorted(
                (
                    tuple(int(columns[name][i]) for name in names),
                    [
                        (int(inside["stage"][k]), int(inside["polarity"][k]))
                        for k in range(ends[i] - each[i], ends[i])
                    ],
                )
                for i in range(n)
            )

        each = np.array(held, dtype=int)
        assert rows(found, found, found["held"]) == rows(own, inner, each)
