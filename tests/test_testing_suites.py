"""The suites for plugin authors: what is right passes, and every check catches who breaks it."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import wrong_sources

from vocmine.batch import Batch
from vocmine.message import Message
from vocmine.store import Store
from vocmine.testing import AnalyzerSuite, EncoderSuite, SourceSuite, batch_of, example_messages
from vocmine.testing.examples import AWKWARD

TEXTS = ["Me cobraron dos veces.", "", "Gracias", "La app se cierra sola", "Nadie responde"] * 3


class _Analyzer(AnalyzerSuite):
    """On few and short texts: the checks are tried here, not the model."""

    model = "voc-fast"
    long_text = 20_000
    patience = 1.0

    def batch(self) -> Batch:
        return batch_of([*TEXTS, "Fin"], model=self.model)


class TestRightAnalyzer(_Analyzer):
    target = "wrong_analyzers:Right"
    patience = 60.0


class TestRightCorpusAnalyzer(_Analyzer):
    target = "wrong_analyzers:RightCorpus"
    patience = 60.0


class TestRightEncoder(EncoderSuite):
    target = "wrong_encoders:Right"


class _Source(SourceSuite):
    def exports(self, folder: Path) -> Mapping[Path, int]:
        path = folder / "quejas.txt"
        path.write_text(f"{wrong_sources.MARK}Llegó roto\n\nuno\tdos\nGracias\n", "utf-8")
        return {path: 4}


class TestRightSource(_Source):
    target = "wrong_sources:Right"


def checks_of(suite: type[Any]) -> set[str]:
    return {name for name in dir(suite) if name.startswith("test_")}


def failure(check: Callable[..., None], *arguments: Any) -> str:
    """What the check says of the plugin, with what it means and how to mend it."""
    with pytest.raises(AssertionError) as caught:
        check(*arguments)
    text = str(caught.value)
    assert "\n  What it means: " in text
    assert "\n  How to mend it: " in text
    return text


def try_on(base: type[Any], target: str, check: str, tmp_path: Path, **settings: Any) -> str:
    suite = type("Suite", (base,), {"target": target, **settings})()
    method = getattr(suite, check)
    if base is _Source:
        suite.folder = tmp_path / "exports"
        suite.folder.mkdir()
    asked = inspect.signature(method).parameters
    given = {"tmp_path": tmp_path, "size": 1, "awkward": "an empty string"}
    return failure(method, *(given[name] for name in asked))


COMMON = [
    ("test_it_prints_nothing", "Prints", "It printed 'hello\\n' to standard output."),
    ("test_it_prints_nothing", "PrintsToTheFile", "It printed 'hello\\n' to standard output."),
    ("test_it_does_not_use_the_network", "CallsHome", "It tried the network: connect ('127.0.0.1"),
    (
        "test_it_leaves_the_environment_alone",
        "SetsVariables",
        "It changed the environment variables VOCMINE_TEST_SET.",
    ),
]
ANALYZERS = [
    *COMMON,
    ("test_it_declares_what_the_contract_asks", "NeedsArguments", "cannot be made: TypeError"),
    ("test_it_declares_what_the_contract_asks", "WithoutVersion", "version"),
    (
        "test_it_declares_what_the_contract_asks",
        "TakesACoreTable",
        "declares table 'messages', which belongs to the core",
    ),
    (
        "test_it_returns_the_declared_columns_and_no_others",
        "Undeclared",
        "'analyze' returned firsts(end, quote, row, start); letters(more, n), and 'outputs' "
        "declares firsts(end, quote, row, start); letters(n).",
    ),
    ("test_it_returns_the_declared_columns_and_no_others", "NotAMapping", "returned list"),
    (
        "test_it_returns_the_declared_columns_and_no_others",
        "LearnsOtherTables",
        "'fit' returned topics(word), and 'outputs' declares words(word).",
    ),
    ("test_it_returns_the_declared_columns_and_no_others", "CannotLearn", "'fit' failed: Value"),
    (
        "test_its_values_are_of_the_declared_types",
        "TextForNumbers",
        "column 'letters.n' expects integer, got str",
    ),
    (
        "test_its_values_are_of_the_declared_types",
        "RowsUpsideDown",
        "Column 'firsts.row' is not ascending.",
    ),
    ("test_its_offsets_are_inside_the_text", "BeyondTheEnd", "is outside its message of"),
    ("test_its_offsets_are_inside_the_text", "PointsNowhere", "Column 'word_of.words_row' has ["),
    ("test_an_empty_batch_gives_empty_columns", "NeedsAMessage", "'analyze' failed: ValueError"),
    ("test_awkward_texts_are_analysed", "NeedsAWord", "'analyze' failed: IndexError"),
    ("test_a_text_of_a_megabyte_is_analysed", "SlowOnLongTexts", "20000 characters after 1 sec"),
    ("test_the_size_of_batches_changes_nothing", "ComparesWithTheBatch", "and 1 at a time give"),
    ("test_the_order_of_messages_changes_nothing", "CarriesOver", "table 'letters', number "),
    ("test_the_same_seed_gives_the_same_results", "GlobalChance", "with the same seed give other"),
    ("test_the_same_seed_gives_the_same_results", "LearnsByChance", "table 'words', number"),
    (
        "test_it_gives_the_same_results_in_a_worker_process",
        "OtherProcesses",
        "A worker process gives other results: table 'letters'",
    ),
    (
        "test_it_gives_the_same_results_in_a_worker_process",
        "CannotBeOpenedTwice",
        "RuntimeError: only in the process that began",
    ),
    ("test_two_threads_at_once_change_nothing", "SharedState", "Several threads at once give"),
    ("test_it_leaves_the_batch_as_it_was", "SortsTheTexts", "It changed texts of the batch."),
]
ENCODERS = [
    ("test_it_says_who_it_is", "Nameless", "'name' is ''."),
    ("test_vectors_are_float32_and_of_length_1", "Long", "lengths from 2 to 2, not 1"),
    ("test_vectors_are_float32_and_of_length_1", "Double", "are float64 of shape (70, 8)"),
    ("test_vectors_are_float32_and_of_length_1", "OnlyMessages", "returned no pair of arrays"),
    ("test_vectors_are_float32_and_of_length_1", "WideMeanings", "Segment meanings are float32"),
    ("test_two_runs_give_the_same_vectors", "ChanceMeanings", "anew: segment meanings differ"),
    ("test_no_texts_give_no_vectors", "NeedsATextAtLeast", "'encode' failed: ValueError"),
    ("test_awkward_texts_have_vectors", "NeedsWords", "'encode' failed: IndexError"),
    ("test_a_text_of_a_megabyte_has_a_vector", "SlowOnLongTexts", "characters after 1 seconds."),
    ("test_the_size_of_batches_changes_nothing", "ComparesWithTheBatch", "and 1 at a time: mes"),
    ("test_the_order_of_texts_changes_nothing", "ByPlace", "in reverse order: message vectors"),
    ("test_two_runs_give_the_same_vectors", "Chance", "Two encoders made anew: message vectors"),
    ("test_threads_at_once_change_nothing", "SharedState", "Several threads at once: message"),
    (
        "test_it_gives_the_same_vectors_in_a_worker_process",
        "ByProcess",
        "Its fingerprint is 'digest-",
    ),
]
SOURCES = [
    ("test_it_recognises_its_own_exports", "Modest", "It does not recognise 'quejas.txt'"),
    ("test_it_recognises_its_own_exports", "NoFormat", "of 'quejas.txt' has no format."),
    ("test_it_recognises_its_own_exports", "NoDetection", "'detect' returned 0.9 for"),
    ("test_it_leaves_foreign_files_to_others", "Greedy", "It claims 'empty.dat'"),
    ("test_it_leaves_foreign_files_to_others", "Complains", "Of 'empty.dat' it says"),
    ("test_it_leaves_foreign_files_to_others", "OnlyUtf8", "failed on 'picture.png': Unicode"),
    ("test_random_bytes_never_make_it_fail", "OnlyUtf8", "UnicodeDecodeError"),
    ("test_damaged_exports_never_make_it_fail", "NeedsWholeLines", "half a line"),
    ("test_it_streams", "NotAStream", "'read' returned a list."),
    ("test_every_record_is_accounted_for", "Drops", "holds 4 records and 'read' gave 2."),
    ("test_every_record_is_accounted_for", "Strange", "it gave str where a Message"),
    ("test_every_record_says_where_it_stands", "Nowhere", "have the locators ['somewhere'"),
    ("test_it_reads_the_same_every_time", "Shuffles", "Reading 'quejas.txt' twice gave other"),
    ("test_it_leaves_the_files_as_they_were", "Droppings", "or what stands beside it"),
    ("test_it_leaves_no_file_open", "KeepsOpen", "After reading to the end of 'quejas.txt' it is"),
    ("test_it_prints_nothing", "Prints", "It printed 'looking at"),
]


@pytest.mark.parametrize(("check", "wrong", "said"), ANALYZERS)
def test_a_wrong_analyzer_is_caught(
    check: str, wrong: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wrong_analyzers

    monkeypatch.setattr(wrong_analyzers, "HERE", os.getpid())
    monkeypatch.setenv("VOCMINE_TEST_PARENT", str(os.getpid()))
    assert said in try_on(_Analyzer, f"wrong_analyzers:{wrong}", check, tmp_path)


@pytest.mark.parametrize(("check", "wrong", "said"), ENCODERS)
def test_a_wrong_encoder_is_caught(check: str, wrong: str, said: str, tmp_path: Path) -> None:
    text = try_on(
        EncoderSuite, f"wrong_encoders:{wrong}", check, tmp_path, long_text=20_000, patience=1.0
    )
    assert said in text


@pytest.mark.parametrize(("check", "wrong", "said"), SOURCES)
def test_a_wrong_source_is_caught(check: str, wrong: str, said: str, tmp_path: Path) -> None:
    assert said in try_on(_Source, f"wrong_sources:{wrong}", check, tmp_path)
    for file in wrong_sources.KEPT:
        file.close()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("wrong_heavy:Heavy", "Importing 'wrong_heavy' imports scipy as well."),
        ("no_such_module:Thing", "cannot be imported by a fresh process: ModuleNotFoundError"),
    ],
)
def test_heavy_imports_are_caught(target: str, said: str, tmp_path: Path) -> None:
    assert said in try_on(_Analyzer, target, "test_its_modules_import_nothing_heavy", tmp_path)


def test_a_heavy_import_may_be_allowed() -> None:
    suite = type("Suite", (_Analyzer,), {"target": "wrong_heavy:Heavy", "may_import": ("scipy",)})()
    suite.test_its_modules_import_nothing_heavy()


def test_a_suite_without_a_target_or_exports_says_what_it_lacks(tmp_path: Path) -> None:
    assert "Suite.target is ''." in try_on(_Analyzer, "", "test_it_prints_nothing", tmp_path)
    bare = type("Suite", (SourceSuite,), {"target": "wrong_sources:Right"})()
    bare.folder = tmp_path
    assert "Suite has no method 'exports'." in failure(bare.test_it_streams)


def test_every_check_has_somebody_who_breaks_it() -> None:
    heavy = {"test_its_modules_import_nothing_heavy"}
    for suite, wrong in ((AnalyzerSuite, ANALYZERS), (EncoderSuite, ENCODERS)):
        caught = {check for check, _, _ in wrong} | {check for check, _, _ in COMMON}
        assert checks_of(suite) == caught | heavy
    shared = {check for check, _, _ in COMMON}
    assert checks_of(SourceSuite) == {check for check, _, _ in SOURCES} | shared | heavy


class TestExamples:
    def test_are_twelve_messages_in_each_of_three_languages(self) -> None:
        assert [len(example_messages(lang)) for lang in ("es", "pt", "en", "")] == [12, 12, 12, 36]
        assert all(isinstance(message, Message) and message.text for message in example_messages())
        assert len({message.external_id for message in example_messages()}) == 36

    def test_are_in_the_language_that_they_say(self) -> None:
        from vocmine.language import identify

        for lang in ("es", "pt", "en"):
            texts = [message.text for message in example_messages(lang)]
            found = identify(texts)
            assert sum(got == lang for got in found) >= 10, list(zip(found, texts, strict=True))

    def test_the_awkward_texts_are_awkward(self) -> None:
        assert AWKWARD["an empty string"] == ""
        assert not AWKWARD["white space only"].strip()
        assert any("\u0590" <= c <= "\u06ff" for c in AWKWARD["right-to-left writing"])


@pytest.mark.usefixtures("vocmine_batch")
class TestFixtures:
    def test_the_messages(self, vocmine_messages: list[Message]) -> None:
        assert len(vocmine_messages) == 36

    def test_the_batch_is_encoded(
        self, vocmine_batch: Batch, vocmine_messages: list[Message]
    ) -> None:
        assert vocmine_batch.texts == [message.text for message in vocmine_messages]
        assert vocmine_batch.message_vectors.shape[0] == 36
        assert len(vocmine_batch.segment_message) > 36
        assert set(vocmine_batch.langs) == {"es", "pt", "en"}

    def test_the_store_is_empty_and_a_file(self, vocmine_store: Store, tmp_path: Path) -> None:
        assert Path(vocmine_store.path).parent == tmp_path
        assert vocmine_store.conn.execute("SELECT count(*) FROM messages").fetchone() == (0,)


def test_starting_pytest_imports_nothing_heavy() -> None:
    code = (
        "import sys, vocmine.testing.pytest_plugin as p; "
        "print(sorted(set(sys.modules) & {'numpy', 'click', 'vocmine.models', 'sqlite3'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
