"""Applying one corpus analyzer again to what a store holds, as after an edit of its topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from vocmine.contract import check_memory
from vocmine.corpus import NOTHING, run_corpus
from vocmine.errors import PluginError, UsageError, VocmineError
from vocmine.models import DEFAULT
from vocmine.plugin import Remembering
from vocmine.runtime import BUILT_IN_ENCODER, Runtime, Settings
from vocmine.store import runs

if TYPE_CHECKING:
    from vocmine.plugins import Plugins
    from vocmine.store.database import Store


def reapply_corpus(
    store: Store,
    name: str,
    *,
    edits: Mapping[str, bytes] = NOTHING,
    model: str = "",
    on_batch: Callable[[], None] = lambda: None,
    plugins: Plugins | None = None,
) -> None:
    """Fit and apply one corpus analyzer as it was in a run, without reading any export.

    Its options, seed, country and model are those of the newest run that it took part in. It is
    recorded among the analyses of that run, and makes no run of its own: no record was read.

    Args:
        store: Open, and not in a transaction.
        name: The name that the analyzer is registered by.
        edits: Changes to what it keeps, by key; an empty value removes a key. They are kept
            together with the tables made of them, or not at all.
        model: Another model than the run's; as `--model`.
        on_batch: Called for every batch of every pass.
        plugins: Those that are loaded; by default all that are installed.

    Raises:
        UsageError: The store has no run, or there is no corpus analyzer of that name.
        PluginError: The analyzer cannot be opened, or an edit is not bytes, or of one that keeps
            nothing.
        ModelError: The model is not installed, or altered.
        VocmineError: The analyzer failed: its tables and what it keeps are as they were.
    """
    run = runs.run_of(store, name)
    if run is None:
        raise UsageError(
            f"The store '{store.path}' has no messages for analyzer '{name}'.",
            "Run 'vocmine analyze FILE' first, or give the store with --db.",
        )
    run_id, asked = run
    runtime = Runtime(_settings(asked, name, model), plugins)
    if not runtime.corpus_analyzers:
        raise UsageError(
            f"Analyzer '{name}' works message by message, and cannot be applied by itself.",
            "Run 'vocmine analyze FILE' again.",
        )
    (opened,) = runtime.corpus_analyzers
    check_memory(f"An edit of analyzer '{name}'", edits)
    if edits and not isinstance(opened.analyzer, Remembering):
        raise PluginError(
            f"{opened.who} keeps nothing that could be edited.", "See vocmine.plugin.Remembering."
        )
    store.ensure_tables(name, opened.analyzer.outputs)
    failed = run_corpus(store, runtime, opened, run_id, on_batch, edits)
    if failed:
        raise VocmineError(failed[0])


def _settings(asked: Mapping[str, Any], name: str, model: str) -> Settings:
    """What decides results, as it was asked of a run."""
    own = asked.get("options", {}).get(name)
    return Settings(
        analyzers=(name,),
        model=model or asked.get("model") or DEFAULT,
        encoder=asked.get("encoder") or BUILT_IN_ENCODER,
        country=asked.get("country") or "",
        seed=asked.get("seed") or 0,
        options={name: own} if own else {},
        fail_fast=True,
    )
