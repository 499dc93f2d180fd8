"""`vocmine train` as a team uses it: from a file of labels to reports with its own categories."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vocmine import models
from vocmine.models import load_model
from vocmine.training.folder import check_name

Run = Callable[..., Any]
EXAMPLES = Path(__file__).parents[1] / "examples"
LABELLED = EXAMPLES / "banco_etiquetado.csv"
TAXONOMY = EXAMPLES / "taxonomia.toml"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(autouse=True)
def _own_models(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOCMINE_MODELS", str(root))


@pytest.fixture
def trained(vocmine: Run, root: Path) -> dict[str, Any]:
    """What is said of the model of the bank's example, which is trained once."""
    if not (root / "banco").exists():
        ran = vocmine("train", LABELLED, "--taxonomy", TAXONOMY, "--name", "banco", "--quiet")
        assert ran.code == 0, ran.err
    meta: dict[str, Any] = json.loads((root / "banco" / "meta.json").read_text("utf-8"))
    return meta


def write(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def claims(count: int) -> list[list[str]]:
    """Messages that say one thing or the other."""
    return [
        [f"El cajero {i} me cobró dos veces", "reclamo"]
        if i % 2
        else [f"Quisiera el certificado número {i}", "petición"]
        for i in range(count)
    ]


def test_three_hundred_labels_of_a_bank_read_its_messages_better(trained: dict[str, Any]) -> None:
    found = trained["metrics"]["held_out"]["category"]
    assert found["rows"] == found["messages"] == 332
    assert found["kept"] == "own"
    assert found["own"]["accuracy"] > found["base"]["accuracy"] + 0.1
    assert found["own"]["macro_f1"] > found["base"]["macro_f1"] + 0.1
    friction = trained["metrics"]["held_out"]["friction"]
    assert friction["own"]["accuracy"] > friction["base"]["accuracy"]


def test_the_labels_of_the_example_are_whole_and_each_in_its_words() -> None:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["texto"] for row in rows}) == len({row["id"] for row in rows}) == 332
    assert all(row["texto"].count(row["cita"]) == 1 for row in rows)


def test_the_folder_says_what_it_was_made_of_and_can_be_checked(
    trained: dict[str, Any], root: Path
) -> None:
    assert trained["base"]["name"] == "voc"
    assert trained["base"]["version"] == models.model_folder("voc_heads").name
    assert trained["training"]["messages"] == 332
    assert trained["training"]["categories"]["fraude"] == 26
    assert trained["training"]["data"] == [
        {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in (LABELLED, TAXONOMY)
    ]
    assert sorted(path.name for path in (root / "banco").iterdir()) == [
        "README.md",
        "heads.json",
        "heads.safetensors",
        "meta.json",
    ]
    assert load_model("banco", 1).heads.taxonomy is not None


def test_its_card_is_for_the_team_in_spanish(trained: dict[str, Any], root: Path) -> None:
    card = (root / "banco" / "README.md").read_text("utf-8")
    assert "vocmine analyze quejas.xlsx --model banco" in card
    assert f"vocmine train {LABELLED} --name banco --taxonomy {TAXONOMY} --force" in card
    assert "| `cobro_doble` | Cobro doble | cobro | 26 |" in card
    assert "| Categoría | 332 |" in card


@pytest.mark.usefixtures("trained")
def test_own_categories_are_seen_from_the_terminal_to_the_store(
    vocmine: Run, tmp_path: Path
) -> None:
    db, export = tmp_path / "v.db", tmp_path / "quejas.csv"
    texts = [
        "Me descontaron dos veces la misma compra en la droguería",
        "La aplicación no abre desde la actualización y da error",
        "Excelente la atención de Marcela en la oficina",
    ]
    write(export, ["id", "texto"], [[str(i), text] for i, text in enumerate(texts, 1)])
    assert vocmine("analyze", export, "--db", db, "--model", "banco", "--quiet").code == 0
    rows = vocmine("insights", "--db", db, "--format", "jsonl").objects
    own = {row["category"]: row for row in rows if row["category"]}
    assert own
    for code, row in own.items():
        category = next(c for c in _taxonomy() if c["code"] == code)
        assert row["friction"] == category["friction"]
        assert row["category_name"] == category["es"]
    assert (
        next(iter(own.values()))["category_name"].split()[0] in vocmine("insights", "--db", db).out
    )
    out = tmp_path / "insights.csv"
    vocmine("export", out, "--what", "insights", "--db", db)
    assert {row["category"] for row in csv.DictReader(out.open(encoding="utf-8-sig"))} >= set(own)
    with sqlite3.connect(db) as store:
        points = dict(store.execute("SELECT category, insights FROM category_points"))
    assert len(points) == 11
    assert sum(points.values()) == sum(row["category"] is not None for row in rows)
    assert vocmine("friction", "--db", db).code == 0
    assert vocmine("report", "--db", db, "-o", tmp_path / "r.html").code == 0


def _taxonomy() -> list[dict[str, str]]:
    import tomllib

    found: list[dict[str, str]] = tomllib.loads(TAXONOMY.read_text("utf-8"))["category"]
    return found


@pytest.mark.usefixtures("trained")
def test_an_own_category_can_be_corrected_by_its_name(vocmine: Run, tmp_path: Path) -> None:
    db, export = tmp_path / "v.db", tmp_path / "quejas.csv"
    write(export, ["id", "texto"], [["1", "Me descontaron dos veces la misma compra"]])
    vocmine("analyze", export, "--db", db, "--model", "banco", "--quiet")
    quote = "descontaron dos veces"
    ran = vocmine("correct", "--message", "1", "--insight", quote, "polarity=-1",
                  "friccion=Cajero fuera de servicio", "--db", db)  # fmt: skip
    assert ran.code == 0, ran.err
    (row,) = vocmine("insights", "--db", db, "--format", "jsonl").objects
    assert (row["category"], row["friction"]) == ("cajero_fuera", "outage")
    assert "Cajero" in vocmine("correct", "--list", "--db", db).out
    # What is said last counts, as a friction of ours or as an own category.
    said = ("correct", "--message", "1", "--insight", quote, "--db", db)
    vocmine(*said, "friction=delay")
    vocmine("analyze", export, "--db", db, "--quiet")
    (row,) = vocmine("insights", "--db", db, "--format", "jsonl").objects
    assert (row["category"], row["friction"], row["corrected"]) == (None, "delay", 1)
    vocmine(*said, "category=fraude")
    (row,) = vocmine("insights", "--db", db, "--format", "jsonl").objects
    assert (row["category"], row["friction"]) == ("fraude", "security")


def test_the_same_labels_and_seed_make_the_same_files(vocmine: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", ["texto", "pqrs"], claims(40))
    hashes = []
    for name in ("uno", "dos"):
        ran = vocmine("train", path, "--name", name, "--models", tmp_path, "--format", "json")
        assert ran.code == 0, ran.err
        hashes.append(json.loads(ran.out)["files"])
    assert hashes[0] == hashes[1]


def test_a_model_is_not_replaced_unless_it_is_said(vocmine: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", ["texto", "pqrs"], claims(40))
    asked = ("train", path, "--name", "mio", "--models", tmp_path, "--quiet")
    assert vocmine(*asked).code == 0
    before = (tmp_path / "mio" / "meta.json").read_bytes()
    ran = vocmine(*asked, "--seed", "1")
    assert ran.code == 2
    assert "There is a model 'mio'" in ran.err
    assert "--force" in ran.err
    assert (tmp_path / "mio" / "meta.json").read_bytes() == before
    assert vocmine(*asked, "--seed", "1", "--force").code == 0
    assert json.loads((tmp_path / "mio" / "meta.json").read_text("utf-8"))["training"]["seed"] == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../otro", "a/b", "/tmp/x", "a\\b", "-f", "voc", "VOC-Fast", "con", "a" * 65],
)
def test_a_name_cannot_leave_the_folder_of_models(vocmine: Run, tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "c.csv", ["texto", "pqrs"], claims(40))
    ran = vocmine("train", path, f"--name={name}", "--models", tmp_path / "m")
    assert ran.code == 2
    assert f"'{name}'" in ran.err
    assert not (tmp_path / "m").exists()


def test_a_folder_that_is_no_model_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "fotos").mkdir()
    with pytest.raises(Exception, match="is no model"):
        check_name("fotos", tmp_path, force=True)


@pytest.mark.parametrize(
    ("header", "rows", "says"),
    [
        (["texto", "pqrs"], claims(29), r"c.csv holds 29 labelled messages"),
        (["texto", "pqrs"], [*claims(40), ["Hola", "protesta"]],
         "c.csv, row 42: 'protesta' is no label of pqrs"),
        (["texto", "cita", "fricción"], [["Me cobraron", "no está", "cobro"]] * 40,
         "the quote 'no está' is not in the text"),
        (["texto", "otra"], claims(40), "No column of c.csv holds labels"),
    ],
)  # fmt: skip
def test_labels_that_cannot_be_learned_from_save_nothing(
    vocmine: Run, tmp_path: Path, header: list[str], rows: list[list[str]], says: str
) -> None:
    path = write(tmp_path / "c.csv", header, rows)
    ran = vocmine("train", path, "--name", "mio", "--models", tmp_path / "m")
    assert ran.code in (1, 2)
    assert says in ran.err
    assert not (tmp_path / "m").exists()


def test_a_category_without_labels_is_named(vocmine: Run, tmp_path: Path) -> None:
    rows = [[f"Me cobraron dos veces el recibo {i}", "Cobro doble"] for i in range(40)]
    path = write(tmp_path / "c.csv", ["texto", "categoría"], rows)
    ran = vocmine("train", path, "--taxonomy", TAXONOMY, "--name", "mio", "--models", tmp_path)
    assert ran.code == 2
    assert "0 quotes of the category 'cuota_manejo'" in ran.err


def test_a_base_that_is_not_installed_is_refused_by_name(vocmine: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", ["texto", "pqrs"], claims(40))
    ran = vocmine("train", path, "--name", "mio", "--base", "enorme", "--models", tmp_path / "m")
    assert ran.code == 2
    assert "'enorme' is no model of vocmine's own that is installed. Start from one of: voc" in (
        " ".join(ran.err.split())
    )
    assert not (tmp_path / "m").exists()


def test_nothing_to_learn_from_is_wrong_usage(vocmine: Run, tmp_path: Path) -> None:
    assert "nothing to learn from" in vocmine("train", "--name", "mio").err
    ran = vocmine("train", tmp_path / "no.csv", "--name", "mio")
    assert ran.code == 2
    assert "There is no file" in ran.err


def test_labels_that_do_not_help_leave_the_base_and_it_is_said(
    vocmine: Run, tmp_path: Path
) -> None:
    rows = [[f"Mensaje {i} sobre la oficina", "no"] for i in range(40)]
    path = write(tmp_path / "c.csv", ["texto", "urgente"], rows)
    ran = vocmine("train", path, "--name", "mio", "--models", tmp_path / "m", "--lang", "en")
    assert ran.code == 0, ran.err
    assert "the base: one label only" in ran.out
    assert "No task got better than the base" in ran.err


def test_the_corrections_of_a_store_are_learned_from(
    vocmine: Run, filled_store: Path, tmp_path: Path
) -> None:
    rows = [[f"R-{i}", "queja"] for i in range(1, 13)]
    corrections = write(tmp_path / "c.csv", ["id", "pqrs"], rows)
    assert vocmine("correct", corrections, "--confirm", "--db", filled_store).code == 0
    few = vocmine("train", "--db", filled_store, "--name", "mio", "--models", tmp_path / "m")
    assert "filled.db holds 12 labelled messages" in few.err
    more = write(tmp_path / "e.csv", ["texto", "pqrs"], claims(40))
    ran = vocmine("train", more, "--db", filled_store, "--name", "mio", "--models", tmp_path / "m")
    assert ran.code == 0, ran.err
    meta = json.loads((tmp_path / "m" / "mio" / "meta.json").read_text("utf-8"))
    assert meta["training"]["messages"] == 52
    assert meta["metrics"]["held_out"]["pqrs"]["rows"] == 52


def test_what_correct_exports_is_what_train_takes(
    vocmine: Run, filled_store: Path, tmp_path: Path
) -> None:
    vocmine("correct", "--message", "R-1", "pqrs=queja", "--db", filled_store)
    vocmine("correct", "--message", "R-6", "--insight", '=HYPERLINK("http://malo.example"',
            "polarity=-2", "--db", filled_store)  # fmt: skip
    vocmine("correct", "--message", "R-2", "--insight", "se cierra cuando pago la factura",
            "--remove", "--db", filled_store)  # fmt: skip
    out = tmp_path / "etiquetas.csv"
    assert vocmine("correct", "--export", out, "--db", filled_store).code == 0
    ran = vocmine("train", out, "--name", "mio", "--models", tmp_path / "m")
    assert "etiquetas.csv holds 2 labelled messages" in ran.err, ran.err
