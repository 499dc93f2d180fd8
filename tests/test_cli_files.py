"""`report`, `models` and `demo`: the commands that write or check files."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vocmine.cli.demo import EXPORT, _packaged
from vocmine.models import ModelInfo, list_models
from vocmine.plugins import Registered, load_plugins
from vocmine.verdict import pyramid_verdict

Run = Callable[..., Any]


class Regions:
    """A report section of a third party."""

    title = "Regiones"

    def render(self, db: Any, lang: str) -> str:
        """What it shows."""
        return "Todo en Bogotá <b>sin etiquetas</b>"


class Broken:
    """A report section that fails as it is drawn."""

    title = "Rota"

    def render(self, db: Any, lang: str) -> str:
        """Raises."""
        raise RuntimeError("no map today")


def install_sections(monkeypatch: pytest.MonkeyPatch, **targets: type[Any] | str) -> None:
    plugins = load_plugins()
    for name, target in targets.items():
        plugins.registered["section"][name] = Registered(
            "section", name, target, "", name, f"vocmine-{name}", "1.0"
        )
    monkeypatch.setattr("vocmine.plugins.load_plugins", lambda modules=(): plugins)


class TestReport:
    def test_writes_one_page_and_prints_its_path(
        self, vocmine: Run, filled_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ran = vocmine("report", "--db", filled_store)
        assert (ran.code, ran.out, ran.err) == (0, "vocmine-report.html\n", "")
        html = (tmp_path / "vocmine-report.html").read_text("utf-8")
        assert "<html" in html
        assert "cobraron dos veces la cuota de manejo" in html

    def test_takes_a_title_a_language_and_a_place(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "informe.html"
        asked = ("-o", out, "--title", "Primer <trimestre>", "--lang", "en", "--db", filled_store)
        assert vocmine("report", *asked).code == 0
        html = out.read_text("utf-8")
        assert "Primer &lt;trimestre&gt;" in html
        assert 'lang="en"' in html

    def test_can_be_about_a_period_whose_end_is_not_in_it(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "r.html"
        asked = ("--since", "2026-01-01", "--until", "2026-01-07", "--db", filled_store)
        assert vocmine("report", "-o", out, *asked).code == 0
        html = out.read_text("utf-8")
        assert "cobraron dos veces" in html
        assert "se cierra cuando pago" not in html

    def test_replaces_an_older_report_but_only_a_web_page(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        page, sheet = tmp_path / "r.html", tmp_path / "datos.xlsx"
        page.write_text("anterior")
        sheet.write_text("mis datos")
        assert vocmine("report", "-o", page, "--db", filled_store).code == 0
        assert "anterior" not in page.read_text("utf-8")
        ran = vocmine("report", "-o", sheet, "--db", filled_store)
        assert ran.code == 2
        assert "exists already" in ran.err
        assert sheet.read_text() == "mis datos"

    def test_names_a_folder_that_is_missing(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        ran = vocmine("report", "-o", tmp_path / "no" / "r.html", "--db", filled_store)
        assert ran.code == 2
        assert "does not exist" in ran.err

    def test_of_an_empty_store_says_what_to_do(
        self, vocmine: Run, empty_store: Path, tmp_path: Path
    ) -> None:
        ran = vocmine("report", "-o", tmp_path / "r.html", "--db", empty_store)
        assert ran.code == 0
        assert "vocmine analyze FILE" in ran.err

    def test_shows_the_sections_of_plugins(
        self,
        vocmine: Run,
        filled_store: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        install_sections(monkeypatch, regions=Regions)
        out = tmp_path / "r.html"
        assert vocmine("report", "-o", out, "--db", filled_store).code == 0
        html = out.read_text("utf-8")
        assert "Regiones" in html
        assert "Todo en Bogotá &lt;b&gt;" in html

    def test_a_section_that_cannot_be_loaded_is_reported_and_the_rest_is_written(
        self,
        vocmine: Run,
        filled_store: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        install_sections(monkeypatch, lost="no_such_module:Section", regions=Regions)
        out = tmp_path / "r.html"
        ran = vocmine("report", "-o", out, "--db", filled_store)
        assert ran.code == 1
        assert "Section 'lost'" in ran.err
        assert "vocmine-lost 1.0" in ran.err
        assert "Regiones" in out.read_text("utf-8")

    def test_a_section_that_fails_as_it_is_drawn_does_not_cost_the_report(
        self,
        vocmine: Run,
        filled_store: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        install_sections(monkeypatch, broken=Broken, regions=Regions)
        out = tmp_path / "r.html"
        vocmine("report", "-o", out, "--db", filled_store)
        html = out.read_text("utf-8")
        assert "Regiones" in html
        assert "cobraron dos veces la cuota de manejo" in html


class TestModels:
    def test_lists_every_model_with_its_size_and_licence(self, vocmine: Run) -> None:
        rows = json.loads(vocmine("models", "--json").out)
        assert {row["name"] for row in rows} >= {"voc-encoder"}
        for row in rows:
            assert row["licence"]
            assert re.fullmatch(r"\d+\.\d+\.\d+", row["version"])
            assert 0 < row["size_mb"] < 60
            assert row["metrics"]

    def test_check_compares_every_file(self, vocmine: Run) -> None:
        ran = vocmine("models", "--check", "--format", "jsonl")
        assert ran.code == 0
        assert all(row["files"] == "ok" for row in ran.objects)

    def test_check_finds_an_altered_file(
        self, vocmine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        info = list_models()[0]
        copy = tmp_path / "copy"
        shutil.copytree(info.folder, copy)
        victim = next(name for name in json.loads((copy / "meta.json").read_text())["files"])
        with (copy / victim).open("ab") as file:
            file.write(b"x")
        altered = ModelInfo("copy", "1.0.0", "encoder", 1, "MIT", copy)
        monkeypatch.setattr("vocmine.models.list_models", lambda: [altered])
        ran = vocmine("models", "--check")
        assert ran.code == 1
        assert "altered" in ran.out
        assert victim in ran.err

    def test_tells_figures_whatever_their_shape(
        self, vocmine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        metrics = {
            "heads": [{"task": "pqrs", "data": "gold", "score": {"f1": 0.61, "n": 300}}],
            "speed": {"messages_per_second": 240.0},
            "note": "words are no figures",
        }
        info = ModelInfo("m", "1.0.0", "heads", 2_000_000, "MIT", tmp_path, metrics)
        monkeypatch.setattr("vocmine.models.list_models", lambda: [info])
        out = vocmine("models").out
        assert "pqrs F1 (gold) 0.61" in out
        assert "messages_per_second 240" in out

    def test_none_is_a_failure(self, vocmine: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("vocmine.models.list_models", list)
        ran = vocmine("models")
        assert ran.code == 1
        assert "Reinstall vocmine" in ran.err


class TestDemo:
    def test_its_export_is_120_dated_messages_of_several_months(self) -> None:
        rows = list(csv.DictReader(_packaged().decode().splitlines(True), delimiter=";"))
        assert len(rows) == 120
        assert len({row["Radicado"] for row in rows}) == 120
        assert all(row["Comentario"].strip() for row in rows)
        assert len({row["Fecha de radicación"][3:] for row in rows}) >= 5

    def asked(self, vocmine: Run, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> Any:
        seen = SimpleNamespace(paths=[], request=None)

        def record(paths: Any, settings: Any, request: Any, *, reading: Any) -> bool:
            seen.paths, seen.request = paths, request
            return True

        monkeypatch.setattr("vocmine.cli.analyze.run_analysis", record)
        seen.ran = vocmine("demo", *arguments)
        return seen

    def test_copies_the_export_and_says_what_to_type_next(
        self, vocmine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "mi prueba"
        seen = self.asked(vocmine, monkeypatch, folder, "--lang", "pt")
        assert seen.ran.code == 0
        assert (folder / EXPORT).read_bytes() == _packaged()
        assert seen.paths == [str(folder / EXPORT)]
        assert seen.request.lang == "pt"
        assert f"vocmine pyramid --db '{folder / 'demo.db'}'" in seen.ran.out

    def test_makes_a_temporary_folder_when_none_is_named(
        self, vocmine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        seen = self.asked(vocmine, monkeypatch)
        (folder,) = tmp_path.glob("vocmine-demo-*")
        assert seen.request.db == str(folder / "demo.db")

    def test_may_run_twice_in_the_same_folder(
        self, vocmine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(2):
            assert self.asked(vocmine, monkeypatch, tmp_path / "d").ran.code == 0

    def test_never_replaces_a_file_of_yours(
        self, vocmine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mine = tmp_path / EXPORT
        mine.write_text("mis datos")
        seen = self.asked(vocmine, monkeypatch, tmp_path)
        assert seen.ran.code == 2
        assert "not the demo's" in seen.ran.err
        assert mine.read_text() == "mis datos"
        seen = self.asked(vocmine, monkeypatch, mine)
        assert seen.ran.code == 2
        assert "is a file" in seen.ran.err

    def test_runs_whole(self, vocmine: Run, tmp_path: Path) -> None:
        ran = vocmine("demo", tmp_path)
        assert ran.code == 0, ran.err
        assert "120" in ran.out
        assert (tmp_path / "demo.html").stat().st_size > 100_000
        rows = vocmine("insights", "--db", tmp_path / "demo.db", "--format", "jsonl").objects
        assert len(rows) > 100


class TestVerdict:
    """The pyramid is built from the bottom: the lowest level that is missed comes first."""

    def rows(self, *counts: tuple[int, int]) -> list[dict[str, Any]]:
        levels = ("utility", "usability", "enjoyable")
        return [
            {"level": level, "met": met, "missed": missed}
            for level, (met, missed) in zip(levels, counts, strict=True)
        ]

    def test_the_base_comes_first_however_bad_the_rest(self) -> None:
        verdict = pyramid_verdict(self.rows((40, 60), (1, 99), (0, 50)))
        assert verdict.startswith("Lo primero, utilidad: 60 de 100 opiniones (60 %)")
        assert "es la base" in verdict

    def test_counts_have_their_thousands_apart(self) -> None:
        rows = self.rows((1200, 3400), (0, 0), (0, 0))
        assert "3.400 de 4.600 opiniones" in pyramid_verdict(rows)
        assert "3,400 of 4,600 opinions" in pyramid_verdict(rows, "en")

    def test_a_gap_above_a_sound_base_says_that_the_base_is_sound(self) -> None:
        verdict = pyramid_verdict(self.rows((75, 25), (10, 30), (9, 1)))
        assert verdict.startswith("Lo primero, facilidad: 30 de 40 opiniones (75 %)")
        assert "(utilidad 75 %)." in verdict

    def test_a_pyramid_that_stands_says_so_with_its_figures(self) -> None:
        verdict = pyramid_verdict(self.rows((75, 25), (30, 10), (9, 1)))
        assert "se sostiene" in verdict
        assert "utilidad 75 %, facilidad 75 %, disfrute 90 %" in verdict

    def test_as_many_for_as_against_is_not_met(self) -> None:
        assert "Lo primero, utilidad" in pyramid_verdict(self.rows((5, 5), (9, 0), (9, 0)))

    def test_few_opinions_give_no_verdict(self) -> None:
        assert "muy pocas opiniones" in pyramid_verdict(self.rows((0, 4), (1, 1), (0, 0)))

    def test_a_level_above_does_not_hide_that_little_is_known_below(self) -> None:
        verdict = pyramid_verdict(self.rows((1, 1), (2, 8), (0, 0)))
        assert verdict.startswith("Lo primero, facilidad")
        assert "pocas opiniones" in verdict

    @pytest.mark.parametrize("lang", ["es", "pt", "en"])
    def test_speaks_every_language_of_the_interface(self, lang: str) -> None:
        for counts in (
            ((40, 60), (1, 9), (0, 9)),
            ((60, 40), (1, 9), (0, 9)),
            ((0, 0), (1, 9), (0, 9)),
            ((60, 40), (9, 1), (9, 0)),
            ((0, 0), (0, 0), (0, 0)),
        ):
            verdict = pyramid_verdict(self.rows(*counts), lang)
            assert verdict.endswith(".")
            assert "{" not in verdict


def test_help_of_every_command_is_quick_to_import() -> None:
    source = Path(__file__).parent.parent / "src" / "vocmine" / "cli"
    heavy = re.compile(r"^(?:from|import) (?:numpy|pandas|spacy|sklearn|onnxruntime|xlsxwriter)")
    for module in source.glob("*.py"):
        for line in module.read_text("utf-8").splitlines():
            assert not heavy.match(line), f"{module.name}: {line}"
