"""House rules that a tool checks: lint over the tree, strict types over the package."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(tool: str, *arguments: str) -> None:
    if importlib.util.find_spec(tool) is None:
        pytest.skip(f"{tool} is not installed (extra `dev`)")
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_lint() -> None:
    run("ruff", "check", ".")


def test_layout() -> None:
    run("ruff", "format", "--check", ".")


def test_strict_types() -> None:
    run("basedpyright", "--pythonpath", sys.executable)
