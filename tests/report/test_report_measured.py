"""The methods page: which model gave the labels, and how well it was measured to read."""

from __future__ import annotations

import json

import pytest

from vocmine.models import load_heads, model_folder
from vocmine.report import render_report
from vocmine.report.measured import TASKS, measured_quality
from vocmine.report.wording import Wording


@pytest.fixture(scope="module")
def heads():
    return load_heads()


def test_a_model_is_known_by_its_fingerprint(heads):
    found = measured_quality([heads.fingerprint])
    meta = json.loads((model_folder("voc_heads") / "meta.json").read_text("utf-8"))
    assert (found["name"], found["version"]) == ("voc-heads", meta["version"])
    assert found["seed"] == meta["training"]["seed"]
    scores = {
        row["task"]: row["score"] for row in meta["metrics"]["heads"] if row["data"] == "gold"
    }
    assert [row["task"] for row in found["tasks"]] == list(TASKS)
    for row in found["tasks"]:
        assert row["f1"] == scores[row["task"]]["f1"]
        assert 0 < row["low"] <= row["f1"] <= row["high"] < 1


def test_one_that_is_not_installed_is_not_guessed():
    assert measured_quality(["0" * 64]) is None
    assert measured_quality([]) is None


def test_a_folder_that_somebody_spoilt_does_not_cost_the_report(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "meta.json").write_text("{")
    monkeypatch.setenv("VOCMINE_MODELS", str(tmp_path))
    assert measured_quality(["0" * 64]) is None


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", ("voc-heads", "Punto de contacto", "Qué frase es una mención")),
        ("en", ("voc-heads", "Touchpoint", "Which clause is a mention")),
    ],
)
def test_the_page_shows_what_was_measured(build_store, record, heads, lang, words):
    found = measured_quality([heads.fingerprint])
    (touchpoint,) = [row for row in found["tasks"] if row["task"] == "touchpoint"]
    with build_store([record()]) as store:
        store.conn.execute("UPDATE analyses SET model_sha256 = ?", [heads.fingerprint])
        store.conn.commit()
        html = render_report(store.db, lang=lang)
    method = html[html.index('id="method"') :]
    figures = (Wording(lang).number(touchpoint["f1"], 2), Wording(lang).number(touchpoint["n"]))
    for text in (*words, *figures, str(found["seed"])):
        assert text in method, text


def test_the_page_says_so_when_the_model_is_unknown(bank_html):
    assert "no está instalado en este equipo" in bank_html
