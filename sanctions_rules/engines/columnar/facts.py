"""The facts of a batch as engines see them: `view.View`, for all rows at once.

One fact may stand for another here exactly as there: a fact of one sort of goods is `none` for the
others, a code implies words and a category, the act is done at the event of its kind. Each fact is
read once, when it is first asked for. A value that is worked out from others looks at each distinct
one and not at each row.
"""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sanctions_rules import codes
from sanctions_rules.codes import Code
from sanctions_rules.engines.columnar import amounts, reading
from sanctions_rules.engines.columnar.amounts import LARGEST
from sanctions_rules.engines.columnar.arrow import Array, Vector, np, pa, pc
from sanctions_rules.engines.columnar.judging import Judgements
from sanctions_rules.engines.columnar.reading import Path, beside, mask_of, nothing_given
from sanctions_rules.engines.columnar.spaces import CASE, Names, Space, list_of
from sanctions_rules.engines.columnar.vectors import (
    LEAST,
    MOST,
    Coded,
    Lexicon,
    Moment,
    Ordered,
    Pair,
    Ragged,
    Refs,
    either,
    full,
    no,
    offsets_of,
)
from sanctions_rules.facts import (
    DISCRIMINATORS,
    EVENT_OF_ACT,
    Declared,
    Events,
    FactModel,
    Good,
)
from sanctions_rules.schema import WITH_COMPONENTS, children
from sanctions_rules.values import Items, OneOf

Lexicons = dict[tuple[str, Path], Lexicon]

_CODED: Final = frozenset({"flag", "word", "country", "text"})
_CODED_LISTS: Final = frozenset({"words", "countries", "texts", "codes"})
_EMPTY: Final = Items((), True)
_PLACE: Final = re.compile(r"(\w+)\[(\d+)\]")


class Facts:
    """All facts of one batch. `lexicons` outlive it."""

    def __init__(self, spaces: Mapping[str, Space], lexicons: Lexicons) -> None:
        self.spaces = spaces
        self.lexicons = lexicons
        self._read: dict[tuple[str, Path], Any] = {}
        self._names: dict[str, Names | None] = {}
        self._judgements: Judgements | None = None
        self.kept: dict[tuple[str, Path], Any] = {}

    def close(self) -> None:
        """Let go of what was read; judgements refer back to all of it."""
        self._judgements = None
        self._read.clear()

    def lexicon(self, space: str, path: Path) -> Lexicon:
        found = self.lexicons.get((space, path))
        if found is None:
            found = self.lexicons[space, path] = Lexicon()
        return found

    # -- as they are given ---------------------------------------------------------------------

    def given(self, space: Space, path: Path, declared: Declared) -> Any:
        """A fact as it is given, before another may stand for it."""
        key = (space.name, ("given", *path))
        if key not in self._read:
            self._read[key] = self._given(space, path, declared)
        return self._read[key]

    def _given(self, space: Space, path: Path, declared: Declared) -> Any:
        lexicon = self.lexicon(space.name, path)
        match declared.form:
            case "flag":
                return Coded(reading.flag(space, path, lexicon), lexicon)
            case "number":
                return amounts.number(space, path, declared)
            case "moment":
                return amounts.moment(space, path, declared)
            case "price":
                return amounts.price(space, path, declared)
            case "ref":
                return self._ref(space, path, declared)
            case "refs":
                return self._refs(space, path, declared)
            case "records":
                return self._records(space, path, declared)
            case form if form in _CODED_LISTS:
                return Coded(reading.words(space, path, declared, lexicon), lexicon)
            case _:
                return Coded(reading.word(space, path, declared, lexicon), lexicon)

    def names(self, space: str) -> Names | None:
        """Who is named in a space; None where nobody is."""
        if space not in self._names:
            of = self.spaces[space]
            ids = of.column(("id",)) if of.n else None
            found = self._names[space] = None if ids is None else Names(of, ids)
            if found is not None:
                twice = found.twice()
                if len(twice):
                    self.spaces[CASE].spoil(np.isin(np.arange(of.rows), twice))
        return self._names[space]

    def _find(self, space: Space, names: Any, rows: Array, of: str) -> Array:
        held = self.names(of)
        if held is None:
            given = names.is_valid().to_numpy(zero_copy_only=False)
            return np.where(given, -3, -1)
        return held.find(names, rows)

    def _ref(self, space: Space, path: Path, declared: Declared) -> Refs:
        column = space.column(path)
        if column is None:
            index = np.full(space.n, -1)
        else:
            index = self._find(space, column, space.row, declared.of)
            if declared.optional and (index == -3).any():
                none = pc.fill_null(pc.equal(column, "none"), False)
                index = np.where(none.to_numpy(zero_copy_only=False), -2, index)
            space.spoil(index == -3)
            index = np.where(index == -3, -1, index)
        none = mask_of(space, beside(path, "none"))
        if none is not False:
            space.spoil(none & (index >= 0))
            index = np.where(none, -2, index)
        return Refs(index, declared.of)

    def _refs(self, space: Space, path: Path, declared: Declared) -> Ragged:
        column = space.column(path)
        none = mask_of(space, beside(path, "none"))
        if column is None:
            zero = np.zeros(space.n + 1, np.int64)
            return Ragged(zero, np.zeros(0, np.int64), declared.of, none, none)
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
        lengths = lengths.astype(np.int64)
        names = reading_text(column.flatten())
        parents = np.repeat(np.arange(space.n), lengths)
        members = self._find(space, names, space.row[parents], declared.of)
        wrong = np.zeros(space.n, bool)
        wrong[parents[members < 0]] = True
        space.spoil(wrong)
        known = column.is_valid().to_numpy(zero_copy_only=False)
        complete = reading.completeness(space, path, declared, column) & known
        if none is not False:
            space.spoil(none & (lengths > 0))
            known, complete = known | none, complete | none
        members = np.maximum(members, 0)
        return Ragged(offsets_of(lengths), members, declared.of, complete, known)

    def _records(self, space: Space, path: Path, declared: Declared) -> Ragged:
        held = list_of(space, path)
        column = space.column(path)
        none = mask_of(space, beside(path, "none"))
        if held is None or column is None:
            zero = np.zeros(space.n + 1, np.int64)
            return Ragged(zero, np.zeros(0, np.int64), declared.of, none, none)
        known = column.is_valid().to_numpy(zero_copy_only=False)
        complete = reading.completeness(space, path, declared, column) & known
        if none is not False:
            space.spoil(none & (np.diff(held.offsets) > 0))
            known, complete = known | none, complete | none
        whole = len(held.members) == self.spaces[held.space].n
        return Ragged(held.offsets, held.members, held.space, complete, known, is_all=whole)

    # -- as the law sees them ------------------------------------------------------------------

    def fact(self, space: str, path: Path) -> Any:
        """The fact at a path of parts of an item, over all items of the space."""
        found = self._read.get((space, path))
        if found is None:
            found = self._read[space, path] = self._fact(self.spaces[space], path)
        return found

    def _fact(self, space: Space, path: Path) -> Any:
        if path == (WITH_COMPONENTS,):
            return self._with_components(space)
        model = model_at(space.model, path)
        name, prefix = path[-1], path[:-1]
        declared = model.declarations[name]
        value = self.given(space, path, declared)
        if declared.only_for:
            value = self._only_for(space, prefix, model, declared, value)
        if declared.falls_back_to:
            other = self.fact(space.name, (*prefix, declared.falls_back_to))
            value = where(nothing_given(value, space.n), other, value, space)
        if model is Good and name in codes.IMPLIED:
            value = self._implied(space, prefix, name, value)
        if model is Good and name == "category":
            value = self._category(space, prefix, value)
        if model is Events and name == "conduct":
            value = self._conduct(space, prefix, value)
        return value

    def _only_for(
        self, space: Space, prefix: Path, model: type[FactModel], declared: Declared, value: Any
    ) -> Any:
        """A fact of some sorts is none for a thing that is surely of another sort."""
        sort = self.sort(space, prefix, model)
        kinds = frozenset(declared.only_for)
        table = sort.lexicon.table(
            ("without", kinds),
            lambda s: isinstance(s, frozenset) and bool(s) and not s & kinds,
            bool,
        )
        gone = table[sort.codes]
        if not gone.any() if isinstance(gone, np.ndarray) else not gone:
            return value
        gone = gone & full(nothing_given(value, space.n), space.n)
        match value:
            case Coded():
                none = value.lexicon.number(_EMPTY) if declared.form in _CODED_LISTS else 1
                return Coded(np.where(gone, np.int32(none), value.codes), value.lexicon)
            case Refs():
                return Refs(np.where(gone, -2, value.index), value.space)
            case Ragged():
                return Ragged(
                    value.offsets, value.members, value.space, either(value.complete, gone),
                    either(value.known, gone), value.none, value.is_all,
                )  # fmt: skip
            case Ordered():
                value = Ordered(**{n: getattr(value, n) for n in _ORDERED})
            case Moment():
                value = Moment(**{n: getattr(value, n) for n in Moment.__slots__})
            case _:
                raise TypeError(type(value).__name__)
        value.none = either(value.none, gone)
        return value

    def sort(self, space: Space, prefix: Path, model: type[FactModel]) -> Coded:
        """The sorts that each item may be of, as a set; the empty set where nothing says so."""
        key = (space.name, (*prefix, "sort of it"))
        if key not in self._read:
            self._read[key] = self._sort(space, prefix, model)
        return self._read[key]

    def _sort(self, space: Space, prefix: Path, model: type[FactModel]) -> Coded:
        lexicon = self.lexicon(space.name, (*prefix, "sort of it"))
        discriminator = DISCRIMINATORS.get(model.__name__)
        found: Vector = lexicon.number(frozenset())
        if discriminator:
            path = (*prefix, discriminator)
            word = self.given(space, path, model.declarations[discriminator])
            table = word.lexicon.table("sort", lambda w: lexicon.number(_sort_of_word(w)), np.int32)
            found = table[word.codes]
        if model is Good:
            held = self.given(space, (*prefix, "codes"), Good.declarations["codes"])
            table = held.lexicon.table(
                "sort", lambda c: lexicon.number(_sort_of_codes(c)), np.int32
            )
            empty = lexicon.number(frozenset())
            found = np.where(found == empty, table[held.codes], found)
        return Coded(found, lexicon)

    def _implied(self, space: Space, prefix: Path, name: str, value: Coded) -> Coded:
        held = self.given(space, (*prefix, "codes"), Good.declarations["codes"])
        lexicon = value.lexicon

        def one(listed: object) -> int:
            words = codes.implied(name, codes_of(listed))
            if not words:
                return 0
            return lexicon.number(next(iter(words)) if len(words) == 1 else OneOf(words))

        table = held.lexicon.table(("implied", name), one, np.int32)
        return Coded(np.where(value.codes == 0, table[held.codes], value.codes), lexicon)

    def _category(self, space: Space, prefix: Path, value: Coded) -> Coded:
        sort = self.sort(space, prefix, Good)
        lexicon = value.lexicon
        table = sort.lexicon.table(
            "category", lambda s: lexicon.number(OneOf(s)) if isinstance(s, frozenset) and s else 0,
            np.int32,
        )  # fmt: skip
        return Coded(np.where(value.codes == 0, table[sort.codes], value.codes), lexicon)

    def _conduct(self, space: Space, prefix: Path, value: Any) -> Any:
        """The act is done at the event of its kind, where nothing else is said."""
        missing = full(nothing_given(value, space.n), space.n)
        if not missing.any():
            return value
        kind = self.fact(CASE, ("act", "kind"))
        for event in dict.fromkeys(EVENT_OF_ACT.values()):
            table = kind.lexicon.table(
                ("event", event), lambda k, e=event: EVENT_OF_ACT.get(k) == e if isinstance(k, str) else False, bool
            )  # fmt: skip
            here = missing & table[kind.codes]
            if here.any():
                other = self.fact(space.name, (*prefix, event))
                value = where(here & no(full(other.none, space.n)), other, value, space)
        return value

    def _with_components(self, space: Space) -> Ragged:
        """Each good with its components, to any depth."""
        held = self.fact(space.name, ("components",))
        top, item = np.arange(space.n), np.arange(space.n)
        tops, items = [top], [item]
        lengths = np.diff(held.offsets)
        while len(item):
            count = lengths[item]
            offsets = offsets_of(count)
            within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], count)
            top = np.repeat(top, count)
            item = held.members[np.repeat(held.offsets[item], count) + within]
            tops.append(top)
            items.append(item)
        top, item = np.concatenate(tops), np.concatenate(items)
        order = np.argsort(top, kind="stable")
        offsets = offsets_of(np.bincount(top, minlength=space.n))
        found = Ragged(offsets, item[order], space.name)
        open_ = ~full(held.complete, space.n)
        complete = np.ones(space.n, bool)
        complete[top[open_[item]]] = False
        found.complete = complete
        return found

    def judged(self, space: str, question: str) -> Pair:
        """What people answered to a question about each item."""
        if self._judgements is None:
            self._judgements = Judgements(self)
        return self._judgements.judged(space, question)


_ORDERED: Final = ("lo", "hi", "lo_open", "hi_open", "tag", "scale", "none")


def model_at(model: type[FactModel], path: Path) -> type[FactModel]:
    for part in path[:-1]:
        model = children(model)[part]
    return model


def reading_text(names: Any) -> Any:
    return pa.array([None] * len(names), pa.string()) if pa.types.is_null(names.type) else names


def where(mask: Array, a: Any, b: Any, space: Space) -> Any:
    """`a` where the mask is true, else `b`."""
    if mask is False or not np.any(mask):
        return b
    match a:
        case Moment():
            return Moment(*(np.where(mask, getattr(a, f), getattr(b, f)) for f in Moment.__slots__))
        case Ordered():
            scale = max(a.scale, b.scale)
            (a, large), (b, larger) = (rescaled(one, scale) for one in (a, b))
            space.spoil(np.full(space.n, False) | large | larger)
            ends = {f: np.where(mask, getattr(a, f), getattr(b, f)) for f in _ORDERED[:5]}
            return Ordered(**ends, scale=scale, none=np.where(mask, a.none, b.none))
        case _:
            raise TypeError(type(a).__name__)


def rescaled(a: Ordered, scale: int) -> tuple[Ordered, Vector]:
    """The same value in smaller units, and where it does not fit."""
    if a.scale == scale:
        return a, False
    by = 10 ** (scale - a.scale)
    large: Vector = False
    ends: list[Vector] = []
    for v, gone in ((a.lo, LEAST), (a.hi, MOST)):
        absent = v == gone
        over = ~np.asarray(absent) & (np.abs(v) > LARGEST // by)
        large = large | over
        ends.append(np.where(absent, gone, np.where(over, 0, v) * by))
    lo, hi = ends
    return Ordered(lo, hi, a.lo_open, a.hi_open, a.tag, scale, a.none), large


def _sort_of_word(word: object) -> frozenset[str]:
    if isinstance(word, str):
        return frozenset({word})
    return word.values if isinstance(word, OneOf) else frozenset()


def codes_of(listed: object) -> tuple[Code, ...]:
    return tuple(listed.members) if isinstance(listed, Items) else ()  # pyright: ignore[reportReturnType]


def _sort_of_codes(listed: object) -> frozenset[str]:
    held = codes_of(listed)
    possible = [codes.categories_of(code) for code in held]
    some = {category for one in possible for category in one}
    every = {category for category in some if all(category in one for one in possible)}
    return frozenset(every or some)
