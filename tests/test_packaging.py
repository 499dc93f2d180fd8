"""One wheel holds everything it should and nothing else, and the repository keeps its own rules."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/vocmine-*/pyproject.toml"))
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
# Written in halves: this file is searched too.
WORKPLACE = ["/wo" + "rk/", "sha" + "red/", ".lib" + "rary"]
FORBIDDEN_MODULES = {"pickle", "cPickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}

by_plugin = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)


@cache
def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))


INFO = f"vocmine-{project(ROOT)['project']['version']}.dist-info"


def packages(folder: Path) -> list[str]:
    found: list[str] = project(folder)["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return found


def requirements(folder: Path) -> dict[str, Requirement]:
    parsed = map(Requirement, project(folder)["project"]["dependencies"])
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


@cache
def tracked(pattern: str = "") -> tuple[Path, ...]:
    """Files of the repository, as git knows them."""
    command = ["git", "ls-files", "-z"]
    try:
        done = subprocess.run(
            [*command, *([pattern] if pattern else [])],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return tuple(
        ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()
    )


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


class TestDeclarations:
    @pytest.mark.parametrize("path", packages(ROOT))
    def test_every_package_of_the_wheel_exists(self, path: str) -> None:
        # hatchling ships a wheel without a misspelt package and says nothing.
        assert (ROOT / path / "__init__.py").is_file()

    def test_no_package_is_listed_twice(self) -> None:
        assert len(set(packages(ROOT))) == len(packages(ROOT))

    def test_every_plugin_folder_has_a_project_and_is_in_the_wheel(self) -> None:
        folders = sorted(path for path in ROOT.glob("plugins/vocmine-*") if path.is_dir())
        assert folders == PLUGINS
        listed = {path for path in packages(ROOT) if path.startswith("plugins/")}
        own = {f"{relative(plugin)}/{path}" for plugin in PLUGINS for path in packages(plugin)}
        assert own == listed

    @by_plugin
    def test_a_plugin_is_laid_out_as_the_others(self, plugin: Path) -> None:
        package = plugin.name.replace("-", "_")
        assert packages(plugin) == [f"src/{package}"]
        assert (plugin / "src" / package / "__init__.py").is_file()
        assert (plugin / "README.md").read_text("utf-8").startswith("# ")
        assert any((plugin / "tests").glob("test_*.py"))

    @by_plugin
    def test_a_plugin_is_named_as_its_folder_and_versioned_as_the_whole(self, plugin: Path) -> None:
        own, root = project(plugin)["project"], project(ROOT)["project"]
        assert own["name"] == plugin.name
        assert own["version"] == root["version"]
        assert own["requires-python"] == root["requires-python"]
        assert own["license"] == root["license"]

    def test_entry_points_of_the_plugins_are_those_of_the_wheel(self) -> None:
        together: dict[str, str] = {}
        for plugin in PLUGINS:
            own = project(plugin)["project"]["entry-points"]["vocmine"]
            assert set(own).isdisjoint(together), plugin.name
            together |= own
        assert together == project(ROOT)["project"]["entry-points"]["vocmine"]

    @by_plugin
    def test_a_plugin_depends_on_nothing_that_the_wheel_does_not(self, plugin: Path) -> None:
        root = requirements(ROOT)
        for name, requirement in requirements(plugin).items():
            if name != "vocmine":
                assert name in root, f"{plugin.name} needs {name}"
                assert requirement.specifier == root[name].specifier, f"{plugin.name}: {name}"

    @by_plugin
    def test_a_plugin_declares_what_it_imports(self, plugin: Path) -> None:
        # Import name to distribution, where they differ; only what the product depends on matters.
        names = {"sklearn": "scikit-learn", "python_calamine": "python-calamine"}
        known = {*requirements(ROOT), *names}
        imported = {
            names.get(module, canonicalize_name(module))
            for path in plugin.glob("src/**/*.py")
            for module in imported_modules(path)
            if module in known or canonicalize_name(module) in known
        }
        assert imported - set(requirements(plugin)) == set()

    @by_plugin
    def test_a_built_in_plugin_cannot_be_uploaded_by_accident(self, plugin: Path) -> None:
        assert "Private :: Do Not Upload" in project(plugin)["project"]["classifiers"]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Files of the wheel, built as pip would but without network or environment."""
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / done.stdout.split()[-1]) as wheel:
        return wheel.namelist()


class TestWheel:
    def test_every_module_of_every_package_is_in_it(self, names: list[str]) -> None:
        for package in packages(ROOT):
            base = (ROOT / package).parent
            expected = {
                path.relative_to(base).as_posix() for path in (ROOT / package).rglob("*.py")
            }
            assert expected - set(names) == set(), package

    def test_typing_catalogue_and_schema_are_in_it(self, names: list[str]) -> None:
        assert {"vocmine/py.typed", "vocmine/catalogue.json"} <= set(names)
        schema = {f"vocmine/store/{path.name}" for path in ROOT.glob("src/vocmine/store/*.sql")}
        assert schema
        assert schema <= set(names)

    def test_every_data_file_of_the_packages_is_in_it(self, names: list[str]) -> None:
        for package in packages(ROOT):
            base = (ROOT / package).parent
            for path in tracked(package):
                assert path.relative_to(base).as_posix() in names

    def test_every_file_of_every_model_is_in_it(self, names: list[str]) -> None:
        models = ROOT / "models"
        cards = list(models.glob("vocmine_models/*/*/meta.json"))
        if not cards:
            pytest.skip("no model has been built")
        for card in cards:
            for path in card.parent.iterdir():
                assert path.relative_to(models).as_posix() in names

    def test_nothing_but_the_packages_is_in_it(self, names: list[str]) -> None:
        tops = {Path(path).name for path in packages(ROOT)} | {INFO}
        assert {name.split("/")[0] for name in names} == tops
        for name in names:
            assert not {"tests", "__pycache__", "benchmarks"} & set(name.split("/")), name
            # The scripts that make the shipped models; `vocmine.training` adapts them.
            assert "training" not in name.removeprefix("vocmine/training/").split("/"), name

    def test_it_declares_the_command_and_the_licence(self, names: list[str]) -> None:
        assert f"{INFO}/entry_points.txt" in names
        assert any(name.endswith("/licenses/LICENSE") for name in names)


class TestRepository:
    def test_no_file_names_the_place_it_was_written_in(self) -> None:
        found = [
            f"{relative(path)}: {word}"
            for path in tracked()
            for word in WORKPLACE
            if _mentions(path, word)
        ]
        assert found == []

    def test_no_module_is_longer_than_its_budget(self) -> None:
        lengths = {
            relative(path): len(path.read_text("utf-8").splitlines()) for path in tracked("*.py")
        }
        assert {name: n for name, n in lengths.items() if n > MAX_MODULE_LINES} == {}

    def test_no_function_is_longer_than_its_budget(self) -> None:
        too_long = {
            f"{relative(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
            for path in product_modules()
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno is not None
            and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
        }
        assert too_long == {}

    def test_nothing_loads_code_from_data(self) -> None:
        found = [
            f"{relative(path)}: {module}"
            for path in tracked("*.py")
            for module in sorted(imported_modules(path) & FORBIDDEN_MODULES)
        ]
        assert found == []

    def test_nothing_evaluates_text(self) -> None:
        found = [
            f"{relative(path)}:{node.lineno}"
            for path in tracked("*.py")
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"eval", "exec"}
        ]
        assert found == []

    def test_the_library_prints_nothing(self) -> None:
        found = [
            f"{relative(path)}:{node.lineno}"
            for path in product_modules()
            if relative(path).startswith(("src/", "plugins/"))
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "print"
        ]
        assert found == []

    def test_the_core_never_imports_a_plugin(self) -> None:
        plugins = {plugin.name.replace("-", "_") for plugin in PLUGINS}
        for path in ROOT.glob("src/vocmine/**/*.py"):
            assert imported_modules(path) & plugins == set(), relative(path)

    def test_every_module_has_a_docstring(self) -> None:
        assert [
            relative(path) for path in product_modules() if not ast.get_docstring(parsed(path))
        ] == []


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def product_modules() -> list[Path]:
    return [path for path in tracked("*.py") if "tests" not in path.relative_to(ROOT).parts]


def imported_modules(path: Path) -> set[str]:
    """Top-level names of everything a module imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _mentions(path: Path, word: str) -> bool:
    data = path.read_bytes()
    if b"\0" in data[:8192]:  # weights, pictures, workbooks
        return False
    return re.search(rb"(?<![\w-])" + re.escape(word.encode()), data) is not None
