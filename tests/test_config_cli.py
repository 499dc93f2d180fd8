"""Settings on the command line, from end to end: what holds, what is refused, what is shown."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_settings import SHOUT, say


def headings(vocmine: Callable[..., Any], store: Path, *more: str) -> str:
    """The headings of the list of topics, which tell the language."""
    return vocmine("topics", "--db", store, *more).out.split("─")[0]


class TestWhichHolds:
    def test_project_user_environment_command_line_each_before_the_last(
        self,
        project: Path,
        own: Path,
        filled_store: Path,
        vocmine: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert "Tema" in headings(vocmine, filled_store)
        say(project, '[defaults]\nlang = "en"\n')
        assert "Topic" in headings(vocmine, filled_store)
        own.write_text('[defaults]\nlang = "es"\n')
        assert "Tema" in headings(vocmine, filled_store)
        monkeypatch.setenv("VOCMINE_LANG", "en")
        assert "Topic" in headings(vocmine, filled_store)
        assert "Tema" in headings(vocmine, filled_store, "--lang", "es")

    def test_help_shows_what_holds(self, project: Path, vocmine: Callable[..., Any]) -> None:
        say(project, "[topics]\nquotes = 7\n")
        assert "[default: 7;" in vocmine("topics", "--help").out

    def test_a_table_is_for_its_command_alone(
        self, project: Path, filled_store: Path, vocmine: Callable[..., Any]
    ) -> None:
        say(project, '[insights]\nformat = "jsonl"\n')
        assert vocmine("insights", "--db", filled_store).objects
        assert "Tema" in headings(vocmine, filled_store)

    def test_a_path_starts_at_the_file_that_says_it(
        self, project: Path, filled_store: Path, vocmine: Callable[..., Any]
    ) -> None:
        say(project, '[defaults]\ndb = "voz.db"\n')
        filled_store.rename(project / "voz.db")
        assert vocmine("topics").code == 0
        missing = vocmine("topics", "--db", "voz.db")  # where the command is run
        assert "There is no store at 'voz.db'" in missing.err

    def test_a_shared_key_reaches_no_option_of_another_meaning(
        self, project: Path, filled_store: Path, vocmine: Callable[..., Any]
    ) -> None:
        # `report --country` is a filter: it would leave out, or find nothing.
        say(project, '[defaults]\ncountry = "MX"\n')
        page = project / "informe.html"
        done = vocmine("report", "--db", filled_store, "-o", page, "--no-why")
        assert (done.code, page.exists()) == (0, True), done.err

    def test_preview_reads_as_analyze_would(
        self, project: Path, vocmine: Callable[..., Any]
    ) -> None:
        say(project, '[defaults]\nmap = ["text=Fecha"]\n')
        shown = json.loads(vocmine("preview", "q.csv", "--format", "json").out)
        assert shown[0]["mapping"]["text"] == "Fecha"

    def test_a_command_of_a_plugin_has_a_table_too(
        self, project: Path, own: Path, vocmine: Callable[..., Any]
    ) -> None:
        own.write_text('[fetch]\ntls = "starttls"\n')
        assert "[default: starttls]" in " ".join(vocmine("fetch", "--help").out.split())

    def test_a_path_may_start_at_home(
        self,
        project: Path,
        filled_store: Path,
        vocmine: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("HOME", str(filled_store.parent))
        say(project, f'[defaults]\ndb = "~/{filled_store.name}"\n')
        assert vocmine("topics").code == 0


class TestOptionsOfAnalyzers:
    def run(self, vocmine: Callable[..., Any], *more: str) -> Any:
        return vocmine("analyze", "q.csv", "--db", "q.db", "--analyzer", "shout", "--quiet", *more)

    def shouted(self) -> str:
        connection = sqlite3.connect("q.db")
        try:
            return str(connection.execute("SELECT text FROM shout").fetchone()[0])
        finally:
            connection.close()

    def test_come_typed_from_files_variables_and_the_command_line(
        self,
        project: Path,
        install: Callable[..., None],
        vocmine: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        install("vocmine-loud", "vm_loud", SHOUT)
        assert self.run(vocmine).code == 0
        assert self.shouted() == "!"
        say(project, '[plugins.shout]\nmarks = 2\nwords = ["ay", "no, no"]\n')
        assert self.run(vocmine).code == 0
        assert self.shouted() == "ay no, no!!"
        monkeypatch.setenv("VOCMINE_PLUGINS_SHOUT_MARKS", "3")
        self.run(vocmine)
        assert self.shouted() == "ay no, no!!!"
        self.run(vocmine, "--option", "shout.marks=4", "--option", "shout.words=ya,basta")
        assert self.shouted() == "ya basta!!!!"

    def test_given_in_a_file_and_on_the_command_line_are_the_same_analysis(
        self, project: Path, install: Callable[..., None], vocmine: Callable[..., Any]
    ) -> None:
        install("vocmine-loud", "vm_loud", SHOUT)
        self.run(vocmine, "--option", "shout.marks=2")
        say(project, "[plugins.shout]\nmarks = 2\n")
        self.run(vocmine)
        rows = vocmine("runs", "--db", "q.db", "--format", "jsonl").objects
        assert [row["analysed"] for row in rows] == [0, 1]  # the newest first: nothing to do

    def test_of_an_analyzer_that_does_not_run_do_no_harm(
        self, project: Path, install: Callable[..., None], vocmine: Callable[..., Any]
    ) -> None:
        install("vocmine-loud", "vm_loud", SHOUT)
        say(project, '[plugins]\ndisable = ["topic"]\n[plugins.topic]\ntopics = 20\n')
        assert self.run(vocmine).code == 0

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (
                "[plugins.shout]\nmarks = 10",
                "line 2: plugins.shout.marks is 10, and must be a whole",
            ),
            (
                "[plugins.shout]\nmarsk = 1",
                "[plugins.shout] has no key 'marsk'. Did you mean 'marks'",
            ),
            ("[plugins.shuot]\nmarks = 1", "there is no analyzer 'shuot'. Did you mean 'shout'?"),
            ("[plugins]\nshout = 1", "'plugins.shout' must be a table of options"),
        ],
    )
    def test_that_are_wrong_stop_the_run_before_a_store_is_made(
        self,
        project: Path,
        install: Callable[..., None],
        vocmine: Callable[..., Any],
        text: str,
        sentence: str,
    ) -> None:
        install("vocmine-loud", "vm_loud", SHOUT)
        path = say(project, text + "\n")
        done = self.run(vocmine)
        assert done.code == 2
        assert sentence in done.err
        assert str(path) in done.err
        assert not Path("q.db").exists()


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("[insigths]", "line 1: there is no table [insigths]. Did you mean 'insights'?"),
            ("limit = 2", "line 1: 'limit' must be a table, or a key of one."),
            ("[insights]\nlimti = 2", "[insights] has no key 'limti'. Did you mean 'limit'?"),
            ("[defaults]\nlnag = 1", "line 2: [defaults] has no key 'lnag'. Did you mean 'lang'?"),
            ("[defaults]\nlang = 'fr'", "line 2: defaults.lang is 'fr', and must be one of es, pt"),
            ("[insights]\nlimit = '2'", "line 2: insights.limit is '2', and must be a whole"),
            ("[insights]\nlimit = -1", "line 2: insights.limit is -1, and must be a whole number"),
            ("[insights]\nlimit = 2.5", "line 2: insights.limit is 2.5, and must be a whole"),
            ("[insights]\nlimit = true", "line 2: insights.limit is True, and must be a whole"),
            ("[insights]\nlimit =", "is not valid TOML"),
            ("[insights]\nforce = true", "Files are replaced only when the command says so"),
            ("[defaults]\noption = ['a.b=1']", "Write the options of an analyzer in [plugins."),
        ],
    )
    def test_is_told_with_file_line_and_what_to_write(
        self,
        project: Path,
        filled_store: Path,
        vocmine: Callable[..., Any],
        text: str,
        sentence: str,
    ) -> None:
        path = say(project, text + "\n")
        done = vocmine("insights", "--db", filled_store)
        assert (done.code, done.out) == (2, "")
        assert f"Error: '{path}'" in done.err
        assert sentence in done.err
        assert vocmine("insights", "--help").code == 0  # help is there whatever is wrong

    def test_a_value_that_only_the_option_itself_can_judge_is_judged(
        self, project: Path, vocmine: Callable[..., Any]
    ) -> None:
        say(project, '[defaults]\ncountry = "Colombia"\n')
        done = vocmine("preview", "q.csv")
        assert done.code == 2
        assert "line 2: defaults.country is 'Colombia'" in done.err
        assert "write two letters, as CO." in done.err

    def test_a_projects_file_says_nothing_to_commands_of_plugins(
        self, project: Path, vocmine: Callable[..., Any]
    ) -> None:
        say(project, '[fetch]\ntls = "none"\n')
        done = vocmine("fetch", "imap://ana@correo.example/INBOX", "--to", "q.mbox")
        assert done.code == 2
        assert "line 2: fetch.tls is not taken from a project's file" in done.err

    def test_a_projects_file_cannot_send_data_anywhere(
        self, project: Path, own: Path, filled_store: Path, vocmine: Callable[..., Any]
    ) -> None:
        text = '[watch]\nwebhook = "https://hooks.example/T0/secret"\n'
        say(project, text)
        done = vocmine("watch", "--db", filled_store)
        assert done.code == 2
        assert "watch.webhook is not taken from a project's file" in done.err
        say(project, "")
        own.write_text(text)
        shown = vocmine("config", "show").out
        assert "https://hooks.example/…" in shown
        assert "secret" not in shown


def test_it_works_as_installed(project: Path, tmp_path: Path, install: Callable[..., None]) -> None:
    """The whole way in processes of their own: workers obey the settings as well."""
    install("vocmine-loud", "vm_loud", SHOUT)
    say(
        project,
        '[defaults]\ndb = "voz.db"\n[analyze]\njobs = 2\nquiet = true\nanalyzer = ["shout"]\n'
        '[plugins]\nallow = ["vocmine-loud"]\n[plugins.shout]\nmarks = 3\n',
    )
    path = [str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}
    done = subprocess.run(
        [sys.executable, "-m", "vocmine", "analyze", "q.csv"],
        capture_output=True,
        text=True,
        check=False,
        env=environ,
    )
    assert (done.returncode, done.stderr) == (0, "")
    connection = sqlite3.connect(project / "voz.db")
    assert connection.execute("SELECT text FROM shout").fetchall() == [("!!!",)]
    options = json.loads(connection.execute("SELECT options FROM runs").fetchone()[0])
    assert (options["jobs"], options["options"]) == (2, {"shout": {"marks": 3}})
    connection.close()
