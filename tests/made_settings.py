"""What tests of settings share: an analyzer with options, and writing a project's file."""

from __future__ import annotations

from pathlib import Path

SHOUT = """
from vocmine import hookimpl
from vocmine.plugin import Column, Option, Table

@hookimpl
def register_analyzers(register):
    register("shout", "vm_loud:Shout")

class Shout:
    version = "1"
    requires = ("texts",)
    options = (
        Option("marks", "integer", "how many marks to add", default=1, minimum=0, maximum=9),
        Option("words", many=True, help="words to shout"),
    )
    outputs = (Table("shout", "message", (Column("text"),)),)
    def open(self, context):
        self.options = dict(context.options)
    def analyze(self, batch):
        words = self.options.get("words", ())
        marks = "!" * self.options["marks"]
        return {"shout": {"text": [" ".join(words) + marks for _ in batch.texts]}}
"""


def say(project: Path, text: str) -> Path:
    path = project / "vocmine.toml"
    path.write_text(text, "utf-8")
    return path
