"""Finding the header of a table, and what its names say about where it comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.readers.evidence import case_columns, review_columns
from vocmine.readers.header import column_names, find_header, looks_like_data

HEADER = ["Radicado", "Fecha", "Canal", "Descripción"]
ROW = ["R-1", "04/03/2026", "Web", "No llegó el pedido"]


@pytest.mark.parametrize(
    "above",
    [
        [],
        [[]],
        [["Informe de PQRS"]],
        [["Informe de PQRS", "", "", ""], ["", "", "", ""], ["Corte: 31/10/2026"]],
        [["Banco Cordillera"], [], ["Generado por", ""], []],
    ],
)
def test_what_stands_above_the_header_is_passed_over(above: list[list[str]]) -> None:
    assert find_header([*above, HEADER, ROW, ROW]) == len(above)


def test_merged_cells_that_group_the_columns_are_passed_over() -> None:
    groups = ["DATOS DE LA PQR", "", "", "CLIENTE", "", "RESPUESTA", ""]
    header = ["Ítem", "No. PQR", "Fecha", "Nombre", "Descripción", "Respuesta", "Fecha resp."]
    rows = [groups, header, ["1", "7", "2026-01-02", "Ana", "No llegó", "Lo sentimos", ""]]
    assert find_header(rows) == 1


def test_one_stray_wide_row_does_not_turn_the_header_into_a_banner() -> None:
    wide = [*ROW, *(f"sobra {n}" for n in range(20))]
    assert find_header([HEADER, ROW, wide, ROW, ROW, ROW]) == 0


def test_a_header_with_blank_names_is_still_the_header() -> None:
    assert find_header([["Radicado", "", "", "Descripción"], ROW, ROW]) == 0


def test_a_table_of_two_columns_has_no_banner() -> None:
    assert find_header([["comentario"], ["bien", "nota"], ["mal", "nota"]]) == 0


def test_nothing_has_its_header_at_the_start() -> None:
    assert find_header([]) == find_header([[], ["", ""]]) == 0


@given(st.lists(st.lists(st.text(max_size=5), max_size=5), max_size=30))
def test_the_header_is_always_one_of_the_rows(rows: list[list[str]]) -> None:
    assert 0 <= find_header(rows) < max(1, len(rows))


@pytest.mark.parametrize(
    "cells",
    [
        ["1001", "hola"],
        ["Ana", "04/03/2026"],
        ["Ana", "2026-03-04T10:00:00Z"],
        ["Ana", "ana@example.com"],
        ["Ana", "https://example.com/caso/1"],
        ["Ana", "$ 120.000"],
        ["Ana", "Cali", "x" * 121],
        ["Llevo tres semanas esperando y nadie me contesta"],
    ],
)
def test_a_first_row_of_values_is_data(cells: list[str]) -> None:
    assert looks_like_data(cells)


@pytest.mark.parametrize(
    "cells",
    [
        HEADER,
        ["id", "2026"],  # one known name is enough
        ["Nombre", "Barrio", "Lo que pasó"],
        ["¿Qué tan probable es que nos recomiende a un amigo o colega?"],
        ["a", "b", "c"],
        [],
    ],
)
def test_a_first_row_of_names_is_a_header(cells: list[str]) -> None:
    assert not looks_like_data(cells)


def test_names_are_unique_and_blank_ones_say_their_place() -> None:
    header = ["Labels", " Labels ", "", "Labels (2)", "Fecha\n de  cierre"]
    assert column_names(header, 6) == (
        "Labels",
        "Labels (3)",
        "column 3",
        "Labels (2)",
        "Fecha de cierre",
        "column 6",
    )


@given(st.lists(st.sampled_from(["a", "a (2)", "", "column 2", "b"]), max_size=12))
def test_no_two_columns_ever_share_a_name(header: list[str]) -> None:
    names = column_names(header)
    assert len(set(names)) == len(names) == len(header)


# What the names say


def test_columns_of_cases_and_of_reviews_are_told_apart() -> None:
    columns = ["Radicado", "Estado", "Reseña del cliente", "Ciudad"]
    assert case_columns(columns) == ["Radicado", "Estado"]
    assert review_columns(columns) == ["Reseña del cliente"]
