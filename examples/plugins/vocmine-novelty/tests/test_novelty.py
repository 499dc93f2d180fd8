"""The analyzer `novelty`: what is unlike the rest comes first, alone and inside vocmine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from vocmine.cli import cli
from vocmine.heads import Heads
from vocmine.plugin import Batch, Context, CorpusAnalyzer
from vocmine.plugins import load_plugins
from vocmine.testing import AnalyzerSuite
from vocmine_novelty import analyzer as module
from vocmine_novelty.analyzer import NoveltyAnalyzer

WIDTH = 16


def batch_of(directions: list[list[int]], *, insight: bool = True) -> Batch:
    """One message for each list: a segment for each direction in it, almost the same in each."""
    owner = np.repeat(np.arange(len(directions)), [len(d) for d in directions]).astype(np.int32)
    sketches = np.random.default_rng(len(owner)).integers(-6, 7, (len(owner), WIDTH), np.int8)
    for row, direction in enumerate(direction for message in directions for direction in message):
        sketches[row, direction] = 120
    zeros = np.zeros(len(owner), dtype=np.int32)
    vectors = np.zeros((len(directions), 0), np.float32), np.zeros((len(owner), 0), np.float32)
    batch = Batch.of_texts(["texto"] * len(directions), (owner, zeros, zeros + 5), vectors)
    flags = np.full(len(owner), insight)
    return replace(batch, segment_sketches=sketches, segment_insights=flags)


def opened(seed: int = 0) -> NoveltyAnalyzer:
    made = NoveltyAnalyzer()
    heads = Heads({}, fingerprint="", encoder_fingerprint="", dim=0)
    made.open(Context(heads=heads, seed=seed))
    return made


USUAL = [[0], [1], [2, 1]] * 20


class TestContract(AnalyzerSuite):
    target = "vocmine_novelty.analyzer:NoveltyAnalyzer"
    model = "voc-fast"


def test_it_is_installed_and_keeps_the_contract() -> None:
    found = load_plugins().get("analyzer", "novelty")
    assert found.distribution == "vocmine-novelty"
    assert isinstance(found.create(), CorpusAnalyzer)


def test_a_message_unlike_all_others_has_the_highest_rank() -> None:
    analyzer, batch = opened(), batch_of([*USUAL, [9]])
    assert analyzer.fit(lambda: iter([batch])) == {
        "novelty_corpus": {"messages": [61], "sample": [61]}
    }
    found = analyzer.analyze(batch)["novelty"]
    assert int(np.argmax(found["rank"])) == 60
    assert found["rank"][60] > 0.98
    assert found["distance"][60] > 2 * np.median(found["distance"])


def test_a_message_is_not_its_own_neighbour() -> None:
    analyzer, batch = opened(), batch_of([*USUAL, [9]])
    analyzer.fit(lambda: iter([batch]))
    expected = np.sort(np.asarray(analyzer.analyze(batch)["novelty"]["distance"]))
    assert expected == pytest.approx(analyzer._usual, abs=1e-5)


def test_batches_of_any_size_give_the_same() -> None:
    whole = batch_of([*USUAL, [9]])
    parts = [whole.select(np.arange(i, min(i + 7, len(whole)))) for i in range(0, len(whole), 7)]
    one, many = opened(), opened()
    one.fit(lambda: iter([whole]))
    many.fit(lambda: iter(parts))
    together = np.asarray(one.analyze(whole)["novelty"]["rank"])
    assert np.concatenate([many.analyze(p)["novelty"]["rank"] for p in parts]) == pytest.approx(
        together
    )


def test_a_sample_stands_for_a_corpus_that_is_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE", 30)
    batch = batch_of([*USUAL, [9]])
    first, again, other = opened(), opened(), opened(seed=1)
    for analyzer in (first, again, other):
        found = analyzer.fit(lambda: iter([batch]))
        assert found["novelty_corpus"] == {"messages": [61], "sample": [30]}
    assert np.array_equal(first._usual, again._usual)
    assert not np.array_equal(first._usual, other._usual)


def test_messages_that_make_no_point_have_no_row() -> None:
    analyzer = opened()
    analyzer.fit(lambda: iter([batch_of(USUAL)]))
    assert len(analyzer.analyze(batch_of([[0], []], insight=False))["novelty"]["row"]) == 0
    assert list(analyzer.analyze(batch_of([[0], [], [1]]))["novelty"]["row"]) == [0, 2]


@pytest.mark.parametrize("messages", [0, 1, 29])
def test_few_messages_give_empty_tables(messages: int) -> None:
    analyzer, batch = opened(), batch_of(USUAL[:messages])
    assert analyzer.fit(lambda: iter([batch]))["novelty_corpus"]["messages"] == []
    assert analyzer.analyze(batch)["novelty"] == {"row": [], "distance": [], "rank": []}


def test_vocmine_lists_the_stray_first(tmp_path: Path) -> None:
    export, store = tmp_path / "quejas.csv", tmp_path / "quejas.db"
    usual = [
        f"{what} {when}"
        for what in ("Me cobraron dos veces la cuota", "La app no abre", "La fila es muy larga")
        for when in ("hoy", "ayer", "el lunes", "otra vez", "de nuevo", "en mayo", "en junio",
                     "esta mañana", "esta tarde", "desde el martes", "hace un mes")
    ]  # fmt: skip
    stray = "El perro de mi vecina ladra toda la noche y no nos deja dormir"
    rows = [f"{number},{text}\n" for number, text in enumerate([*usual, stray], 1)]
    export.write_text("id,texto\n" + "".join(rows), "utf-8")
    names = [f"--analyzer={name}" for name in ("sentiment", "friction", "novelty")]
    arguments = ["--db", str(store), "--model", "voc-fast", *names]
    done = CliRunner().invoke(cli, ["analyze", str(export), *arguments])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(cli, ["unusual", "--db", str(store), "--format", "jsonl"])
    first = json.loads(done.stdout.splitlines()[0])
    assert (first["text"], first["rank"]) == (stray, pytest.approx(0.97, abs=0.03))


def test_a_store_without_it_says_what_to_do(tmp_path: Path) -> None:
    from vocmine.store import Store

    Store(tmp_path / "vacio.db").close()
    done = CliRunner().invoke(cli, ["unusual", "--db", str(tmp_path / "vacio.db")])
    assert "run 'vocmine analyze FILE'" in done.output
