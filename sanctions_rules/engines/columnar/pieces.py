"""A batch in pieces whose rows say the same of one fact: law of another kind of act is out at once.

Most prohibitions are of a few kinds of acts. Where all rows of a piece are of one kind, the pattern
of another is false as a constant, and nothing else of the norm is looked at. Small kinds are put
together: a piece costs something however few rows it has.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sanctions_rules.engines.columnar.arrow import Array, np, pa, pc

#: The fact by which rows are sorted, of the case.
BY: Final = ("act", "kind")


def pieces_of(batch: Any, least: int, most: int) -> Iterator[tuple[Array, Any]]:
    """The rows of each piece and the piece, which has `least` rows or more, and `most` or fewer.

    The order of rows stays as it is within a piece.
    """
    codes = _codes(batch, least) if batch.num_rows >= 2 * least else None
    if codes is None:
        for start in range(0, batch.num_rows, most):
            some = batch.slice(start, most)
            yield np.arange(start, start + some.num_rows), some
        return
    order = np.argsort(codes, kind="stable")
    count = np.bincount(codes)
    ordered = batch.take(pa.array(order))
    start = 0
    while start < len(order):
        end = start + int(count[codes[order[start]]])
        end = min(end, start + most)
        yield order[start:end], ordered.slice(start, end - start)
        start = end


def _codes(batch: Any, least: int) -> Array | None:
    """Of each row the number of its sort, the small ones as one; None where all are of one."""
    held: Any = batch.column(index) if (index := batch.schema.get_field_index(BY[0])) >= 0 else None
    if held is None or not pa.types.is_struct(held.type):
        return None
    at = held.type.get_field_index(BY[1])
    if at < 0:
        return None
    if isinstance(held, pa.ChunkedArray):
        held = held.combine_chunks()
    words = held.flatten()[at]
    if not pa.types.is_dictionary(words.type):
        words = words.dictionary_encode()
    codes = pc.fill_null(words.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
    count = np.bincount(codes)
    number = np.zeros(len(count), np.int64)  # 0: the small ones, and what is not known
    large = np.flatnonzero(count >= least)
    large = large[large > 0]
    number[large] = np.arange(len(large)) + 1
    return number[codes] if len(large) else None
