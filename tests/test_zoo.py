"""Every animal of the zoo is read as its format means it, and `vocmine preview` says how."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vocmine.plugins import Plugins, load_plugins

sys.path[:0] = [str(Path(__file__).parent)]
from zoo import ANIMALS  # noqa: E402
from zoo.__main__ import expectation, write_all  # noqa: E402
from zoo.animals import Animal, Made  # noqa: E402
from zoo.dates import dated  # noqa: E402
from zoo.formats import FORMATS, GROUPS, page  # noqa: E402
from zoo.looking import bare, differences, holds, look  # noqa: E402
from zoo.writing import delimited  # noqa: E402

ROOT = Path(__file__).parents[1]
Run = Callable[..., Any]

by_label = pytest.mark.parametrize("animal", ANIMALS, ids=lambda animal: animal.label)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


@by_label
def test_is_read_right(plugins: Plugins, tmp_path: Path, animal: Animal) -> None:
    folder = tmp_path / "zoo"
    folder.mkdir()
    path = animal.write(folder)
    found = differences(animal, look(plugins, animal, path))
    assert not found, "\n".join(["", f"{animal.label} ({animal.file})", *found])
    assert [entry.name for entry in tmp_path.iterdir()] == ["zoo"], "it wrote outside its folder"
    assert [entry.name for entry in folder.iterdir()] == [path.name], "it wrote beside the export"


@by_label
def test_preview_says_what_it_is(vocmine: Run, tmp_path: Path, animal: Animal) -> None:
    country = ["--country", animal.options.country] if animal.options.country else []
    ran = vocmine("preview", animal.write(tmp_path), *country)
    assert "Traceback" not in ran.out + ran.err
    if animal.refused is not None:
        assert ran.code == 1
        assert "Error: " in ran.err
        missing = [word for word in animal.refused.words if not holds(ran.err, word)]
        assert missing == [], ran.err
        return
    if not (animal.ends_broken or animal.may_complain):
        assert ran.code == 0, ran.err
    # Neither the file's name nor its messages, which may hold the words by chance.
    head = ran.out.removeprefix(animal.file).split("\n  first ")[0]
    assert "read by '" in head, ran.out + ran.err
    assert [word for word in animal.named if not holds(head, word)] == [], head
    assert not animal.encoding or holds(bare(head), bare(animal.encoding)), head
    said = head + ran.err
    assert [word for word in animal.warned if not holds(said, word)] == [], said
    for field, column in animal.mapping.items():
        assert f"  {field:<12} <- {column}\n" in head + "\n"


class TestOneOptionPutsAWrongGuessRight:
    """What detection cannot know, the user says: `docs/formats.md` lists these options."""

    @pytest.fixture
    def preview(self, vocmine: Run) -> Callable[..., dict[str, Any]]:
        def run(path: Path, *options: str) -> dict[str, Any]:
            ran = vocmine("preview", path, "--format", "json", *options)
            found: list[dict[str, Any]] = json.loads(ran.out)
            return found[0]

        return run

    @staticmethod
    def animal(file: str) -> Animal:
        return next(animal for animal in ANIMALS if animal.file == file)

    def test_the_column_of_the_text(self, preview: Run, tmp_path: Path) -> None:
        path = self.animal("dos_textos.csv").write(tmp_path)
        found = preview(path, "--map", "text=Observaciones adicionales")
        assert "bajo la lluvia" in found["messages"][0]["text"]
        assert found["mapping"]["text"] == "Observaciones adicionales"

    def test_the_sheet_of_a_workbook(self, preview: Run, tmp_path: Path) -> None:
        path = self.animal("mensual.xlsx").write(tmp_path)
        found = preview(path, "--sheet", "Febrero")
        assert [message["external_id"] for message in found["messages"]] == ["202500012345679"]

    def test_the_encoding(self, preview: Run, tmp_path: Path) -> None:
        path = tmp_path / "de_un_sistema_de_1995.csv"
        rows = [["Id", "Comentario"], ["1", "La señora pidió más café, ¡qué atención!"]]
        path.write_bytes(delimited(rows, ";", encoding="cp850"))
        found = preview(path, "--encoding", "cp850")
        assert found["messages"][0]["text"] == "La señora pidió más café, ¡qué atención!"

    def test_the_delimiter(self, preview: Run, tmp_path: Path) -> None:
        path = tmp_path / "raro.csv"
        rows = [["Id", "Comentario", "Ciudad"], ["1", "No abre; no paga, no nada.", "Cali"]]
        path.write_bytes(delimited(rows, "^"))
        found = preview(path, "--delimiter", "^")
        assert found["messages"][0]["text"] == "No abre; no paga, no nada."
        assert found["columns"] == ["Id", "Comentario", "Ciudad"]

    def test_the_order_of_day_and_month(self, preview: Run, tmp_path: Path) -> None:
        path = tmp_path / "fechas.csv"
        path.write_bytes(dated(["03/04/2025", "05/06/2025", "07/08/2025"], "Date"))
        assert preview(path)["messages"][0]["created_at"].startswith("2025-04-03")
        assert preview(path, "--country", "US")["messages"][0]["created_at"].startswith(
            "2025-03-04"
        )

    def test_the_source(self, preview: Run, tmp_path: Path) -> None:
        path = self.animal("resenas_restaurante.csv").write(tmp_path)
        assert preview(path)["source"] == "reviews"
        found = preview(path, "--source", "tickets")
        assert found["source"] == "tickets"
        assert found["messages"][0]["text"] == "Cucarachas en la cocina; un asco."


def files(made: Made) -> list[bytes]:
    """Contents of an animal's files, and of names of folders, as they say what a Maildir is."""
    return [made] if isinstance(made, bytes) else [*made.values(), *map(str.encode, made)]


def unpacked(content: bytes) -> bytes:
    """The bytes of a file, those inside when it is an archive or a workbook."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(map(archive.read, archive.namelist()))


class TestTheZooItself:
    def test_is_large_and_its_animals_have_names_of_their_own(self) -> None:
        assert len(ANIMALS) >= 150
        assert [name for name, n in Counter(a.label for a in ANIMALS).items() if n > 1] == []

    @by_label
    def test_gives_the_same_bytes_every_time(self, animal: Animal) -> None:
        assert animal.make() == animal.make()

    def test_is_written_out_with_what_is_expected(self, tmp_path: Path) -> None:
        write_all(tmp_path)
        expected = json.loads((tmp_path / "expected.json").read_text("utf-8"))
        assert len(expected) == len(ANIMALS)
        assert all((tmp_path / said["folder"] / said["file"]).exists() for said in expected)

    def test_expectations_leave_out_what_is_not_looked_at(self) -> None:
        nulls = next(animal for animal in ANIMALS if animal.file == "nulos.csv")
        assert expectation(nulls)["records"][0] == {
            "kind": "Said",
            "text": "El cajero se tragó la tarjeta.",
            "id": "1",
        }

    def test_has_an_animal_for_every_format_and_a_line_for_every_animal(self) -> None:
        assert {animal.kind for animal in ANIMALS} == set(FORMATS)
        assert {line.group for line in FORMATS.values()} == set(GROUPS)

    @pytest.mark.parametrize("kind", FORMATS)
    def test_what_gives_a_format_away_stands_in_its_animals(self, kind: str) -> None:
        names = re.findall(r"`([^`]+)`", FORMATS[kind].recognised)
        made = [animal.make() for animal in ANIMALS if names and animal.kind == kind]
        content = b"".join(b"".join(map(unpacked, files(one))) for one in made)
        for name in names:
            parts = [part.encode() for part in name.split(".")]  # `source.body` is nested
            wide, latin = name.encode("utf-16-le"), name.encode("latin-1")
            assert all(part in content for part in parts) or wide in content or latin in content

    def test_makes_the_page_of_formats(self) -> None:
        text = (ROOT / "docs" / "formats.md").read_text("utf-8")
        again = "run: python -m tests.zoo --docs docs/formats.md"
        assert text == page(ANIMALS), again
