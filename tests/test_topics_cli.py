"""`vocmine topics` on a real store: lists for people and programs, and edits that stay."""

from __future__ import annotations

import json
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from vocmine.cli import cli
from vocmine.store import Store
from vocmine.store.emerging import emerging_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROBLEMS = {
    "cobro": (
        "Me cobraron dos veces la factura de {month}",
        "La factura de {month} llegó con un cobro doble",
        "Hay un cobro duplicado en mi factura",
        "Pagué la factura y me la volvieron a cobrar",
    ),
    "entrega": (
        "El pedido no ha llegado y ya pasaron {n} días",
        "La entrega del paquete se demoró {n} días",
        "La transportadora no entrega mi paquete",
        "Mi pedido llegó con {n} días de retraso",
    ),
    "app": (
        "La aplicación no me deja ingresar con mi clave",
        "No puedo entrar a la app desde la actualización",
        "La app se cierra cuando inicio sesión",
        "La aplicación no reconoce mi huella",
    ),
    "cajera": (
        "La cajera de la tienda fue muy grosera",
        "El vendedor me trató con grosería",
        "Los empleados atienden de mala gana",
        "Un funcionario grosero me gritó en la oficina",
    ),
}
MONTHS = ("enero", "marzo", "junio")


def written(path: Path, messages: int, *, seed: int = 0, month: int = 3, only: str = "") -> Path:
    """An export of complaints about four problems, or one, a few on each day of a month."""
    rng = random.Random(seed)
    lines = ["id;fecha;texto"]
    for number in range(messages):
        about = [only] if only else rng.sample(sorted(PROBLEMS), rng.choice((1, 1, 2)))
        said = [
            rng.choice(PROBLEMS[each]).format(n=rng.randint(2, 30), month=rng.choice(MONTHS))
            for each in about
        ]
        day = 1 + number % 28
        lines.append(f'R{seed}-{number};2025-{month:02}-{day:02};"{". ".join(said)}."')
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 160 complaints."""
    folder = tmp_path_factory.mktemp("topics")
    db = folder / "quejas.db"
    export = written(folder / "quejas.csv", 160)
    result = CliRunner().invoke(
        cli, ["analyze", str(export), "--db", str(db), "--model", "voc-fast", "--quiet"]
    )
    assert result.exit_code == 0, result.output
    return db


@pytest.fixture
def run(analysed: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs `vocmine topics …` on a copy of the store; gives what is printed on stdout."""
    db = tmp_path / "copia.db"
    shutil.copy(analysed, db)

    def topics(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(cli, ["topics", *arguments, "--db", str(db)])
        assert result.exit_code == code, (result.output, result.exception)
        return result.stdout

    return topics


def rows(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def numbers(run: Callable[..., str]) -> dict[int, str]:
    """Numbers and labels of the topics, sub-themes left out."""
    listed = rows(run("--format", "jsonl"))
    return {int(str(row["topic"])): str(row["label"]) for row in listed if row["parent"] is None}


class TestLists:
    def test_each_topic_is_an_object_with_three_quotes_of_customers(self, run):
        listed = rows(run("--format", "jsonl"))
        assert len(listed) >= 3
        keys = ["topic", "parent", "label", "terms", "messages", "segments", "quotes"]
        assert all(list(row) == keys for row in listed)
        said = " ".join(text.split("{")[0] for texts in PROBLEMS.values() for text in texts)
        for row in listed:
            assert 1 <= len(row["quotes"]) <= 3
            assert any(quote[:12].strip(" .") in said for quote in row["quotes"])
            assert row["segments"] >= row["messages"] > 0

    def test_assignments_are_characters_of_messages_with_weights(self, run):
        found = rows(run("--assignments", "--format", "jsonl"))
        known = numbers(run)
        assert {row["topic"] for row in found} == set(known)
        assert all(0 <= row["start"] < row["end"] for row in found)
        assert all(0 < row["weight"] <= 1 for row in found)
        assert len({row["external_id"] for row in found}) > 100

    def test_the_first_time_every_topic_is_new(self, run):
        found = rows(run("--changes", "--format", "jsonl"))
        assert {row["change"] for row in found} == {"new"}
        assert {row["label"] for row in found} == set(numbers(run).values())

    def test_a_table_says_how_many_messages_have_no_topic_only_where_some_have_none(self, run):
        assert "N.º" in run()

    @pytest.mark.parametrize("asked", [("--changes", "--emerging"), ("--changes", "--since=2025")])
    def test_lists_that_exclude_each_other_are_refused(self, run, asked):
        result = run(*asked, code=1)
        assert result == ""

    def test_help_lists_the_edits(self):
        text = CliRunner().invoke(cli, ["topics", "--help"]).output
        assert all(name in text for name in ("rename", "merge", "split", "pin", "hide", "seed"))


class TestEdits:
    def test_a_new_name_is_in_force_at_once(self, run):
        topic = next(iter(numbers(run)))
        run("rename", str(topic), "Cobros dobles")
        assert numbers(run)[topic] == "Cobros dobles"

    def test_merged_topics_are_one_with_the_messages_of_both(self, run):
        kept, other = list(numbers(run))[:2]
        before = {row["topic"]: row["messages"] for row in rows(run("--format", "jsonl"))}
        run("merge", str(kept), str(other))
        after = {row["topic"]: row["messages"] for row in rows(run("--format", "jsonl"))}
        assert other not in after
        assert max(before[kept], before[other]) < after[kept] <= before[kept] + before[other]

    def test_a_split_topic_keeps_its_number_and_gets_others_beside_it(self, run):
        before = numbers(run)
        topic = next(iter(before))
        run("split", str(topic), "--into", "2")
        after = numbers(run)
        assert topic in after
        assert len(after) == len(before) + 1
        assert min(set(after) - set(before)) > max(before)

    def test_hidden_topics_are_in_no_list_until_they_are_shown(self, run):
        topic, *_ = before = numbers(run)
        run("hide", str(topic))
        assert topic not in numbers(run)
        assert topic not in {row["topic"] for row in rows(run("--assignments", "--format=jsonl"))}
        run("show", str(topic))
        assert numbers(run) == before

    def test_a_topic_can_be_seeded_with_phrases(self, run):
        before = numbers(run)
        run("seed", "la aplicación no reconoce mi huella", "--name", "Huella")
        (new,) = set(numbers(run)) - set(before)
        assert numbers(run)[new] == "Huella"
        (row,) = [row for row in rows(run("--format", "jsonl")) if row["topic"] == new]
        assert any("huella" in quote for quote in row["quotes"])

    def test_edits_go_from_store_to_store_as_a_file(self, run, analysed, tmp_path):
        kept, other = list(numbers(run))[:2]
        run("merge", str(kept), str(other))
        run("rename", str(kept), "Juntos")
        file = tmp_path / "temas.toml"
        run("export", str(file))
        run("export", str(file), code=1)  # it is not overwritten
        run("export", str(tmp_path / "no" / "temas.toml"), code=1)  # it has no folder
        second = tmp_path / "otra.db"
        shutil.copy(analysed, second)
        result = CliRunner().invoke(cli, ["topics", "import", str(file), "--db", str(second)])
        assert result.exit_code == 0, result.output
        assert "2 edits made" in result.stderr
        listed = CliRunner().invoke(cli, ["topics", "--format", "jsonl", "--db", str(second)])
        assert listed.stdout == run("--format", "jsonl")

    def test_an_edit_of_a_topic_that_is_not_there_says_where_to_look(self, run, analysed):
        result = CliRunner().invoke(cli, ["topics", "rename", "999", "X", "--db", str(analysed)])
        assert result.exit_code == 1
        assert "There is no topic 999" in str(result.exception)
        assert "vocmine topics" in str(result.exception)

    def test_too_few_segments_cannot_be_split_and_nothing_changes(self, run):
        before = run("--format", "jsonl")
        topic = list(numbers(run))[-1]
        run("split", str(topic), "--into", "10", code=1)
        assert run("--format", "jsonl") == before

    def test_edits_survive_new_messages(self, run, tmp_path):
        topic = next(iter(numbers(run)))
        run("rename", str(topic), "Mi tema")
        more = written(tmp_path / "mas.csv", 15, seed=7)
        db = tmp_path / "copia.db"
        result = CliRunner().invoke(
            cli, ["analyze", str(more), "--db", str(db), "--model", "voc-fast", "--quiet"]
        )
        assert result.exit_code == 0, result.output
        assert numbers(run)[topic] == "Mi tema"


def test_a_topic_much_more_frequent_lately_is_emerging(run, tmp_path):
    lately = written(tmp_path / "abril.csv", 40, seed=3, month=4, only="cajera")
    db = tmp_path / "copia.db"
    CliRunner().invoke(
        cli, ["analyze", str(lately), "--db", str(db), "--model", "voc-fast", "--quiet"]
    )
    found = rows(run("--emerging", "--days", "28", "--format", "jsonl"))
    labels = numbers(run)
    assert found
    assert all(row["share_recent"] > row["share_before"] for row in found)
    assert found[0]["label"] == labels[found[0]["topic"]]
    with Store(db, create=False) as store:
        assert not emerging_rows(store, 400)  # no history is left to compare with
