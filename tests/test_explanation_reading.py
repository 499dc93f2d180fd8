"""Why stored insights have their labels: read from the store, with the model that gave them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from vocmine.errors import UsageError
from vocmine.explanation_reading import TASKS, insight_ids, model_of, words_of
from vocmine.store import Store
from vocmine.store.corrections import Correction, record
from vocmine.store.reading import Filter, insight_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]

TEXTS = [
    "Me cobraron dos veces la cuota de manejo y nadie me responde.",
    "Llevo tres semanas esperando el pedido y todavía no llega.",
    "La app se cierra cada vez que intento pagar la factura.",
]


@pytest.fixture(scope="module")
def _analysed_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from vocmine.inputs import Inputs
    from vocmine.plugin import ReadOptions
    from vocmine.run import Run
    from vocmine.runtime import Runtime, Settings

    folder = tmp_path_factory.mktemp("why")
    export = folder / "quejas.csv"
    rows = "\n".join(f'Q-{n},"{text}"' for n, text in enumerate(TEXTS))
    export.write_text(f"id,texto\n{rows}\n", "utf-8")
    runtime = Runtime(Settings(analyzers=("sentiment", "friction")))
    path = folder / "voz.db"
    with Store(path) as store, Inputs(runtime.plugins, ReadOptions()) as inputs:
        Run(store, runtime).execute(inputs, [str(export)], "quejas.csv", {"model": "voc"})
    return path


@pytest.fixture
def analysed(_analysed_template: Path, tmp_path: Path) -> Path:
    """A store that the installed model filled; each test gets its own copy."""
    path = tmp_path / "voz.db"
    path.write_bytes(_analysed_template.read_bytes())
    return path


def _message_of(store: Store, insight: int) -> int:
    sql = "SELECT message_id FROM insights WHERE id = ?"
    return int(store.conn.execute(sql, [insight]).fetchone()[0])


def _span_of(store: Store, insight: int) -> tuple[int, int]:
    sql = "SELECT start, end FROM insights WHERE id = ?"
    start, end = store.conn.execute(sql, [insight]).fetchone()
    return start, end


class TestReading:
    def test_ids_keep_to_the_rows_where_two_insights_start_alike(self, analysed: Path) -> None:
        with Store(analysed) as store:
            for length in (5, 9):
                store.conn.execute(
                    "INSERT INTO insights (message_id, segment_id, start, end, quote, phase, "
                    "stage, pyramid, touchpoint, confidence) SELECT message_id, segment_id, "
                    "start, start + :n, substr(quote, 1, :n), phase, stage, pyramid, touchpoint, "
                    "confidence FROM insights ORDER BY id LIMIT 1",
                    {"n": length},
                )
            quotes = dict(store.conn.execute("SELECT id, quote FROM insights").fetchall())
            told = [row["quote"] for row in insight_rows(store, Filter())]
            assert [quotes[key] for key in insight_ids(store, Filter())] == told
            assert [len(quote) for quote in told[1:3]] == [5, 9]

    def test_ids_are_in_the_order_of_the_rows(self, analysed: Path) -> None:
        with Store(analysed) as store:
            ids = insight_ids(store, Filter())
            quotes = [row["quote"] for row in insight_rows(store, Filter())]
            stored = dict(store.conn.execute("SELECT id, quote FROM insights"))
        assert [stored[key] for key in ids] == quotes

    def test_every_word_is_where_it_says_and_the_heaviest_come_first(self, analysed: Path) -> None:
        with Store(analysed) as store:
            found = words_of(store, model_of(store), insight_ids(store, Filter()))
            texts = dict(
                store.conn.execute(
                    "SELECT i.id, m.text FROM insights AS i JOIN messages AS m "
                    "ON m.id = i.message_id"
                )
            )
        assert any(found.words.values())
        for key, words in found.words.items():
            for word in words:
                assert texts[key][word["start"] : word["end"]] == word["word"]
            for task in TASKS:
                weights = [word["weight"] for word in words if word["label_set"] == task]
                assert weights == sorted(weights, reverse=True)

    def test_labels_of_nothing_are_not_explained(self, analysed: Path) -> None:
        with Store(analysed) as store:
            store.conn.execute("UPDATE insights SET pyramid = 'none', touchpoint = 'unknown'")
            found = words_of(store, model_of(store), insight_ids(store, Filter()))
        sets = {word["label_set"] for words in found.words.values() for word in words}
        assert not sets & {"pyramid", "touchpoint"}

    def test_a_label_that_no_analyzer_gave_is_left_out(self, analysed: Path) -> None:
        with Store(analysed) as store:
            store.conn.execute("UPDATE insights SET friction = NULL")
            found = words_of(store, model_of(store), insight_ids(store, Filter()), ("friction",))
        assert not any(found.words.values())

    def test_labels_of_this_model_are_told_from_those_of_another(self, analysed: Path) -> None:
        with Store(analysed) as store:
            ids = insight_ids(store, Filter())
            model = model_of(store)
            assert words_of(store, model, ids).others == set()
            store.conn.execute("UPDATE analyses SET model_sha256 = 'x' WHERE name = 'friction'")
            assert words_of(store, model, ids, ("friction",)).others == set(ids)
            assert words_of(store, model, ids, ("stage",)).others == set()

    def test_a_label_that_a_person_gave_is_told_as_such(self, analysed: Path) -> None:
        with Store(analysed) as store:
            first, *rest = insight_ids(store, Filter())
            message = _message_of(store, first)
            record(store, [Correction(message, "friction", "price", _span_of(store, first))])
            found = words_of(store, model_of(store), [first, *rest], ("friction",))
        (word,) = found.words[first]
        assert (word["label"], word["by"], word["word"]) == ("price", "person", None)
        assert all(w["by"] == "model" for key in rest for w in found.words[key])

    def test_an_insight_that_a_person_added_is_all_that_persons(self, analysed: Path) -> None:
        with Store(analysed) as store:
            first, *_ = insight_ids(store, Filter())
            content = {"fields": {}, "insights": []}
            store.conn.execute(
                "INSERT INTO predictions (message_id, content) VALUES (?, ?)",
                [_message_of(store, first), json.dumps(content)],
            )
            store.conn.execute("UPDATE insights SET corrected = 1 WHERE id = ?", [first])
            found = words_of(store, model_of(store), [first])
        assert {word["by"] for word in found.words[first]} == {"person"}

    def test_no_insight_needs_no_reading(self, analysed: Path) -> None:
        with Store(analysed) as store:
            assert words_of(store, model_of(store), []).words == {}

    def test_a_model_that_is_gone_is_named(self, analysed: Path) -> None:
        with Store(analysed) as store:
            store.conn.execute("""UPDATE runs SET options = '{"model": "mi-banco"}'""")
            with pytest.raises(UsageError, match="mi-banco"):
                model_of(store)


class TestCommand:
    def test_a_table_has_a_line_for_each_label(self, vocmine: Run, analysed: Path) -> None:
        ran = vocmine("insights", "--why", "--db", analysed)
        assert (ran.code, ran.err) == (0, "")
        assert "Por qué" in ran.out
        assert "Fricción: " in ran.out.split("Por qué", 1)[1]

    def test_one_label_may_be_asked_for(self, vocmine: Run, analysed: Path) -> None:
        ran = vocmine("insights", "--why", "friction", "--db", analysed, "--format", "jsonl")
        sets = {word["label_set"] for row in ran.objects for word in row["why"]}
        assert sets == {"friction"}

    def test_a_filter_may_follow_why(self, vocmine: Run, analysed: Path) -> None:
        asked = ("--why", "--polarity", "negative", "--db", analysed, "--format", "jsonl")
        rows = vocmine("insights", *asked).objects
        assert rows
        assert all(row["polarity"] < 0 for row in rows)
        assert set(rows[0]["why"][0]) == {
            "label_set", "label", "by", "word", "start", "end", "weight"
        }  # fmt: skip

    def test_a_cell_of_csv_holds_what_json_holds(self, vocmine: Run, analysed: Path) -> None:
        asked = ("insights", "--why", "friction", "--db", analysed, "--format")
        cells = [row["why"] for row in csv.DictReader(io.StringIO(vocmine(*asked, "csv").out))]
        rows = json.loads(vocmine(*asked, "json").out)
        assert [json.loads(cell) for cell in cells] == [row["why"] for row in rows]

    def test_rows_are_the_same_without_it_but_for_the_words(
        self, vocmine: Run, analysed: Path
    ) -> None:
        asked = ("insights", "--db", analysed, "--format", "jsonl")
        plain = vocmine(*asked).objects
        assert [
            {key: value for key, value in row.items() if key != "why"}
            for row in vocmine(*asked, "--why").objects
        ] == plain

    def test_labels_of_another_model_are_said_to_be(self, vocmine: Run, filled_store: Path) -> None:
        ran = vocmine("insights", "--why", "friction", "--db", filled_store, "--limit", "2")
        assert ran.code == 0
        assert "Note: 2 of these insights have labels of another model than 'voc'" in ran.err

    def test_an_unknown_label_is_refused(self, vocmine: Run, filled_store: Path) -> None:
        ran = vocmine("insights", "--why", "mood", "--db", filled_store)
        assert ran.code == 2
        assert "friction" in ran.err

    def test_an_empty_store_loads_no_model(
        self, vocmine: Run, empty_store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("vocmine.explanation_reading.model_of", None)
        ran = vocmine("insights", "--why", "--db", empty_store)
        assert ran.code == 0
        assert "No insight matches" in ran.err


class TestReport:
    def test_quotes_mark_the_words_of_the_model_that_gave_their_labels(
        self, vocmine: Run, analysed: Path, tmp_path: Path
    ) -> None:
        page = tmp_path / "r.html"
        assert vocmine("report", "--db", analysed, "-o", page).code == 0
        html = page.read_text("utf-8")
        assert '<mark class="why" title="Peso a favor de «' in html
        assert "Las palabras subrayadas" in html

    def test_no_why_marks_nothing_and_loads_no_model(
        self, vocmine: Run, analysed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("vocmine.explanation_reading.model_of", None)
        page = tmp_path / "r.html"
        assert vocmine("report", "--no-why", "--db", analysed, "-o", page).code == 0
        assert 'class="why"' not in page.read_text("utf-8")

    def test_without_its_model_the_report_is_written_and_a_note_says_so(
        self, vocmine: Run, analysed: Path, tmp_path: Path
    ) -> None:
        with Store(analysed) as store:
            store.conn.execute("""UPDATE runs SET options = '{"model": "mi-banco"}'""")
            store.conn.commit()
        page = tmp_path / "r.html"
        ran = vocmine("report", "--db", analysed, "-o", page)
        assert ran.code == 0
        assert "no words are marked in the quotes" in ran.err
        assert 'class="why"' not in page.read_text("utf-8")

    def test_quotes_of_another_model_are_not_marked(
        self, vocmine: Run, analysed: Path, tmp_path: Path
    ) -> None:
        with Store(analysed) as store:
            store.conn.execute("UPDATE analyses SET model_sha256 = 'x'")
            store.conn.commit()
        page = tmp_path / "r.html"
        assert vocmine("report", "--db", analysed, "-o", page).code == 0
        assert "Las palabras subrayadas" not in page.read_text("utf-8")
