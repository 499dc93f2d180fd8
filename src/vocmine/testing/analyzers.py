"""The suite of checks that an analyzer passes."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import numpy as np
import pytest

from vocmine.batch import Batch
from vocmine.contract import check_columns, check_declaration, check_rows
from vocmine.errors import PluginError
from vocmine.opened import CORE_TABLES, claim_tables
from vocmine.options import checked_options, declared_options
from vocmine.plugin import Context
from vocmine.testing import examples
from vocmine.testing.base import CheckFailedError, PluginSuite, check, explained, failing_as, within
from vocmine.testing.elsewhere import in_a_worker
from vocmine.testing.rows import Found, difference, of_rows, together

SEED = 7


class AnalyzerSuite(PluginSuite):
    """Subclass it as `class TestMine(AnalyzerSuite): target = "my_package.analyzer:Mine"`.

    A corpus analyzer (a table per corpus, and `fit`) is fitted on the batch first.

    Attributes:
        options: What `--option` would give it.
        model: Model whose vectors and heads it is tried with.
        long_text: Characters of the longest text.
        patience: Seconds that the longest text may take.
    """

    options: ClassVar[Mapping[str, Any]] = {}
    model: ClassVar[str] = "voc"
    long_text: ClassVar[int] = 1_000_000
    patience: ClassVar[float] = 120.0

    def batch(self) -> Batch:
        """The messages it is tried with: override it where the examples give it nothing to find."""
        return examples.mixed_batch(self.model)

    # What the checks are made of.

    def opened(self, seed: int = SEED, *, fit: Batch | None = None) -> Any:
        """One that is made and opened, and fitted where it must be."""
        analyzer = self.create()
        heads = examples.shipped_model(self.model).heads
        with failing_as("'open' failed", *_OPEN):
            given = checked_options("It", declared_options(analyzer), self.options)
            analyzer.open(Context(heads, seed, "", given))
        if _corpus_tables(analyzer):
            with failing_as("'fit' failed", *_FIT):
                self._fitted = analyzer.fit(lambda: iter([self._given(analyzer, fit)]))
        return analyzer

    def _given(self, analyzer: Any, batch: Batch | None = None) -> Batch:
        batch = self.batch() if batch is None else batch
        corpus = _corpus_tables(analyzer)
        return examples.for_corpus(batch, analyzer.requires) if corpus else batch

    def found(self, analyzer: Any, batch: Batch, first: tuple[int, int] = (0, 0)) -> Found:
        """Its checked results; `first` is the place of the batch in the whole."""
        with failing_as("'analyze' failed", *_ANALYZE):
            result = analyzer.analyze(batch)
        try:
            checked = check_columns("It", analyzer, batch, result)
        except PluginError as error:
            raise CheckFailedError(explained(str(error), *_PROMISE)) from error
        places = {
            "message": range(first[0], first[0] + len(batch)),
            "segment": range(first[1], first[1] + len(batch.segment_message)),
        }
        return of_rows(checked, _per(analyzer), places)

    def work_once(self) -> None:
        """Make, open, fit and analyze."""
        analyzer = self.opened()
        self.found(analyzer, self._given(analyzer))

    # What it declares and returns.

    def test_it_declares_what_the_contract_asks(self) -> None:
        """`version`, `requires`, `outputs`, `open`, `analyze`, and tables of its own."""
        analyzer = self.create()
        try:
            check_declaration("It", analyzer)
            claim_tables("It", analyzer, dict.fromkeys(CORE_TABLES, "the core"))
        except PluginError as error:
            means = "The host refuses to start it, and says so in every run."
            mend = "See 'An analyzer' in docs/plugins.md."
            raise CheckFailedError(explained(str(error), means, mend)) from error
        check(
            isinstance(analyzer.version, str) and bool(analyzer.version),
            f"'version' is {analyzer.version!r}.",
            "Nobody can tell which results are of an older version: they are never made again.",
            "Begin with version = '1', and change it whenever results would change.",
        )

    def test_it_returns_the_declared_columns_and_no_others(self) -> None:
        """Tables and columns are those of `outputs`."""
        analyzer = self.opened()
        batch = self._given(analyzer)
        declared = {t.name: t for t in analyzer.outputs if t.per != "corpus"}
        with failing_as("'analyze' failed", *_ANALYZE):
            result = analyzer.analyze(batch)
        _check_names("analyze", declared, result)
        if corpus := _corpus_tables(analyzer):
            _check_names("fit", corpus, self._fitted)

    def test_its_values_are_of_the_declared_types(self) -> None:
        """Dtypes, lengths, labels, rows in order, and None only where it is allowed."""
        analyzer = self.opened()
        batch = self._given(analyzer)
        sizes = {"message": len(batch), "segment": len(batch.segment_message), "corpus": -1}
        with failing_as("'analyze' failed", *_ANALYZE):
            result = {**analyzer.analyze(batch)}
        if _corpus_tables(analyzer):
            result |= self._fitted
        for table in analyzer.outputs:
            try:
                rows = check_rows("It", table, result[table.name], sizes[table.per])
            except (PluginError, KeyError) as error:
                raise CheckFailedError(explained(str(error), *_PROMISE)) from error
            check(
                bool(np.all(np.diff(rows.row) >= 0)),
                f"Column '{table.name}.row' is not ascending.",
                "Rows come out in an order that depends on the analyzer's own.",
                "Walk through the batch from its first message to its last.",
            )

    def test_its_offsets_are_inside_the_text(self) -> None:
        """`start`, `end` and `quote` tell the same words; `<table>_row` is a row that is there."""
        analyzer = self.opened()
        batch = self._given(analyzer)
        self.found(analyzer, batch)
        if not _corpus_tables(analyzer):
            return
        sizes = {n: _length(columns) for n, columns in self._fitted.items()}
        for name, columns in analyzer.analyze(batch).items():
            for column in (c for c in columns if c.endswith("_row")):
                size = sizes.get(column.removesuffix("_row"), 0)
                wrong = [v for v in columns[column] if v is not None and not 0 <= v < size]
                check(
                    not wrong,
                    f"Column '{name}.{column}' has {wrong[:1]}, of a table of {size} rows.",
                    "The host refuses the whole analysis: the row does not exist.",
                    "Give the position of the row in what 'fit' returned, from 0.",
                )

    # Texts that customers send.

    def test_an_empty_batch_gives_empty_columns(self) -> None:
        """Every message of an export may be skipped."""
        analyzer = self.opened()
        empty = self._given(analyzer).select(np.zeros(0, dtype=np.intp))
        found = self.found(analyzer, empty)
        check(
            not any(found.values()),
            "An empty batch gave rows.",
            "They would belong to no message.",
            "Return columns of length 0.",
        )

    @pytest.mark.parametrize("awkward", list(examples.AWKWARD))
    def test_awkward_texts_are_analysed(self, awkward: str) -> None:
        """Empty strings, emoji, writing from right to left, control characters, markup."""
        analyzer = self.opened()
        batch = examples.awkward_batch(awkward, self.model)
        with failing_as(f"It cannot take {awkward}", *_AWKWARD):
            self.found(analyzer, self._given(analyzer, batch))

    def test_a_text_of_a_megabyte_is_analysed(self) -> None:
        """Somebody pastes a file into a form: it must neither fail nor take minutes."""
        analyzer = self.opened()
        batch = examples.long_batch(self.long_text, self.model)
        within(
            self.patience,
            lambda: self.found(analyzer, self._given(analyzer, batch)),
            f"It was still at a text of {self.long_text} characters",
            "One message holds up the whole run: something grows faster than the text.",
            "Look for regular expressions that go back and forth, and for loops inside loops.",
        )

    # The same results however the work is cut.

    @pytest.mark.parametrize("size", [1, 7, 64])
    def test_the_size_of_batches_changes_nothing(self, size: int) -> None:
        """The host decides how many messages come together."""
        analyzer = self.opened()
        batch = self._given(analyzer)
        whole = self.found(analyzer, batch)
        parts = together(self.found(analyzer, part, (m, s)) for m, s, part in _cut(batch, size))
        check(
            not (where := difference(whole, parts)),
            f"All messages at once and {size} at a time give other results: {where}.",
            "A label depends on which messages stand beside it, and changes when an export grows.",
            "Let each message's values depend on that message only; what needs them all is for "
            "'fit'.",
        )

    def test_the_order_of_messages_changes_nothing(self) -> None:
        """Each message's rows follow it wherever it stands."""
        analyzer = self.opened()
        batch = self._given(analyzer)
        straight = self.found(analyzer, batch)
        turned, messages, segments = examples.backwards(batch)
        result = self.found(analyzer, turned)
        places: dict[str, Sequence[int]] = {"message": messages, "segment": segments}
        per = _per(analyzer)
        again = {
            name: {places[per[name]][owner]: values for owner, values in rows.items()}
            for name, rows in result.items()
        }
        check(
            not (where := difference(straight, again)),
            f"The messages in reverse order give other results: {where}.",
            "Rows belong to the wrong message, or something is kept from one to the next.",
            "Keep no state in 'analyze', and give values in the order of the batch.",
        )

    def test_the_same_seed_gives_the_same_results(self) -> None:
        """Two runs over the same export tell the same."""
        results, kept = [], (random.getstate(), np.random.get_state())
        for other in (1, 2):
            random.seed(other)
            np.random.seed(other)
            analyzer = self.opened()
            fitted = self._corpus_rows(analyzer)
            results.append({**self.found(analyzer, self._given(analyzer)), **fitted})
        random.setstate(kept[0])
        np.random.set_state(kept[1])
        check(
            not (where := difference(*results)),
            f"Two runs with the same seed give other results: {where}.",
            "Figures change from one run to the next and nobody can say why.",
            "Use numpy.random.default_rng(context.seed) for anything random, no global generator.",
        )

    def _corpus_rows(self, analyzer: Any) -> Found:
        tables = _corpus_tables(analyzer)
        return {
            name: {
                i: [values]
                for i, values in enumerate(
                    zip(*check_rows("It", t, self._fitted[name], -1).columns.values(), strict=True)
                )
            }
            for name, t in tables.items()
        }

    # Where and beside whom it runs.

    def test_it_gives_the_same_results_in_a_worker_process(self) -> None:
        """`--jobs 2` makes and opens it by its name in other processes."""
        analyzer = self.opened()
        batch = self._given(analyzer)
        here = self.found(analyzer, batch)
        with failing_as("It does not work in a worker process", *_WORKER):
            settings = {"target": self.target, "options": self.options, "model": self.model}
            there = in_a_worker(_work_elsewhere, settings, self.batch(), batch)
        check(
            not (where := difference(here, there)),
            f"A worker process gives other results: {where}.",
            "Results depend on --jobs; the order of a set does so too, it differs by process.",
            "Sort what comes from a set, and keep nothing in the module that 'open' does not make.",
        )

    def test_two_threads_at_once_change_nothing(self) -> None:
        """The host has two batches analysed at once."""
        analyzer = self.opened()
        parts = list(_cut(self._given(analyzer), 7))

        def one(part: tuple[int, int, Batch]) -> Found:
            return self.found(analyzer, part[2], part[:2])

        serial = together(map(one, parts))
        for _ in range(3):
            try:
                with ThreadPoolExecutor(4) as threads:
                    where = difference(serial, together(threads.map(one, parts)))
            except CheckFailedError as error:
                where = str(error).partition("\n")[0]
            check(
                not where,
                f"Several threads at once give other results: {where}.",
                "Batches overwrite each other's work.",
                "Keep what belongs to a batch in local variables, not in 'self'.",
            )

    def test_it_leaves_the_batch_as_it_was(self) -> None:
        """All analyzers are given the same batch."""
        analyzer = self.opened()
        batch = self._given(analyzer)
        before = [list(getattr(batch, name)) for name in _LISTS]
        with failing_as("'analyze' failed", *_ANALYZE):
            analyzer.analyze(batch)
        changed = [n for n, b in zip(_LISTS, before, strict=True) if list(getattr(batch, n)) != b]
        check(
            not changed,
            f"It changed {', '.join(changed)} of the batch.",
            "Analyzers that come after it see other messages.",
            "Make a copy: list(batch.texts).",
        )


_LISTS = ("texts", "langs", "countries", "channels", "created_at")


def _work_elsewhere(settings: dict[str, Any], fitted: Batch, batch: Batch) -> Found:
    """In the worker: the suite's own module may not be importable there, so it travels as data."""
    suite: AnalyzerSuite = type("Elsewhere", (AnalyzerSuite,), settings)()
    return suite.found(suite.opened(fit=fitted), batch)


def _check_names(method: str, declared: Mapping[str, Any], result: Any) -> None:
    wanted = {
        name: {column.name for column in table.columns} | ({"row"} if table.many else set())
        for name, table in declared.items()
    }
    is_mapping = isinstance(result, Mapping) and all(
        isinstance(columns, Mapping) for columns in result.values()
    )
    check(
        is_mapping,
        f"'{method}' returned {type(result).__name__}, or tables that are no mappings.",
        _PROMISE[0],
        "Return {table: {column: values}}.",
    )
    got = {name: set(columns) for name, columns in result.items()}
    check(
        got == wanted,
        f"'{method}' returned {_listed(got)}, and 'outputs' declares {_listed(wanted)}.",
        *_PROMISE,
    )


def _listed(tables: Mapping[str, set[str]]) -> str:
    return "; ".join(f"{n}({', '.join(sorted(c))})" for n, c in sorted(tables.items())) or "nothing"


_OPEN = (
    "The host leaves the analyzer out of the run and says so.",
    "Give every option a default, and load only what comes with the package.",
)
_FIT = (
    "The tables of the corpus stay as they were before the run.",
    "Let 'fit' take few messages as well as many, and return empty columns when it learns nothing.",
)
_ANALYZE = (
    "The host halves the batch until the message at fault stands alone, and records a failure.",
    "Give None (nullable=True), or no row (many=True), where a message has nothing to find.",
)
_AWKWARD = (
    "Customers send such texts: each of them is recorded as a failure of the analyzer.",
    "Give None (nullable=True), or no row (many=True), where a message has nothing to find.",
)
_PROMISE = (
    "The host switches the analyzer off for the rest of the run and names table and column.",
    "Return what 'outputs' declares, or declare what you return.",
)
_WORKER = (
    "Runs with --jobs above 1 fail.",
    "Register a module-level class of an importable module; keep open files, models and locks out "
    "of the class and make them in 'open'.",
)


def _corpus_tables(analyzer: Any) -> dict[str, Any]:
    return {table.name: table for table in analyzer.outputs if table.per == "corpus"}


def _per(analyzer: Any) -> dict[str, str]:
    return {table.name: table.per for table in analyzer.outputs}


def _length(columns: Mapping[str, Any]) -> int:
    return len(next(iter(columns.values()), ()))


def _cut(batch: Batch, size: int) -> list[tuple[int, int, Batch]]:
    return list(examples.pieces(batch, size))
