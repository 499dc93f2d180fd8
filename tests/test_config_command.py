"""`vocmine config`: what is set and where, what is wrong, and what there is to set."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_settings import SHOUT, say

from vocmine.cli import COMMANDS
from vocmine.cli.config_faults import OTHER_VARIABLES
from vocmine.cli.configured import ASKED_EACH_TIME, OWN_FILE_ONLY

ROOT = Path(__file__).parent.parent


class TestConfigShow:
    def test_has_value_place_and_what_it_stands_instead_of(
        self,
        project: Path,
        own: Path,
        vocmine: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        path = say(project, '[defaults]\nlang = "pt"\n[analyze]\nlang = "en"\njobs = 2\n')
        own.write_text('[defaults]\nlang = "es"\n[plugins]\ndisable = ["email"]\n')
        monkeypatch.setenv("VOCMINE_LANG", "en")
        done = vocmine("config", "show", "--format", "json")
        rows = {row.pop("key"): row for row in json.loads(done.out)}
        assert rows == {
            "defaults.lang": {
                "value": "en",
                "layer": "environment",
                "origin": "VOCMINE_LANG",
                "instead_of": [f"'{own}', line 2", f"'{path}', line 2"],
                "overridden_by": "",
            },
            "plugins.disable": {
                "value": ["email"],
                "layer": "user",
                "origin": f"'{own}', line 4",
                "instead_of": [],
                "overridden_by": "",
            },
            "analyze.jobs": {
                "value": 2,
                "layer": "project",
                "origin": f"'{path}', line 5",
                "instead_of": [],
                "overridden_by": "",
            },
            "analyze.lang": {
                "value": "en",
                "layer": "project",
                "origin": f"'{path}', line 4",
                "instead_of": [],
                "overridden_by": "VOCMINE_LANG",
            },
        }
        assert f"Project's file: {path}" in done.err
        assert f"Your own file: {own}" in done.err

    def test_says_where_files_would_be(
        self, project: Path, vocmine: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("VOCMINE_CONFIG")
        monkeypatch.setattr("vocmine.config.config_folder", lambda: project / "nada")
        done = vocmine("config", "show")
        assert "Project's file: none (vocmine.toml in this folder or above it)" in done.err
        assert f"Your own file: {project / 'nada' / 'config.toml'} (not there)" in done.err
        assert "Nothing is set" in done.err

    def test_all_has_every_key_once_with_its_default(
        self, project: Path, vocmine: Callable[..., Any]
    ) -> None:
        rows = vocmine("config", "show", "--all", "--format", "jsonl").objects
        keys = [row["key"] for row in rows]
        assert len(keys) == len(set(keys)) > 150
        defaults = {row["key"]: row["value"] for row in rows}
        assert {
            "defaults.db": "vocmine.db",
            "defaults.lang": "es",
            "defaults.country": None,
            "analyze.jobs": 1,
            "analyze.quiet": False,
            "analyze.analyzer": [],
            "topics.quotes": 3,
            "report.why": True,
            "plugins.allow": [],
            "fetch.tls": "implicit",
        }.items() <= defaults.items()


class TestConfigValidate:
    def test_finds_everything_that_is_wrong_with_its_line(
        self, project: Path, vocmine: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOCMINE_TOPICS_QUOTES", "muchas")
        say(
            project,
            "[defualts]\n[defaults]\nlnag = 1\nlang = 3\n[analyze]\njobs = -1\n[pqrs]\nregmie = 1\n"
            "[fetch]\ntls = 1\n[plugins.tpoic]\n[plugins.topic]\ntopcis = 2\n",
        )
        done = vocmine("config", "validate")
        assert done.code == 1
        lines = re.findall(r"^Error: .*?(?:line (\d+)|(VOCMINE_\w+))", done.out, re.M)
        assert [a or b for a, b in lines] == "1 3 4 6 8 10 11 13 VOCMINE_TOPICS_QUOTES".split()

    def test_checks_one_file_alone(self, project: Path, vocmine: Callable[..., Any]) -> None:
        say(project, "[nada]\n")
        good = project / "otra.toml"
        good.write_text('[defaults]\nlang = "pt"\n')
        done = vocmine("config", "validate", good)
        assert (done.code, done.out) == (0, f"Nothing is wrong in '{good}'.\n")
        missing = vocmine("config", "validate", project / "nada.toml")
        assert missing.code == 1
        assert "nada.toml' cannot be read" in missing.out

    def test_no_file_is_nothing_wrong(self, project: Path, vocmine: Callable[..., Any]) -> None:
        assert vocmine("config", "validate").code == 0

    def test_names_that_nothing_has_are_told_and_no_fault(
        self, project: Path, vocmine: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOCMINE_CONTRY", "CO")
        path = say(project, '[plugins]\ndisable = ["emial"]\nallow = ["Vocmine"]\n')
        done = vocmine("config", "validate")
        assert done.code == 0
        assert f"Note: '{path}', line 2: plugins.disable names 'emial'" in done.err
        assert "Did you mean 'email'?" in done.err
        assert (
            "The variable VOCMINE_CONTRY sets nothing. Did you mean 'VOCMINE_COUNTRY'" in done.err
        )
        assert "Vocmine" not in done.err


class TestConfigSchema:
    def schema(self, vocmine: Callable[..., Any]) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(vocmine("config", "schema").out)
        return found

    def test_has_every_command_and_the_options_of_installed_analyzers(
        self, install: Callable[..., None], vocmine: Callable[..., Any]
    ) -> None:
        install("vocmine-loud", "vm_loud", SHOUT)
        schema = self.schema(vocmine)
        tables = schema["properties"]
        assert {"defaults", "plugins", "fetch"} | set(COMMANDS) - {"config"} == set(tables)
        assert tables["plugins"]["properties"]["shout"]["properties"] == {
            "marks": {
                "type": "integer",
                "minimum": 0,
                "maximum": 9,
                "description": "how many marks to add",
                "default": 1,
            },
            "words": {
                "type": "array",
                "items": {"type": "string"},
                "description": "words to shout",
            },
        }

    def test_takes_and_refuses_what_validate_does(
        self, project: Path, install: Callable[..., None], vocmine: Callable[..., Any]
    ) -> None:
        import tomllib

        jsonschema = pytest.importorskip("jsonschema")
        install("vocmine-loud", "vm_loud", SHOUT)
        schema = self.schema(vocmine)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(schema)
        judge = jsonschema.Draft202012Validator(schema)
        for text in (
            '[defaults]\nlang = "pt"\ncountry = "CO"\n[analyze]\njobs = 2\nmap = ["text=Hechos"]',
            '[plugins]\nallow = ["acme"]\n[plugins.shout]\nmarks = 9\nwords = ["a"]',
            "[plugins.shout]\nmarks = 10",
            "[plugins.shuot]\nmarks = 1",
            '[plugins]\nallow = "acme"',
            "[defaults]\nlang = 3",
            "[analyze]\njobs = -1",
            '[analyze]\nmap = "text=Hechos"',
            "[analyze]\nquiet = 1",
            "[analyze]\nforce = true",
            'lang = "es"',
            "[nada]",
        ):
            say(project, text + "\n")
            agreed = vocmine("config", "validate").code == 0
            assert judge.is_valid(tomllib.loads(text)) is agreed, text


class TestThePageAboutSettings:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    def test_begins_with_a_file_in_which_nothing_is_wrong(
        self, project: Path, install: Callable[..., None], vocmine: Callable[..., Any]
    ) -> None:
        code = SHOUT.replace("shout", "amounts").replace('"marks"', '"sign"')
        install(
            "vocmine-chats",
            "vm_loud",
            code.replace('"integer", "how', '"text", "how').replace(
                ", default=1, minimum=0, maximum=9", ""
            ),
        )
        say(project, re.findall(r"```toml\n(.*?)```", self.page, re.DOTALL)[0])
        done = vocmine("config", "validate")
        assert (done.code, done.err) == (0, ""), done.out

    def test_explains_every_variable_that_is_no_key(self) -> None:
        assert [name for name in OTHER_VARIABLES if f"`{name}`" not in self.page] == []

    def test_explains_every_key_that_is_in_no_file(self) -> None:
        for name in (*ASKED_EACH_TIME, *(key for _, key in OWN_FILE_ONLY)):
            assert f"- `{name}`" in self.page, name
