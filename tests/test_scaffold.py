"""`vocmine plugins new`: what it writes, and what it refuses. `test_plugins_installed` runs it."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vocmine import testing
from vocmine.errors import UsageError
from vocmine.hookspecs import hookspec
from vocmine.plugins import KINDS as REGISTERED
from vocmine.scaffold import KINDS, names_of, plugin_files, write_plugin

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran

kinds = pytest.mark.parametrize("kind", KINDS)
NAMES = ["quejas", "quejas-radio-2", "quejas-de-la-emisora-radial-es"]


def test_every_kind_that_can_be_registered_has_a_template() -> None:
    assert {kind.registered: kind.hook for kind in KINDS.values()} == REGISTERED
    assert hookspec.project_name == "vocmine"


@kinds
def test_the_command_writes_a_distribution_and_says_what_next(
    kind: str, vocmine: Callable[..., Ran], tmp_path: Path
) -> None:
    done = vocmine("plugins", "new", "quejas-radio", "--kind", kind, "--to", tmp_path)
    folder = tmp_path / "vocmine-quejas-radio"
    assert done.code == 0
    assert done.out.splitlines()[1:] == [
        f"  pip install -e {folder}",
        f"  pytest {folder}",
        "  vocmine plugins --check",
    ]
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["name"] == "vocmine-quejas-radio"
    assert project["project"]["entry-points"]["vocmine"] == {"quejas-radio": "vocmine_quejas_radio"}
    for path in ("README.md", ".gitignore", ".github/workflows/tests.yml"):
        assert (folder / path).is_file()
    assert list((folder / "src" / "vocmine_quejas_radio").glob("*.py"))
    assert list((folder / "tests").glob("test_quejas_radio*.py"))


@kinds
@pytest.mark.parametrize("name", NAMES)
def test_what_it_writes_is_clean_python_whatever_the_name(
    kind: str, name: str, tmp_path: Path
) -> None:
    assert len(NAMES[-1]) == 30
    for path, text in plugin_files(name, kind).items():
        assert "$" not in text.replace("${{ matrix.python }}", ""), path
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        if path.endswith(".py"):
            ast.parse(text, path)
    for command in (["check", "--select", "E,F,I,B,UP,SIM,PT,RUF"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_a_name_may_have_the_prefix_or_not() -> None:
    assert names_of("vocmine-quejas-radio") == names_of("quejas-radio")
    assert names_of("quejas-radio") == {
        "slug": "quejas-radio",
        "ident": "quejas_radio",
        "distribution": "vocmine-quejas-radio",
        "package": "vocmine_quejas_radio",
    }


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Quejas de Ñapa", "quejas-de-napa"),
        ("2quejas", "quejas"),
        ("quejas_radio", "quejas-radio"),
        ("-", "quejas-radio"),
        ("", "quejas-radio"),
        ("vocmine-", "quejas-radio"),
        ("../fuera", "fuera"),
        ("a" * 31, "a" * 30),
        ("quejas--radio", "quejas-radio"),
        ("quejas\n", "quejas"),
    ],
)
def test_a_name_that_pip_or_python_cannot_take_is_refused_with_the_nearest_one(
    name: str, nearest: str
) -> None:
    with pytest.raises(UsageError, match="cannot name a plugin") as refused:
        names_of(name)
    assert refused.value.hint == f"For example: vocmine plugins new {nearest}"
    assert names_of(nearest)


@pytest.mark.parametrize(
    ("name", "kind"), [("topic", "analyzer"), ("tickets", "source"), ("models", "encoder")]
)
def test_a_name_that_is_taken_is_refused_and_its_owner_named(
    name: str, kind: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=rf"'{name}' is taken by .*vocmine"):
        write_plugin(name, kind, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(vocmine: Callable[..., Ran], tmp_path: Path) -> None:
    there = tmp_path / "vocmine-quejas"
    there.mkdir()
    (there / "mine.txt").write_text("mine", "utf-8")
    done = vocmine("plugins", "new", "quejas", "--kind", "source", "--to", tmp_path)
    assert done.code == 2
    assert f"{there} is there already, and nothing is overwritten." in done.err
    assert [path.name for path in there.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(
    vocmine: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = vocmine("plugins", "new", "quejas", "--kind", "source", "--to", tmp_path / "file" / "x")
    assert done.code == 2
    assert "cannot be written to" in done.err
    assert str(tmp_path / "file" / "x") in done.err


def test_an_unknown_kind_lists_those_there_are(vocmine: Callable[..., Ran]) -> None:
    done = vocmine("plugins", "new", "quejas", "--kind", "theme")
    assert done.code == 2
    assert all(kind in done.err for kind in KINDS)


def test_listing_plugins_still_needs_no_command(vocmine: Callable[..., Ran]) -> None:
    assert "sentiment" in vocmine("plugins").out


@kinds
def test_there_are_suites_of_vocmine_testing_for_what_has_one(kind: str) -> None:
    contract = plugin_files("quejas", kind).get("tests/test_quejas_contract.py", "")
    assert bool(contract) == hasattr(testing, f"{kind.title()}Suite")
    if contract:
        assert f"class TestContract({kind.title()}Suite):" in contract
        place = f"vocmine_quejas.{KINDS[kind].module}:{KINDS[kind].class_name}"
        assert f'target = "{place}"' in contract
