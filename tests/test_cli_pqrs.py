"""`vocmine pqrs`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from vocmine.store import Store

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]
Run = Callable[..., Any]

KEYS = (
    *("external_id", "kind", "received", "due", "answered", "status", "business_days_left"),
    *("rule", "verified"),
)
"""Of a case, as other programs count on them."""


@pytest.fixture
def db(build_store: Build, record: Record, tmp_path: Path) -> Path:
    """A store with a case of each light, one without a term, one of Peru, and a copy of a case."""
    made = [
        record(1, created_at="2026-02-20", author="a-1", extra={"area": "Cartera"}),
        record(2, created_at="2026-01-20", author="a-1", extra={"area": "Atención"}),
        record(3, created_at="2026-02-06", extra={"area": "Cartera"}),
        record(4, created_at="2026-02-06", extra={"closed_at": "2026-02-20"}),
        record(5, created_at="2026-02-06", pqrs="report"),
        record(6, created_at="2026-02-06", country="PE"),
        record(7, created_at=None),
        record(8, created_at="2026-06-06"),
        record(9, created_at="2026-02-06", pqrs="compliment"),
        record(10, created_at="2026-02-09"),
    ]
    path = tmp_path / "casos.db"
    with build_store(made) as store:
        store.conn.execute(
            "INSERT INTO duplicates (message_id, first_id, kind) "
            "VALUES (3, 3, 'first'), (10, 3, 'exact')"
        )
        store.conn.commit()
        store.conn.execute("VACUUM INTO ?", [str(path)])
    return path


@pytest.fixture
def pqrs(vocmine: Run, db: Path) -> Run:
    return lambda *options: vocmine("pqrs", "--db", db, "--today", "2026-02-26", *options)


class TestTheList:
    def test_the_most_urgent_come_first(self, pqrs: Run) -> None:
        rows = pqrs("--format", "jsonl").objects
        assert [(row["external_id"], row["status"]) for row in rows] == [
            *(("PQR-00002", "red"), ("PQR-00003", "amber"), ("PQR-00010", "amber")),
            *(("PQR-00001", "green"), ("PQR-00004", "grey")),
        ]

    def test_a_copy_has_a_file_number_to_close_unless_copies_are_merged(self, pqrs: Run) -> None:
        every = pqrs("--format", "jsonl")
        assert (len(every.objects), "copy" in every.err) == (5, False)
        ran = pqrs("--format", "jsonl", "--merge-copies")
        named = {row["external_id"]: row["copies"] for row in ran.objects if row["copies"]}
        assert named == {"PQR-00003": ["PQR-00010"]}
        assert "1 message is a copy of another and is not counted" in ran.err
        assert len(ran.objects) == 4

    @pytest.mark.parametrize("name", ["v.xlsx", "v.ics"])
    def test_files_hold_the_cases_of_the_list(self, pqrs: Run, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        ran = pqrs("-o", path, "--merge-copies")
        assert "1 message is a copy of another" in ran.err
        if name == "v.ics":
            text = path.read_text("utf-8")
            assert ("PQR-00003" in text, "PQR-00010" in text) == (True, False)
        else:
            book = CalamineWorkbook.from_path(str(path))
            head, *rows = book.get_sheet_by_name("Vencimientos").to_python()
            copies = {row[0]: row[head.index("Copias")] for row in rows}
            assert copies == {"PQR-00002": "", "PQR-00003": "PQR-00010", "PQR-00001": ""} | {
                "PQR-00004": ""
            }

    def test_a_row_has_the_keys_that_other_programs_count_on(self, pqrs: Run) -> None:
        first, *_, last = pqrs("--format", "jsonl").objects
        assert {name: first[name] for name in KEYS} == {
            "external_id": "PQR-00002",
            "kind": "claim",
            "received": "2026-01-20",
            "due": "2026-02-10",
            "answered": None,
            "status": "red",
            "business_days_left": -12,
            "rule": "co-general",
            "verified": True,
        }
        assert first["schema"] == 1
        assert (last["answered"], last["business_days_left"]) == ("2026-02-20", None)

    def test_a_table_has_the_figures_above_and_names_instead_of_codes(self, pqrs: Run) -> None:
        ran = pqrs()
        assert ran.code == 0
        assert ran.out.index("Reloj PQRS al 2026-02-26") < ran.out.index("PQR-00002")
        assert "por vencer" in ran.out
        assert "claim" not in ran.out
        assert "vocmine calcula y muestra fechas; no da asesoría legal." in ran.err

    @pytest.mark.parametrize(("lang", "word"), [("pt", "vencido"), ("en", "PQRS clock on")])
    def test_a_table_speaks_other_languages(self, pqrs: Run, lang: str, word: str) -> None:
        assert word in pqrs("--lang", lang).out

    def test_only_some_lights(self, pqrs: Run) -> None:
        rows = pqrs("--state", "red", "--state", "grey", "--format", "jsonl").objects
        assert {row["status"] for row in rows} == {"red", "grey"}
        without = pqrs("--state", "none", "--format", "jsonl").objects
        assert {row["due"] for row in without} == {None}
        assert len(without) == 5

    def test_only_one_area_whatever_its_accents(self, pqrs: Run) -> None:
        rows = pqrs("--area", "ATENCION", "--format", "jsonl").objects
        assert [row["external_id"] for row in rows] == ["PQR-00002"]

    def test_an_unknown_area_lists_those_there_are(self, pqrs: Run) -> None:
        ran = pqrs("--area", "Ventas")
        assert (ran.code, ran.out) == (2, "")
        assert "'Ventas'. There are: 'Atención', 'Cartera'." in ran.err

    def test_a_limit_is_told_in_a_table(self, pqrs: Run) -> None:
        ran = pqrs("--limit", "1")
        assert "PQR-00003" not in ran.out
        assert "--limit 0 shows them all" in ran.err

    def test_a_period(self, pqrs: Run) -> None:
        rows = pqrs("--since", "2026-02-01", "--until", "2026-02-10", "--format", "jsonl").objects
        assert [row["external_id"] for row in rows] == ["PQR-00003", "PQR-00010", "PQR-00004"]

    def test_csv_holds_the_same_rows(self, pqrs: Run) -> None:
        rows = list(csv.DictReader(io.StringIO(pqrs("--format", "csv").out)))
        assert [row["external_id"] for row in rows][:2] == ["PQR-00002", "PQR-00003"]
        assert rows[0]["due"] == "2026-02-10"

    def test_a_store_without_messages(self, vocmine: Run, empty_store: Path) -> None:
        ran = vocmine("pqrs", "--db", empty_store)
        assert (ran.code, ran.out) == (0, "")
        assert "No case to show" in ran.err
        assert vocmine("pqrs", "--db", empty_store, "--format", "json").out == "[]\n"


class TestNotes:
    def test_what_has_no_due_date_is_told_with_the_reason(self, pqrs: Run) -> None:
        err = pqrs("--format", "jsonl").err
        assert "1 without a date have no due date" in err
        assert "1 dated after 2026-02-26 are not counted yet" in err
        assert "1 have no due date, as this regime has no term here" in err
        assert "report 1" in err
        assert "1 of other countries are left out" in err
        assert "compliment" not in err

    def test_a_rule_that_is_not_verified_is_named(self, pqrs: Run) -> None:
        ran = pqrs("--regime", "telecom")
        assert "queja o reclamo *" in ran.out
        assert "* Not verified: co-telecom" in ran.err
        assert all(
            not row["verified"] for row in pqrs("--regime", "telecom", "--format", "jsonl").objects
        )
        assert "Not verified" not in pqrs().err

    def test_an_export_without_answers_is_told(
        self, vocmine: Run, build_store: Build, record: Record, tmp_path: Path
    ) -> None:
        path = tmp_path / "abiertos.db"
        with build_store([record(1, created_at="2026-02-06")]) as store:
            store.conn.execute("VACUUM INTO ?", [str(path)])
        ran = vocmine("pqrs", "--db", path, "--today", "2026-02-10", "--format", "jsonl")
        assert "No message has the date of an answer" in ran.err

    def test_an_answer_of_unknown_day_is_told(
        self, vocmine: Run, build_store: Build, record: Record, tmp_path: Path
    ) -> None:
        path = tmp_path / "cerrados.db"
        made = record(1, created_at="2026-02-06", extra={"closed_at": "2026-01-02"})
        with build_store([made]) as store:
            store.conn.execute("VACUUM INTO ?", [str(path)])
        err = vocmine("pqrs", "--db", path, "--today", "2026-02-10").err
        assert "1 were answered on an unknown day" in err


class TestOtherLists:
    def test_the_summary_has_a_row_for_each_kind_and_one_for_all(self, pqrs: Run) -> None:
        rows = pqrs("--summary", "--format", "jsonl").objects
        assert [row["kind"] for row in rows] == ["claim", ""]
        assert (rows[1]["messages"], rows[1]["red"], rows[1]["share_in_time"]) == (5, 1, 1.0)
        table = pqrs("--summary").out
        assert "Total" in table
        assert "100 %" in table

    @pytest.mark.parametrize(
        ("options", "only"),
        [
            (["--state", "red", "--state", "amber"], "solo vencido, por vencer"),
            (["--area", "Cartera"], "solo Cartera"),
            (
                ["--since", "2026-01-01", "--until", "2026-03-01", "--state", "red"],
                "solo vencido, desde 2026-01-01, antes de 2026-03-01",
            ),
            (["--source", "quejas.csv"], "solo quejas.csv"),
        ],
    )
    def test_figures_of_a_part_say_so(self, pqrs: Run, options: list[str], only: str) -> None:
        for ran in (pqrs("--summary", *options), pqrs(*options)):
            assert f"; {only}" in " ".join(ran.out.split())
        assert "; solo" not in pqrs("--summary").out

    def test_who_insists(self, pqrs: Run) -> None:
        (row,) = pqrs("--repeated", "--format", "jsonl").objects
        assert (row["author"], row["open"], row["files"]) == (
            *("a-1", 2),
            ["PQR-00002", "PQR-00001"],
        )
        assert "a-1" in pqrs("--repeated").out

    def test_rules_need_no_store_and_tell_their_source(
        self, vocmine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        rows = vocmine("pqrs", "--rules", "--format", "jsonl").objects
        assert {row["country"] for row in rows} == {"CO", "PE", "MX", "CL", "EC", "DO", "ES"}
        assert all(row["source"] for row in rows)
        ran = vocmine("pqrs", "--rules", "--country", "PE")
        assert "laley.pe" in ran.out
        assert "CO" not in ran.out
        assert "no da asesoría legal" in ran.err

    def test_rules_of_a_regime_are_found_in_whatever_country(self, vocmine: Run) -> None:
        rows = vocmine("pqrs", "--rules", "--regime", "sernac", "--format", "jsonl").objects
        assert {row["country"] for row in rows} == {"CL"}
        wrong = vocmine("pqrs", "--rules", "--regime", "sernak")
        assert wrong.code == 2
        assert "sernak" in wrong.err

    def test_rules_in_csv_have_no_object_in_a_cell(self, vocmine: Run) -> None:
        ran = vocmine("pqrs", "--rules", "--country", "PE", "--format", "csv")
        (row,) = csv.DictReader(io.StringIO(ran.out))
        assert row["kinds"] == "grievance: queja; claim: reclamo"

    def test_rules_of_one_regime(self, vocmine: Run) -> None:
        rows = vocmine("pqrs", "--rules", "--regime", "telecom", "--format", "jsonl").objects
        assert [row["id"] for row in rows] == ["co-telecom"]


class TestCountry:
    def test_it_is_that_of_most_messages(
        self, vocmine: Run, build_store: Build, record: Record, tmp_path: Path
    ) -> None:
        path = tmp_path / "peru.db"
        countries = ["PE", "PE", "CO", "US", "US", "US"]
        made = [record(n, country=code) for n, code in enumerate(countries, 1)]
        with build_store(made) as store:
            store.conn.execute("VACUUM INTO ?", [str(path)])
        rows = vocmine("pqrs", "--db", path, "--today", "2026-03-03", "--format", "jsonl").objects
        assert {row["rule"] for row in rows} == {"pe-consumer"}
        assert len(rows) == 2

    def test_an_unknown_one_lists_those_there_are(self, pqrs: Run) -> None:
        ran = pqrs("--country", "BR")
        assert (ran.code, ran.out) == (2, "")
        assert "no terms for the country 'BR'. Use one of: CO, PE" in ran.err

    def test_an_unknown_regime_lists_those_there_are(self, pqrs: Run) -> None:
        ran = pqrs("--regime", "banca")
        assert ran.code == 2
        assert "general, utilities, telecom, finance" in ran.err

    def test_a_day_that_is_none(self, vocmine: Run, db: Path) -> None:
        ran = vocmine("pqrs", "--db", db, "--today", "mañana")
        assert ran.code == 2
        assert "--today 'mañana' is not a date" in ran.err


class TestFiles:
    @pytest.mark.parametrize("name", ["vencimientos.xlsx", "vencimientos.ics"])
    def test_a_file_is_written_and_its_path_printed(
        self, pqrs: Run, tmp_path: Path, name: str
    ) -> None:
        path = tmp_path / name
        ran = pqrs("-o", path)
        assert (ran.code, ran.out) == (0, f"{path}\n")
        assert path.read_bytes()[:2] in (b"PK", b"BE")
        again = pqrs("-o", path)
        assert again.code == 2
        assert "--force" in again.err
        assert pqrs("-o", path, "--force").code == 0

    def test_another_extension_is_an_error_that_says_what_to_do(
        self, pqrs: Run, tmp_path: Path
    ) -> None:
        ran = pqrs("-o", tmp_path / "vencimientos.csv")
        assert (ran.code, list(tmp_path.glob("*.csv"))) == (2, [])
        assert "End it in .xlsx or .ics" in ran.err

    def test_the_store_is_never_overwritten(self, vocmine: Run, db: Path) -> None:
        disguised = db.rename(db.with_suffix(".xlsx"))
        ran = vocmine("pqrs", "--db", disguised, "-o", disguised, "--force")
        assert ran.code == 2
        assert "is the store itself" in ran.err


def test_the_figures_equal_those_counted_by_sql(vocmine: Run, bank: Store, tmp_path: Path) -> None:
    path = tmp_path / "banco.db"
    bank.conn.execute("VACUUM INTO ?", [str(path)])
    day = "2026-06-20"
    rows = vocmine("pqrs", "--db", path, "--today", day, "--format", "json").out
    with_term = "('petition', 'grievance', 'claim', 'suggestion', 'inquiry')"
    (expected,) = bank.conn.execute(
        "SELECT count(*) FROM messages AS m JOIN pqrs AS p ON p.message_id = m.id "
        f"WHERE p.pqrs IN {with_term} AND date(m.created_at) <= ?",
        [day],
    ).fetchone()
    assert len(json.loads(rows)) == expected > 200
