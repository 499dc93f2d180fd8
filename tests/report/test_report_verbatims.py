"""Customers' words in the report: exact, representative, bounded."""

from __future__ import annotations

from vocmine.report import Filters, data
from vocmine.report.periods import set_periods
from vocmine.report.scope import report_scope
from vocmine.report.verbatims import LATE, LONGEST_TEXT, MAX_BYTES, add_quotes, pieces, verbatims


def value(store, sql, params=()):
    return store.conn.execute(sql, params).fetchone()[0]


class TestVerbatims:
    def test_pieces_joined_are_the_text_and_marked_pieces_are_the_quotes(self, bank):
        rows = bank.conn.execute("SELECT id, text FROM messages").fetchall()
        for identifier, text in rows:
            insights = [
                {"start": start, "end": end, "quote": quote}
                for start, end, quote in bank.conn.execute(
                    "SELECT start, end, quote FROM insights WHERE message_id = ? ORDER BY start",
                    [identifier],
                )
            ]
            cut = pieces(text, insights)
            assert "".join(piece[0] for piece in cut) == text
            for piece in cut:
                if len(piece) == 2:
                    assert piece[0] == insights[piece[1]]["quote"]

    def test_offsets_count_characters_also_after_emoji(self):
        text = "😡😡 pésimo 👎🏽 nunca llegó"
        start = text.index("nunca")
        cut = pieces(text, [{"start": start, "end": len(text)}])
        assert cut[-1] == ["nunca llegó", 0]

    def test_a_quote_inside_another_is_not_marked_twice(self):
        cut = pieces("abcdef", [{"start": 0, "end": 4}, {"start": 2, "end": 6}])
        assert cut == [["abcd", 0], ["ef"]]

    def test_a_very_long_message_is_cut_far_from_its_quotes_and_says_so(self):
        text = "a" * LONGEST_TEXT + "LLEGÓ ROTO" + "b" * LONGEST_TEXT
        cut = pieces(text, [{"start": LONGEST_TEXT, "end": LONGEST_TEXT + 10}])
        assert ["LLEGÓ ROTO", 0] in cut
        assert cut.count([]) == 2
        assert sum(len(piece[0]) for piece in cut if piece) < 1000

    def test_a_very_long_message_without_quotes_keeps_its_beginning(self):
        cut = pieces("x" * 10_000, [])
        assert cut == [["x" * LONGEST_TEXT], []]

    def test_a_big_store_gives_a_sample_that_covers_every_main_point(
        self, build_store, realistic_records
    ):
        with (
            build_store(realistic_records(900, seed=3)) as store,
            report_scope(store.db, Filters()),
        ):
            points = data.friction(store.db, set_periods(store.db))["points"]
            found = verbatims(store.db, points)
        assert len(found["messages"]) == 500
        assert found["total"] == 900
        for point in points:
            shown = [
                message
                for message in found["messages"]
                if any(
                    i["friction"] == point["friction"] and i["stage"] == point["stage"]
                    for i in message["insights"]
                )
            ]
            assert len(shown) >= min(8, point["messages"])
        assert any(i["tone"] == "positive" for m in found["messages"] for i in m["insights"])

    def test_the_sample_has_a_limit_in_bytes_too(self, build_store, record):
        records = [
            record(
                n,
                text="Ñ" * 200_000,
                quotes=(("Ñ" * 9_000, -1, *["billing", "use", "utility", "app"]),),
            )
            for n in range(100)
        ]
        with build_store(records) as store, report_scope(store.db, Filters()):
            found = verbatims(store.db, [])
        assert 0 < len(found["messages"]) < 100
        assert len(repr(found["messages"]).encode()) < 2 * MAX_BYTES

    def test_what_is_overdue_is_there_to_be_read_but_not_without_end(self, bank):
        keys = [row[0] for row in bank.conn.execute("SELECT id FROM messages ORDER BY id DESC")]
        with report_scope(bank.db, Filters()):
            found = verbatims(bank.db, [], [*keys, 10**9])
        assert [message["key"] for message in found["messages"][:LATE]] == keys[:LATE]

    def test_the_author_of_a_message_never_reaches_the_page(self, bank):
        with report_scope(bank.db, Filters()):
            found = verbatims(bank.db, [])
        assert all("author" not in message for message in found["messages"])

    def test_quotes_of_a_point_come_from_different_messages_and_differ(self, bank):
        with report_scope(bank.db, Filters()):
            points = data.friction(bank.db, set_periods(bank.db))["points"]
            add_quotes(bank.db, points)
        for point in points:
            quotes = [quote["quote"] for quote in point["quotes"]]
            assert quotes
            assert len(set(quotes)) == len(quotes)
            for quote in point["quotes"]:
                assert quote["quote"] in value(
                    bank, "SELECT text FROM messages WHERE id = ?", [quote["message_id"]]
                )

    def test_quotes_prefer_the_surest_of_a_readable_length(self, build_store, record):
        place = (-2, "billing", "use", "utility", "billing")
        long = "Me cobraron " + "otra vez " * 30
        records = [
            record(1, text=long, quotes=((long, *place),), confidence=0.95),
            record(
                2,
                text="Cobro doble de la cuota",
                quotes=(("Cobro doble de la cuota", *place),),
                confidence=0.3,
            ),
            record(
                3,
                text="Me descontaron dos facturas iguales",
                quotes=(("Me descontaron dos facturas iguales", *place),),
                confidence=0.8,
            ),
        ]
        with build_store(records) as store, report_scope(store.db, Filters()):
            points = data.friction(store.db, set_periods(store.db))["points"]
            add_quotes(store.db, points)
        assert [quote["quote"] for quote in points[0]["quotes"]] == [
            "Me descontaron dos facturas iguales",
            "Cobro doble de la cuota",
        ]
