"""The analyzer `health-risk`: which sentences it flags, which it must not, and with what quote."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from vocmine.cli import cli
from vocmine.heads import Heads
from vocmine.plugin import Analyzer, Batch, Context
from vocmine.plugins import load_plugins
from vocmine.testing import AnalyzerSuite
from vocmine_health_risk.analyzer import READ, HealthRiskAnalyzer, plain
from vocmine_health_risk.rules import GAP, patterns_of, read_rules

RISKS = {
    "Mi papá tiene un dolor fuerte en el pecho y no lo atienden": {"chest_pain", "care_denied"},
    "Le dio un infarto esperando la ambulancia": {"chest_pain"},
    "mi mama no puede respirar y la eps no responde": {"breathing"},
    "Se ahoga y no autorizan el oxígeno": {"breathing"},
    "Lleva dos días sangrando mucho": {"bleeding"},
    "El niño convulsionó en la sala": {"unconscious"},
    "Se está muriendo y nadie hace nada": {"dying"},
    "Ya no quiero vivir con este dolor": {"self_harm"},
    "No me entregan la insulina desde enero": {"medicine_denied"},
    "NO LE HAN ENTREGADO LOS MEDICAMENTOS": {"medicine_denied"},
    "Me dicen que el medicamento está agotado": {"medicine_denied"},
    "Llevo tres meses esperando la cita con el especialista": {"care_late"},
    "Aplazaron otra vez la cirugía": {"care_late"},
    "Negaron la cirugía de mi hermana": {"care_denied"},
    "Estoy embarazada y no hay citas": {"fragile"},
}
NO_RISKS = [
    "No tengo dolor de pecho, solo quiero mi cita",
    "Sin dificultad para respirar, todo bien",
    "La atención fue excelente, gracias",
    "Me entregaron los medicamentos a tiempo",
    "Me duele pagar tanto por la afiliación",
    "El trámite es eterno. Pecho a la tierra, pues",
    "Quiero mi cita. Me van a llamar",
    "",
    "😀😀",
]


@pytest.fixture(scope="module")
def analyzer() -> HealthRiskAnalyzer:
    made = HealthRiskAnalyzer()
    made.open(Context(heads=Heads({}, fingerprint="", encoder_fingerprint="", dim=0)))
    return made


def batch_of(*texts: str, langs: tuple[str, ...] = ()) -> Batch:
    none = np.zeros(0, dtype=np.int32)
    vectors = np.zeros((len(texts), 0), np.float32), np.zeros((0, 0), np.float32)
    return Batch.of_texts(texts, (none, none, none), vectors, langs)


def found_in(analyzer: HealthRiskAnalyzer, *texts: str) -> dict[str, list[object]]:
    columns = analyzer.analyze(batch_of(*texts))["health_risks"]
    return {name: list(column) for name, column in columns.items()}


class TestContract(AnalyzerSuite):
    target = "vocmine_health_risk.analyzer:HealthRiskAnalyzer"
    model = "voc-fast"


def test_it_is_installed_and_keeps_the_contract() -> None:
    found = load_plugins().get("analyzer", "health-risk")
    assert found.distribution == "vocmine-health-risk"
    assert isinstance(found.create(), Analyzer)


@pytest.mark.parametrize("text", RISKS)
def test_a_risk_is_found_by_its_cue(analyzer: HealthRiskAnalyzer, text: str) -> None:
    assert RISKS[text] <= set(found_in(analyzer, text)["cue"])


@pytest.mark.parametrize("text", NO_RISKS)
def test_what_is_no_risk_gives_no_row(analyzer: HealthRiskAnalyzer, text: str) -> None:
    assert found_in(analyzer, text)["cue"] == []


def test_every_rule_has_a_sentence_that_it_finds(analyzer: HealthRiskAnalyzer) -> None:
    assert {rule.code for rule in read_rules()} == set().union(*RISKS.values())


def test_quotes_are_the_customers_letters_at_their_place(analyzer: HealthRiskAnalyzer) -> None:
    text = "Señores: ¡¡¡NO PUEDO RESPIRAR!!! y el Oxígeno…"
    found = found_in(analyzer, "nada", text)
    assert (found["row"], found["quote"]) == ([1], ["NO PUEDO RESPIRAR"])
    assert text[found["start"][0] : found["end"][0]] == "NO PUEDO RESPIRAR"


def test_accents_and_capitals_make_no_difference_and_move_nothing() -> None:
    assert plain("ÁRBOL ñandú İ ß") == "arbol nandu i ß"
    assert len(plain("e\u0301 😀 \ud800")) == len("e\u0301 😀 \ud800")


def test_only_spanish_is_read(analyzer: HealthRiskAnalyzer) -> None:
    text = "no puedo respirar"
    columns = analyzer.analyze(batch_of(text, text, langs=("pt", "es")))["health_risks"]
    assert columns["row"] == [1]


def test_very_long_and_broken_texts_are_read_in_time(analyzer: HealthRiskAnalyzer) -> None:
    tail = "no puedo respirar"
    texts = ["!" * 1_000_000, "a" * 1_000_000, "\ud800 " + tail, tail + " x" * READ]
    assert found_in(analyzer, *texts)["row"] == [2, 3]


def test_several_threads_find_the_same(analyzer: HealthRiskAnalyzer) -> None:
    texts = [*RISKS, *NO_RISKS] * 5
    alone = found_in(analyzer, *texts)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: found_in(analyzer, *texts), range(8)))
    assert all(found == alone for found in together)


def test_phrases_become_patterns() -> None:
    assert patterns_of("dolor * (pecho|el torax)") == [
        [{"LOWER": {"IN": ["dolor"]}}, GAP, {"LOWER": {"IN": ["pecho"]}}],
        [
            {"LOWER": {"IN": ["dolor"]}},
            GAP,
            {"LOWER": {"IN": ["el"]}},
            {"LOWER": {"IN": ["torax"]}},
        ],
    ]
    assert patterns_of("ahog.") == [[{"LOWER": {"REGEX": r"^(?:ahog\w*)$"}}]]


def test_vocmine_stores_them_and_later_runs_have_a_view(tmp_path: Path) -> None:
    export, store = tmp_path / "quejas.csv", tmp_path / "quejas.db"
    export.write_text(
        "id,texto\n1,Mi mamá no puede respirar y no le entregan el oxígeno\n2,Gracias\n", "utf-8"
    )
    arguments = ["--db", str(store), "--analyzer", "health-risk", "--model", "voc-fast"]
    for _ in range(2):
        done = CliRunner().invoke(cli, ["analyze", str(export), *arguments])
        assert done.exit_code == 0, done.output
    connection = sqlite3.connect(store)
    rows = connection.execute("SELECT external_id, kinds, quotes FROM health_alerts").fetchall()
    connection.close()
    assert [row[0] for row in rows] == ["1"]
    assert set(rows[0][1].split(",")) == {"urgent_symptom", "medicine"}
    assert "no puede respirar" in rows[0][2]
