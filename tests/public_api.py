"""What plugins and programs may count on, as text: names and signatures of the public modules.

python tests/public_api.py           write tests/public_api.txt
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import vocmine
import vocmine.plugin
from vocmine import hookspecs

SNAPSHOT = Path(__file__).with_name("public_api.txt")
MODULES = (vocmine, vocmine.plugin)


def surface() -> str:
    """The whole surface, in the order of names."""
    lines = [f"plugin API {vocmine.API_VERSION}"]
    for module in MODULES:
        names = sorted(name for name in exported(module) if name != "__version__")
        lines += ["", f"# {module.__name__}"]
        for name in names:
            lines += described(name, getattr(module, name))
    lines += ["", "# hooks"]
    for name, value in sorted(vars(hookspecs).items()):
        if inspect.isfunction(value) and name.startswith(("register_", "prepare_")):
            lines += described(name, value)
    return "\n".join(lines) + "\n"


def exported(module: ModuleType) -> list[str]:
    names: list[str] = module.__all__
    return names


def described(name: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        yield f"class {name}"
        for line in members(value):
            yield f"    {line}"
    elif inspect.isfunction(value):
        yield f"def {name}{signature(value)}"
    elif isinstance(value, str):
        yield f"{name} = {value!r}"
    else:  # a type, such as a mapping of columns
        yield name


def members(cls: type[Any]) -> Iterator[str]:
    """Fields with type and default, then methods and properties; what is private is left out."""
    own = [base for base in reversed(cls.__mro__) if base.__module__.split(".")[0] == "vocmine"]
    yield from fields(cls, own)
    found: dict[str, Any] = {}
    for base in own:
        found.update(vars(base))
    if dataclasses.is_dataclass(cls):  # its fields say it
        found.pop("__init__", None)
    for name, value in sorted(found.items()):
        function = getattr(value, "__func__", value)  # of a class or static method
        if name.startswith("_") and name not in ("__init__", "__call__"):
            continue
        if isinstance(value, property):
            yield f"property {name}"
        elif inspect.isfunction(function) and function.__module__.startswith("vocmine"):
            yield f"def {name}{signature(function)}"


def fields(cls: type[Any], own: list[type[Any]]) -> Iterator[str]:
    defaults = defaults_of(cls)
    for base in own:
        for name, type_ in inspect.get_annotations(base).items():
            if not name.startswith("_"):
                told = getattr(type_, "__forward_arg__", type_)
                yield f"{name}: {told}{defaults.get(name, '')}"


def defaults_of(cls: type[Any]) -> dict[str, str]:
    if not dataclasses.is_dataclass(cls):
        return {}
    return {
        field.name: f" = {shown(field.default)}"
        if field.default is not dataclasses.MISSING
        else " = …"
        for field in dataclasses.fields(cls)
        if field.default is not dataclasses.MISSING
        or field.default_factory is not dataclasses.MISSING
    }


def shown(value: Any) -> str:
    """A default; a function by its name, for where it lies in memory differs by process."""
    return value.__name__ if inspect.isfunction(value) else repr(value)


def signature(function: Any) -> str:
    """Parameters and result as they are written: Python versions print them in several ways."""
    marks = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    found = inspect.signature(function)
    parts, keyword_only = [], False
    for one in found.parameters.values():
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not keyword_only:
            parts.append("*")
        keyword_only |= one.kind in (one.KEYWORD_ONLY, one.VAR_POSITIONAL)
        text = marks.get(one.kind, "") + one.name
        text += f": {one.annotation}" if one.annotation is not one.empty else ""
        parts.append(f"{text} = {one.default!r}" if one.default is not one.empty else text)
    result = found.return_annotation
    return f"({', '.join(parts)})" + (f" -> {result}" if result is not found.empty else "")


if __name__ == "__main__":
    SNAPSHOT.write_text(surface(), "utf-8")
