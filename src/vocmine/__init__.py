"""vocmine: what customers say, where it hurts and who must act, offline and in Spanish first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.compatibility import API_VERSION
from vocmine.hookspecs import hookimpl

if TYPE_CHECKING:
    from vocmine.engine import Engine, Result
    from vocmine.message import Message

__version__ = "0.1.0"
__all__ = ["API_VERSION", "Engine", "Message", "Result", "__version__", "hookimpl"]

_LAZY = {"Engine": "vocmine.engine", "Result": "vocmine.engine", "Message": "vocmine.message"}


def __getattr__(name: str) -> Any:
    # Importing the engine pulls in numpy; `vocmine --help` must not pay for it.
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'vocmine' has no attribute {name!r}")
