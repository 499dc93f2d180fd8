"""Errors that say what went wrong in one sentence and what to do next."""

from __future__ import annotations

PLUGIN_FAULTS = (Exception, SystemExit)
"""What a plugin may raise without ending more than its own part; `sys.exit` too is its fault."""


def cause_of(error: BaseException) -> str:
    """Type and message of an exception on one line: `ValueError: no column 'x'`."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def as_exception(error: BaseException) -> Exception:
    """The error itself, or, for `SystemExit`, one that stops what raised it and not the process."""
    return error if isinstance(error, Exception) else RuntimeError(cause_of(error))


class VocmineError(Exception):
    """Base of every error vocmine raises on purpose.

    Args:
        message: One sentence naming the file, row, plugin or option at fault.
        hint: What to do next, ideally the command to type. May be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SourceError(VocmineError):
    """An export that cannot be read at all (missing, empty, binary, no text column)."""


class ReadingError(Exception):
    """What a source raised while it was read: `failure` tells it, the cause is chained."""

    def __init__(self, failure: VocmineError) -> None:
        super().__init__(str(failure))
        self.failure = failure


class PluginError(VocmineError):
    """A plugin that cannot be loaded, or that broke the contract."""


class ModelError(VocmineError):
    """A model folder that is missing, altered or made for another version."""


class StoreError(VocmineError):
    """A database that cannot be opened, migrated or written."""


class WorkerError(VocmineError):
    """A worker process that ended on its own; what it had in hand is analysed by the next run."""


class UsageError(VocmineError):
    """A call or command that cannot mean anything (unknown name, bad option)."""
