"""TOML files that a team writes."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def read_toml(path: Path, example: str, missing: str = "Check its path.") -> dict[str, Any]:
    """What a TOML file holds; it is UTF-8, with or without a byte order mark.

    Args:
        path: The file.
        example: What to write instead of what is no TOML.
        missing: What to do about a file that cannot be read.

    Raises:
        UsageError: It cannot be read, or is no TOML; names the file, the line and what to do.
    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"'{path}' cannot be read: {error.strerror or error}.", missing) from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise UsageError(f"'{path}' is not valid TOML: {error}.", example) from error
