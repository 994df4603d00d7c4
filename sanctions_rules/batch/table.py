"""The table form of facts: one row is one case. See docs and `tabular.py` for its columns."""

from __future__ import annotations

from sanctions_rules.engines.columnar.shape import (
    problems_of,
    rows_of,
    table_of_cases,
    table_of_rows,
)
from sanctions_rules.tabular import KEY, Column, columns, facts_of_row, row_of_case

__all__ = [
    "KEY", "Column", "columns", "facts_of_row", "problems_of", "row_of_case", "rows_of",
    "table_of_cases", "table_of_rows",
]  # fmt: skip
