"""The two packages that tables need, imported in one place, and said so where they are absent.

Neither has types that a strict checker could follow through arrays, so both are `Any` here.
"""

from __future__ import annotations

from typing import Any, TypeAlias

try:
    import numpy
    import pyarrow  # pyright: ignore[reportMissingTypeStubs]
    import pyarrow.compute  # pyright: ignore[reportMissingTypeStubs]
except ImportError as error:  # pragma: no cover - where the extra is not installed
    raise ImportError(
        "tables of facts need numpy and pyarrow: pip install 'sanctions-rules[batch]'"
    ) from error

np: Any = numpy
pa: Any = pyarrow
pc: Any = pyarrow.compute

#: A numpy vector, or where all its values are alike one Python value.
Vector: TypeAlias = Any
Array: TypeAlias = Any
