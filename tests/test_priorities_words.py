"""Whom a friction point hits, and in whose words: segments and quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from vocmine.priorities.clusters import clusters
from vocmine.priorities.points import friction_points
from vocmine.priorities.rows import FrictionPoint, Quote, Segment
from vocmine.priorities.segments import hardest_hit, usual_columns
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]
Rows = list[dict[str, Any]]

APP = ("La app se cae", -2, "outage", "use", "utility", "app")
BILL = ("Me cobraron dos veces", -2, "billing", "use", "utility", "billing")


@pytest.fixture
def of_cities(record: Record) -> Callable[..., Rows]:
    """Messages of three cities where a share of those of the first complain of the app."""

    def make(first: float = 0.6, others: float = 0.1, *, each: int = 60, **columns: Any) -> Rows:
        rows = []
        for place, city in enumerate(("Cali", "Pasto", "Tunja")):
            share = others if place else first
            for number in range(each):
                key = place * each + number
                struck = number < share * each
                extra = {
                    "Ciudad": city,
                    **{name: value(key) for name, value in columns.items()},
                }
                said = APP if struck else BILL
                rows.append(record(key, text=f"{said[0]}.", quotes=[said], extra=extra))
        return rows

    return make


def segments(build_store: Build, rows: Rows, by: Sequence[str] = ()) -> dict[str, Any]:
    with build_store(rows) as store:
        points = friction_points(store, read_frame(store, Filter()), by=by)
    return {point.friction: point.segments for point in points}


class TestSegments:
    def test_a_group_hit_harder_is_named_with_its_share_and_that_of_the_rest(
        self, build_store: Build, of_cities: Callable[..., Rows]
    ) -> None:
        found = segments(build_store, of_cities(), ["Ciudad"])["outage"]
        assert found == (Segment("Ciudad", "Cali", 0.6, 0.1, 36),)

    def test_spellings_of_a_value_are_one_group(
        self, build_store: Build, of_cities: Callable[..., Rows]
    ) -> None:
        rows = of_cities()
        for row in rows[:10]:
            row["extra"]["Ciudad"] = "CALI"
        assert segments(build_store, rows, ["Ciudad"])["outage"][0] == Segment(
            "Ciudad", "Cali", 0.6, 0.1, 36
        )

    def test_groups_that_do_not_differ_are_not_named(
        self, build_store: Build, of_cities: Callable[..., Rows]
    ) -> None:
        rows = of_cities(0.35, 0.3)
        assert set(segments(build_store, rows, ["Ciudad"]).values()) == {()}

    def test_a_group_of_few_messages_is_never_named(
        self, build_store: Build, of_cities: Callable[..., Rows]
    ) -> None:
        rows = of_cities(0.0, 0.1)
        for row in rows[-12:]:
            row["extra"]["Ciudad"] = "Leticia"
            row["insights"] = [dict(row["insights"][0], friction="outage")]
        assert "Leticia" not in str(segments(build_store, rows, ["Ciudad"]))

    def test_the_columns_of_the_export_are_looked_at_unasked(
        self, build_store: Build, of_cities: Callable[..., Rows]
    ) -> None:
        assert segments(build_store, of_cities())["outage"][0].value == "Cali"

    def test_columns_of_many_values_or_of_how_a_case_was_handled_are_not(
        self, build_store: Build, of_cities: Callable[..., Rows]
    ) -> None:
        rows = of_cities(
            status=lambda key: "abierto" if key < 36 else "cerrado",
            Caso=lambda key: f"C-{key}",
            Plan=lambda key: "AB"[key % 2],
            Vacía=lambda _: "",
        )
        with build_store(rows) as store:
            assert usual_columns(store) == ["channel", "country", "Ciudad", "Plan"]

    def test_no_column_that_names_persons_is_shown_even_when_asked_for(
        self, build_store: Build, of_cities: Callable[..., Rows]
    ) -> None:
        rows = of_cities(
            **{
                "Nombre cliente": lambda key: "Ana" if key < 60 else "Luis",
                "Buzón": lambda key: f"{'ana' if key < 60 else 'luis'}@correo.co",
            }
        )
        with build_store(rows) as store:
            frame = read_frame(store, Filter())
            asked = ["Nombre cliente", "Buzón", "author", "no such column"]
            assert set(hardest_hit(store, frame, clusters(frame), asked)) == {()}
            unasked = hardest_hit(store, frame, clusters(frame), usual_columns(store))
        assert {segment.column for found in unasked for segment in found} == {"Ciudad"}

    def test_only_messages_of_the_frame_count(
        self, build_store: Build, of_cities: Callable[..., Rows]
    ) -> None:
        rows = of_cities()
        for row in rows[30:60]:
            row["created_at"] = "2025-01-01T10:00:00"
        with build_store(rows) as store:
            frame = read_frame(store, Filter(since="2026-01-01"))
            points = friction_points(store, frame, by=["Ciudad"])
        (cali,) = next(point.segments for point in points if point.friction == "outage")
        assert (cali.messages, cali.share) == (30, 1.0)

    def test_a_store_without_the_column_is_no_error(self, build_store: Build) -> None:
        with build_store() as store:
            frame = read_frame(store, Filter())
            assert hardest_hit(store, frame, clusters(frame), ["Ciudad"]) == []


@pytest.fixture
def quotes_of(build_store: Build, record: Record) -> Iterator[Callable[..., list[str]]]:
    """The quotes of the one friction point of some texts, in order."""

    def make(*texts: str | tuple[str, dict[str, Any]]) -> list[str]:
        rows = []
        for number, given in enumerate(texts):
            text, labels = given if isinstance(given, tuple) else (given, {})
            quotes = [(part, *BILL[1:]) for part in text.split(" / ")]
            rows.append(record(number, text=text, quotes=quotes, **labels))
        with build_store(rows) as store:
            (point,) = friction_points(store, read_frame(store, Filter()))
            check(store, point)
        return [quote.text for quote in point.quotes]

    def check(store: Store, point: FrictionPoint) -> None:
        for quote in point.quotes:
            row = store.conn.execute(
                "SELECT i.id, m.id, m.external_id, i.quote FROM insights AS i "
                "JOIN messages AS m ON m.id = i.message_id WHERE i.id = ?",
                [quote.insight],
            ).fetchone()
            assert Quote(*row) == quote

    return make


class TestQuotes:
    def test_there_are_three_of_different_messages_the_most_telling_first(
        self, quotes_of: Callable[..., list[str]]
    ) -> None:
        found = quotes_of(
            ("Me cobraron la cuota de manejo dos veces", {"confidence": 0.6}),
            ("El recibo trae un seguro que nunca pedí", {"confidence": 0.9}),
            ("Aparece una compra que no hice en Cali", {"confidence": 0.7}),
            ("Me suben la tarifa sin avisar a nadie", {"confidence": 0.5}),
        )
        assert found == [
            "El recibo trae un seguro que nunca pedí",
            "Aparece una compra que no hice en Cali",
            "Me cobraron la cuota de manejo dos veces",
        ]

    def test_neither_scraps_nor_paragraphs_come_first(
        self, quotes_of: Callable[..., list[str]]
    ) -> None:
        good = "El recibo trae un seguro que nunca pedí"
        found = quotes_of(
            ("Cobro doble", {"confidence": 0.99}),
            ("Muchísimas cosas que no vienen al caso " * 4, {"confidence": 0.99}),
            (good, {"confidence": 0.4}),
        )
        assert found[0] == good

    def test_a_quote_of_a_message_that_is_negative_as_a_whole_comes_before_a_surer_one(
        self, quotes_of: Callable[..., list[str]]
    ) -> None:
        found = quotes_of(
            ("Me cobraron la cuota de manejo dos veces", {"sentiment": "positive"}),
            ("El recibo trae un seguro que nunca pedí", {"confidence": 0.3}),
        )
        assert found[0].startswith("El recibo")

    def test_the_same_words_again_are_left_out(self, quotes_of: Callable[..., list[str]]) -> None:
        assert quotes_of(
            "Me cobraron la cuota de manejo dos veces",
            "me cobró la cuota de manejo dos veces!",
            "ME COBRARON LA CUOTA DE MANEJO DOS VECES",
        ) == ["Me cobraron la cuota de manejo dos veces"]

    def test_other_words_come_before_surer_ones_that_say_nearly_the_same(
        self, quotes_of: Callable[..., list[str]]
    ) -> None:
        found = quotes_of(
            ("Me cobraron la cuota de manejo dos veces", {"confidence": 0.95}),
            ("La cuota de manejo la cobraron en enero", {"confidence": 0.9}),
            ("El recibo trae un seguro que nunca pedí", {"confidence": 0.7}),
        )
        assert found[1].startswith("El recibo")

    def test_a_message_speaks_once(self, quotes_of: Callable[..., list[str]]) -> None:
        assert quotes_of(
            "Me cobraron la cuota de manejo dos veces / El recibo trae un seguro que nunca pedí"
        ) == ["Me cobraron la cuota de manejo dos veces"]

    def test_words_that_are_none_do_no_harm(self, quotes_of: Callable[..., list[str]]) -> None:
        assert quotes_of("¡¡ !!") == ["¡¡ !!"]
        assert len(quotes_of("¡¡ !!", "<script>alert(1)</script>")) == 2
