"""One command run in this process: its exit code, and what it printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanctions_rules.cli import main


def said(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    printed = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, printed.out, printed.err
