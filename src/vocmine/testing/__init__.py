"""What a plugin's own tests need: example messages, and suites of checks that say what is wrong.

    from vocmine.testing import AnalyzerSuite

    class TestAmounts(AnalyzerSuite):
        target = "vocmine_chats:AmountsAnalyzer"

See `docs/testing-plugins.md`. pytest must be installed; `hypothesis` is used where it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vocmine.testing.analyzers import AnalyzerSuite
    from vocmine.testing.encoders import EncoderSuite
    from vocmine.testing.examples import batch_of, example_batch, example_messages
    from vocmine.testing.sources import SourceSuite

__all__ = [
    "AnalyzerSuite",
    "EncoderSuite",
    "SourceSuite",
    "batch_of",
    "example_batch",
    "example_messages",
]

_LAZY = {
    "AnalyzerSuite": "analyzers",
    "EncoderSuite": "encoders",
    "SourceSuite": "sources",
    "batch_of": "examples",
    "example_batch": "examples",
    "example_messages": "examples",
}


def __getattr__(name: str) -> Any:
    # pytest imports this package at its start, through the entry point: nothing heavy may come.
    if name in _LAZY:
        return getattr(import_module(f"vocmine.testing.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'vocmine.testing' has no attribute {name!r}")
