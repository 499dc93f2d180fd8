"""From what was typed to exports: the surest source reads, a failing one is isolated."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from vocmine.errors import SourceError, UsageError
from vocmine.inputs import Inputs
from vocmine.message import Message, Record
from vocmine.plugin import Detection, ReadOptions
from vocmine.plugins import Plugins, Registered, load_plugins


class Whole:
    """Reads any file as one message."""

    score = 0.4

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        return Detection(self.score, "whole") if path.is_file() else Detection(0.0)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        yield Message(path.read_text())


class Surer(Whole):
    score = 0.9


class Crashing(Whole):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        raise KeyError("columna")


class Complaining(Whole):
    def detect(self, path: Path, options: ReadOptions) -> Detection:
        raise SourceError(f"{path.name} is mine, and broken.", "Export it again.")


def plugins_with(**sources: type) -> Plugins:
    plugins = load_plugins()
    plugins.registered["source"] = {
        name: Registered("source", name, target, "", name, f"vocmine-{name}", "1")
        for name, target in sources.items()
    }
    return plugins


def opened(plugins: Plugins, *paths: object, source: str = "") -> tuple[list[str], Inputs]:
    inputs = Inputs(plugins, ReadOptions(), source)
    with inputs:
        return [f"{i.name} by {i.plugin}" for i in inputs.open([str(p) for p in paths])], inputs


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("Hola")
    return path


def test_the_highest_score_reads(file: Path) -> None:
    found, _ = opened(plugins_with(whole=Whole, surer=Surer), file)
    assert found == ["a.txt by surer"]


def test_a_source_that_crashes_is_reported_and_another_reads(file: Path) -> None:
    found, inputs = opened(plugins_with(crashing=Crashing, whole=Whole), file)
    assert found == ["a.txt by whole"]
    assert (
        "Source 'crashing' (vocmine-crashing 1) failed on 'a.txt': KeyError"
        in inputs.failures[0].error.message
    )
    assert "Traceback" in inputs.failures[0].traceback


@pytest.mark.parametrize(
    "detected", [None, 0.9, Detection(7.0), Detection(float("nan")), Detection(1.0, mapping=None)]
)  # type: ignore[arg-type]
def test_a_source_that_returns_no_detection_is_reported_and_another_reads(
    file: Path, detected: object
) -> None:
    class Confused(Whole):
        def detect(self, path: Path, options: ReadOptions) -> Detection:
            return detected  # type: ignore[return-value]

    found, inputs = opened(plugins_with(confused=Confused, whole=Whole), file)
    assert found == ["a.txt by whole"]
    message = inputs.failures[0].error.message
    assert "'confused' (vocmine-confused 1): 'detect' must return a Detection" in message


def test_a_source_that_calls_exit_is_reported_and_another_reads(file: Path) -> None:
    class Leaving(Whole):
        def detect(self, path: Path, options: ReadOptions) -> Detection:
            sys.exit(3)

    found, inputs = opened(plugins_with(leaving=Leaving, whole=Whole), file)
    assert found == ["a.txt by whole"]
    assert "SystemExit: 3" in inputs.failures[0].error.message


def test_in_a_folder_a_broken_export_fails_and_a_foreign_file_is_left_aside(
    tmp_path: Path,
) -> None:
    class OnlyCsv(Whole):
        def detect(self, path: Path, options: ReadOptions) -> Detection:
            if path.suffix == ".csv":
                raise SourceError(f"{path.name} is mine, and broken.", "Export it again.")
            return Detection(0.0)

    for name in ("quejas.csv", "leeme.txt"):
        (tmp_path / name).write_text("Hola")
    _, inputs = opened(plugins_with(only=OnlyCsv), tmp_path)
    assert inputs.failures[0].error.message == "quejas.csv is mine, and broken."
    assert [item.path for item in inputs.ignored] == ["leeme.txt"]


def test_a_complaint_counts_only_when_nobody_else_reads(file: Path) -> None:
    found, inputs = opened(plugins_with(complaining=Complaining, whole=Whole), file)
    assert (found, inputs.failures) == (["a.txt by whole"], [])
    found, inputs = opened(plugins_with(complaining=Complaining), file)
    assert found == []
    assert inputs.failures[0].error.message == "a.txt is mine, and broken."


def test_a_file_nobody_knows_names_who_was_asked_and_what_to_do(file: Path) -> None:
    class Shy(Whole):
        score = 0.0

    found, inputs = opened(plugins_with(shy=Shy), file)
    assert found == []
    assert "No source plugin recognises 'a.txt' (asked: shy)" in inputs.failures[0].error.message
    assert "vocmine preview" in inputs.failures[0].error.hint


def test_a_named_source_is_the_only_one_asked(file: Path) -> None:
    found, _ = opened(plugins_with(whole=Whole, surer=Surer), file, source="whole")
    assert found == ["a.txt by whole"]


def test_a_source_that_cannot_be_loaded_is_a_failure_of_its_own(file: Path) -> None:
    plugins = plugins_with(whole=Whole)
    plugins.registered["source"]["gone"] = Registered(
        "source", "gone", "nowhere:Thing", "", "gone", "vocmine-gone", "1"
    )
    found, inputs = opened(plugins, file)
    assert found == ["a.txt by whole"]
    assert "Source 'gone' (vocmine-gone 1) cannot be loaded" in inputs.failures[0].error.message


def test_folders_are_walked_in_order_and_hidden_files_are_not_read(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".secreto", "~$abierto.xlsx", "vocmine.db"):
        (tmp_path / name).write_text("x")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "d.txt").write_text("x")
    found, _ = opened(plugins_with(whole=Whole), tmp_path)
    assert [name.split()[0] for name in found] == ["a.txt", "b.txt", "d.txt"]


def test_a_missing_path_among_others_is_a_failure_and_the_others_are_read(
    file: Path, tmp_path: Path
) -> None:
    found, inputs = opened(plugins_with(whole=Whole), tmp_path / "no.csv", file)
    assert found == ["a.txt by whole"]
    assert "There is no file or folder" in inputs.failures[0].error.message


def test_nothing_but_missing_paths_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no file or folder"):
        Inputs.check([str(tmp_path / "no.csv")])


def test_patterns_reach_into_folders(tmp_path: Path) -> None:
    (tmp_path / "x" / "y").mkdir(parents=True)
    (tmp_path / "x" / "y" / "q.txt").write_text("x")
    found, _ = opened(plugins_with(whole=Whole), tmp_path / "**" / "*.txt")
    assert found == ["q.txt by whole"]


def test_standard_input_can_be_read_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"Hola")))
    with Inputs(plugins_with(whole=Whole), ReadOptions()) as inputs:
        source = next(iter(inputs.open(["-"])))
        texts = [record.text for _ in range(2) for record in source.records()]
    assert texts == ["Hola", "Hola"]
    assert source.name == "stdin"


def test_other_content_on_standard_input_is_another_source(monkeypatch) -> None:
    keys = []
    for content in (b"Hola", b"Hola", b"Otra cosa"):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        with Inputs(plugins_with(whole=Whole), ReadOptions()) as inputs:
            keys.append(next(iter(inputs.open(["-"]))).key)
    assert keys[0] == keys[1] != keys[2]
