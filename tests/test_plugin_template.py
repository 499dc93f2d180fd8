"""The template of plugins/README.md is a plugin: what a reader copies from it works."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from vocmine.cli import cli
from vocmine.contract import check_declaration
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import Analyzer, Context, ReadOptions, Source
from vocmine.plugins import Plugins, load_plugins

README = Path(__file__).parent.parent / "plugins" / "README.md"
FILES = dict(
    re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', README.read_text("utf-8"), re.M | re.S)
)

CHAT = """\
3/03/2025, 09:58 - Los mensajes están cifrados de extremo a extremo.
3/03/2025, 10:12 - Ana Pérez: No me llegó el pedido
y pagué $45.900 más $ 5.000 de envío
3/03/2025, 10:13 - Ana Pérez: <Multimedia omitido>
99/99/2025, 10:14 - Ana Pérez: Sigo esperando
3/03/2025, 10:15 - Luis: Nadie contesta: llevo 3 días
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The template, written to a folder as a reader would."""
    folder = tmp_path / "vocmine-chats"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content, "utf-8")
    return folder


@pytest.fixture
def plugins(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Every plugin, with the template's folder installed beside the built-in ones."""
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    info = folder / "vocmine_chats-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", "utf-8"
    )
    entries = "".join(f"{k} = {v}\n" for k, v in project["entry-points"]["vocmine"].items())
    (info / "entry_points.txt").write_text(f"[vocmine]\n{entries}", "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    yield load_plugins()
    sys.modules.pop("vocmine_chats", None)


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "chat.txt"
    path.write_text(CHAT, "utf-8")
    return path


def test_the_template_is_two_files() -> None:
    assert list(FILES) == ["pyproject.toml", "vocmine_chats.py"]


def test_it_is_found_through_its_entry_point(plugins: Plugins) -> None:
    assert [problem for problem in plugins.problems if problem.plugin == "chats"] == []
    for kind, name in (("source", "whatsapp"), ("analyzer", "amounts")):
        found = plugins.get(kind, name)
        assert (found.distribution, found.version) == ("vocmine-chats", "0.1.0")
        assert found.summary


def test_its_classes_keep_the_contract(plugins: Plugins) -> None:
    assert isinstance(plugins.get("source", "whatsapp").create(), Source)
    analyzer = plugins.get("analyzer", "amounts").create()
    assert isinstance(analyzer, Analyzer)
    check_declaration("amounts", analyzer)


def test_its_source_recognises_a_chat_and_nothing_else(
    plugins: Plugins, chat: Path, tmp_path: Path
) -> None:
    source = plugins.get("source", "whatsapp").create()
    assert source.detect(chat, ReadOptions()).score == 0.9
    other = tmp_path / "other.csv"
    other.write_text("id;texto\n1;Hola\n", "utf-8")
    assert source.detect(other, ReadOptions()).score == 0.0
    assert source.detect(tmp_path, ReadOptions()).score == 0.0


def test_its_source_gives_one_record_for_each_message(plugins: Plugins, chat: Path) -> None:
    source = plugins.get("source", "whatsapp").create()
    records: list[Record] = list(source.read(chat, ReadOptions(country="CO")))
    assert [type(record) for record in records] == [Skipped, Message, Skipped, Unreadable, Message]
    assert [record.locator for record in records] == [f"line {n}" for n in (1, 2, 4, 5, 6)]
    message = records[1]
    assert isinstance(message, Message)
    assert message.text == "No me llegó el pedido\ny pagué $45.900 más $ 5.000 de envío"
    assert (message.author, message.country) == ("Ana Pérez", "CO")


def test_its_analyzer_takes_the_users_options(plugins: Plugins) -> None:
    analyzer = plugins.get("analyzer", "amounts").create()

    class Two:
        texts = ("Paguei R$ 1.500", "nada")

    analyzer.open(Context(heads=None, options={"sign": "R$"}))  # type: ignore[arg-type]
    assert analyzer.analyze(Two())["amounts"] == {
        "row": [0],
        "quote": ["R$ 1.500"],
        "amount": [1500.0],
    }


def test_one_command_reads_a_chat_and_stores_its_amounts(plugins: Plugins, chat: Path) -> None:
    store = chat.with_suffix(".db")
    done = CliRunner().invoke(
        cli,
        [
            "analyze",
            str(chat),
            "--db",
            str(store),
            "--analyzer",
            "amounts",
            "--format",
            "jsonl",
            "--keep-names",
        ],
    )
    messages = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    assert messages[1:] == ["Nadie contesta: llevo 3 días"]
    query = "SELECT author, quote, amount FROM amounts JOIN messages ON messages.id = message_id"
    connection = sqlite3.connect(store)
    assert connection.execute(f"{query} ORDER BY amount").fetchall() == [
        ("Ana Pérez", "$ 5.000", 5000.0),
        ("Ana Pérez", "$45.900", 45900.0),
    ]
    connection.close()


def test_it_builds_with_the_tool_it_names(folder: Path) -> None:
    pytest.importorskip("hatchling")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder.parent)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder.parent / done.stdout.split()[-1]) as wheel:
        names = wheel.namelist()
    assert "vocmine_chats.py" in names
    assert "vocmine_chats-0.1.0.dist-info/entry_points.txt" in names
