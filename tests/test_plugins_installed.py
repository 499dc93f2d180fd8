"""Plugins installed as readers install them, beside vocmine's wheel in a fresh environment.

The environment is made once, by following the tutorial's five commands to the letter.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from fresh_environment import ROOT, Fresh, build_wheel, make_fresh

TUTORIAL = (ROOT / "docs" / "tutorial-plugin.md").read_text("utf-8")
EXAMPLES = sorted(path.parent for path in ROOT.glob("examples/plugins/*/pyproject.toml"))
KINDS = {"source": "source", "encoder": "encoder", "report": "section"}
"""What the tutorial does not make, as it is asked for and as it is listed."""
SOURCES = {"acme-email", "acme-reviews", "acme-tickets"}
ROWS = 60
BUILT_IN = sorted(path.parent for path in ROOT.glob("plugins/vocmine-*/pyproject.toml"))

pytest.importorskip("hatchling")
pytest.importorskip("pip")


def commands(name: str) -> list[str]:
    """The commands of one block of the tutorial."""
    (block,) = re.findall(rf"^<!-- {name} -->\n```console\n(.*?)^```$", TUTORIAL, re.M | re.S)
    return block.splitlines()


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fresh, list[str]]:
    """The environment after the five commands, and what each of them printed."""
    folder = tmp_path_factory.mktemp("fresh")
    wheels = folder / "wheels"
    wheels.mkdir()
    build_wheel(ROOT, wheels)
    fresh = make_fresh(folder, wheels)
    return fresh, [fresh.run("sh", "-c", command).stdout for command in commands("five commands")]


@pytest.fixture(scope="module")
def fresh(followed: tuple[Fresh, list[str]]) -> Fresh:
    return followed[0]


@dataclass(frozen=True)
class Beside:
    """Plugins installed beside that of the tutorial, and what each distribution brings."""

    kinds: list[Path]
    copies: list[Path]
    brings: dict[str, list[str]]


@pytest.fixture(scope="module")
def beside(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Beside:
    """One of each other kind, every example, and every built-in copied out and renamed."""
    for kind in KINDS:
        fresh.run("vocmine", "plugins", "new", f"un-{kind}", "--kind", kind)
    kinds = [fresh.folder / f"vocmine-un-{kind}" for kind in KINDS]
    copies = [renamed(plugin, tmp_path_factory.mktemp("copies")) for plugin in BUILT_IN]
    # sentence-transformers is not brought for the tests of its example.
    fresh.install("--no-deps", *kinds, *EXAMPLES, *copies)
    done = fresh.run("vocmine", "plugins", "--check", "--json", check=False)
    found = json.loads(done.stdout)
    assert found["problems"] == []
    assert done.returncode == 0, done.stderr
    brings: dict[str, list[str]] = {}
    for row in found["plugins"]:
        brings.setdefault(row["distribution"], []).append(f"{row['kind']} {row['name']}")
    return Beside(kinds, copies, brings)


def renamed(plugin: Path, into: Path) -> Path:
    """A copy of a plugin of this repository, renamed as plugins/README.md says."""
    old = plugin.name.replace("-", "_")
    short = plugin.name.removeprefix("vocmine-")
    copy = into / f"acme-{short}"
    package = copy / "src" / f"acme_{short}"
    for path in sorted(plugin.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        target = copy / path.relative_to(plugin).as_posix().replace(old, f"acme_{short}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        if path.suffix in (".py", ".toml"):
            text = target.read_text("utf-8").replace(old, f"acme_{short}")
            target.write_text(text.replace(plugin.name, f"acme-{short}"), "utf-8")
    _change(copy / "pyproject.toml", rf'^{short} = "', f'acme-{short} = "')
    _change(package / "__init__.py", rf'(register\(\s*)"{short}"', rf'\1"acme-{short}"')
    _change(package / "__init__.py", r"add_command\((\w+)\)", r'add_command(\1, f"acme-{\1.name}")')
    for module in package.glob("*.py"):
        for table in re.findall(r'Table\(\s*"(\w+)"', module.read_text("utf-8")):
            _change(module, rf'(Table\(\s*)"{table}"', rf'\1"acme_{table}"')
            _change(module, rf'"{table}": \{{', f'"acme_{table}": {{')
            _change(module, rf'"{table}_row"', f'"acme_{table}_row"')
    return copy


def _change(path: Path, pattern: str, by: str) -> None:
    path.write_text(re.sub(pattern, by, path.read_text("utf-8"), flags=re.M), "utf-8")


def test_five_commands_give_a_plugin_that_works(followed: tuple[Fresh, list[str]]) -> None:
    fresh, printed = followed
    assert len(printed) == 5
    assert "menciones" in printed[3]
    assert "All plugins are well." in printed[3]
    assert re.search(r"\d+ passed", printed[4])
    assert "failed" not in printed[4]
    where = fresh.run("python", "-c", "import vocmine; print(vocmine.__file__)").stdout
    assert Path(where.strip()).is_relative_to(fresh.folder), "the checkout was used"


def test_the_tutorials_next_commands_show_what_it_finds(fresh: Fresh) -> None:
    (fresh.folder / "quejas.csv").write_text(
        "id,texto\n1,Hablaré con mi abogado y con la Superintendencia\n2,Gracias\n", "utf-8"
    )
    analyze, query = commands("more commands")
    fresh.run("sh", "-c", analyze)
    sql = re.search(r'"(.+)"', query)
    assert sql is not None
    connection = sqlite3.connect(fresh.folder / "vocmine.db")
    assert connection.execute(sql[1]).fetchall() == [
        ("lawyer", "abogado"),
        ("regulator", "Superintendencia"),
    ]
    connection.close()


def test_every_other_kind_installs_and_shows(beside: Beside) -> None:
    for kind, registered in KINDS.items():
        assert beside.brings[f"vocmine-un-{kind}"] == [f"{registered} un-{kind}"]


def test_each_example_installs_beside_the_wheel_and_shows(beside: Beside) -> None:
    assert {example.name: beside.brings[example.name] for example in EXAMPLES} == {
        "vocmine-health-risk": ["analyzer health-risk"],
        "vocmine-novelty": ["analyzer novelty"],
        "vocmine-pnt": ["source pnt"],
        "vocmine-sentence-transformers": ["encoder sentence-transformers"],
    }


def test_other_kinds_and_examples_pass_their_own_tests(fresh: Fresh, beside: Beside) -> None:
    done = fresh.run("pytest", "-q", "-p", "no:cacheprovider", *beside.kinds, *EXAMPLES)
    (count,) = re.findall(r"(\d+) passed", done.stdout)
    assert int(count) >= 150


def test_a_generated_plugin_builds_a_wheel_that_holds_it(fresh: Fresh, tmp_path: Path) -> None:
    import zipfile

    wheel = build_wheel(fresh.folder / "vocmine-menciones", tmp_path)
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    assert {"vocmine_menciones/analyzer.py", "vocmine_menciones/py.typed"} <= set(names)
    assert not any(name.startswith("tests") for name in names)


def test_each_built_in_copied_out_and_renamed_works(
    fresh: Fresh, beside: Beside, tmp_path: Path
) -> None:
    names = [beside.brings[copy.name] for copy in beside.copies]
    assert [name for (name,) in names] == [
        f"{'source' if copy.name in SOURCES else 'analyzer'} {copy.name}" for copy in beside.copies
    ]
    store, export = tmp_path / "acme.db", tmp_path / "quejas.csv"
    rows = (ROOT / "examples" / "banco_pqrs.csv").read_bytes().splitlines(keepends=True)
    export.write_bytes(b"".join(rows[:ROWS]))
    chosen = [f"--analyzer={copy.name}" for copy in beside.copies if copy.name not in SOURCES]
    arguments = ["--db", store, "--source", "acme-tickets", "--model", "voc-fast", *chosen]
    fresh.run("vocmine", "analyze", export, *arguments)
    connection = sqlite3.connect(store)
    assert connection.execute("SELECT plugin FROM sources").fetchall() == [("acme-tickets",)]
    assert connection.execute("SELECT plugin, error FROM failures").fetchall() == []
    for table in ("sentiment", "emotions", "effort", "pqrs", "topics"):
        (count,) = connection.execute(f"SELECT count(*) FROM acme_{table}").fetchone()
        assert count > 0, table
    connection.close()
