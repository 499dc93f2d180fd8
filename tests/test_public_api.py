"""What plugins and programs may count on does not change unnoticed."""

from __future__ import annotations

from inspect import isfunction
from types import ModuleType

import public_api
import pytest


def test_the_public_surface_is_the_one_that_was_agreed() -> None:
    assert public_api.surface() == public_api.SNAPSHOT.read_text("utf-8"), (
        "The public API changed. Something added: raise the second number of "
        "vocmine.compatibility.API_VERSION. Something taken away or changed: first let it be "
        "deprecated, and raise the first number. Then: python tests/public_api.py"
    )


@pytest.mark.parametrize("module", public_api.MODULES, ids=lambda module: module.__name__)
def test_every_name_that_is_offered_is_there(module: ModuleType) -> None:
    assert [name for name in public_api.exported(module) if not hasattr(module, name)] == []


class TestTheSnapshot:
    def test_has_every_name_that_is_offered(self) -> None:
        lines = public_api.SNAPSHOT.read_text("utf-8").splitlines()
        for module in public_api.MODULES:
            for name in set(public_api.exported(module)) - {"__version__"}:
                starts = (f"class {name}", f"def {name}(", f"{name} = ", name)
                assert any(line.startswith(starts) for line in lines), name

    def test_would_notice_a_parameter_a_field_a_method_and_a_default(self) -> None:
        class Old:
            kept: int

            def __init__(self, a: str, *, b: int = 1) -> None: ...
            def go(self) -> None: ...

        class New:
            kept: str

            def __init__(self, a: str, *, b: int = 2) -> None: ...
            def went(self) -> None: ...

        for one in (Old, New):
            one.__module__ = "vocmine.made"
            for value in vars(one).values():
                if isfunction(value):
                    value.__module__ = "vocmine.made"
        old, new = (list(public_api.described("X", one)) for one in (Old, New))
        assert old == [
            "class X",
            "    kept: int",
            "    def __init__(self, a: str, *, b: int = 1) -> None",
            "    def go(self) -> None",
        ]
        assert [a == b for a, b in zip(old, new, strict=True)] == [True, False, False, False]
