"""Which model reads the messages: `voc`, `voc-fast`, or one that a team trained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vocmine import models
from vocmine.engine import Engine
from vocmine.errors import ModelError, UsageError
from vocmine.models import list_models, load_model, model_names
from vocmine.runtime import Runtime, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Ran


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of own models, without any."""
    folder = tmp_path / "models"
    monkeypatch.setenv("VOCMINE_MODELS", str(folder))
    return folder


def make_own(folder: Path, **changes: Any) -> Path:
    """An own model: the heads of `voc` as they are, under another name."""
    folder.mkdir(parents=True)
    shipped = models.model_folder("voc_heads")
    for name in ("heads.json", "heads.safetensors"):
        shutil.copy(shipped / name, folder / name)
    meta = json.loads((shipped / "meta.json").read_text("utf-8"))
    meta |= {
        "name": folder.name,
        "version": "1",
        "base": {"name": "voc", "version": shipped.name},
        "training": {"command": f"vocmine train correcciones.csv --name {folder.name}"},
        **changes,
    }
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    return folder


def test_voc_is_the_model_when_none_is_asked_for() -> None:
    model = load_model(threads=1)
    assert model.name == "voc"
    assert model.version == models.model_folder("voc_heads").name
    assert model.encoder.fingerprint == model.heads.encoder_fingerprint
    assert Runtime(Settings()).heads.fingerprint == model.heads.fingerprint


def test_a_model_that_is_not_there_lists_those_that_are(own: Path) -> None:
    make_own(own / "banco")
    with pytest.raises(UsageError, match="no model 'nope'") as caught:
        load_model("nope")
    assert "voc" in caught.value.hint
    assert "banco" in caught.value.hint
    assert "vocmine train" in caught.value.hint


@pytest.mark.parametrize("name", ["", ".", "..", "../models", "/nowhere/at/all"])
def test_what_is_no_model_is_refused_whatever_it_is_called(name: str) -> None:
    with pytest.raises(UsageError, match="There is no model"):
        load_model(name)


def test_half_a_model_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(models.model_folder("voc_heads").parent, tmp_path / "voc_fast_heads")
    monkeypatch.setattr(models, "models_root", lambda: tmp_path)
    assert model_names() == []
    with pytest.raises(UsageError, match="no model 'voc-fast'"):
        load_model("voc-fast")


def test_an_own_model_is_found_by_name_and_by_path(own: Path, tmp_path: Path) -> None:
    make_own(own / "banco")
    elsewhere = make_own(tmp_path / "compartido" / "banco")
    by_name, by_path = load_model("banco", 1), load_model(str(elsewhere), 1)
    assert model_names()[-1] == "banco"
    assert by_name.heads.fingerprint == by_path.heads.fingerprint
    assert by_name.heads.fingerprint != load_model("voc", 1).heads.fingerprint


def test_an_own_model_cannot_take_the_place_of_a_shipped_one(own: Path) -> None:
    make_own(own / "voc", vocmine=">=99")
    assert load_model("voc", 1).name == "voc"


def test_an_own_model_whose_base_was_upgraded_says_how_to_train_it_again(own: Path) -> None:
    make_own(own / "banco", encoder={"name": "voc-encoder", "fingerprint": "a" * 64, "dim": 384})
    with pytest.raises(ModelError, match=r"'banco' was trained on voc .* encoder .'aaaa") as caught:
        load_model("banco", 1)
    assert "'aaaaaaaaaaaa'" in caught.value.message
    assert "vocmine train correcciones.csv --name banco --force" in caught.value.hint


def test_an_own_model_that_was_altered_refuses_to_load(own: Path) -> None:
    folder = make_own(own / "banco")
    (folder / "heads.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match=r"heads\.json differs") as caught:
        load_model("banco", 1)
    assert "Train it again" in caught.value.hint


@pytest.mark.parametrize("base", [None, "voc", {"name": "other", "version": "1"}, {"name": "voc"}])
def test_an_own_model_must_say_what_it_stands_on(own: Path, base: Any) -> None:
    make_own(own / "banco", base=base)
    with pytest.raises(ModelError, match="does not say which model it stands on"):
        load_model("banco", 1)


def test_a_damaged_own_model_is_named(own: Path) -> None:
    folder = make_own(own / "banco")
    (folder / "meta.json").write_text("{", "utf-8")
    with pytest.raises(ModelError, match="banco") as caught:
        list_models()
    assert "Train it again" in caught.value.hint


def test_the_listing_tells_shipped_from_own_models(own: Path, vocmine: Callable[..., Ran]) -> None:
    make_own(own / "banco")
    rows = json.loads(vocmine("models", "--json").out)
    by_model = {(row["model"], row["kind"]) for row in rows}
    assert {("voc", "encoder"), ("voc", "heads"), ("banco", "heads on voc")} <= by_model
    checked = vocmine("models", "--check", "--format", "jsonl").objects
    assert {row["files"] for row in checked} == {"ok"}


def test_where_own_models_are_kept_without_being_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("VOCMINE_MODELS")
    monkeypatch.setattr("vocmine.models.data_folder", lambda: tmp_path / "vocmine")
    assert models.own_root() == tmp_path / "vocmine" / "models"


def test_another_model_reads_every_message_again(
    own: Path, tmp_path: Path, vocmine: Callable[..., Ran]
) -> None:
    make_own(own / "banco")
    export = tmp_path / "quejas.csv"
    export.write_text("id;texto\n1;Me cobraron dos veces la cuota de manejo\n", "utf-8")
    asked = ("analyze", export, "--db", tmp_path / "v.db", "--quiet", "--format", "jsonl")
    assert vocmine(*asked).code == 0
    assert vocmine(*asked, "--model", "banco").code == 0
    runs = vocmine("runs", "--db", tmp_path / "v.db", "--format", "jsonl").objects
    assert [run["analysed"] for run in runs] == [1, 1]
    assert vocmine(*asked, "--model", "banco").code == 0
    runs = vocmine("runs", "--db", tmp_path / "v.db", "--format", "jsonl").objects
    assert [run["analysed"] for run in runs] == [0, 1, 1]


def test_a_model_that_is_not_there_is_wrong_usage(
    tmp_path: Path, vocmine: Callable[..., Ran]
) -> None:
    export = tmp_path / "quejas.csv"
    export.write_text("id;texto\n1;Me cobraron dos veces\n", "utf-8")
    ran = vocmine("analyze", export, "--db", tmp_path / "v.db", "--model", "nope")
    assert ran.code == 2
    assert "There is no model 'nope'" in ran.err
    assert not (tmp_path / "v.db").exists()


def test_both_shipped_models_are_there_and_whole() -> None:
    assert model_names()[:2] == ["voc", "voc-fast"]
    for name in ("voc", "voc-fast"):
        model = load_model(name, threads=1)
        assert model.encoder.fingerprint == model.heads.encoder_fingerprint
    assert load_model("voc").heads.tasks == load_model("voc-fast").heads.tasks


@pytest.mark.parametrize("model", ["voc", "voc-fast"])
def test_each_shipped_model_reads_a_plain_complaint_right(model: str) -> None:
    texts = [
        "Me cobraron dos veces la misma factura y nadie me devuelve la plata.",
        "Muchas gracias, la señora que me atendió fue amabilísima.",
    ]
    complaint, praise = Engine(model=model).analyze(texts).to_dicts()
    assert complaint["pqrs"] == "claim"
    assert praise["pqrs"] == "compliment"
    assert {insight["polarity"] < 0 for insight in complaint["insights"]} == {True}
    assert {insight["polarity"] > 0 for insight in praise["insights"]} == {True}


def test_the_engine_takes_a_model(own: Path) -> None:
    make_own(own / "banco")
    engine = Engine(model="banco", analyzers=["pqrs"])
    assert engine.runtime.settings.model == "banco"
    assert len(engine.analyze(["Me cobraron dos veces"])) == 1
