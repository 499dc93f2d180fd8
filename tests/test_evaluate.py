"""`vocmine evaluate`: from labelled messages to figures, tables and a page.

The model of these tests reads its labels from single words, so that they know what it will say.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vocmine.catalogue import label_set
from vocmine.evaluation import GoldMessage, Point, evaluate, read_messages, tasks_of
from vocmine.evaluation.page import render_evaluation
from vocmine.heads import Head, Heads
from vocmine.models import Model
from vocmine.plugin import Encoded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vocmine.batch import IntArray

Run = Callable[..., Any]

WORDS: dict[str, dict[str, Any]] = {
    "demora": {"friction": "delay", "polarity": -1, "pqrs": "claim", "sentiment": "negative"},
    "grosera": {"friction": "staff_attitude", "polarity": -2, "pqrs": "grievance"},
    "amable": {"polarity": 2, "pqrs": "compliment", "sentiment": "very_positive"},
    "rabia": {"emotions": "anger"},
    "gracias": {"emotions": "gratitude", "pqrs": "compliment"},
    "tarjeta": {"area": "Tarjetas"},
}
"""Word to the label that it stands for in each task; the first label of a task is the default."""
TASKS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "pqrs": ("message", ("none", "claim", "grievance", "compliment")),
    "sentiment": ("message", ("neutral", "negative", "very_positive")),
    "area": ("message", ("Cartera", "Tarjetas")),
    "emotions": ("message", label_set("emotion").codes),
    "insight": ("segment", (1, 0)),
    "polarity": ("segment", (0, -2, -1, 1, 2)),
    "friction": ("segment", ("none", "delay", "staff_attitude")),
    "stage": ("segment", ("use", "support")),
    "pyramid": ("segment", ("utility", "enjoyable")),
    "touchpoint": ("segment", ("product", "staff")),
}


class WordEncoder:
    """A vector has one number for each word of `WORDS`, and a last one that is always 1."""

    name, dim, fingerprint = "words", len(WORDS) + 1, "e" * 64

    def encode(
        self, texts: Sequence[str], message: IntArray, start: IntArray, end: IntArray
    ) -> Encoded:
        spans = zip(message.tolist(), start.tolist(), end.tolist(), strict=True)
        return Encoded(self._of(texts), self._of([texts[m][s:e] for m, s, e in spans]))

    def _of(self, texts: Sequence[str]) -> Any:
        rows = [[*(float(word in text.lower()) for word in WORDS), 1.0] for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(-1, self.dim)


def word_model(**without: bool) -> Model:
    """The model; `area=False` leaves that task out."""
    heads = {
        task: _head(task, per, labels)
        for task, (per, labels) in TASKS.items()
        if without.get(task, True)
    }
    made = Heads(heads, fingerprint="f" * 64, encoder_fingerprint="e" * 64, dim=len(WORDS) + 1)
    return Model("words", "1.0.0", WordEncoder(), made)


def _head(task: str, per: str, labels: tuple[Any, ...]) -> Head:
    many = task == "emotions"
    weights = np.zeros((len(WORDS) + 1, len(labels)), dtype=np.float32)
    weights[-1] = -2.0 if many else 0.0
    weights[-1, 0] += 0.0 if many else 2.0
    for row, says in enumerate(WORDS.values()):
        if task in says:
            weights[row, labels.index(says[task])] += 4.0
    return Head(
        per=per,
        inputs=(per,),
        layers=((weights, np.zeros(len(labels), dtype=np.float32)),),
        labels=labels,
        temperature=1.0,
        bias=np.full(len(labels), 0.5 if many else 0.0, dtype=np.float32),
        many=many,
    )


def judged(*messages: GoldMessage, quoted: bool = True) -> Any:
    """Evaluation of messages, and its tasks by name."""
    model = word_model()
    predictions = read_messages(model.encoder, model.heads, messages)
    found = evaluate(messages, predictions, tasks_of(model.heads), quoted=quoted)
    return found, {report.name: report for report in found.tasks}


def said(text: str, **labels: Any) -> GoldMessage:
    return GoldMessage(text, labels=labels)


def with_points(text: str, **frictions: str) -> GoldMessage:
    """Points are single words of the text, each with its friction."""
    points = [
        Point(text.index(word), text.index(word) + len(word), {"friction": friction})
        for word, friction in frictions.items()
    ]
    return GoldMessage(text, points=points)


class TestJudging:
    def test_every_task_with_labels_is_judged_and_no_other(self) -> None:
        _, tasks = judged(said("Hay demora", pqrs="claim"), said("La tarjeta", area="Tarjetas"))
        assert set(tasks) == {"pqrs", "area"}
        assert [tasks[name].score.n for name in ("pqrs", "area")] == [1, 1]

    def test_accuracy_counts_what_the_model_says(self) -> None:
        _, tasks = judged(
            said("Hay demora en la caja", pqrs="claim"),
            said("Fue grosera conmigo", pqrs="grievance"),
            said("La cajera fue muy amable", pqrs="claim"),
        )
        assert tasks["pqrs"].score.accuracy.value == pytest.approx(2 / 3)
        assert tasks["pqrs"].score.confusions(3) == [("claim", "compliment", 1)]

    def test_sentiment_and_polarity_are_also_read_coarsely(self) -> None:
        message = said("La cajera fue amable", sentiment="positive")
        message.points = [Point(14, 20, {"polarity": 1})]
        _, tasks = judged(message, said("Qué demora", sentiment="negative"))
        assert tasks["sentiment"].score.accuracy.value == 0.5
        assert tasks["sentiment_four"].score.accuracy.value == 1.0
        assert tasks["polarity"].score.accuracy.value == 0.0
        assert tasks["polarity_sign"].score.accuracy.value == 1.0

    def test_a_coarse_label_is_as_sure_as_what_it_stands_for(self) -> None:
        _, tasks = judged(said("Fue amable", sentiment="very_positive"))
        fine, coarse = (tasks[n].calibration for n in ("sentiment", "sentiment_four"))
        assert fine.bins == coarse.bins, "this model has one kind of positive only"

    def test_emotions_have_both_f1_and_exact_sets(self) -> None:
        _, tasks = judged(
            GoldMessage("Qué rabia", sets={"emotions": frozenset({"anger"})}),
            GoldMessage("Qué rabia, gracias", sets={"emotions": frozenset({"anger", "joy"})}),
            GoldMessage("Un cuadro", sets={"emotions": frozenset()}),
        )
        score = tasks["emotions"].score
        assert score.accuracy.value == pytest.approx(2 / 3)
        assert score.micro_f1.value == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
        assert score.macro_f1.value == pytest.approx((1.0 + 0.0) / 2)

    def test_a_label_of_an_insight_is_read_on_its_gold_quote(self) -> None:
        _, tasks = judged(with_points("Hay demora y fue grosera", demora="delay", grosera="delay"))
        assert tasks["friction"].per == "quote"
        assert tasks["friction"].score.confusion == ((1, 1), (0, 0))

    def test_insights_are_also_judged_as_vocmine_finds_them(self) -> None:
        found, _ = judged(with_points("Hay mucha demora", demora="delay"), said("x", pqrs="none"))
        by_match = {m.match: m for m in found.end_to_end.matches}
        assert (found.end_to_end.gold, found.end_to_end.predicted) == (1, 1)
        assert by_match["friction"].recall.value == 1.0
        assert "stage" not in by_match, "gold says nothing of it"

    def test_without_quotes_nothing_is_judged_end_to_end(self) -> None:
        found, tasks = judged(with_points("Hay demora", demora="delay"), quoted=False)
        assert found.end_to_end is None
        assert "friction" in tasks

    def test_the_worst_language_and_channel_have_thirty_rows_or_more(self) -> None:
        messages = [said("Hay demora", pqrs="claim") for _ in range(60)]
        for index, message in enumerate(messages):
            message.lang = "pt" if index < 30 else "es"
            message.channel = "correo" if index < 29 else "chat"
        messages[0].labels["pqrs"] = messages[1].labels["pqrs"] = "none"
        _, tasks = judged(*messages)
        assert [(g.name, g.n) for g in tasks["pqrs"].languages] == [("pt", 30), ("es", 30)]
        assert tasks["pqrs"].languages[0].accuracy == pytest.approx(28 / 30)
        assert [g.name for g in tasks["pqrs"].channels] == ["chat"]

    def test_messages_of_another_language_are_counted(self) -> None:
        german = "Ich habe das Paket leider noch immer nicht erhalten und warte seit drei Wochen"
        found, _ = judged(said(german, pqrs="claim"), said("Hay demora", pqrs="claim"))
        assert found.other_language == 1

    def test_what_is_read_does_not_depend_on_what_is_read_with_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        messages = [with_points(f"Hay demora {n} y fue grosera", demora="delay") for n in range(7)]
        at_once, _ = judged(*messages)
        monkeypatch.setattr("vocmine.evaluation.predictions.MESSAGES", 2)
        in_parts, _ = judged(*messages)
        assert at_once == in_parts


@pytest.fixture
def in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the model of these tests."""
    monkeypatch.setattr("vocmine.models.load_model", lambda name: word_model())


CSV = (
    "texto;PQRS;Emociones;area;canal\n"
    "Hay demora en la caja;Reclamo;;Cartera;sucursal\n"
    "Qué rabia, fue grosera;queja;rabia;Cartera;sucursal\n"
    "Mi tarjeta llegó, gracias;felicitación;gratitud, alegría;Tarjetas;chat\n"
    "Solo pasaba por aquí;reclamo;;Tarjetas;chat\n"
)
JSONL = [
    {
        "text": "Hay demora en la caja y la cajera fue grosera",
        "pqrs": "grievance",
        "insights": [
            {"quote": "Hay demora en la caja", "polarity": -1, "friction": "delay"},
            {"quote": "la cajera fue grosera", "polarity": "muy negativa", "friction": "trato"},
        ],
    },
    {"text": "Gracias por todo", "pqrs": "compliment", "insights": []},
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "etiquetados.csv"
    path.write_text(CSV, "utf-8")
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in JSONL), "utf-8")
    return path


@pytest.mark.usefixtures("in_words")
class TestCommand:
    def test_prints_tables_in_spanish(self, vocmine: Run, table: Path) -> None:
        ran = vocmine("evaluate", table)
        assert ran.code == 0, ran.err
        assert "4 mensajes de etiquetados.csv; modelo words." in ran.out
        assert "Con menos de 100 mensajes los intervalos se quedan cortos" in ran.out
        assert "PQRS (por mensaje)" in ran.out
        assert re.search(r"reclamo +1,000 +0,500 +0,667 +2 +1", ran.out)
        assert "reclamo → ninguna: 1" in ran.out

    def test_tells_labels_and_figures_in_the_language_asked_for(
        self, vocmine: Run, table: Path
    ) -> None:
        ran = vocmine("evaluate", table, "--lang", "en")
        assert re.search(r"claim +1\.000 +0\.500", ran.out)

    def test_judges_the_labels_of_an_own_model(self, vocmine: Run, table: Path) -> None:
        found = json.loads(vocmine("evaluate", table, "--format", "json").out)
        area = next(task for task in found["tasks"] if task["name"] == "area")
        assert area["score"]["accuracy"]["value"] == 0.75
        assert area["worst_label"] == "Tarjetas"

    def test_json_holds_everything(self, vocmine: Run, lines: Path) -> None:
        found = json.loads(vocmine("evaluate", lines, "--format", "json").out)
        assert found["schema"] == 1
        assert (found["messages"], found["insights"]) == (2, 2)
        assert (found["gold"], found["model"]) == ("gold.jsonl", "words")
        by_name = {task["name"]: task for task in found["tasks"]}
        assert set(by_name) == {"pqrs", "polarity", "polarity_sign", "friction"}
        assert by_name["polarity"]["score"]["accuracy"]["value"] == 1.0
        assert by_name["pqrs"]["calibration"]["bins"]
        assert by_name["pqrs"]["score"]["confusion"] == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]
        assert {m["match"] for m in found["end_to_end"]["matches"]} >= {"span", "friction", "all"}

    def test_csv_holds_one_figure_a_row(self, vocmine: Run, lines: Path) -> None:
        rows = list(csv.DictReader(io.StringIO(vocmine("evaluate", lines, "--format", "csv").out)))
        values = {(r["task"], r["label"], r["measure"]): r["value"] for r in rows}
        assert values["pqrs", "", "accuracy"] == "0.5"
        assert values["pqrs", "grievance > claim", "confused"] == "1"
        assert values["friction", "delay", "recall"] == "1.0"
        assert values["insights.span", "", "predicted_per_gold"] == "1.5"

    def test_an_unknown_label_is_an_error_with_its_row_and_the_rest_is_judged(
        self, vocmine: Run, tmp_path: Path
    ) -> None:
        path = tmp_path / "g.csv"
        path.write_text("texto,pqrs\nHay demora,claim\nHay demora,tutela\n", "utf-8")
        ran = vocmine("evaluate", path)
        assert ran.code == 1
        assert "Error: row 3: 'tutela' is no label of pqrs; use one of: none, claim" in ran.err
        assert "PQRS (por mensaje)" in ran.out

    def test_many_unknown_labels_are_counted(self, vocmine: Run, tmp_path: Path) -> None:
        path = tmp_path / "g.csv"
        path.write_text("texto,pqrs\nDemora,claim\n" + "Hay demora,tutela\n" * 12, "utf-8")
        ran = vocmine("evaluate", path, "--format", "json")
        assert ran.err.count("Error:") == 10
        assert "Labels and rows that cannot be used: 12" in ran.err
        assert len(json.loads(ran.out)["problems"]) == 12

    def test_nothing_usable_is_told_with_the_first_reason(
        self, vocmine: Run, tmp_path: Path
    ) -> None:
        path = tmp_path / "g.csv"
        path.write_text("texto,pqrs\nHay demora,tutela\n", "utf-8")
        ran = vocmine("evaluate", path)
        assert ran.code == 1
        assert "No label of g.csv can be used. The first problem: row 2: 'tutela'" in ran.err

    def test_a_file_that_is_not_there_is_wrong_usage(self, vocmine: Run, tmp_path: Path) -> None:
        ran = vocmine("evaluate", tmp_path / "nada.csv")
        assert ran.code == 2
        assert "There is no file" in ran.err

    def test_labels_may_be_piped_in(
        self, vocmine: Run, lines: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.read_bytes())))
        ran = vocmine("evaluate", "-", "--format", "json")
        assert (ran.code, json.loads(ran.out)["messages"]) == (0, 2)

    def test_encoding_and_delimiter_can_be_named(self, vocmine: Run, tmp_path: Path) -> None:
        path = tmp_path / "g.txt"
        rows = "texto^pqrs\nLlegó con demora^reclamo\nFue amable año tras año^felicitación\n"
        path.write_bytes(rows.encode("cp850"))
        options = ("--encoding", "cp850", "--delimiter", "^", "--format", "json")
        found = json.loads(vocmine("evaluate", path, *options).out)
        assert (found["messages"], found["problems"]) == (2, [])
        assert [task["score"]["accuracy"]["value"] for task in found["tasks"]] == [1.0]

    def test_a_limit_reads_the_first_messages_only(self, vocmine: Run, table: Path) -> None:
        ran = vocmine("evaluate", table, "--limit", "2", "--format", "json")
        assert json.loads(ran.out)["messages"] == 2

    def test_the_page_is_whole_and_in_spanish(
        self, vocmine: Run, lines: Path, tmp_path: Path
    ) -> None:
        ran = vocmine("evaluate", lines, "--html", tmp_path / "evaluacion.html")
        assert ran.code == 0, ran.err
        page = (tmp_path / "evaluacion.html").read_text("utf-8")
        assert '<html lang="es">' in page
        assert "Insights de principio a fin" in page
        assert "Calibración" in page
        assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page), "it opens offline"
        assert "<script" not in page

    def test_a_page_that_is_no_page_is_refused_before_any_work(
        self, vocmine: Run, lines: Path
    ) -> None:
        ran = vocmine("evaluate", lines, "--html", "evaluacion.csv")
        assert ran.code == 2
        assert "End it in .html: --html informe.html" in ran.err


def test_the_page_escapes_labels_file_names_and_rows() -> None:
    bad = "<script>alert(1)</script>"
    message = said("Hay demora", pqrs="claim")
    message.channel = bad
    found, _ = judged(*[message] * 30)
    page = render_evaluation(found, {"gold": bad, "model": bad}, [f"row 2: '{bad}'"])
    assert bad not in page
    assert page.count("&lt;script&gt;") >= 4


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_the_page_speaks_every_language(lang: str) -> None:
    found, _ = judged(with_points("Hay demora", demora="delay"), said("Demora", pqrs="claim"))
    page = render_evaluation(found, {"gold": "g.csv", "model": "voc"}, lang=lang)
    assert f'<html lang="{lang}">' in page
    assert {"es": "demora", "pt": "demora", "en": "delay"}[lang] in page
