"""The same twelve flat rules in our language, by hand in Python, polars and SQL, and as data for peers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
RULES: Final = ROOT / "benchmarks" / "twelve" / "twelve.rules"
