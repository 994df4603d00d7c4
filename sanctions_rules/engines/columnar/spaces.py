"""The things of a batch: all goods of all rows in one space, all parties in another, and so on.

A space is the child array of its list, so that a definition of a good is one vector over all goods
of the batch. Components are goods too: they follow the goods that stand in rows, depth by depth.
Which row a thing belongs to, and which list, is held as vectors. What names another thing by its
id is resolved here to its number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sanctions_rules.engines.columnar.arrow import Array, np, pa, pc
from sanctions_rules.engines.columnar.shape import is_list, is_text
from sanctions_rules.engines.columnar.vectors import Ragged, offsets_of
from sanctions_rules.facts import Case, FactModel
from sanctions_rules.schema import COLLECTIONS, children

CASE: Final = "case"

#: Up to so many things in one list of a row, a reference is looked for by going through them.
FEW: Final = 8


class Space:
    """All items of one kind. `regions`: the arrays of records that they come from, end to end."""

    def __init__(self, name: str, model: type[FactModel], rows: int) -> None:
        self.name = name
        self.model = model
        self.rows = rows
        self.regions: list[Any] = []  # struct arrays
        self.lists: list[tuple[Space, tuple[str, ...], Ragged]] = []
        self._row: list[Array] = []
        self._parent: list[Array] = []
        self._arrays: dict[tuple[str, ...], Any] = {}
        self.n = 0
        self.row: Array = np.zeros(0, np.int64)  # in which each stands
        self.parent: Array = np.zeros(0, np.int64)
        self.bad: list[Array] = []  # items that cannot be read, for whatever reason

    def add(self, records: Any, row: Array, parent: Array) -> None:
        self.regions.append(records)
        self._row.append(row)
        self._parent.append(parent)
        self.n += len(records)
        self.row = self._row[0] if len(self._row) == 1 else np.concatenate(self._row)
        self.parent = self._parent[0] if len(self._parent) == 1 else np.concatenate(self._parent)

    @property
    def top(self) -> int:
        """How many of them stand in a list of the case itself; the others follow."""
        return len(self.regions[0]) if self.regions else 0

    def spoil(self, mask: Array) -> None:
        """Note items that are not as facts should be: their rows are read by the interpreter."""
        if mask.any():
            self.bad.append(np.flatnonzero(mask))

    def column(self, path: tuple[str, ...]) -> Any:
        """The column at a path of parts, over all items; None where there is none, or nothing in it."""
        if path not in self._arrays:
            self._arrays[path] = self._column(path)
        return self._arrays[path]

    def _column(self, path: tuple[str, ...]) -> Any:
        found = [_inside(region, path) for region in self.regions]
        typed = [f for f in found if f is not None and not pa.types.is_null(f.type)]
        if not typed or all(f.null_count == len(f) for f in typed):
            return None
        if len(found) == 1:
            return plain(found[0])
        kind = _common([f.type for f in typed])
        parts = [
            pa.nulls(len(region), kind) if f is None or pa.types.is_null(f.type) else f.cast(kind)
            for f, region in zip(found, self.regions, strict=True)
        ]
        return plain(pa.concat_arrays(parts))

    def names(self) -> Iterator[tuple[tuple[str, ...], type[FactModel]]]:
        """Every column that there is, by its path, and the model that it is a fact of."""
        seen: set[tuple[str, ...]] = set()
        for region in self.regions:
            for path, model in _names(region.type, self.model, ()):
                if path not in seen:
                    seen.add(path)
                    yield path, model


def _common(kinds: list[Any]) -> Any:
    """A type that holds what each of these does: goods and their components may be typed apart."""
    first = kinds[0]
    if all(kind.equals(first) for kind in kinds):
        return first
    if all(pa.types.is_decimal(kind) for kind in kinds):
        whole = max(kind.precision - kind.scale for kind in kinds)
        scale = max(kind.scale for kind in kinds)
        return pa.decimal128(whole + scale, scale) if whole + scale <= 38 else pa.string()
    plainly = [k.value_type if pa.types.is_dictionary(k) else k for k in kinds]
    alike = all(kind.equals(plainly[0]) for kind in plainly)
    return first if alike or pa.types.is_nested(first) else pa.string()


def _names(
    type_: Any, model: type[FactModel], prefix: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], type[FactModel]]]:
    parts = children(model)
    for field in type_:
        if field.name in parts:
            if pa.types.is_struct(field.type):
                yield from _names(field.type, parts[field.name], (*prefix, field.name))
        else:
            yield (*prefix, field.name), model


def _inside(records: Any, path: tuple[str, ...]) -> Any:
    """The child at a path of records within records. Where the record is empty, so is the child."""
    for name in path:
        index = records.type.get_field_index(name) if pa.types.is_struct(records.type) else -1
        if index < 0:
            return None
        child = records.field(index)
        if records.null_count and not pa.types.is_null(child.type):
            if pa.types.is_struct(child.type) or is_list(child.type):
                child = records.flatten()[index]
            else:
                child = pc.if_else(records.is_valid(), child, pa.scalar(None, child.type))
        records = child
    return records


def plain(array: Any) -> Any:
    """The array without what only saves room: dictionaries and views of text stay out."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.dictionary_decode()
        kind = array.type
    if is_text(kind) and not pa.types.is_string(kind):
        return array.cast(pa.string())
    if is_list(kind) and not pa.types.is_list(kind):
        return array.cast(pa.list_(kind.value_type))
    return array


# -- opening a batch -----------------------------------------------------------------------------


def spaces_of(batch: Any, key: str, kept: frozenset[str]) -> dict[str, Space]:
    """Every space of a batch that has items, with the case itself as the first."""
    names = [n for n in batch.schema.names if n != key and n not in kept]
    rows = batch.num_rows
    root = Space(CASE, Case, rows)
    columns = [batch.column(batch.schema.get_field_index(name)) for name in names]
    columns = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in columns]
    record = (
        pa.StructArray.from_arrays(columns, names=names)
        if names
        else pa.array([{}] * rows, pa.struct([]))
    )
    root.add(record, np.arange(rows), np.arange(rows))
    spaces = {CASE: root}
    for name, model in COLLECTIONS.items():
        spaces[name] = Space(name, model, rows)
    _open(root, 0, 0, record, spaces)
    return spaces


def _open(space: Space, region: int, start: int, records: Any, spaces: dict[str, Space]) -> None:
    """Open the lists of records in one region of a space; `start`: the number of its first item."""
    declarations = space.model.declarations
    row = space.row[start : start + len(records)]
    for index in range(records.type.num_fields):
        field = records.type.field(index)
        declared = declarations.get(field.name)
        if declared is None or declared.form != "records" or not is_list(field.type):
            continue
        held = plain(_inside(records, (field.name,)))
        inner = spaces[declared.of]
        lengths = pc.fill_null(pc.list_value_length(held), 0).to_numpy(zero_copy_only=False)
        lengths = lengths.astype(np.int64)
        items = held.flatten()
        if pa.types.is_null(items.type):
            items = pa.array([None] * len(items), pa.struct([]))
        parent = np.repeat(np.arange(len(records)), lengths)
        first = inner.n
        inner.add(items, row[parent], parent + start)
        if items.null_count:
            bad = np.zeros(inner.n, bool)
            bad[first:] = items.is_null().to_numpy(zero_copy_only=False)
            inner.spoil(bad)
        members = np.arange(first, inner.n)
        space.lists.append((inner, (field.name,), Ragged(offsets_of(lengths), members, inner.name)))
        if len(items):
            _open(inner, len(inner.regions) - 1, first, items, spaces)


def list_of(space: Space, path: tuple[str, ...]) -> Ragged | None:
    """The items of a list of records, over all of a space: its regions end to end."""
    found = [held for _, at, held in space.lists if at == path]
    if not found:
        return None
    members = np.concatenate([held.members for held in found])
    lengths = np.concatenate([np.diff(held.offsets) for held in found])
    missing = space.n - len(lengths)  # the deepest components have no list of their own
    if missing:
        lengths = np.concatenate([lengths, np.zeros(missing, np.int64)])
    inner = found[0].space
    return Ragged(offsets_of(lengths), members, inner, is_all=False)


# -- who is named --------------------------------------------------------------------------------


class Names:
    """The items of one space that stand in rows, by row and by id."""

    def __init__(self, space: Space, ids: Any) -> None:
        self.top = space.top
        row = space.row[: self.top]
        self.count = np.bincount(row, minlength=space.rows)
        self.first = offsets_of(self.count)[:-1]
        self.most = int(self.count.max()) if self.top else 0
        self.words = ids.slice(0, self.top).dictionary_encode()
        code = pc.fill_null(self.words.indices, -1).to_numpy(zero_copy_only=False)
        self.code = code.astype(np.int64)
        self.row = row
        self._order: Array | None = None

    def twice(self) -> Array:
        """Rows in which one id names two items."""
        known = np.flatnonzero(self.code >= 0)
        keys = self.row[known] * (len(self.words.dictionary) + 1) + self.code[known]
        order = np.sort(keys)
        same = order[1:][order[1:] == order[:-1]]
        return same // (len(self.words.dictionary) + 1)

    def find(self, names: Any, row: Array) -> Array:
        """For each name in its row, the number of the item; -1 for none, -3 for nobody of that name."""
        wanted = pc.fill_null(
            pc.index_in(names, value_set=self.words.dictionary), -3
        ).to_numpy(zero_copy_only=False).astype(np.int64)  # fmt: skip
        given = names.is_valid().to_numpy(zero_copy_only=False)
        found = np.where(given, -3, -1)
        if self.most <= FEW:
            first, count = self.first[row], self.count[row]
            for place in range(self.most):
                there = place < count
                at = np.where(there, first + place, 0)
                hit = there & (self.code[at] == wanted) & (wanted >= 0)
                found = np.where(hit, at, found)
            return found
        if self._order is None:
            self._width = len(self.words.dictionary) + 1
            keys = self.row * self._width + np.where(self.code < 0, self._width - 1, self.code)
            self._order = np.argsort(keys, kind="stable")
            self._keys = keys[self._order]
        key = row * self._width + wanted
        at = np.minimum(np.searchsorted(self._keys, key), max(len(self._keys) - 1, 0))
        hit = (self._keys[at] == key) & (wanted >= 0)
        order: Any = self._order
        return np.where(hit, order[at], found)
