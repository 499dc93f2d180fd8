"""Figures by a column: each value its own, nothing counted twice, nobody singled out."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from vocmine.errors import UsageError
from vocmine.store import Store
from vocmine.store.parts import NONE, OTHER, Part, parts
from vocmine.store.reading import Filter, count_messages

Run = Callable[..., Any]
CITIES = ["Bogotá", "BOGOTA", "bogotá ", "Bogotá", "Cali", "cali", "Medellín", "", None, "Tunja"]


@pytest.fixture
def cities(filled_store: Path) -> Path:
    """The filled store with messages of several cities, spelt as people spell them."""
    with Store(filled_store) as store, store.transaction() as conn:
        conn.execute("UPDATE messages SET extra = '{}'")
        for number, city in enumerate(CITIES, 1):
            extra = {"Número de caso": str(number)} | ({} if city is None else {"Ciudad": city})
            conn.execute(
                "UPDATE messages SET extra = ?, channel = ? WHERE external_id = ?",
                [json.dumps(extra), "web" if number % 2 else "call center", f"R-{number}"],
            )
    return filled_store


def parted(path: Path, by: str, **options: Any) -> dict[str, int]:
    with Store(path) as store, parts(store, Filter(), by, **options) as found:
        return {part.value: part.messages for part in found}


class TestParts:
    def test_spellings_are_one_value_under_the_most_frequent_one(self, cities: Path) -> None:
        found = parted(cities, "Ciudad")
        assert found["Bogotá"] == 4
        assert found["Cali"] == 2
        assert "BOGOTA" not in found

    def test_messages_without_a_value_have_a_part_and_come_last(self, cities: Path) -> None:
        found = parted(cities, "Ciudad")
        assert list(found)[-1] == NONE
        assert found[NONE] == 12 - 8

    def test_rare_values_share_a_part(self, cities: Path) -> None:
        assert parted(cities, "ciudad", top=2) == {"Bogotá": 4, "Cali": 2, OTHER: 2, NONE: 4}

    @pytest.mark.parametrize("by", ["ciudad", "CIUDAD", " Ciudad "])
    def test_the_name_of_a_column_is_found_without_case(self, cities: Path, by: str) -> None:
        assert parted(cities, by)["Bogotá"] == 4

    @pytest.mark.parametrize("by", ["channel", "canal"])
    def test_fields_are_columns_too_in_english_and_spanish(self, cities: Path, by: str) -> None:
        assert set(parted(cities, by)) == {"web", "call center"}

    def test_a_column_that_feeds_a_field_is_found_by_its_own_name(self, cities: Path) -> None:
        with Store(cities) as store, store.transaction() as conn:
            reading = json.dumps({"mapping": {"channel": "Medio de recepción"}})
            conn.execute("UPDATE sources SET reading = ?", [reading])
        assert "web" in parted(cities, "medio de recepcion")

    def test_months_are_those_of_the_messages(self, cities: Path) -> None:
        assert parted(cities, "month") == {"2026-03": 5, "2026-02": 4, "2026-01": 3}

    def test_they_hold_every_message_once(self, cities: Path) -> None:
        with Store(cities) as store:
            total = count_messages(store, Filter())
        for by in ("Ciudad", "channel", "month", "lang", "source", "score", "country"):
            assert sum(parted(cities, by).values()) == total, by

    def test_an_unknown_column_is_refused_with_those_there_are(self, cities: Path) -> None:
        with pytest.raises(UsageError, match=r"no.* column 'barrio'|'barrio'") as refused:
            parted(cities, "barrio")
        assert "channel" in str(refused.value)
        assert "Ciudad" in str(refused.value)

    @pytest.mark.parametrize("by", ["author", "Ciudad' OR 1=1 --", "$.extra", "*", ""])
    def test_authors_and_what_is_no_name_are_refused(self, cities: Path, by: str) -> None:
        with pytest.raises(UsageError):
            parted(cities, by)

    def test_a_column_with_signs_of_sql_or_json_in_its_name_works(self, cities: Path) -> None:
        name = """¿"Sede" o 'barrio'? $.x[0]; %s"""
        with Store(cities) as store, store.transaction() as conn:
            conn.execute("UPDATE messages SET extra = ?", [json.dumps({name: "Norte"})])
        assert parted(cities, name) == {"Norte": 12}

    @pytest.mark.parametrize(
        "value",
        [
            "{}@correo.example",
            "Ana Pérez <ana{}@correo.example>",
            "+57 300 555 01{:02d}",
            "Ana, tel. 300 555 01{:02d}",
            "30055501{:02d}",
        ],
    )
    def test_a_column_of_addresses_or_telephones_is_refused(self, cities: Path, value: str) -> None:
        with Store(cities) as store, store.transaction() as conn:
            for (key,) in conn.execute("SELECT id FROM messages").fetchall():
                extra = json.dumps({"Dato": value.format(key)})
                conn.execute("UPDATE messages SET extra = ? WHERE id = ?", [extra, key])
        with pytest.raises(UsageError, match="e-mail addresses, or numbers"):
            parted(cities, "Dato")

    @pytest.mark.parametrize(
        "name",
        ["Nombre contacto", "Persona", "Contacto", "Cliente", "Nombre del usuario", "Nome completo",
         "Customer name", "id_cliente", "Correo electrónico", "Paciente", "to", "cc", "reply_to",
         "forwarded_by", "from"],
    )  # fmt: skip
    def test_a_column_that_names_persons_is_refused_whatever_it_holds(
        self, cities: Path, name: str
    ) -> None:
        with Store(cities) as store, store.transaction() as conn:
            conn.execute("UPDATE messages SET extra = ?", [json.dumps({name: "Ana Pérez"})])
        with pytest.raises(UsageError, match=f"'{name}' names persons") as refused:
            parted(cities, name)
        assert "choose another column" in refused.value.hint

    @pytest.mark.parametrize(
        "name", ["Tipo de cliente", "Canal de contacto", "Nombre del producto", "Customer segment"]
    )
    def test_a_column_about_persons_or_about_things_is_not(self, cities: Path, name: str) -> None:
        with Store(cities) as store, store.transaction() as conn:
            conn.execute("UPDATE messages SET extra = ?", [json.dumps({name: "Hogar"})])
        assert parted(cities, name) == {"Hogar": 12}

    def test_a_column_with_another_value_in_every_message_is_refused(self, cities: Path) -> None:
        with Store(cities) as store, store.transaction() as conn:
            for (key,) in conn.execute("SELECT id FROM messages").fetchall():
                extra = json.dumps({"Quién": f"Ana {'abcdefghijklmnop'[key]}"})
                conn.execute("UPDATE messages SET extra = ? WHERE id = ?", [extra, key])
        with pytest.raises(UsageError, match="another value in nearly every message: 12 in 12"):
            parted(cities, "Quién")

    def test_a_column_of_days_is_none_of_telephones(self, cities: Path) -> None:
        with Store(cities) as store, store.transaction() as conn:
            for (key,) in conn.execute("SELECT id FROM messages").fetchall():
                extra = json.dumps({"Cierre": f"2026-03-0{key % 3 + 1}"})
                conn.execute("UPDATE messages SET extra = ? WHERE id = ?", [extra, key])
        assert sum(parted(cities, "Cierre").values()) == 12

    def test_nothing_is_left_behind(self, cities: Path) -> None:
        with Store(cities) as store:
            for _ in range(2):
                with parts(store, Filter(), "Ciudad") as found:
                    assert all(isinstance(part, Part) for part in found)
            assert store.conn.execute("SELECT count(*) FROM temp.sqlite_master").fetchone() == (0,)


class TestCommands:
    @pytest.mark.parametrize("name", ["summary", "friction", "journey", "pyramid"])
    def test_data_formats_put_the_column_and_its_value_before_each_row(
        self, vocmine: Run, cities: Path, name: str
    ) -> None:
        asked = (name, "--by", "ciudad", "--db", cities)
        rows = vocmine(*asked, "--format", "jsonl").objects
        assert {row["by"] for row in rows} == {"Ciudad"}
        assert rows[0]["value"] == "Bogotá"
        assert json.loads(vocmine(*asked, "--format", "json").out) == rows
        table = list(csv.DictReader(StringIO(vocmine(*asked, "--format", "csv").out)))
        assert [row["value"] for row in table] == [row["value"] for row in rows]

    @pytest.mark.parametrize("name", ["summary", "friction", "journey", "pyramid"])
    @pytest.mark.parametrize(("lang", "none"), [("es", "(sin dato)"), ("en", "(none)")])
    def test_a_table_names_each_value(
        self, vocmine: Run, cities: Path, name: str, lang: str, none: str
    ) -> None:
        out = vocmine(name, "--by", "Ciudad", "--db", cities, "--lang", lang).out
        assert "Bogotá" in out
        assert none in out

    def test_figures_of_a_value_are_those_of_its_messages(self, vocmine: Run, cities: Path) -> None:
        rows = vocmine("journey", "--by", "Ciudad", "--db", cities, "--format", "jsonl").objects
        whole = vocmine("journey", "--db", cities, "--format", "jsonl").objects
        for stage in whole:
            split = [row for row in rows if row["stage"] == stage["stage"]]
            assert sum(row["insights"] for row in split) == stage["insights"]
            assert sum(row["messages"] for row in split) == stage["messages"]

    def test_the_limit_of_friction_is_for_each_value(self, vocmine: Run, cities: Path) -> None:
        rows = vocmine(
            *("friction", "--by", "Ciudad", "--limit", 1, "--db", cities, "--format", "jsonl")
        ).objects
        assert len({row["value"] for row in rows}) == len(rows)
        assert {row["rank"] for row in rows} == {1}

    def test_a_wrong_column_is_wrong_usage(self, vocmine: Run, cities: Path) -> None:
        ran = vocmine("friction", "--by", "Sucursal", "--db", cities)
        assert ran.code == 2
        assert "Ciudad" in ran.err


class TestReport:
    def test_has_a_table_of_the_values_with_what_hurts_most(
        self, vocmine: Run, cities: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "informe.html"
        ran = vocmine("report", "-o", target, "--by", "ciudad", "--no-why", "--db", cities)
        assert ran.code == 0, ran.err
        html = target.read_text("utf-8")
        assert "<h2>Por Ciudad</h2>" in html
        assert re.search(r'<tr><th scope="row">Bogotá</th><td class="figure">4</td>', html)
        assert '<th scope="row">(sin dato)</th>' in html

    def test_shows_a_value_as_it_is_and_never_as_html(
        self, vocmine: Run, cities: Path, tmp_path: Path
    ) -> None:
        with Store(cities) as store, store.transaction() as conn:
            conn.execute("UPDATE messages SET channel = '<script>alert(1)</script>'")
        target = tmp_path / "informe.html"
        vocmine("report", "-o", target, "--by", "channel", "--no-why", "--db", cities)
        html = target.read_text("utf-8")
        assert '<th scope="row">&lt;script&gt;alert(1)&lt;/script&gt;</th>' in html

    def test_is_not_written_for_an_unknown_column(
        self, vocmine: Run, cities: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "informe.html"
        ran = vocmine("report", "-o", target, "--by", "Sucursal", "--no-why", "--db", cities)
        assert (ran.code, target.exists()) == (2, False)


class TestSummary:
    def test_holds_the_first_figures(self, vocmine: Run, filled_store: Path) -> None:
        (row,) = vocmine("summary", "--db", filled_store, "--format", "jsonl").objects
        assert (row["messages"], row["copies"], row["insights"]) == (12, 0, 15)
        assert (row["claims"], row["grievances"], row["urgent"]) == (7, 1, 2)
        assert (row["friction"], row["friction_messages"]) == ("billing", 3)
        assert (row["first_day"], row["last_day"]) == ("2026-01-05", "2026-03-09")

    def test_is_the_same_half_screen_as_after_a_run(self, vocmine: Run, filled_store: Path) -> None:
        out = vocmine("summary", "--db", filled_store).out
        assert "Lo que más duele" in out
        assert "Siguiente: vocmine report" in out

    def test_of_nothing_says_so(self, vocmine: Run, filled_store: Path) -> None:
        ran = vocmine("summary", "--since", "2030-01-01", "--db", filled_store)
        assert ran.code == 0
        assert "No analysed message" in ran.err
