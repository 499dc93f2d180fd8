"""The files of a folder, each folder once, whatever links lead to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vocmine.walking import walk


def names(folder: Path, claimed: str = "") -> list[str]:
    found = walk(folder, lambda path: path.name == claimed)
    return [path.relative_to(folder).as_posix() for path in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "exports"
    (root / "marzo").mkdir(parents=True)
    for name in ("b.csv", "a.csv", "marzo/c.csv", ".oculto", "~$a.xlsx", "vocmine.db"):
        (root / name).write_text("x")
    return root


def test_files_come_in_order_without_hidden_ones(folder: Path) -> None:
    assert names(folder) == ["a.csv", "b.csv", "marzo/c.csv"]


def test_a_folder_that_is_one_export_is_not_entered(folder: Path) -> None:
    assert names(folder, claimed="marzo") == ["a.csv", "b.csv", "marzo"]


def test_a_link_of_a_folder_to_itself_is_not_followed(folder: Path) -> None:
    (folder / "otra vez").symlink_to(folder, target_is_directory=True)
    (folder / "marzo" / "arriba").symlink_to(folder, target_is_directory=True)
    assert names(folder) == ["a.csv", "b.csv", "marzo/c.csv"]


def test_a_link_to_a_folder_that_is_walked_anyway_adds_nothing(folder: Path) -> None:
    (folder / "anterior").symlink_to(folder / "marzo", target_is_directory=True)
    assert names(folder) == ["a.csv", "b.csv", "marzo/c.csv"]
    assert names(folder, claimed="marzo") == ["a.csv", "b.csv", "marzo"]


def test_a_link_to_a_folder_elsewhere_is_followed_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "lejos").mkdir()
    (tmp_path / "lejos" / "d.csv").write_text("x")
    for name in ("uno", "dos"):
        (folder / name).symlink_to(tmp_path / "lejos", target_is_directory=True)
    assert [name for name in names(folder) if name.endswith("d.csv")] in (
        ["dos/d.csv"], ["uno/d.csv"],
    )  # fmt: skip
