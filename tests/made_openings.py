"""An analyzer that keeps what it learns, one that does not, and runs of them over four messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from vocmine import hookimpl
from vocmine.batch import Batch
from vocmine.inputs import Inputs
from vocmine.options import Option
from vocmine.outcome import Outcome
from vocmine.plugin import Column, Context, ReadOptions, Register, Table
from vocmine.plugins import Plugins, load_plugins
from vocmine.run import Run
from vocmine.runtime import Runtime, Settings
from vocmine.store.database import Store

ASKED = Settings(analyzers=("openings",), seed=5, options={"openings": {"case": "upper"}})
"""What a run is asked for."""
SAID = {
    1: "Demora en la entrega del pedido.",
    2: "Cobro doble en la factura de marzo.",
    3: "Demora de tres semanas en la devolución.",
    4: "Cajero dañado en la oficina del centro.",
}


class Openings:
    """The first words of messages, numbered by when they were first met, with a team's own names.

    What it does wrong, when it is told to, is in `fault`.
    """

    version, requires = "1", ("texts",)
    options: ClassVar[tuple[Option, ...]] = (Option("case", help="upper for capitals"),)
    outputs = (
        Table("openings", "corpus", (Column("word"), Column("name"), Column("seed", "integer"))),
        Table("message_openings", "message", (Column("openings_row", "integer"),)),
    )
    fault: ClassVar[str] = ""
    recalled: ClassVar[list[dict[str, bytes]]] = []

    def open(self, context: Context) -> None:
        self.seed = context.seed
        self.change = str.upper if context.options.get("case") == "upper" else str.lower

    def recall(self, memory: Mapping[str, bytes]) -> None:
        self.recalled.append(dict(memory))
        if self.fault == "recall":
            raise ValueError("these bytes mean nothing")
        self.words: list[str] = json.loads(memory.get("words", b"[]"))
        self.names: dict[str, str] = json.loads(memory.get("names", b"{}"))

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Any:
        met = [self._word(text) for batch in batches() for text in batch.texts]
        self.words = list(dict.fromkeys([*self.words, *met]))
        return {
            "openings": {
                "word": self.words,
                "name": [self.names.get(word, word) for word in self.words],
                "seed": [self.seed] * len(self.words),
            }
        }

    def analyze(self, batch: Batch) -> Any:
        if self.fault == "analyze":
            raise RuntimeError("no more words")
        places = [self.words.index(self._word(text)) for text in batch.texts]
        return {"message_openings": {"openings_row": places}}

    def remember(self) -> Any:
        return {"words": json.dumps(self.words).encode()}

    def _word(self, text: str) -> str:
        return self.change(text.split()[0])


class Forgetful:
    """A corpus analyzer that keeps nothing."""

    version, requires = "1", ("texts",)
    outputs = (Table("seen", "corpus", (Column("messages", "integer"),)),)

    def open(self, context: Context) -> None: ...

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Any:
        return {"seen": {"messages": [sum(map(len, batches()))]}}

    def analyze(self, batch: Batch) -> Any:
        return {}


def installed() -> Plugins:
    """The installed plugins, and one that brings the analyzers above."""
    module = ModuleType("third_party")

    def register_analyzers(register: Register) -> None:
        register("openings", Openings)
        register("forgetful", Forgetful)

    module.register_analyzers = hookimpl(register_analyzers)  # type: ignore[attr-defined]
    return load_plugins([module])


def analyzed(store: Store, runtime: Runtime, *numbers: int) -> Outcome:
    """A run over some of the messages, as the command makes it."""
    export = Path(store.path).with_suffix(".csv")
    rows = "".join(f"R-{n};{SAID[n]}\n" for n in numbers)
    export.write_text(f"Radicado;Descripción\n{rows}", "utf-8")
    settings = runtime.settings
    asked = {"model": settings.model, "seed": settings.seed, "options": settings.options}
    with Inputs(runtime.plugins, ReadOptions()) as inputs:
        return Run(store, runtime).execute(inputs, [str(export)], "quejas.csv", asked)


def tables(store: Store) -> tuple[list[Any], list[Any]]:
    """Each opening with its id and name, and each message's opening."""
    openings = store.conn.execute("SELECT id, word, name, seed FROM openings ORDER BY id")
    messages = store.conn.execute("SELECT * FROM message_openings ORDER BY message_id")
    return openings.fetchall(), messages.fetchall()


def status(store: Store) -> list[str]:
    rows = store.conn.execute("SELECT status FROM analyses WHERE name = 'openings' ORDER BY id")
    return [row[0] for row in rows]
