"""The columns of a CSV file as the table form of facts: `act.kind`, `goods[0].category`.

Every cell is text, so nothing is guessed from its looks: no `NO` that becomes false, no `NA` that
becomes nothing. An empty cell is a fact that is not known. A list is written with `;` between its
items, `[]` is a list without any, and one that ends in `…` is open. An item of a collection is there
as soon as one of its cells, or a cell of a later item, says something.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sanctions_rules.batch.arrow import Array, Batch, Vector, np, pa, pc
from sanctions_rules.batch.cells import Fault
from sanctions_rules.batch.table import Column, columns
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.facts import Case, Declared, FactModel
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.tabular import LISTS, PRICE_COLUMNS, unknown_column

_STEP: Final = re.compile(r"([A-Za-z_0-9]+)(?:\[(0|[1-9][0-9]{0,4})\])?")
_WORDS: Final = {"true": True, "false": False}
_EMPTY: Final = "[]"
_OPEN: Final = ("…", "...")


@dataclass
class _Node:
    """A record of the table: its own columns, its parts, and the items of its collections."""

    model: type[FactModel]
    leaves: dict[str, tuple[int, Column]] = field(default_factory=dict[str, tuple[int, Column]])
    prices: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    parts: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    items: dict[str, dict[int, _Node]] = field(default_factory=dict[str, dict[int, "_Node"]])


class Flat:
    """The header of one file, understood. `problems`: why it is not to be read as facts."""

    def __init__(self, header: Sequence[str], key: str, kept: Collection[str]) -> None:
        self.header = tuple(header)
        self.key, self.kept = key, tuple(k for k in header if k in kept and k != key)
        self.problems: list[Diagnostic] = []
        self._root = _Node(Case)
        first = {name: index for index, name in reversed([*enumerate(header)])}
        for index, name in enumerate(header):
            if first[name] != index:
                said = f"two columns are called `{name}`"
                self.problems.append(Diagnostic("twice", said, path=name))
            elif (name != key and name not in kept) or _is_fact(name):
                self._place(name, index)
        self._whole(self._root, "")
        if key not in header:
            self.problems.append(Diagnostic(
                "no-key", f"the table has no column `{key}`", path=key,
                help="say which column names a row; the columns are: " + ", ".join(header),
            ))  # fmt: skip
        self.schema = self.read(_nothing(self.header))[0].schema if not self.problems else None

    def _whole(self, node: _Node, path: str) -> None:
        """Items are numbered from 0 with none left out: a row has as many as there are columns for."""
        for name, part in node.parts.items():
            self._whole(part, f"{path}{name}.")
        for name, items in node.items.items():
            missing = next(at for at in range(len(items) + 1) if at not in items)
            if missing < len(items):
                said = f"there is a column of `{path}{name}[{max(items)}]`, and none of `{path}{name}[{missing}]`"
                self.problems.append(Diagnostic(
                    "wrong-shape", said, path=f"{path}{name}", help="number the items from 0, and leave none out",
                ))  # fmt: skip
            for at, item in items.items():
                self._whole(item, f"{path}{name}[{at}].")

    def _place(self, name: str, index: int) -> None:
        node = self._root
        steps = name.split(".")
        if len(steps) > LIMITS.column_steps:
            said = f"the place of the column has more than {LIMITS.column_steps} steps"
            self.problems.append(Diagnostic("limit.column-steps", said, path=f"{name:.60}…"))
            return
        for number, step in enumerate(steps):
            matched = _STEP.fullmatch(step)
            if matched is None:
                self.problems.append(unknown_column(name, node.model))
                return
            word, at = matched[1], matched[2]
            column = columns(node.model).get(word)
            last = number == len(steps) - 1
            if at is None and word in children(node.model) and not last:
                node = node.parts.setdefault(word, _Node(children(node.model)[word]))
            elif column is None and at is None and word in children(node.model):
                break
            elif column is None or (column.companion and not last):
                where = ".".join([*steps[:number], word])
                self.problems.append(unknown_column(where, node.model))
                return
            elif at is not None and column.declared.form == "records" and not last:
                found = node.items.setdefault(word, {})
                node = found.setdefault(int(at), _Node(COLLECTIONS[column.declared.of]))
            elif (
                column.declared.form == "price"
                and not column.companion
                and number == len(steps) - 2
            ):
                if steps[-1] not in PRICE_COLUMNS:
                    self.problems.append(Diagnostic(
                        "unknown-column", f"there is no part of a price called `{steps[-1]}`", path=name,
                        help="a price has " + ", ".join(PRICE_COLUMNS),
                    ))  # fmt: skip
                else:
                    node.prices.setdefault(word, {})[steps[-1]] = index
                return
            elif last and at is None:
                if column.declared.form == "price" and not column.companion:
                    self.problems.append(Diagnostic(
                        "wrong-shape", f"`{name}` is a price", path=name,
                        help=f"write {name}.amount and {name}.currency",
                    ))  # fmt: skip
                else:
                    node.leaves[word] = (index, column)
                return
            else:
                self.problems.append(Diagnostic(
                    "wrong-shape", f"`{name}` is not how a fact is named", path=name,
                    help="as in act.kind, goods[0].category, goods[0].customs_value.amount",
                ))  # fmt: skip
                return
        self.problems.append(
            Diagnostic("wrong-shape", f"`{name}` is a record, not a fact", path=name)
        )

    def read(self, batch: Batch) -> tuple[Batch, list[Fault]]:
        """The same rows as a table of facts, and the cells that cannot even be put into one."""
        cells = [filled(batch.column(i)) for i in range(batch.num_columns)]
        faults: list[Fault] = []
        made = _Reading(cells, self.header, faults).record(self._root)
        beside = {
            name: cells[self.header.index(name)]
            for name in (self.key, *self.kept)
            if name not in made
        }
        return pa.RecordBatch.from_arrays(
            [*beside.values(), *made.values()], [*beside, *made]
        ), faults  # fmt: skip


def _is_fact(name: str) -> bool:
    """Whether a column that is kept, or is the key, says a fact as well."""
    head = name.split(".")[0].split("[")[0]
    return head in columns(Case) or head in children(Case)


def _nothing(header: Sequence[str]) -> Batch:
    return pa.RecordBatch.from_arrays([pa.array([], pa.string()) for _ in header], list(header))


def filled(array: Array) -> Array:
    """Text without blanks around it; an empty cell is null."""
    array = pc.utf8_trim_whitespace(array)
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, array.type), array)


@dataclass
class _Reading:
    cells: Sequence[Array]
    header: Sequence[str]
    faults: list[Fault]

    def record(self, node: _Node) -> dict[str, Array]:
        found: dict[str, Array] = {}
        for name, part in node.parts.items():
            found[name] = _struct(self.record(part))
        for name, parts in node.prices.items():
            found[name] = _struct({part: self.cells[index] for part, index in parts.items()})
        for name, (index, column) in node.leaves.items():
            for companion, array in self._leaf(index, column).items():
                called = f"{name}__{companion}" if companion else name
                before = found.get(called)
                found[called] = array if before is None else pc.coalesce(before, array)
        for name, items in node.items.items():
            stated = found.pop(name, None)
            made = self._items(items)
            found[name] = made if stated is None else self._either(name, stated, made)
        return found

    # -- one column ------------------------------------------------------------------------------

    def _leaf(self, index: int, column: Column) -> dict[str, Array]:
        """A column as the value, and companions where its text says more than a value."""
        array, declared = self.cells[index], column.declared
        if column.companion in ("none", "open") or (
            declared.form == "flag" and not column.companion
        ):
            none = None
            if not column.companion:
                array, none = self._without_none(array, declared)
            made = {"": self._flag(array, index)}
        elif column.companion == "one_of":
            return {"": _split(array)[0]}
        elif column.companion:
            return {"": array}
        elif declared.form == "records":
            array, none = self._without_none(array, declared)
            wrong = _at(pc.and_(pc.is_valid(array), pc.not_equal(array, _EMPTY)))
            self._fault(wrong, index, "a collection is written item by item; only `[]` stands here")
            lists = pa.ListArray.from_arrays(
                pa.array(np.zeros(len(array) + 1, np.int32)),
                pa.array([], pa.struct([])), mask=pc.is_null(array),
            )  # fmt: skip
            made = {"": lists}
        elif declared.form in LISTS:
            array, none = self._without_none(array, declared)
            lists, open_ = _split(array)
            made = {"": lists, **({"open": open_} if open_ is not None else {})}
        else:
            array, none = self._without_none(array, declared)
            made = {"": array}
        return made if none is None else {**made, "none": none}

    def _without_none(self, array: Array, declared: Declared) -> tuple[Array, Array | None]:
        """`none` taken out of a column and put beside it, where the fact may be none."""
        if not declared.optional:
            return array, None
        none = pc.equal(array, "none")
        if not pc.any(none).as_py():
            return array, pa.nulls(len(array), pa.bool_())
        return pc.if_else(pc.fill_null(none, False), pa.scalar(None, array.type), array), none

    def _flag(self, array: Array, index: int) -> Array:
        yes, no = pc.equal(array, "true"), pc.equal(array, "false")
        wrong = _at(pc.and_(pc.is_valid(array), pc.invert(pc.or_(yes, no))))
        for row in wrong:
            given = str(array[row].as_py())[:60]
            self.faults.append(
                Fault(row, self.header[index], f"true or false is expected, not `{given}`")
            )
        return pc.if_else(pc.or_(yes, no), yes, pa.scalar(None, pa.bool_()))

    def _fault(self, rows: Sequence[int], index: int, reason: str) -> None:
        self.faults += [Fault(row, self.header[index], reason) for row in rows]

    # -- collections -----------------------------------------------------------------------------

    def _items(self, items: dict[int, _Node]) -> Array:
        """The items side by side, row by row, up to the last one of which something is said."""
        last = max(items)
        records = {at: self.record(items[at]) for at in sorted(items)}
        rows = len(self.cells[0])
        fields: dict[str, Any] = {}
        for held in records.values():
            for name, array in held.items():
                fields[name] = _wider(fields.get(name), array.type)
        lengths = np.zeros(rows, np.int64)
        made: list[Array] = []
        for at in range(last + 1):
            held = records.get(at, {})
            stated = np.zeros(rows, bool)
            for array in held.values():
                stated |= _says(array)
            lengths[stated] = at + 1
            made.append(_struct({
                n: _cast(held[n], t) if n in held else pa.nulls(rows, t) for n, t in fields.items()
            }))  # fmt: skip
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        row_of = np.repeat(np.arange(rows), lengths)
        item_of = np.arange(len(row_of)) - offsets[row_of]
        values = pa.concat_arrays(made).take(pa.array(item_of * rows + row_of))
        return pa.ListArray.from_arrays(
            pa.array(offsets.astype(np.int32)), values, mask=pa.array(lengths == 0)
        )

    def _either(self, name: str, stated: Array, made: Array) -> Array:
        """`[]` in the column of a collection itself, and its items, but not both."""
        both = _at(pc.and_(pc.is_valid(stated), pc.is_valid(made)))
        self.faults += [Fault(r, name, "the list is said to be empty, and has items") for r in both]
        length = pc.fill_null(pc.list_value_length(made), 0).to_numpy(zero_copy_only=False)
        mask = pc.and_(pc.is_null(stated), pc.is_null(made))
        return pa.ListArray.from_arrays(
            pa.array(np.concatenate([[0], np.cumsum(length)]).astype(np.int32)),
            made.flatten(), mask=mask,
        )  # fmt: skip


def _struct(held: dict[str, Array]) -> Array:
    return pa.StructArray.from_arrays(list(held.values()), list(held))


def _wider(before: Any, type_: Any) -> Any:
    """The record type that has the fields of both."""
    if before is None or before == type_:
        return type_
    if pa.types.is_struct(type_) and pa.types.is_struct(before):
        held = {f.name: f.type for f in before}
        for one in type_:
            held[one.name] = _wider(held.get(one.name), one.type)
        return pa.struct(list(held.items()))
    if pa.types.is_list(type_) and pa.types.is_list(before):
        return pa.list_(_wider(before.value_type, type_.value_type))
    return type_ if pa.types.is_null(before) else before


def _cast(array: Array, type_: Any) -> Array:
    if array.type == type_:
        return array
    if pa.types.is_struct(type_):
        held = {f.name: a for f, a in zip(array.type, array.flatten(), strict=True)}
        return _struct({
            f.name: _cast(held[f.name], f.type) if f.name in held else pa.nulls(len(array), f.type)
            for f in type_
        })  # fmt: skip
    if pa.types.is_list(type_):
        length = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
        return pa.ListArray.from_arrays(
            pa.array(np.concatenate([[0], np.cumsum(length)]).astype(np.int32)),
            _cast(array.flatten(), type_.value_type), mask=pc.is_null(array),
        )  # fmt: skip
    return array.cast(type_)


def _says(array: Array) -> Vector:
    """In which rows a cell of it, or of what it is made of, says something."""
    if pa.types.is_struct(array.type):
        found = np.zeros(len(array), bool)
        for inner in array.flatten():
            found |= _says(inner)
        return found
    return _mask(pc.is_valid(array))


def _mask(array: Array) -> Vector:
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False).astype(bool)


def _at(mask: Array) -> list[int]:
    return np.flatnonzero(_mask(mask)).tolist()


def _split(array: Array) -> tuple[Array, Array | None]:
    """Cells with `;` as lists, and which of them are open, if any of them says so."""
    lists = pc.split_pattern(array, ";")
    items = pc.utf8_trim_whitespace(pc.list_flatten(lists))
    parents = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False).copy()
    ends = np.cumsum(lengths)
    last = np.zeros(len(items), bool)
    last[ends[lengths > 0] - 1] = True
    marked = _mask(pc.is_in(items, pa.array(_OPEN))) & last
    whole = _mask(pc.equal(array, _EMPTY))[parents] if len(items) else np.zeros(0, bool)
    # A mark at the end of the cell, as in `RU;`, adds no item that is empty.
    blank = _mask(pc.equal(items, "")) & last
    drop = marked | whole | blank
    np.subtract.at(lengths, parents[drop], 1)
    made = pa.ListArray.from_arrays(
        pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)),
        items.filter(pa.array(~drop)), mask=pc.is_null(array),
    )  # fmt: skip
    if not marked.any():
        return made, None
    open_ = np.zeros(len(array), bool)
    open_[parents[marked]] = True
    return made, pa.array(open_, mask=~open_)
