"""docs/integrations.md is run: its code works as it stands and prints what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parent.parent / "docs" / "integrations.md").read_text("utf-8")
CODE = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S))


def test_the_code_of_the_page_prints_what_its_comments_say() -> None:
    said = [line for _, line in re.findall(r"^(.*print\(.*\)  )?# (.+)$", CODE, re.M)]
    assert len(said) == CODE.count("print(") + 2  # two prints stand in loops of two
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == said
