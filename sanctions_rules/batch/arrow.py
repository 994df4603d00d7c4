"""numpy and pyarrow, for whoever has the extra `batch`; one sentence for whoever has not.

pyarrow brings no types of its own, so that its objects are `Any` here and in all of this room.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeAlias

try:
    np: Any = import_module("numpy")
    pa: Any = import_module("pyarrow")
    pc: Any = import_module("pyarrow.compute")
except ImportError as error:  # pragma: no cover - the tests run with the extra
    raise ImportError(
        "tables need numpy and pyarrow: pip install 'sanctions-rules[batch]'", name=error.name
    ) from None

#: What stands in signatures: a RecordBatch, a Schema, a DataType, an Array; numpy's array.
Batch: TypeAlias = Any
Schema: TypeAlias = Any
DataType: TypeAlias = Any
Array: TypeAlias = Any
Vector: TypeAlias = Any
