"""Choosing what a run reads: period, limit, column; wrong usage is one sentence."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vocmine.cli import cli

COMPLAINTS = (
    "Me cobraron dos veces la cuota de manejo y nadie me da razón.",
    "La app se cae cada vez que intento pagar la factura.",
    "Excelente atención de la asesora, muy amable y rápida.",
    "Llevo tres semanas esperando la devolución del dinero.",
    "¿Cuál es el horario de la oficina del centro?",
    "Solicito copia del extracto de marzo para un trámite.",
    "El pedido llegó roto pero me lo cambiaron el mismo día.",
    "No vuelvo a comprar allá, pésimo servicio y muy caro.",
)


def write_csv(path: Path, texts: list[str]) -> Path:
    """One complaint for each of the first days of March 2026."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Radicado", "Fecha", "Descripción"])
        writer.writerows([f"R-{n}", f"{n + 1:02}/03/2026", text] for n, text in enumerate(texts))
    return path


def analyze(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["analyze", *map(str, arguments)], catch_exceptions=False)


def rows(store: Path, sql: str) -> list[tuple]:
    conn = sqlite3.connect(store)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


class TestChoosing:
    def test_since_and_until_keep_a_period_and_count_the_rest(self, tmp_path: Path) -> None:
        export, db = write_csv(tmp_path / "q.csv", list(COMPLAINTS)), tmp_path / "v.db"
        period = ["--since", "2026-03-03", "--until", "2026-03-06"]
        done = analyze(export, "--db", db, *period)
        assert rows(db, "SELECT count(*) FROM messages") == [(3,)]
        assert "5 sin analizar: fuera del periodo pedido" in done.output

    def test_limit_reads_no_further(self, tmp_path: Path) -> None:
        export = write_csv(tmp_path / "q.csv", list(COMPLAINTS))
        analyze(export, "--db", tmp_path / "v.db", "--limit", "3")
        assert rows(tmp_path / "v.db", "SELECT read FROM runs") == [(3,)]

    def test_map_chooses_the_text_column(self, tmp_path: Path) -> None:
        export = tmp_path / "q.csv"
        export.write_text("Descripción,Nota interna\nNo me llegó nada,el cliente está bravo\n")
        db = tmp_path / "v.db"
        analyze(export, "--db", db, "--map", "text=Nota interna")
        assert rows(db, "SELECT text FROM messages") == [("el cliente está bravo",)]

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["no_existe.csv"], "There is no file or folder 'no_existe.csv'"),
            (["{q}", "--map", "text"], "--map 'text' is not KEY=VALUE"),
            (["{q}", "--map", "text=Nada"], "Nada"),
            (["{q}", "--analyzer", "alegria"], "There is no analyzer named 'alegria'"),
            (["{q}", "--source", "fax"], "There is no source named 'fax'"),
            (["{q}", "--option", "seed=1"], "names no analyzer"),
            (
                ["{q}", "--option", "topic.size=9"],
                "'topic' has no option 'size'. Its options",
            ),
            (
                ["{q}", "--option", "topic.topics=many"],
                "topic.topics is 'many', and must be a whole number from 2 to 100",
            ),
            (["{q}", "--option", "pqrs.x=1"], "'pqrs' has no option 'x'. It takes none"),
        ],
    )
    def test_wrong_usage_is_one_sentence_and_exit_code_two(
        self, tmp_path: Path, arguments: list[str], sentence: str
    ) -> None:
        export = write_csv(tmp_path / "q.csv", list(COMPLAINTS[:2]))
        command = [sys.executable, "-m", "vocmine", "analyze"]
        command += [a.replace("{q}", str(export)) for a in arguments]
        done = subprocess.run(
            [*command, "--db", str(tmp_path / "v.db")], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
