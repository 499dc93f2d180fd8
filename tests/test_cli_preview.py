"""What `vocmine preview` tells of columns and of records that cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_columns_of_the_companys_words_and_of_a_text_in_parts_are_shown(
    vocmine: Run, tmp_path: Path
) -> None:
    path = tmp_path / "quejas.csv"
    path.write_text(
        "Radicado,Queja,Queja,Respuesta,Notas internas,Sede\n"
        "R-1,No llega el agua,y huele mal,Se programó visita,Ver caso 3,Cali\n",
        "utf-8",
    )
    ran = vocmine("preview", path)
    assert "text         <- Queja + Queja (2)\n" in ran.out
    assert "context      <- Respuesta\n  context      <- Notas internas\n" in ran.out
    assert "kept, not analysed: Sede\n" in ran.out


def test_the_scale_of_ratings_is_shown(vocmine: Run, tmp_path: Path) -> None:
    path = tmp_path / "notas.csv"
    path.write_text("comentario,calificacion\nNo llega el agua,9\nTodo bien,10\n", "utf-8")
    assert "scale: 0 to 10\n" in vocmine("preview", path).out


def test_all_records_that_cannot_be_read_are_counted_and_ten_are_shown(
    vocmine: Run, tmp_path: Path
) -> None:
    path = tmp_path / "quejas.csv"
    cut = "".join(f"R-{n}\n" for n in range(25))
    path.write_text(f"Radicado,Fecha,Queja\nR-x,2026-03-04,No llega el agua\n{cut}", "utf-8")
    ran = vocmine("preview", path)
    assert "first 26 records: 25 unreadable" in ran.out
    assert ran.out.count("its text is missing") == 10
    (found,) = json.loads(vocmine("preview", path, "--format", "json").out)
    assert (found["unreadable_count"], len(found["unreadable"])) == (25, 10)
