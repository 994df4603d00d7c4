"""Which rows of a table are no facts, and why: the same rows that `read.build_case` would refuse.

Each distinct word, day, number or code of a batch is read once, by the reader that a case has, and
the result is looked up for every row. What takes more than one cell to see (a fact that contradicts
the category, a name that nothing bears, a range without inside) is only suspected here, by a test on
whole columns that lets no bad row pass; the suspects are few, are read as cases, and that decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sanctions_rules.batch.arrow import Array, Batch, DataType, Vector, np, pa, pc
from sanctions_rules.batch.table import Column, columns, facts_of_row, rows_of
from sanctions_rules.codes import category_may_carry, read_code
from sanctions_rules.diagnostics import FactsError
from sanctions_rules.engines.columnar.shape import is_text
from sanctions_rules.facts import DISCRIMINATORS, Case, Declared, FactModel, refusal
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.read import build_case
from sanctions_rules.schema import COLLECTIONS, children
from sanctions_rules.tabular import LISTS

#: How many problems of one row are told.
MOST: Final = 8
_SINCE, _UNTIL = date(1900, 1, 1).toordinal(), date(2200, 12, 31).toordinal()
_EPOCH: Final = date(1970, 1, 1).toordinal()
_UNIT: Final = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_OPEN_MARKS: Final = ("…", "...")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row: in which column, and why it is no fact."""

    row: int
    column: str
    reason: str


@dataclass
class Found:
    """What came to light of one batch: faults, and rows that have to be looked at as a whole."""

    rows: int
    faults: list[Fault] = field(default_factory=list[Fault])
    suspects: set[int] = field(default_factory=set[int])
    bad: Any = None

    def __post_init__(self) -> None:
        self.bad = np.zeros(self.rows, bool)


def fact_columns(names: Iterable[str], key: str, keep: Collection[str]) -> list[str]:
    """The columns that are facts. One that is kept, or is the key, may be one as well."""
    facts = {*columns(Case), *children(Case)}
    return [n for n in names if n in facts or (n != key and n not in keep)]


def check(batch: Batch, names: Sequence[str]) -> Found:
    """All rows of a batch whose schema has no problems. `names`: the columns that are facts."""
    found = Found(batch.num_rows)
    level = _Level(np.arange(batch.num_rows), lambda _: "", is_case=True)
    held = {n: batch.column(n) for n in names}
    walk = _Walk(found)
    walk.record(held, Case, level)
    walk.references()
    for index in sorted(i for i in found.suspects if not found.bad[i]):
        row = rows_of(batch.slice(index, 1).select(list(names)))[0]
        found.faults += as_case(row, index)
    for fault in found.faults:
        found.bad[fault.row] = True
    found.faults.sort(key=lambda f: f.row)
    return found


def as_case(row: dict[str, Any], index: int) -> list[Fault]:
    """What the reader of cases says against this row."""
    try:
        build_case(facts_of_row(row))
    except FactsError as error:
        return [Fault(index, p.path, sentence(p.message, p.help)) for p in error.problems[:MOST]]
    return []


def sentence(message: str, help: str) -> str:
    return f"{message}; {help}" if help else message


# -- places --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    """The items of one list, or the rows themselves: to which row each belongs, and where it is."""

    rows: Vector
    path: Callable[[int], str]
    collection: str = ""  # of the case itself, if these are its items
    is_case: bool = False

    def part(self, name: str) -> _Level:
        """The same items, one step further down."""
        return _Level(self.rows, lambda index: f"{self.path(index)}{name}.")

    def items(self, name: str, parents: Vector, collection: str = "") -> _Level:
        """The items of a list that these have; `parents`: of each, the place of its list here."""

        def path(index: int) -> str:
            parent = int(parents[index])
            first = int(np.searchsorted(parents, parent))
            return f"{self.path(parent)}{name}[{index - first}]"

        return _Level(self.rows[parents], path, collection)

    def inside(self) -> _Level:
        """Where the facts of these items are."""
        return _Level(self.rows, lambda index: f"{self.path(index)}.", self.collection)


def _valid(array: Array) -> Vector:
    return pc.is_valid(array).to_numpy(zero_copy_only=False)


def _true(array: Array) -> Vector:
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False).astype(bool)


def _equal_or_null(array: Array, word: str) -> Array:
    """Where the word is; not known is not the word."""
    return pc.fill_null(pc.equal(array, word), False)


def _lengths(array: Array) -> Vector:
    return pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)


def _items(array: Array) -> tuple[Array, Vector]:
    """The items of all lists, and for each the place of its list."""
    if pa.types.is_fixed_size_list(array.type):
        array = array.cast(pa.list_(array.type.value_type))
    parents = pc.list_parent_indices(array).to_numpy(zero_copy_only=False).astype(np.int64)
    return pc.list_flatten(array), parents


def _texts(array: Array) -> Array:
    """Text in the one type that can be joined with other text."""
    return array.cast(pa.large_string()) if is_text(array.type) else array


def _distinct(array: Array) -> tuple[list[Any], Vector]:
    """The distinct values, and for each cell which one it is (-1: null)."""
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(_texts(array))
    places = pc.fill_null(array.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    values = array.dictionary.to_pylist()
    # A dictionary may hold what no cell has, and may hold null.
    used = np.zeros(len(values) + 1, bool)
    used[places] = True
    return [v if used[i] else None for i, v in enumerate(values)], places


# -- the walk ------------------------------------------------------------------------------------


class _Walk:
    """Through the columns of a batch, from the case down to the components of its goods."""

    def __init__(self, found: Found) -> None:
        self.found = found
        #: By collection: rows and names of its items; and of what refers to them.
        self._names: dict[str, list[tuple[Vector, Array]]] = {}
        self._refers: dict[str, list[tuple[Vector, Array]]] = {}

    def record(self, held: dict[str, Array], model: type[FactModel], level: _Level) -> None:
        parts, known = children(model), columns(model)
        facts: dict[str, dict[str, Array]] = {}
        for name, array in held.items():
            if pa.types.is_null(array.type):
                continue
            if name in parts:
                inner = {f.name: a for f, a in zip(array.type, array.flatten(), strict=True)}
                self.record(inner, parts[name], level.part(name))
            else:
                column = known[name]
                facts.setdefault(column.fact, {})[column.companion] = array
                self._column(column, name, array, level)
        for name, given in facts.items():
            self._beside(name, model.declarations[name], given, level)
        self._contradictions(model, facts, level)
        ids = facts.get("id", {}).get("")
        if ids is not None and level.collection:
            self._names.setdefault(level.collection, []).append((level.rows, _texts(ids)))

    def references(self) -> None:
        """Rows in which a name is borne by two, or a reference leads nowhere."""
        for collection in {*self._names, *self._refers}:
            borne, referred = self._names.get(collection, []), self._refers.get(collection, [])
            both = [array for _, array in (*borne, *referred)]
            if not both:
                continue
            encoded = pc.dictionary_encode(pa.concat_arrays(both))
            words = pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy(
                zero_copy_only=False
            )
            rows = np.concatenate([rows for rows, _ in (*borne, *referred)])
            pairs = rows * (len(encoded.dictionary) + 1) + words
            size = sum(len(array) for _, array in borne)
            named = pairs[:size][words[:size] >= 0]
            ordered = np.sort(named)
            twice = ordered[1:][ordered[1:] == ordered[:-1]]
            self.found.suspects.update((np.unique(twice) // (len(encoded.dictionary) + 1)).tolist())
            asked = words[size:] >= 0
            lost = ~np.isin(pairs[size:][asked], ordered)
            self.found.suspects.update(np.unique(rows[size:][asked][lost]).tolist())

    # -- one column ------------------------------------------------------------------------------

    def _column(self, column: Column, name: str, array: Array, level: _Level) -> None:
        declared = column.declared
        if column.companion == "basis":
            self._each(array, lambda v: None if v else "an empty text says nothing", name, level)
        elif column.companion == "one_of":
            self._list(array, declared, lambda v: _said(declared, {"one_of": [v]}), name, level)
        elif column.companion in ("none", "open"):
            pass
        elif declared.form == "records":
            self._records(array, declared, name, level)
        elif declared.form in LISTS:
            self._list(array, declared, lambda v: _element(declared, v), name, level)
        elif declared.form == "price":
            for field_, inner in zip(array.type, array.flatten(), strict=True):
                if field_.name != "currency" and not pa.types.is_null(inner.type):
                    self._number(inner, None, f"{name}.{field_.name}", level)
            self._price(declared, array, name, level)
        elif declared.form == "number":
            self._number(array, declared, name, level)
        elif declared.form == "moment":
            self._moment(array, declared, name, level)
        elif declared.form in ("text", "ref"):
            self._free(array, declared, name, level)
        elif declared.form != "flag":
            self._each(array, lambda v: _said(declared, v), name, level)
        if declared.form == "ref" and column.companion == "":
            names = _texts(array)
            if declared.optional:  # `none` names nobody
                names = pc.if_else(
                    _equal_or_null(names, "none"), pa.scalar(None, names.type), names
                )
            self._refers.setdefault(declared.of, []).append((level.rows, names))

    def _fault(self, level: _Level, indices: Iterable[int], name: str, reason: str) -> None:
        for index in indices:
            row = int(level.rows[index])
            self.found.faults.append(Fault(row, level.path(index) + name, reason))
            self.found.bad[row] = True

    def _each(
        self, array: Array, reader: Callable[[Any], str | None], name: str, level: _Level
    ) -> None:
        """Read each distinct value once; tell of every cell that holds a bad one."""
        values, places = _distinct(array)
        reasons: list[str | None] = [None if v is None else reader(v) for v in values]
        wrong = np.array([*(r is not None for r in reasons), False])
        for index in np.flatnonzero(wrong[places]).tolist():
            self._fault(level, (index,), name, reasons[int(places[index])] or "")

    def _free(self, array: Array, declared: Declared, name: str, level: _Level) -> None:
        """Text that may be anything but empty, or `none` where there must be such a thing."""
        for value in ("", "none"):
            reason = _said(declared, value)
            if reason is not None:
                hit = np.flatnonzero(_true(pc.equal(_texts(array), value)))
                self._fault(level, hit.tolist(), name, reason)

    def _number(self, array: Array, declared: Declared | None, name: str, level: _Level) -> None:
        type_: DataType = array.type
        read = Declared("price", "") if declared is None else declared

        def reader(value: Any) -> str | None:
            if declared is None:
                return _said(read, {"amount": value, "currency": "USD"})
            return _said(read, value)

        if is_text(type_):
            self._each(array, reader, name, level)
            return
        if pa.types.is_decimal256(type_):
            self._each(array, reader, name, level)
            return
        if declared is None:
            return
        # Compared in its own type: a common one of two decimals may not exist.
        is_decimal = pa.types.is_decimal(type_)
        ends = [pc.less(array, pa.scalar(Decimal(0) if is_decimal else 0, type_))]
        if declared.unit == "percent" and (not is_decimal or type_.precision - type_.scale > 2):
            ends.append(pc.greater(array, pa.scalar(Decimal(100) if is_decimal else 100, type_)))
        for mask in ends:
            for index in np.flatnonzero(_true(mask)).tolist():
                self._fault(level, (index,), name, reader(array[index].as_py()) or "")

    def _moment(self, array: Array, declared: Declared, name: str, level: _Level) -> None:
        if is_text(array.type):
            self._each(array, lambda v: _said(declared, v), name, level)
            return
        valid = _valid(array)
        if pa.types.is_date32(array.type):
            days = array.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64)
            out = (days < _SINCE - _EPOCH) | (days > _UNTIL - _EPOCH)
        else:
            each = _UNIT[array.type.unit]
            ticks = array.cast(pa.int64()).fill_null(0).to_numpy()
            if array.type.unit == "ns":
                fine = np.flatnonzero(valid & (ticks % 1000 != 0))
                self._fault(
                    level, fine.tolist(), name, "the time is finer than a microsecond; round it"
                )
            days = ticks // (each * 86_400)
            out = (days < _SINCE - _EPOCH - 1) | (days > _UNTIL - _EPOCH + 1)
            near = ~out & ((days <= _SINCE - _EPOCH + 1) | (days >= _UNTIL - _EPOCH - 1))
            self.found.suspects.update(level.rows[np.flatnonzero(valid & near)].tolist())
        self._fault(
            level,
            np.flatnonzero(valid & out).tolist(),
            name,
            "the year is out of range, 1900 to 2200",
        )

    def _price(self, declared: Declared, array: Array, name: str, level: _Level) -> None:
        """An amount without a currency says nothing; a currency is read once."""
        inner = {f.name: a for f, a in zip(array.type, array.flatten(), strict=True)}
        amounts = [a for n, a in inner.items() if n != "currency" and not pa.types.is_null(a.type)]
        if not amounts:
            return
        stated = np.logical_or.reduce([_valid(a) for a in amounts])
        currency = inner.get("currency")
        if currency is None or pa.types.is_null(currency.type):
            lacking = stated
        else:
            lacking = stated & ~_valid(currency)

            def reader(value: Any) -> str | None:
                return _said(declared, {"amount": 0, "currency": value})

            values, places = _distinct(currency)
            reasons: list[str | None] = [None if v is None else reader(v) for v in values]
            wrong = np.array([*(r is not None for r in reasons), False])
            for index in np.flatnonzero(stated & wrong[places]).tolist():
                self._fault(level, (index,), f"{name}.currency", reasons[int(places[index])] or "")
        self._fault(
            level, np.flatnonzero(lacking).tolist(), f"{name}.currency",
            "an amount of no currency says nothing",
        )  # fmt: skip

    # -- lists -----------------------------------------------------------------------------------

    def _list(
        self, array: Array, declared: Declared, reader: Callable[[Any], str | None], name: str,
        level: _Level,
    ) -> None:  # fmt: skip
        items, parents = _items(array)
        at = level.items(name, parents)
        self._long(array, level)
        if pa.types.is_null(items.type):
            hollow = np.arange(len(items))
        else:
            hollow = np.flatnonzero(~_valid(items))
        self._fault(at, hollow.tolist(), "", "an item of the list is empty; leave it out")
        if pa.types.is_null(items.type):
            return
        if declared.form in ("texts", "refs"):
            for value in ("", *_OPEN_MARKS):
                hit = np.flatnonzero(_true(pc.equal(_texts(items), value)))
                self._fault(at, hit.tolist(), "", reader(value) or "")
            if declared.form == "refs":
                self._refers.setdefault(declared.of, []).append((at.rows, _texts(items)))
        else:
            self._each(items, reader, "", at)

    def _records(self, array: Array, declared: Declared, name: str, level: _Level) -> None:
        items, parents = _items(array)
        of_case = declared.of if level.is_case else ""
        inner = level.items(name, parents, of_case)
        self._long(array, level)
        hollow = np.flatnonzero(~_valid(items)) if len(items) else np.zeros(0, np.int64)
        self._fault(inner, hollow.tolist(), "", "an item of the list is empty; leave it out")
        if pa.types.is_struct(items.type):
            held = {f.name: a for f, a in zip(items.type, items.flatten(), strict=True)}
            self.record(held, COLLECTIONS[declared.of], inner.inside())
            indirect = held.get("is_indirect") if declared.of == "ownership" else None
            if indirect is not None and not pa.types.is_null(indirect.type):
                # Whether the links of a stake that is held through others are there.
                self.found.suspects.update(inner.rows[_true(indirect)].tolist())

    def _long(self, array: Array, level: _Level) -> None:
        over = np.flatnonzero(_lengths(array) > LIMITS.collection)
        self.found.suspects.update(level.rows[over].tolist())

    # -- several cells of one item ---------------------------------------------------------------

    def _beside(
        self, name: str, declared: Declared, given: dict[str, Array], level: _Level
    ) -> None:
        """Values beside companions that contradict them, ranges, and lists closed by nothing."""
        given = {k: a for k, a in given.items() if not pa.types.is_null(a.type)}
        if declared.form == "price" and "" in given:
            self._ends({
                f.name.removeprefix("amount__") if f.name != "amount" else "": a
                for f, a in zip(given[""].type, given[""].flatten(), strict=True)
                if f.name != "currency" and not pa.types.is_null(a.type)
            }, level)  # fmt: skip
        value = given.get("")
        if "none" in given and value is not None:
            self._suspect(_true(given["none"]) & _valid(value), level)
        if "none" in given:
            none = _true(given["none"])
            for companion, array in given.items():
                if companion not in ("", "none", "open", "basis"):
                    hit = np.flatnonzero(none & _valid(array)).tolist()
                    self._fault(level, hit, name, f"it is said to be none, and has `{companion}`")
        if declared.form in ("number", "moment", "word"):
            self._ends({k: a for k, a in given.items() if k != "none"}, level)
        if declared.form in LISTS and value is not None:
            empty = _valid(value) & (_lengths(value) == 0)
            open_ = _true(given["open"]) if "open" in given else np.zeros(len(value), bool)
            if declared.form == "codes":
                self._suspect(empty & ~open_, level)
            if declared.needs_basis and "open" in given:
                based = _valid(given["basis"]) if "basis" in given else np.zeros(len(value), bool)
                closed = ~_true(pc.fill_null(given["open"], True))
                self._suspect(_valid(value) & closed & ~based, level)

    def _ends(self, given: dict[str, Array], level: _Level) -> None:
        """A value and an end of a range; two ends on one side; a range with nothing inside."""
        if len(given) < 2:
            return
        valid = {k: _valid(a) for k, a in given.items()}
        if "" in valid:
            others = np.logical_or.reduce([v for k, v in valid.items() if k])
            self._suspect(valid[""] & others, level)
        low = [k for k in valid if k in ("at_least", "more_than", "on_or_after", "after")]
        high = [k for k in valid if k in ("at_most", "less_than", "on_or_before", "before")]
        for side in (low, high):
            if len(side) == 2:
                self._suspect(valid[side[0]] & valid[side[1]], level)
        for one in low:
            for other in high:
                both = valid[one] & valid[other]
                if both.any():
                    self._suspect(both & self._crossed(given[one], given[other]), level)

    @staticmethod
    def _crossed(low: Array, high: Array) -> Vector:
        """Where the lower end is not surely below the upper one."""
        if low.type == high.type and not is_text(low.type):
            return ~_true(pc.less(low, high))
        return np.ones(len(low), bool)

    def _contradictions(
        self, model: type[FactModel], facts: dict[str, dict[str, Array]], level: _Level
    ) -> None:
        """Facts of a sort that has none, and codes that no thing of the category has."""
        discriminator = DISCRIMINATORS.get(model.__name__)
        sorts = facts.get(discriminator or "", {}).get("")
        if sorts is None or pa.types.is_null(sorts.type):
            return
        values, places = _distinct(sorts)
        for name, given in facts.items():
            only = model.declarations[name].only_for
            if not only:
                continue
            strange = np.array([*(v is not None and v not in only for v in values), False])[places]
            if not strange.any():
                continue
            for companion, array in given.items():
                if companion in ("none", "open", "basis") or pa.types.is_null(array.type):
                    continue
                stated = _valid(array)
                if companion == "" and model.declarations[name].form in LISTS:
                    stated = stated & (_lengths(array) > 0)
                elif companion == "" and model.declarations[name].optional and is_text(array.type):
                    stated = stated & ~_true(pc.equal(_texts(array), "none"))
                self._suspect(strange & stated, level)
        codes = facts.get("codes", {}).get("")
        if codes is None or pa.types.is_null(codes.type):
            return
        items, parents = _items(codes)
        if pa.types.is_null(items.type):
            return
        held, which = _distinct(items)
        sort = places[parents]
        known = (which >= 0) & (sort >= 0)
        pairs = np.flatnonzero(np.bincount(sort[known] * len(held) + which[known]))
        for a, b in (divmod(pair, len(held)) for pair in pairs.tolist()):
            code = read_code(held[b]) if isinstance(held[b], str) else None
            if code is not None and not category_may_carry(values[a], code.hs):
                rows = level.rows[parents[known & (sort == a) & (which == b)]]
                self.found.suspects.update(rows.tolist())

    def _suspect(self, mask: Vector, level: _Level) -> None:
        self.found.suspects.update(level.rows[np.flatnonzero(mask)].tolist())


# -- one value -----------------------------------------------------------------------------------


def _said(declared: Declared, value: Any) -> str | None:
    """Why this is no value of the fact; None where it is one."""
    refused = refusal(declared, value)
    return None if refused is None else sentence(*refused)


def _element(declared: Declared, value: Any) -> str | None:
    if value in _OPEN_MARKS:
        return "`…` is no item; say that the list is open in the column `__open` beside it"
    return _said(declared, {"items": [value], "complete": False})
