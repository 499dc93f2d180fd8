"""The version of the plugin API, what a plugin says it fits, and what goes away."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

API_VERSION = "1.1"
"""Version of what plugins see: the hooks and `vocmine.plugin`.

The second number grows when something is added, the first when something is taken away or changed.
"""

DECLARATION = "vocmine_api"
"""Name that a plugin's module gives the range of API versions it fits: `">=1,<2"`."""


class VocmineDeprecationWarning(DeprecationWarning):
    """Something that a plugin uses will go away; says what to use instead.

    Args:
        message: What, with what to write instead and until when the old way works.
        plugin: Whose it is; empty where only the calling code is known.
    """

    def __init__(self, message: str, plugin: str = "") -> None:
        super().__init__(message)
        self.plugin = plugin


def deprecated(
    old: str, new: str, removed_in: str, *, plugin: str = "", stacklevel: int = 1
) -> None:
    """Warn about a use of something that will go away.

    Args:
        old: What is used, as a noun: `'options' as a mapping`.
        new: What to write instead, to follow "use".
        removed_in: API version in which the old way stops to work.
        plugin: Whose use it is, to begin the message with; empty means the caller's.
        stacklevel: 1: the caller of who calls this.
    """
    message = f"{old} goes away in plugin API {removed_in}: use {new}."
    warning = VocmineDeprecationWarning(f"{plugin}: {message}" if plugin else message, plugin)
    warnings.warn(warning, stacklevel=stacklevel + 2)


def misfit(wanted: object, version: str = API_VERSION) -> str:
    """Why a plugin does not fit this API, in a sentence; empty where it does.

    Args:
        wanted: What it declares: a range as packages have it, or None for nothing.
        version: The version of the API.
    """
    if wanted is None:
        return ""
    # 10 ms that only who has such plugins pays.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        fits = SpecifierSet(str(wanted)).contains(version, prereleases=True)
    except InvalidSpecifier:
        return f"its {DECLARATION} = {wanted!r} is no range of versions, such as '>=1,<2'."
    return "" if fits else f"it is for plugin API {wanted}, and this is {version}."


def declared_in_source(path: Path | None) -> str | None:
    """The range that a module declares, read from its text: nothing of it is run.

    A plugin for another API may fail at its first import, which says less than its range does.
    """
    if path is None or path.suffix != ".py":
        return None
    try:
        text = path.read_text("utf-8")
        if DECLARATION not in text:
            return None
        statements = ast.parse(text).body
    except (OSError, ValueError, SyntaxError):  # importing it will say what is wrong
        return None
    for statement in statements:
        names = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            names = [statement.target]
        declares = any(isinstance(n, ast.Name) and n.id == DECLARATION for n in names)
        value = getattr(statement, "value", None)
        if declares and isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return None
