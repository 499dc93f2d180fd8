"""What programs write is read back as it was, whatever their dialect, encoding and packing."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.inputs import Inputs
from vocmine.message import Message
from vocmine.plugin import ReadOptions
from vocmine.plugins import load_plugins
from vocmine.readers import Row, open_table

HEADER = ["Radicado", "Descripción", "Ciudad"]
LETTERS = "abcdef xyz 0189 .,:;_-'\"\n\t|áéíóúñÁÉÍÓÚÑüÜ¿¡"
CELLS = st.text(st.sampled_from(LETTERS), max_size=40)
TABLES = st.lists(st.tuples(st.just("R-1"), CELLS, CELLS).map(list), min_size=1, max_size=6)
PLUGINS = load_plugins()


def written(rows: list[list[str]], encoding: str, **dialect: object) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, **dialect).writerows([HEADER, *rows])  # type: ignore[arg-type]
    return buffer.getvalue().encode(encoding)


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("carpeta/quejas.csv", content)
    return packed.getvalue()


@given(
    rows=TABLES,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
@settings(deadline=None, max_examples=60)
def test_every_way_of_quoting_and_ending_lines_comes_back_identical(
    rows: list[list[str]], encoding: str, delimiter: str, quoting: int, end: str
) -> None:
    if end == "\r":  # Python quotes only the line ends of its own dialect
        rows = [[cell.replace("\n", " ") for cell in row] for row in rows]
    content = written(rows, encoding, delimiter=delimiter, quoting=quoting, lineterminator=end)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(content)
        table = open_table(path, ReadOptions())
        found = [row.cells for row in table.rows() if isinstance(row, Row)]
    assert (list(table.columns), found) == (HEADER, rows)


@given(rows=TABLES, pack=st.sampled_from([gzip.compress, bz2.compress, lzma.compress, zipped]))
@settings(deadline=None, max_examples=25)
def test_a_packed_table_is_read_as_the_plain_one(
    rows: list[list[str]], pack: Callable[[bytes], bytes]
) -> None:
    content = written([["R-0", "El pedido no llegó", "Cali"], *rows], "utf-8", delimiter=";")
    read = []
    with TemporaryDirectory() as folder:
        for name, data in (("plana.csv", content), ("export", pack(content))):
            path = Path(folder) / name
            path.write_bytes(data)
            with Inputs(PLUGINS, ReadOptions()) as inputs:
                read.append([list(source.records()) for source in inputs.open([str(path)])])
            assert inputs.failures == []
    assert read[0] == read[1]
    assert isinstance(read[0][0][0], Message)


@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=1),
    lines=st.booleans(),
    ascii_only=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_any_text_in_json_comes_back_identical(
    texts: list[str], lines: bool, ascii_only: bool
) -> None:
    records = [{"id": f"R-{number}", "texto": text} for number, text in enumerate(texts)]
    written = (
        "\n".join(json.dumps(record, ensure_ascii=ascii_only) for record in [*records, *records])
        if lines
        else json.dumps({"total": len(records), "data": records}, ensure_ascii=ascii_only)
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.json"
        path.write_text(written, encoding="utf-8", newline="")
        rows = [row.cells for row in open_table(path, ReadOptions()).rows() if isinstance(row, Row)]
    expected = [[record["id"], record["texto"].replace("\0", "")] for record in records]
    assert rows == (expected * 2 if lines else expected)
