"""Brands: the list of a team, names in texts, and what is said where they are named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.comparison.brand_list import Brand, BrandNames, load_brands
from vocmine.comparison.brands import (
    Mentions,
    brand_column,
    brand_figures,
    compare_brands,
    mentions,
)
from vocmine.errors import UsageError
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import Frame, read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]
BRANDS = (
    Brand("Banco Páramo", own=True),
    Brand("Andino", names=("Banco Andino", "MercadoAndino")),
    Brand("Claro", without=("claro que", "está claro")),
)


class TestNames:
    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("Me paso a ANDINO.", {"Andino"}),
            ("el banco andino cobra menos", {"Andino"}),
            ("¡@BancoAndino responde!", {"Andino"}),
            ("mercado andino y mercadoandino", {"Andino"}),
            ("en el páramo, banco páramo", {"Banco Páramo"}),
            ("Banco Paramo y Andino", {"Banco Páramo", "Andino"}),
            ("los andinos de la montaña", set()),
            ("andinos", set()),
            ("Me voy para Claro", {"Claro"}),
            ("Claro que sí, está claro", set()),
            ("Claro que Claro es mejor", {"Claro"}),
            ("", set()),
        ],
    )
    def test_are_found_as_words_without_case_and_accents(self, text: str, named: set[str]) -> None:
        assert {BRANDS[place].name for place in BrandNames(BRANDS).found(text)} == named

    def test_of_two_that_begin_alike_the_longer_is_meant(self) -> None:
        names = BrandNames((Brand("Andino"), Brand("Andino Seguros")))
        assert names.found("andino seguros no paga") == {1}
        assert names.found("andino seguros no, andino sí") == {0, 1}

    def test_two_brands_do_not_share_a_name(self) -> None:
        with pytest.raises(UsageError, match="share a name"):
            BrandNames((Brand("Éxito"), Brand("Almacén", names=("exito",))))

    def test_a_name_needs_a_letter(self) -> None:
        with pytest.raises(UsageError, match="no letter"):
            BrandNames((Brand("!!"),))

    @given(st.text(max_size=60))
    def test_any_text_can_be_searched(self, text: str) -> None:
        assert BrandNames(BRANDS).found(f"{text} andino {text}") >= {1}

    @given(st.text(min_size=1, max_size=12).filter(lambda text: any(map(str.isalnum, text))))
    def test_any_name_finds_itself(self, name: str) -> None:
        try:
            names = BrandNames((Brand(name),))
        except UsageError:
            return  # letters of scripts that fold to nothing
        assert names.found(f"dicen que {name} es mejor") == {0}


class TestLists:
    def load(self, folder: Path, name: str, text: str | bytes) -> tuple[Brand, ...]:
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_brands(path)

    def test_toml_has_names_and_exceptions_and_says_which_is_ours(self, tmp_path: Path) -> None:
        text = """
            own = "Banco Páramo"
            [brands]
            "Banco Páramo" = []
            Andino = ["Banco Andino"]
            Claro = { names = "Claro Colombia", except = ["claro que"] }
        """
        assert self.load(tmp_path, "m.toml", text) == (
            Brand("Banco Páramo", own=True),
            Brand("Andino", names=("Banco Andino",)),
            Brand("Claro", names=("Claro Colombia",), without=("claro que",)),
        )

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [";", ","])
    def test_csv_as_spreadsheets_write_it(
        self, tmp_path: Path, encoding: str, delimiter: str
    ) -> None:
        rows = [
            "Marca;Propia;Nombres;Excepto",
            "Banco Páramo;sí;;",
            "Andino;;Banco Andino|bancoandino;andino de montaña",
            ";;;",
        ]
        text = "\r\n".join(rows).replace(";", delimiter)
        assert self.load(tmp_path, "m.csv", text.encode(encoding)) == (
            Brand("Banco Páramo", own=True),
            Brand("Andino", False, ("Banco Andino", "bancoandino"), ("andino de montaña",)),
        )

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("m.toml", "brands = [", "not valid TOML"),
            ("m.toml", "marcas = 1", "'own' and a table"),
            ("m.toml", "own = 'X'\n[brands]\nY = []", "not in [brands]"),
            ("m.toml", "[brands]\nY = 3", "a text or a list of texts"),
            ("m.toml", "[brands]\nY = { alias = 'y' }", "no key 'alias'"),
            ("m.toml", "", "names no brand"),
            ("m.csv", "a;b\n1;2", "no column 'marca'"),
            ("m.csv", "marca\n", "names no brand"),
            ("m.csv", "", "no column 'marca'"),
        ],
    )
    def test_what_is_wrong_is_said_in_a_sentence(
        self, tmp_path: Path, name: str, text: str, said: str
    ) -> None:
        with pytest.raises(UsageError) as refused:
            self.load(tmp_path, name, text)
        assert said in str(refused.value)
        assert "docs/compare.md" in str(refused.value)

    def test_a_file_that_is_missing_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"nada\.toml' cannot be read"):
            load_brands(tmp_path / "nada.toml")


def said_of(record: Record, texts: Sequence[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """A message for each text, polarity and churn; the whole text is its quote."""
    return [
        record(
            number,
            text=text,
            quotes=[(text, polarity, "billing", "use", "utility", "billing")],
            churn=churn,
            sentiment="negative" if polarity < 0 else "positive",
        )
        for number, (text, polarity, churn) in enumerate(texts, 1)
    ]


def read(store: Store) -> tuple[Frame, Mentions]:
    frame = read_frame(store, Filter())
    return frame, mentions(store, frame, BrandNames(BRANDS))


class TestFigures:
    TEXTS = (
        ("En Andino no cobran", 2, 0),
        ("Me paso a Andino ya", -2, 1),
        ("Andino demora mucho", -1, 0),
        ("Banco Páramo me cobró", -2, 0),
        ("De Páramo ni hablar", -2, 0),
        ("Andino es mejor que Banco Páramo", 1, 1),
        ("Nadie responde", -2, 1),
    )

    def test_are_of_the_messages_and_insights_that_name_the_brand(
        self, build_store: Build, record: Record
    ) -> None:
        with build_store(said_of(record, self.TEXTS)) as store:
            frame, named = read(store)
            ours, andino = brand_figures(store, frame, named)
        assert (ours.brand, ours.own, ours.messages) == ("Banco Páramo", True, 2)
        assert (andino.brand, andino.own, andino.messages) == ("Andino", False, 4)
        assert andino.share == pytest.approx(4 / 7)
        # One insight names both: whom it praises is not known.
        assert (andino.insights, andino.negative, andino.positive) == (3, 2, 1)
        assert andino.share_negative == pytest.approx(2 / 3)
        assert andino.low is not None
        assert andino.high is not None
        assert andino.low < 2 / 3 < andino.high
        assert andino.leaving == 2
        assert andino.quotes[0].text in (
            "Me paso a Andino ya",
            self.TEXTS[0][0],
        )

    def test_a_brand_named_without_an_opinion_has_no_share(
        self, build_store: Build, record: Record
    ) -> None:
        whole = "Compré en Claro. Nadie responde."
        made = record(1, text=whole, quotes=[
            ("Nadie responde", -2, "no_response", "support", "utility", "phone"),
        ])  # fmt: skip
        with build_store([made]) as store:
            frame, named = read(store)
            (row,) = brand_figures(store, frame, named)
        assert (row.brand, row.messages, row.insights) == ("Claro", 1, 0)
        assert (row.share_negative, row.low, row.high, row.quotes) == (None, None, None, ())

    def test_the_title_counts_as_words_of_the_message(
        self, build_store: Build, record: Record
    ) -> None:
        with build_store([record(1)]) as store:
            with store.transaction() as conn:
                conn.execute("UPDATE messages SET title = 'Me voy a Andino'")
            _, named = read(store)
        assert named.messages.tolist() == [[False, True, False]]
        assert not named.insights.any()

    def test_messages_that_name_a_brand_are_beside_those_that_do_not(
        self, build_store: Build, record: Record
    ) -> None:
        texts = [("Me paso a Andino", -2, 1)] * 40 + [("Me cobraron", -1, 0)] * 60
        with build_store(said_of(record, texts)) as store:
            frame, named = read(store)
        rows = {row.figure: row for row in compare_brands(frame, named)}
        assert {row.value for row in rows.values()} == {"Andino"}
        assert (rows["churn"].of_group, rows["churn"].of_rest) == (1.0, 0.0)
        assert rows["churn"].sure
        assert compare_brands(frame, named, least=41) == []

    def test_nothing_is_named_in_an_empty_store(self, build_store: Build) -> None:
        with build_store() as store:
            frame, named = read(store)
            assert brand_figures(store, frame, named) == []
        assert compare_brands(frame, named) == []


class TestColumn:
    @pytest.mark.parametrize(
        "name", ["Marca", "ENTIDAD_VIGILADA", "Operador", "Nombre de la entidad"]
    )
    def test_of_brands_is_found_by_its_name(
        self, build_store: Build, record: Record, name: str
    ) -> None:
        records = [record(n, extra={name: f"B{n % 2}", "Ciudad": "Cali"}) for n in range(4)]
        with build_store(records) as store:
            assert brand_column(store) == name

    def test_needs_two_values_and_is_the_most_filled_one(
        self, build_store: Build, record: Record
    ) -> None:
        def extra(n: int) -> dict[str, str]:
            return {"Empresa": "una", "Marca": f"m{n % 2}" if n else "", "Banco": f"b{n}"}

        with build_store([record(n, extra=extra(n)) for n in range(5)]) as store:
            assert brand_column(store) == "Banco"

    def test_may_not_exist(self, build_store: Build, record: Record) -> None:
        with build_store([record(1, extra={"Ciudad": "Cali"})]) as store:
            assert brand_column(store) == ""
