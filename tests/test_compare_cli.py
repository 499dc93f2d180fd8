"""`vocmine compare`: sentences that a busy analyst believes, and rows for other programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from made_stores import record, saved

from vocmine.comparison.rows import GroupFigure
from vocmine.comparison.wording import column_name, figure_name, finding, group_name
from vocmine.report.wording import Wording
from vocmine.store import Store

Run = Callable[..., Any]
KEYS = {
    *("column", "value", "figure", "messages", "of_group", "of_rest", "difference"),
    *("low", "high", "p_value", "sure", "tested"),
}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 messages: in Cali 80 % are negative, in Bogotá 30 %; five of Cali go to Andino."""
    records = []
    for number in range(200):
        city = "Cali" if number % 2 else "Bogotá"
        bad = (number // 2) % 10 < (8 if city == "Cali" else 3)
        text = "Me cobraron dos veces."
        if number in (1, 3, 5, 7, 9):
            text += " Me paso a Andino."
        records.append(
            record(
                number,
                text=text,
                sentiment="negative" if bad else "positive",
                churn=int("Andino" in text),
                created_at=f"2026-0{1 + number // 100}-05T10:00:00",
                extra={"Ciudad": city, "nps": "2" if bad else "10"},
            )
        )
    return saved(records, tmp_path_factory.mktemp("compare") / "cities.db")


@pytest.fixture
def brands(tmp_path: Path) -> Path:
    path = tmp_path / "marcas.toml"
    path.write_text('own = "Páramo"\n[brands]\n"Páramo" = []\nAndino = []\n', "utf-8")
    return path


class TestColumn:
    def test_says_what_is_sure_and_counts_what_it_leaves_out(
        self, vocmine: Run, cities: Path
    ) -> None:
        ran = vocmine("compare", "ciudad", "--db", cities)
        assert ran.code == 0
        text = plain(ran.out)
        assert "80 % negativos, 50 puntos más que el resto (37 a 60)" in text
        assert "NPS de −60: 100 puntos menos que el resto (76 a 124)" in text
        assert "puede ser azar" not in text
        assert "--all shows them" in ran.err

    def test_all_shows_what_may_be_chance_and_says_so(self, vocmine: Run, cities: Path) -> None:
        ran = vocmine("compare", "Ciudad", "--all", "--db", cities)
        assert "puede ser azar" in ran.out

    @pytest.mark.parametrize(
        ("lang", "word"), [("pt", "a mais que o resto"), ("en", "than the rest")]
    )
    def test_speaks_the_language(self, vocmine: Run, cities: Path, lang: str, word: str) -> None:
        assert word in vocmine("compare", "Ciudad", "--lang", lang, "--db", cities).out

    def test_rows_for_other_programs_have_documented_keys(self, vocmine: Run, cities: Path) -> None:
        rows = vocmine("compare", "Ciudad", "--format", "jsonl", "--db", cities).objects
        assert rows
        assert all(set(row) == KEYS and row["sure"] for row in rows)
        every = json.loads(
            vocmine("compare", "Ciudad", "--all", "--format", "json", "--db", cities).out
        )
        assert len(every) > len(rows)
        table = vocmine("compare", "Ciudad", "--format", "csv", "--db", cities).out
        assert set(next(csv.DictReader(StringIO(table)))) == KEYS

    def test_only_figures_asked_for(self, vocmine: Run, cities: Path) -> None:
        rows = vocmine(
            *("compare", "Ciudad", "--all", "--figure", "nps", "--figure", "billing/use/billing"),
            *("--format", "jsonl", "--db", cities),
        ).objects
        assert {row["figure"] for row in rows} == {"nps", "billing/use/billing"}

    @pytest.mark.parametrize(
        ("figure", "said"),
        [
            ("ventas", "There is no figure 'ventas'"),
            ("billing/casa/billing", "--stage 'casa'"),
            ("a/b/c/d", "There is no figure"),
        ],
    )
    def test_unknown_figures_are_refused(
        self, vocmine: Run, cities: Path, figure: str, said: str
    ) -> None:
        ran = vocmine("compare", "Ciudad", "--figure", figure, "--db", cities)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err

    def test_groups_below_the_minimum_are_not_compared(self, vocmine: Run, cities: Path) -> None:
        ran = vocmine("compare", "Ciudad", "--min", "101", "--db", cities)
        assert (ran.code, ran.out) == (0, "")
        assert "No group has 101 messages" in ran.err

    def test_of_groups_alike_it_says_that_nothing_is_sure(self, vocmine: Run, cities: Path) -> None:
        ran = vocmine("compare", "month", "--figure", "negative", "--db", cities)
        assert (ran.code, ran.out) == (0, "")
        assert "No difference of 2 compared is sure" in ran.err

    def test_columns_of_persons_are_refused(self, vocmine: Run, cities: Path) -> None:
        ran = vocmine("compare", "author", "--db", cities)
        assert ran.code == 2
        assert "single persons" in ran.err

    def test_a_column_or_brands_must_be_named_and_not_both(
        self, vocmine: Run, cities: Path, brands: Path
    ) -> None:
        for arguments in ([], ["Ciudad", "--brands", brands]):
            ran = vocmine("compare", *arguments, "--db", cities)
            assert ran.code == 2
            assert "vocmine compare channel" in ran.err

    def test_an_empty_store_has_nothing_to_compare(self, vocmine: Run, empty_store: Path) -> None:
        ran = vocmine("compare", "channel", "--format", "json", "--db", empty_store)
        assert (ran.code, ran.out) == (0, "[]\n")


class TestPeriod:
    def test_days_are_beside_all_other_days(self, vocmine: Run, cities: Path) -> None:
        ran = vocmine("compare", "period", "--since", "2026-02-01", "--all", "--db", cities)
        assert "desde el 1 feb 2026" in ran.out
        rows = vocmine(
            *("compare", "period", "--since", "2026-02-01", "--until", "2026-03-01", "--all"),
            *("--format", "jsonl", "--db", cities),
        ).objects
        assert {row["value"] for row in rows} == {"2026-02-01/2026-02-28"}
        assert {row["messages"] for row in rows} == {100}

    def test_needs_a_day(self, vocmine: Run, cities: Path) -> None:
        ran = vocmine("compare", "period", "--db", cities)
        assert ran.code == 2
        assert "--since" in ran.err

    def test_of_another_column_the_days_choose_messages(self, vocmine: Run, cities: Path) -> None:
        rows = vocmine(
            *("compare", "Ciudad", "--since", "2026-02-01", "--all", "--format", "jsonl"),
            *("--db", cities),
        ).objects
        assert {row["messages"] for row in rows} == {50}


class TestBrands:
    def test_named_in_the_text_have_their_figures_and_a_quote(
        self, vocmine: Run, cities: Path, brands: Path
    ) -> None:
        ran = vocmine("compare", "--brands", brands, "--min", "5", "--db", cities)
        assert ran.code == 0
        text = plain(ran.out)
        assert "Andino" in text
        assert "2,5 %" in text
        assert "100 % con intención de retiro" in text

    def test_rows_tell_of_brands(self, vocmine: Run, cities: Path, brands: Path) -> None:
        (row,) = vocmine("compare", "--brands", brands, "--format", "jsonl", "--db", cities).objects
        assert (row["brand"], row["own"], row["messages"], row["leaving"]) == (
            "Andino",
            False,
            5,
            5,
        )

    def test_that_nobody_names_are_said(self, vocmine: Run, cities: Path, tmp_path: Path) -> None:
        path = tmp_path / "m.toml"
        path.write_text("[brands]\nNadie = []\n")
        ran = vocmine("compare", "--brands", path, "--db", cities)
        assert (ran.code, ran.out) == (0, "")
        assert "No message names one of these brands" in ran.err

    def test_without_a_column_of_brands_it_says_how_to_name_them(
        self, vocmine: Run, cities: Path
    ) -> None:
        ran = vocmine("compare", "brand", "--db", cities)
        assert ran.code == 2
        assert "--brands marcas.toml" in ran.err

    def test_a_column_of_brands_is_found(self, vocmine: Run, cities: Path, tmp_path: Path) -> None:
        path = tmp_path / "marcas.db"
        path.write_bytes(cities.read_bytes())
        with Store(path) as store, store.transaction() as conn:
            conn.execute("UPDATE messages SET extra = replace(extra, 'Ciudad', 'Entidad')")
        ran = vocmine("compare", "brand", "--format", "jsonl", "--db", path)
        assert {row["column"] for row in ran.objects} == {"Entidad"}


def row(figure: str = "negative", **given: Any) -> GroupFigure:
    values = {
        "column": "Ciudad", "value": "Cali", "figure": figure, "messages": 100, "of_group": 0.41,
        "of_rest": 0.29, "difference": 0.12, "low": 0.07, "high": 0.17, "p_value": 0.001,
        "sure": True,
    }  # fmt: skip
    return GroupFigure(**(values | given))


class TestWords:
    ES = Wording("es")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (row(), "41 % negativos, 12 puntos más que el resto (7 a 17)"),
            (
                row(of_group=0.044, difference=-0.01, low=-0.018, high=-0.002),
                "4,4 % negativos, 1,0 punto menos que el resto (0,2 a 1,8)",
            ),
            (
                row(difference=0.0, low=-0.05, high=0.05, sure=False),
                "41 % negativos, igual que el resto (−5,0 a 5,0); puede ser azar",
            ),
            (
                row(difference=-0.02, low=-0.09, high=0.05, sure=False, tested=False),
                "41 % negativos, 2,0 puntos menos que el resto (−5,0 a 9,0); "
                "muy pocos mensajes para saberlo",
            ),
            (
                row("score", of_group=3.04, difference=-0.58, low=-0.71, high=-0.44),
                "calificación media de 3,0: 0,58 menos que el resto (0,44 a 0,71)",
            ),
            (
                row("nps", of_group=-12.0, difference=-20.0, low=-32.0, high=-8.0),
                "NPS de −12: 20 puntos menos que el resto (8 a 32)",
            ),
            (
                row("delay/support/phone"),
                "41 % con demora (soporte · teléfono), 12 puntos más que el resto (7 a 17)",
            ),
        ],
    )
    def test_a_difference_is_a_sentence(self, given: GroupFigure, said: str) -> None:
        assert plain(finding(given, self.ES)) == said

    def test_months_and_periods_have_names(self) -> None:
        assert group_name(row(column="month", value="2026-03"), self.ES) == "mar 2026"
        period = row(column="period", value="2026-03-01/2026-03-31")
        assert group_name(period, self.ES) == "del 1 mar 2026 al 31 mar 2026"
        assert (
            group_name(row(column="period", value="/2026-03-31"), self.ES) == "hasta el 31 mar 2026"
        )
        assert group_name(row(), self.ES) == "Cali"

    def test_columns_and_figures_have_names(self) -> None:
        assert column_name("period", self.ES) == "Periodo"
        assert column_name("channel", self.ES) == "Canal"
        assert column_name("Ciudad", self.ES) == "Ciudad"
        assert figure_name("churn", self.ES) == "Intención de retiro"
        assert figure_name("delay/support/phone", self.ES) == "Demora (soporte · teléfono)"
