"""Files of settings: where they are looked for, which holds, and where a value is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from vocmine import folders
from vocmine.config import Config, Given, find_project_file, load_config, variable
from vocmine.errors import UsageError
from vocmine.options import Option

LANG = [("analyze", "lang"), ("defaults", "lang")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a project with a folder of exports in it; nobody's home."""
    folder = tmp_path / "banco"
    (folder / "exports" / "2026").mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    return folder


def settings(
    project: Path, *, project_says: str = "", user_says: str | None = None, **environ: str
) -> Config:
    """What is loaded in the project's folder of exports."""
    (project / "vocmine.toml").write_text(project_says, "utf-8")
    own = project.parent / "own.toml"
    own.write_text(user_says or "", "utf-8")
    variables = {"VOCMINE_CONFIG": str(own), **environ}
    return load_config(project / "exports", variables)


def values(found: list[Given]) -> list[Any]:
    return [given.value for given in found]


class TestTheProjectsFile:
    def test_is_the_nearest_in_the_folder_or_above_it(self, project: Path) -> None:
        near, far = project / "exports" / "vocmine.toml", project / "vocmine.toml"
        far.touch()
        assert find_project_file(project) == far
        assert find_project_file(project / "exports" / "2026") == far
        near.touch()
        assert find_project_file(project / "exports" / "2026") == near

    @pytest.mark.parametrize("git", ["folder", "file"])  # a file, in a worktree
    def test_above_a_git_checkout_is_not_looked_at(self, project: Path, git: str) -> None:
        (project / "vocmine.toml").touch()
        marker = project / "exports" / ".git"
        marker.mkdir() if git == "folder" else marker.touch()
        assert find_project_file(project / "exports" / "2026") is None
        (project / "exports" / "vocmine.toml").touch()
        found = find_project_file(project / "exports" / "2026")
        assert found == project / "exports" / "vocmine.toml"

    def test_above_the_home_is_not_looked_at(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / "vocmine.toml").touch()
        monkeypatch.setattr(Path, "home", lambda: project / "exports")
        assert find_project_file(project / "exports" / "2026") is None

    def test_may_be_missing(self, project: Path) -> None:
        assert load_config(project, {}).layers == ()


class TestTheUsersFile:
    def test_is_in_the_systems_folder_for_settings(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("vocmine.config.config_folder", lambda: project / "own")
        assert load_config(project, {}).layers == ()
        (project / "own").mkdir()
        (project / "own" / "config.toml").write_text('[defaults]\nlang = "en"\n')
        found = load_config(project, {})
        assert [layer.name for layer in found.layers] == ["user"]
        assert values(found.given(LANG)) == ["en"]

    def test_that_a_variable_names_must_be_there(self, project: Path) -> None:
        with pytest.raises(UsageError, match=r"nada\.toml' cannot be read.*VOCMINE_CONFIG"):
            load_config(project, {"VOCMINE_CONFIG": str(project / "nada.toml")})

    def test_that_is_the_projects_too_counts_once(self, project: Path) -> None:
        path = project / "vocmine.toml"
        path.touch()
        found = load_config(project, {"VOCMINE_CONFIG": str(path)})
        assert [layer.name for layer in found.layers] == ["user"]


class TestWhichHolds:
    def test_a_variable_before_the_users_file_before_the_projects(self, project: Path) -> None:
        found = settings(
            project,
            project_says='[defaults]\nlang = "pt"',
            user_says='[defaults]\nlang = "es"',
            VOCMINE_LANG="en",
        ).given(LANG)
        assert values(found) == ["en", "es", "pt"]
        assert [given.layer for given in found] == ["environment", "user", "project"]

    def test_the_commands_table_before_defaults_of_the_same_file_only(self, project: Path) -> None:
        both = '[defaults]\nlang = "pt"\n[analyze]\nlang = "en"'
        assert values(settings(project, project_says=both).given(LANG)) == ["en", "pt"]
        found = settings(project, project_says=both, user_says='[defaults]\nlang = "es"')
        assert values(found.given(LANG)) == ["es", "en", "pt"]

    def test_an_empty_variable_says_nothing(self, project: Path) -> None:
        assert settings(project, VOCMINE_LANG="").given(LANG) == []

    @pytest.mark.parametrize(
        ("keys", "name"),
        [
            (("defaults", "lang"), "VOCMINE_LANG"),
            (("analyze", "fail-fast"), "VOCMINE_ANALYZE_FAIL_FAST"),
            (("plugins", "allow"), "VOCMINE_PLUGINS_ALLOW"),
            (("plugins", "topic", "topics"), "VOCMINE_PLUGINS_TOPIC_TOPICS"),
        ],
    )
    def test_variables_are_named_after_keys(self, keys: tuple[str, ...], name: str) -> None:
        assert variable(keys) == name


class TestWhereAValueIs:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("[plugins.topic]\ntopics = 20", 2),
            ('\n# topics = 3\n["plugins"."topic"]\n  "topics"=20 # veinte', 4),
            ("[plugins]\nallow = []\ntopic.topics = 20", 3),
            ("[plugins]\n\ntopic = { topics = 20 }", 3),
            ("plugins.topic.topics = 20", 1),
            ("[analyze]\ntopics = 1\n[plugins.topic]\ntopics = 20", 4),
        ],
    )
    def test_is_told_by_its_line(self, project: Path, text: str, line: int) -> None:
        text = text.replace("[analyze]\ntopics = 1", "[analyze]\nlimit = 1")
        (given,) = settings(project, project_says=text).given([("plugins", "topic", "topics")])
        assert given.value == 20
        assert given.origin == f"'{project / 'vocmine.toml'}', line {line}"
        assert given.folder == project

    def test_a_wrong_one_names_file_line_and_key(self, project: Path) -> None:
        found = settings(project, project_says='[analyze]\n\njobs = "dos"')
        (given,) = found.given([("analyze", "jobs")])
        with pytest.raises(UsageError) as caught:
            given.typed(Option("jobs", "integer", minimum=0))
        assert str(caught.value) == (
            f"'{project / 'vocmine.toml'}', line 3: analyze.jobs is 'dos', and must be a whole "
            "number of at least 0."
        )

    def test_a_wrong_variable_is_named(self, project: Path) -> None:
        (given,) = settings(project, VOCMINE_ANALYZE_JOBS="dos").given([("analyze", "jobs")])
        with pytest.raises(UsageError, match=r"VOCMINE_ANALYZE_JOBS: analyze\.jobs is 'dos', and"):
            given.typed(Option("jobs", "integer"))

    def test_a_number_where_a_text_belongs_says_how_to_write_it(self, project: Path) -> None:
        (given,) = settings(project, project_says="[analyze]\nsheet = 2").given(
            [("analyze", "sheet")]
        )
        with pytest.raises(UsageError) as caught:
            given.typed(Option("sheet"))
        assert caught.value.hint == 'Write it in quotes: "2".'

    def test_a_day_may_be_written_as_toml_has_it(self, project: Path) -> None:
        (given,) = settings(project, project_says="[analyze]\nsince = 2026-01-31").given(
            [("analyze", "since")]
        )
        assert given.typed(Option("since")) == "2026-01-31"

    def test_what_is_no_toml_is_told_with_its_line(self, project: Path) -> None:
        with pytest.raises(UsageError, match=r"vocmine.toml' is not valid TOML: .*line 2") as found:
            settings(project, project_says="[defaults]\nlang = es\n")
        assert 'lang = "es"' in found.value.hint

    def test_a_byte_order_mark_of_the_notepad_does_no_harm(self, project: Path) -> None:
        found = settings(project, project_says='\ufeff[defaults]\nlang = "pt"')
        (given,) = found.given(LANG)
        assert (given.value, given.origin[-6:]) == ("pt", "line 2")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other places")
def test_what_is_the_users_own_is_where_the_system_keeps_such_things(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert folders.data_folder() == Path.home() / ".local/share/vocmine"
    assert folders.config_folder() == Path.home() / ".config/vocmine"
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/settings")
    assert folders.data_folder() == Path("/data/vocmine")
    assert folders.config_folder() == Path("/settings/vocmine")
