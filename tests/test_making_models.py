"""`python -m models.training`: which steps are run, and in what order."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
TRAINING = ROOT / "models" / "training"


@pytest.fixture
def making() -> ModuleType:
    spec = importlib.util.spec_from_file_location("making", TRAINING / "__main__.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scripts(steps: list[list[str]]) -> list[str]:
    return [Path(step[0]).name for step in steps]


def test_from_nothing_everything_is_made_in_order(making: ModuleType, tmp_path: Path) -> None:
    steps = making.steps(Path("data"), tmp_path)
    assert scripts(steps) == [
        "tune_encoder.py",
        "build_encoder.py",
        "tune_meaning.py",
        "learn_meaning.py",
        "train_heads.py",
        "tune_distil.py",  # taught by the model that was just built
        "build_encoder.py",
        "learn_meaning.py",
        "train_heads.py",
    ]
    assert all(Path(step[0]).is_file() for step in steps)
    assert all(step[1:3] == ["--data", "data"] for step in steps)


def test_a_finished_run_is_not_made_again(making: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "voc").mkdir()
    (tmp_path / "voc" / "tuned.safetensors").touch()
    assert scripts(making.steps(Path("data"), tmp_path))[0] == "build_encoder.py"
    (tmp_path / "voc-fast").mkdir()
    (tmp_path / "voc-fast" / "tuned.safetensors").touch()
    assert "tune_distil.py" not in scripts(making.steps(Path("data"), tmp_path))
    assert "tune_meaning.py" in scripts(making.steps(Path("data"), tmp_path))
    (tmp_path / "voc-meaning").mkdir()
    (tmp_path / "voc-meaning" / "tuned.safetensors").touch()
    assert "tune_meaning.py" not in scripts(making.steps(Path("data"), tmp_path))


def test_both_models_are_built_from_their_own_run(making: ModuleType, tmp_path: Path) -> None:
    built = [step for step in making.steps(Path("data"), tmp_path) if "--model" in step]
    assert len(built) == 6
    for step in built:
        model = step[step.index("--model") + 1]
        if "--tuned" in step:
            assert step[step.index("--tuned") + 1] == str(tmp_path / model)
    # What segments mean is learnt from the encoder that was built, for voc with its branch.
    without = [(Path(step[0]).name, step[3:]) for step in built if "--tuned" not in step]
    branch = ["--branch", str(tmp_path / "voc-meaning")]
    assert without == [
        ("learn_meaning.py", ["--model", "voc", *branch]),
        ("learn_meaning.py", ["--model", "voc-fast"]),
    ]


def test_it_tells_what_it_needs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "models.training", "--runs", str(tmp_path)],
        cwd=ROOT,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "VOCMINE_DATA" in done.stderr


def test_a_step_that_fails_stops_the_rest(
    making: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good, bad, never = tmp_path / "good.py", tmp_path / "bad.py", tmp_path / "never.py"
    good.write_text("")
    bad.write_text("raise SystemExit(3)")
    never.write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()")
    monkeypatch.setattr(making, "steps", lambda data, runs: [[str(good)], [str(bad)], [str(never)]])
    assert making.main(["--data", str(tmp_path), "--runs", str(tmp_path)]) == 3
    assert not (tmp_path / "ran").exists()
