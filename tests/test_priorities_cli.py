"""`vocmine friction`: what to mend first, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_stores import record, saved

from vocmine.priorities.owners import default_text
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.reading import friction_rows

Run = Callable[..., Any]
KEYS = (
    "schema rank friction stage touchpoint topic insights messages share customers customer_share "
    "mean_polarity severity impact impact_low impact_high impact_on impact_messages impact_enough "
    "impact_p_value cost weight ranked_by trend trend_change trend_p_value series segments owner "
    "warning first_seen last_seen copies quote quotes quote_messages"
).split()


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rare costly point of the app, a frequent harmless one of the bill, and one of price in a
    few messages; answers to NPS."""
    rng = np.random.default_rng(8)
    rows = []
    for number in range(1, 501):
        costly, harmless = rng.random() < 0.12, rng.random() < 0.5
        said = [("Bien", 1, "none", "use", "enjoyable", "product")]
        if costly:
            said.append(("La app se cae al pagar la cuota", -2, "outage", "use", "utility", "app"))
        if harmless:
            bill = "La factura llega con letra muy pequeña"
            said.append((bill, -1, "information", "use", "usability", "billing"))
        if number % 30 == 0:
            said.append(("Está muy caro", -1, "price", "use", "utility", "product"))
        nps = int(rng.integers(0, 5) if costly else rng.integers(5, 11))
        rows.append(
            record(
                number,
                text=". ".join(quote for quote, *_ in said),
                quotes=said,
                created_at=f"2026-0{number % 6 + 1}-15T10:00:00",
                extra={"nps": nps, "Ciudad": "Cali" if number % 3 else "Pasto"},
                author=f"p-{number % 400}",
            )
        )
    return saved(rows, tmp_path_factory.mktemp("scored") / "voz.db")


class TestData:
    def test_every_row_has_the_documented_keys_in_their_order(
        self, vocmine: Run, scored: Path, filled_store: Path
    ) -> None:
        for db in (scored, filled_store):
            rows = vocmine("friction", "--db", db, "--format", "jsonl").objects
            assert all(list(row) == KEYS for row in rows)

    def test_the_keys_are_in_the_docs(self) -> None:
        page = (Path(__file__).parent.parent / "docs" / "priorities.md").read_text("utf-8")
        assert [key for key in KEYS if f"`{key}`" not in page] == []

    def test_no_key_of_before_is_lost_and_its_value_is_the_same(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        rows = vocmine("friction", "--db", filled_store, "--format", "jsonl").objects
        with Store(filled_store) as store:
            before = {
                (row["friction"], row["stage"], row["touchpoint"]): row
                for row in friction_rows(store, Filter())
            }
        for row in rows:
            old = before.pop((row["friction"], row["stage"], row["touchpoint"]))
            assert old == {key: row[key] for key in old}
        assert {key[0] for key in before} <= {"other"}

    def test_the_costly_point_comes_before_the_frequent_one(
        self, vocmine: Run, scored: Path
    ) -> None:
        first, second, _ = vocmine("friction", "--db", scored, "--format", "jsonl").objects
        assert (first["friction"], first["impact_on"]) == ("outage", "nps")
        assert (second["friction"], second["ranked_by"]) == ("information", "impact")
        assert first["impact_low"] < first["impact"] < first["impact_high"] < 0
        assert first["cost"] == first["weight"] > 5
        assert first["impact_messages"] == first["messages"] < second["messages"]
        assert second["impact_low"] < 0 < second["impact_high"]

    def test_without_a_score_impact_is_severity(self, vocmine: Run, filled_store: Path) -> None:
        rows = vocmine("friction", "--db", filled_store, "--format", "jsonl").objects
        for row in rows:
            assert (row["impact_on"], row["impact"]) == ("severity", row["severity"])
            assert (row["impact_low"], row["cost"], row["ranked_by"]) == (None, None, "severity")
            assert row["warning"] == "few"

    def test_csv_holds_groups_and_series_as_text(self, vocmine: Run, scored: Path) -> None:
        out = vocmine("friction", "--db", scored, "--format", "csv").out
        rows = list(csv.DictReader(io.StringIO(out)))
        assert list(rows[0]) == KEYS
        assert all(part.isdigit() for part in rows[0]["series"].split("; "))

    def test_json_is_one_array(self, vocmine: Run, scored: Path) -> None:
        rows = json.loads(vocmine("friction", "--db", scored, "--format", "json").out)
        assert [row["rank"] for row in rows] == [1, 2, 3]
        assert rows[0]["quotes"][0] == rows[0]["quote"] == "La app se cae al pagar la cuota"
        assert rows[0]["quote_messages"][0].startswith("PQR-")


class TestTable:
    @pytest.fixture(autouse=True)
    def _wide(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "200")

    def test_shows_the_fall_its_interval_and_the_cost(self, vocmine: Run, scored: Path) -> None:
        out = vocmine("friction", "--db", scored).out
        (row,) = vocmine("friction", "--db", scored, "--limit", 1, "--format", "jsonl").objects
        assert "en NPS" in out
        fall, low, high = (f"{row[k]:.1f}".replace(".", ",") for k in ("impact", *KEYS[14:16]))
        assert fall in out
        assert f"({low};{high})" in out
        assert f"{row['cost']:.2f}".replace(".", ",") in out
        assert "Tecnología" in out
        assert "uso · aplicación" in out

    def test_a_loss_that_is_not_shown_has_no_cost(self, vocmine: Run, scored: Path) -> None:
        out = vocmine("friction", "--db", scored, "--friction", "information").out
        line = next(line for line in out.splitlines() if "información" in line)
        assert "–" in line

    def test_shows_severity_where_there_is_no_score(self, vocmine: Run, filled_store: Path) -> None:
        out = vocmine("friction", "--db", filled_store, "--lang", "en").out
        assert "Severity" in out
        assert "Impact" not in out

    @pytest.mark.parametrize(("lang", "few"), [("es", "pocos datos"), ("en", "few data")])
    def test_a_point_of_few_messages_has_no_figure(
        self, vocmine: Run, scored: Path, lang: str, few: str
    ) -> None:
        out = vocmine("friction", "--db", scored, "--friction", "price", "--lang", lang).out
        (line,) = (line for line in out.splitlines() if "Está muy caro" in line)
        assert few in line


class TestFilters:
    def test_a_filter_on_points_leaves_their_figures_as_they_are(
        self, vocmine: Run, scored: Path
    ) -> None:
        """The impact of one point is told apart from that of all others, shown or not."""
        every = vocmine("friction", "--db", scored, "--format", "jsonl").objects
        for name, value in (
            ("--friction", "information"),
            ("--touchpoint", "billing"),
        ):
            (row,) = vocmine("friction", "--db", scored, "--format", "jsonl", name, value).objects
            assert row == {**every[1], "rank": 1}
        for name, value in (("--phase", "after"), ("--stage", "use")):
            rows = vocmine("friction", "--db", scored, "--format", "jsonl", name, value).objects
            assert rows == every
        assert vocmine("friction", "--db", scored, "--phase", "before").out == ""

    def test_a_level_of_the_pyramid_chooses_insights(self, vocmine: Run, scored: Path) -> None:
        asked = ("friction", "--db", scored, "--pyramid", "usability", "--format", "jsonl")
        (row,) = vocmine(*asked).objects
        assert row["friction"] == "information"

    def test_complaints_without_a_cause_are_somewhere_else(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        ran = vocmine("friction", "--db", filled_store, "--friction", "other")
        assert ran.code == 0
        assert "vocmine insights --friction other" in ran.err

    def test_the_parts_of_a_column_have_figures_of_their_own(
        self, vocmine: Run, scored: Path
    ) -> None:
        rows = vocmine("friction", "--by", "Ciudad", "--db", scored, "--format", "jsonl").objects
        assert list(rows[0])[:2] == ["by", "value"]
        whole = vocmine("friction", "--db", scored, "--format", "jsonl").objects
        for point in whole:
            parts = [row["messages"] for row in rows if row["friction"] == point["friction"]]
            assert sum(parts) == point["messages"]


class TestAreas:
    def test_only_the_points_of_an_area_are_shown(self, vocmine: Run, scored: Path) -> None:
        asked = ("friction", "--db", scored, "--format", "jsonl", "--area", "tecnologia")
        (row,) = vocmine(*asked).objects
        assert (row["owner"], row["friction"], row["rank"]) == ("Tecnología", "outage", 1)

    def test_areas_of_a_file_take_the_place_of_the_default_ones(
        self, vocmine: Run, scored: Path, tmp_path: Path
    ) -> None:
        areas = tmp_path / "areas.toml"
        areas.write_text('[outage]\napp = "Célula móvil"\n', "utf-8")
        asked = ("friction", "--db", scored, "--format", "jsonl", "--owners", areas)
        owners = [row["owner"] for row in vocmine(*asked).objects]
        assert owners == ["Célula móvil", "", ""]

    def test_an_area_that_no_rule_names_is_wrong_usage(self, vocmine: Run, scored: Path) -> None:
        ran = vocmine("friction", "--db", scored, "--area", "Tecnologia y")
        assert ran.code == 2
        assert "(nearest: 'Tecnología')" in ran.err

    def test_a_wrong_file_is_wrong_usage(self, vocmine: Run, scored: Path, tmp_path: Path) -> None:
        ran = vocmine("friction", "--db", scored, "--owners", tmp_path / "no.toml")
        assert ran.code == 2
        assert "no.toml' cannot be read" in ran.err
        assert "vocmine friction --print-owners > areas.toml" in ran.err

    def test_the_default_file_is_printed_without_a_store(
        self, vocmine: Run, tmp_path: Path
    ) -> None:
        ran = vocmine("friction", "--print-owners", "--db", tmp_path / "none.db")
        assert (ran.code, ran.out, ran.err) == (0, default_text(), "")
