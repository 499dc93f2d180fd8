"""The figures of the report are those of the store, whatever was analysed and whatever is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vocmine.errors import UsageError
from vocmine.report import Filters, data
from vocmine.report.periods import periods_between, set_periods
from vocmine.report.quality import data_quality
from vocmine.report.scope import ANALYZER_TABLES, report_scope
from vocmine.store.duplicates import mark_duplicates


def value(store, sql, params=()):
    return store.conn.execute(sql, params).fetchone()[0]


class TestHeadline:
    def test_counts_are_those_of_the_analyzer_tables(self, bank):
        with report_scope(bank.db, Filters()):
            head = data.headline(bank.db)
        assert head["messages"] == value(bank, "SELECT count(*) FROM messages") == 300
        assert head["negative"] == value(
            bank,
            "SELECT count(*) FROM sentiment WHERE sentiment IN ('negative', 'very_negative')",
        )
        assert head["complaints"] == value(
            bank, "SELECT count(*) FROM pqrs WHERE pqrs IN ('claim', 'grievance')"
        )
        assert head["urgent"] == value(bank, "SELECT sum(urgent) FROM pqrs")
        assert head["churn"] == value(bank, "SELECT sum(churn) FROM effort")
        assert head["high_effort"] == value(bank, "SELECT count(*) FROM effort WHERE effort = 3")
        assert head["insights"] == value(bank, "SELECT count(*) FROM insights")

    def test_messages_that_were_stored_but_not_analysed_do_not_count(self, build_store, record):
        skipped = record(2, text="👍👍", quotes=(), skip_reason="no_words")
        with build_store([record(1), skipped]) as store, report_scope(store.db, Filters()):
            assert data.headline(store.db)["messages"] == 1

    def test_an_empty_store_gives_zeros(self, build_store):
        with build_store() as store, report_scope(store.db, Filters()):
            head = data.headline(store.db)
        assert (head["messages"], head["negative"], head["urgent"]) == (0, 0, 0)
        assert head["first_day"] is None


class TestFriction:
    def test_points_equal_the_view_that_the_command_line_reads(self, bank):
        view = bank.conn.execute(
            "SELECT friction, stage, touchpoint, insights, messages, mean_polarity "
            "FROM friction_points WHERE friction <> 'other'"
        ).fetchall()
        with report_scope(bank.db, Filters()):
            found = data.friction(bank.db, set_periods(bank.db))
        points = [
            (
                p["friction"],
                p["stage"],
                p["touchpoint"],
                p["insights"],
                p["messages"],
                round(p["mean_polarity"], 3),
            )
            for p in found["points"]
        ]
        assert sorted(points) == sorted(view)
        assert found["total_points"] == len(view)
        volumes = [p["messages"] for p in found["points"]]
        assert volumes == sorted(volumes, reverse=True)

    def test_a_verdict_without_a_cause_is_counted_but_not_ranked(self, bank):
        with report_scope(bank.db, Filters()):
            found = data.friction(bank.db, set_periods(bank.db))
        assert all(point["friction"] != "other" for point in found["points"])
        assert found["other_messages"] == value(
            bank, "SELECT count(DISTINCT message_id) FROM insights WHERE friction = 'other'"
        )

    def test_a_message_with_the_same_point_twice_counts_once(self, build_store, record):
        twice = record(
            1,
            text="Me cobraron de más en enero y me cobraron de más en febrero.",
            quotes=(
                ("Me cobraron de más", -1, "billing", "use", "utility", "billing"),
                ("me cobraron de más", -2, "billing", "use", "utility", "billing"),
            ),
            churn=1,
        )
        with build_store([twice]) as store, report_scope(store.db, Filters()):
            (point,) = data.friction(store.db, set_periods(store.db))["points"]
        assert (point["messages"], point["insights"], point["churn"]) == (1, 2, 1)
        assert point["mean_polarity"] == -1.5

    def test_the_trend_has_a_figure_for_every_period_and_adds_up(self, bank):
        with report_scope(bank.db, Filters()):
            timeline = set_periods(bank.db)
            points = data.friction(bank.db, timeline)["points"]
        for point in points:
            assert len(point["trend"]) == len(timeline.periods)
            assert sum(point["trend"]) <= point["messages"]
        assert sum(points[0]["trend"]) >= 0.95 * points[0]["messages"]


class TestJourneyAndPyramid:
    def test_stages_equal_the_journey_map_view(self, bank):
        view = {
            row[0]: row[1:]
            for row in bank.conn.execute(
                "SELECT stage, insights, negative, neutral, positive FROM journey_map"
            )
        }
        with report_scope(bank.db, Filters()):
            found = data.journey(bank.db)
        for row in found["stages"]:
            figures = (row["insights"], row["negative"], row["neutral"], row["positive"])
            assert figures == view[row["stage"]]
        assert found["unknown"] == view["unknown"][0]

    def test_the_matrix_holds_every_insight_or_counts_it_as_left_out(self, bank):
        with report_scope(bank.db, Filters()):
            found = data.matrix(bank.db)
        assert len(found["cells"]) == 7 * 3
        assert found["placed"] + found["outside"] == value(bank, "SELECT count(*) FROM insights")

    def test_levels_equal_the_pyramid_view_and_start_at_the_base(self, bank):
        view = bank.conn.execute("SELECT level, missed, met FROM pyramid").fetchall()
        with report_scope(bank.db, Filters()):
            levels = data.pyramid(bank.db)
        assert [(row["level"], row["missed"], row["met"]) for row in levels] == view
        assert levels[0]["level"] == "utility"

    def test_the_net_balance_is_positive_share_minus_negative_share(self):
        row = {"insights": 10, "positive": 2, "neutral": 1, "negative": 7}
        assert data.net(row) == -0.5
        assert data.net({"insights": 0, "positive": 0, "negative": 0}) is None


class TestOtherFigures:
    def test_emotions_count_messages_and_are_shared_over_the_messages_of_the_stage(self, bank):
        with report_scope(bank.db, Filters()):
            found = data.emotions(bank.db)
        for row in found["emotions"]:
            assert row["messages"] == value(
                bank, "SELECT count(*) FROM emotions WHERE emotion = ?", [row["emotion"]]
            )
            assert all(cell["messages"] <= cell["of"] for cell in row["stages"])

    def test_the_pqrs_mix_adds_up_to_all_messages(self, bank):
        with report_scope(bank.db, Filters()):
            rows = data.pqrs_mix(bank.db)
        assert sum(row["messages"] for row in rows) == 300
        assert all(r["negative"] + r["neutral"] + r["positive"] == r["messages"] for r in rows)

    def test_a_message_with_two_segments_on_a_topic_counts_once(self, bank):
        with report_scope(bank.db, Filters()):
            found = data.topics(bank.db)
        for row in found["topics"]:
            assert row["messages"] == value(
                bank,
                "SELECT count(DISTINCT s.message_id) FROM segment_topics AS g "
                "JOIN segments AS s ON s.id = g.segment_id WHERE g.topics_id = ?",
                [row["id"]],
            )

    @pytest.mark.parametrize("terms", ["no es JSON", '"palabra"', "[1, null]", "[]"])
    def test_terms_that_are_not_a_list_of_words_are_left_out(self, build_store, record, terms):
        with build_store([record(topic="Cobros")]) as store:
            store.conn.execute("UPDATE topics SET terms = ?", [terms])
            store.conn.commit()
            with report_scope(store.db, Filters()):
                assert data.topics(store.db)["topics"][0]["terms"] == []


class TestScope:
    @pytest.mark.parametrize(
        ("filters", "condition"),
        [
            (Filters(since="2026-03-01"), "date(created_at) >= '2026-03-01'"),
            (Filters(until="2026-03-01"), "date(created_at) <= '2026-03-01'"),
            (Filters(channel="oficina"), "channel = 'oficina'"),
            (Filters(country="CO"), "country = 'CO'"),
            (Filters(source="quejas.csv"), "1"),
            (Filters(source="otro.csv"), "0"),
        ],
    )
    def test_filters_choose_messages_and_their_insights(self, bank, filters, condition):
        expected = value(bank, f"SELECT count(*) FROM messages WHERE {condition}")
        insights = value(
            bank,
            "SELECT count(*) FROM insights WHERE message_id IN "
            f"(SELECT id FROM messages WHERE {condition})",
        )
        with report_scope(bank.db, filters):
            head = data.headline(bank.db)
        assert (head["messages"], head["insights"]) == (expected, insights)

    def test_a_hostile_filter_value_is_data_and_not_sql(self, bank):
        with report_scope(bank.db, Filters(channel="x' OR '1'='1")):
            assert data.headline(bank.db)["messages"] == 0

    @pytest.mark.parametrize("wrong", ["ayer", "2026-13-01", "20260301", "2026-3-1"])
    def test_a_date_that_is_not_one_is_refused_with_an_example(self, wrong):
        with pytest.raises(UsageError, match="2026-03-31"):
            Filters(since=wrong)

    def test_a_period_that_ends_before_it_starts_is_refused(self):
        with pytest.raises(UsageError, match="Swap"):
            Filters(since="2026-04-01", until="2026-03-01")

    def test_the_store_is_neither_written_nor_left_with_temporary_tables(self, build_store, record):
        with build_store([record()], analyzers=("sentiment",)) as store:
            before = store.conn.total_changes
            dump = list(store.conn.iterdump())
            with report_scope(store.db, Filters()):
                pass
            assert list(store.conn.iterdump()) == dump
            assert not store.conn.in_transaction
            assert value(store, "SELECT count(*) FROM sqlite_temp_master") == 0
            assert store.conn.total_changes >= before

    @pytest.mark.parametrize("missing", ["sentiment", "emotion", "friction", "pqrs", "topic"])
    def test_an_analyzer_that_did_not_run_leaves_its_figures_empty(
        self, build_store, record, missing
    ):
        analyzers = [
            name
            for name in ("sentiment", "emotion", "friction", "pqrs", "topic")
            if name != missing
        ]
        with (
            build_store([record()], analyzers=analyzers) as store,
            report_scope(store.db, Filters()) as present,
        ):
            head = data.headline(store.db)
            assert head["messages"] == 1
            data.emotions(store.db)
            data.topics(store.db)
            data.pqrs_mix(store.db)
        assert set(ANALYZER_TABLES) - present


class TestPeriods:
    @pytest.mark.parametrize(
        ("days", "grain", "count"),
        [(1, "day", 1), (14, "day", 14), (90, "week", 14), (400, "month", 14), (2200, "year", 7)],
    )
    def test_the_grain_suits_the_span(self, build_store, record, days, grain, count):
        first = date(2020, 1, 1)
        records = [
            record(n, created_at=f"{first + timedelta(days=round(n * (days - 1) / 49))}T10:00:00")
            for n in range(50)
        ]
        with build_store(records) as store, report_scope(store.db, Filters()):
            timeline = set_periods(store.db)
        assert timeline.grain == grain
        assert abs(len(timeline.periods) - count) <= 1

    def test_one_wrong_year_does_not_flatten_the_chart(self, build_store, record):
        records = [record(n, created_at=f"2026-03-{n % 28 + 1:02d}") for n in range(200)]
        records.append(record(900, created_at="1970-01-01T00:00:00"))
        with build_store(records) as store, report_scope(store.db, Filters()):
            timeline = set_periods(store.db)
        assert timeline.grain == "week"
        assert timeline.outside == 1

    def test_dates_that_cannot_be_read_count_as_no_date(self, build_store, record):
        records = [record(1, created_at=None), record(2, created_at="ayer"), record(3)]
        with build_store(records) as store, report_scope(store.db, Filters()):
            timeline = set_periods(store.db)
        assert timeline.dated == 1

    def test_periods_without_messages_are_kept(self):
        first, last = date(2025, 11, 30), date(2026, 2, 1)
        assert periods_between(first, last, "month") == ("2025-11", "2025-12", "2026-01", "2026-02")
        assert periods_between(first, last, "year") == ("2025", "2026")

    def test_a_week_is_named_by_its_monday_as_in_sql(self, build_store, record):
        records = [record(n, created_at=f"{date(2026, 1, 1) + timedelta(n)}") for n in range(60)]
        with build_store(records) as store, report_scope(store.db, Filters()):
            timeline = set_periods(store.db)
            rows = data.sentiment_over_time(store.db, timeline)
        assert {date.fromisoformat(period).weekday() for period in timeline.periods} == {0}
        assert sum(row["messages"] for row in rows) == 60


class TestQuality:
    def test_what_was_left_out_is_counted_once_per_reason(self, build_store, record):
        emoji = record(2, text="🙂", quotes=(), skip_reason="no_words")
        with build_store([record(1), emoji]) as store:
            store.conn.executemany(
                "INSERT INTO skips (run_id, source_id, reason, records) VALUES (1, 1, ?, ?)",
                [("rating_only", 4), ("no_words", 1)],
            )
            store.conn.commit()
            with report_scope(store.db, Filters()):
                found = data_quality(store.db)
        assert {row["reason"]: row["records"] for row in found["skips"]} == {
            "rating_only": 4,
            "no_words": 1,
        }
        assert (found["records"], found["analysed"], found["skipped"]) == (6, 1, 5)

    def test_reading_a_file_again_does_not_double_its_skips(self, build_store, record):
        with build_store([record()]) as store:
            store.conn.execute(
                "INSERT INTO runs (id, name, started_at, status, version, options) "
                "VALUES (2, 'otra', '2026-07-02T10:00:00', 'ok', '0.1.0', '{}')"
            )
            store.conn.executemany(
                "INSERT INTO skips (run_id, source_id, reason, records) VALUES (?, 1, 'bounce', 3)",
                [(1,), (2,)],
            )
            store.conn.commit()
            with report_scope(store.db, Filters()):
                found = data_quality(store.db)
        assert found["skipped"] == 3

    def test_failures_are_grouped_with_the_first_place(self, build_store, record):
        with build_store([record()]) as store:
            store.conn.executemany(
                "INSERT INTO failures (run_id, source_id, plugin, locator, error) "
                "VALUES (1, 1, 'tickets', ?, 'La fila tiene columnas de más.')",
                [("row 12",), ("row 15",)],
            )
            store.conn.commit()
            with report_scope(store.db, Filters()):
                found = data_quality(store.db)
        (failure,) = found["failures"]
        assert (failure["n"], failure["locator"]) == (2, "row 12")
        assert found["records"] == 3

    def test_a_failure_of_an_earlier_run_that_names_no_file_is_no_longer_told(
        self, build_store, record
    ):
        with build_store([record()]) as store:
            store.conn.execute(
                "INSERT INTO failures (run_id, plugin, error) VALUES (1, 'topic', 'Falló.')"
            )
            store.conn.commit()
            with report_scope(store.db, Filters()):
                assert data_quality(store.db)["failed"] == 1
            store.conn.execute(
                "INSERT INTO runs (id, name, started_at, status, version, options) "
                "VALUES (2, 'otra', '2026-07-02T10:00:00', 'ok', '0.1.0', '{}')"
            )
            store.conn.commit()
            with report_scope(store.db, Filters()):
                assert data_quality(store.db)["failed"] == 0

    def test_copies_of_a_message_are_told_and_counted_once(self, build_store, record):
        long = "Hace tres semanas pedí el cambio del medidor y todavía no ha venido ningún técnico"
        with build_store([record(n, text=long, quotes=()) for n in (1, 2, 3)]) as store:
            mark_duplicates(store)
            with report_scope(store.db, Filters()):
                assert data_quality(store.db)["duplicates"] == 2
                assert data.headline(store.db)["messages"] == 1
            with report_scope(store.db, Filters(keep_duplicates=True)):
                assert data.headline(store.db)["messages"] == 3
