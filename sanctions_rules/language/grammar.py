"""The text of the grammar, for whoever parses by it and whoever must know that it changed."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def grammar_text() -> str:
    """The grammar: beside the installed package, or at the top of a checkout."""
    installed = files("sanctions_rules") / "grammar" / "sanctions.lark"
    if installed.is_file():
        return installed.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "grammar" / "sanctions.lark").read_text(encoding="utf-8")
