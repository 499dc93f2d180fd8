"""`vocmine promises`: every format, what is told, and what is loaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class TestCommand:
    KEYS = ("promise", "given", "kept", "broken", "share_broken", "quotes")

    def test_matches_a_list_and_prints_every_format(
        self, vocmine: Callable[..., Any], filled_store: Path, tmp_path: Path
    ) -> None:
        path = tmp_path / "promesas.csv"
        path.write_text("promesa;palabras\nSin cuota de manejo;cuota de manejo\n", "utf-8")
        asked = ("promises", path, "--db", filled_store)
        rows = vocmine(*asked, "--format", "jsonl").objects
        assert tuple(rows[0]) == self.KEYS
        row = next(row for row in rows if row["given"])
        assert row["broken"] >= 1
        assert all("manejo" in quote.lower() for quote in row["quotes"])
        table = vocmine(*asked)
        assert table.code == 0
        assert "Sin cuota de manejo" in table.out
        assert "matched loosely" not in table.err
        assert vocmine(*asked, "--format", "csv").out.startswith(",".join(self.KEYS))

    def test_says_that_a_promise_without_keywords_is_matched_loosely(
        self, vocmine: Callable[..., Any], filled_store: Path, tmp_path: Path
    ) -> None:
        path = tmp_path / "promesas.csv"
        path.write_text("Sin cuota de manejo\n", "utf-8")
        assert "matched loosely" in vocmine("promises", path, "--db", filled_store).err

    def test_without_a_list_neither_spacy_nor_a_model_is_loaded(self, filled_store: Path) -> None:
        code = (
            "import sys; from vocmine.cli import cli\n"
            "cli(sys.argv[1:], standalone_mode=False)\n"
            "print({'spacy', 'sklearn', 'onnxruntime'} & set(sys.modules) or 'none')"
        )
        command = [sys.executable, "-c", code, "promises", "--db", str(filled_store)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "none"

    def test_an_empty_store_says_that_there_is_nothing(
        self, vocmine: Callable[..., Any], empty_store: Path
    ) -> None:
        ran = vocmine("promises", "--db", empty_store)
        assert (ran.code, ran.out) == (0, "")
        assert "No message tells of a promise" in ran.err
        assert vocmine("promises", "--db", empty_store, "--format", "json").out == "[]\n"

    def test_a_missing_list_is_wrong_usage(
        self, vocmine: Callable[..., Any], filled_store: Path
    ) -> None:
        ran = vocmine("promises", "nada.csv", "--db", filled_store)
        assert ran.code == 2
        assert "nada.csv" in ran.err
