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
from sanctions_rules.engines.columnar import reading
from sanctions_rules.engines.columnar.arrow import Array, Vector, np, pa, pc
from sanctions_rules.engines.columnar.reading import LARGEST, Path, beside, mask_of, nothing_given
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
    Value,
    distinct,
    either,
    full,
    no,
    offsets_of,
    pair,
)
from sanctions_rules.facts import (
    DISCRIMINATORS,
    EVENT_OF_ACT,
    LICENCE_NUMBERS,
    Declared,
    Events,
    FactModel,
    Good,
    LicenceHeld,
)
from sanctions_rules.schema import COLLECTIONS, WITH_COMPONENTS, children
from sanctions_rules.tabular import columns
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
        self._judged_of: dict[str, Any] | None = None
        self.kept: dict[tuple[str, Path], Any] = {}

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
                return reading.number(space, path, declared)
            case "moment":
                return reading.moment(space, path, declared)
            case "price":
                return reading.price(space, path, declared)
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
            words = codes.implied(name, _codes_of(listed))
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

    # -- judgements ----------------------------------------------------------------------------

    def judged(self, space: str, question: str) -> Pair:
        """What people answered to a question about each item."""
        about = self._judgements().get(question)
        of = self.spaces[space]
        if about is None or not of.n:
            return pair(False, True)
        answers, by_name, by_place = about[0], about[1].get(space), about[2].get(space)
        found = np.ones(of.n, np.int8)
        for told in (by_place, by_name):
            if told is not None:
                found[told[1]] = answers[told[0]]
        return pair(found == 2, found >= 1)

    def _judgements(self) -> dict[str, Any]:
        """By question: its answers, and of which item each is, by the item's id and by its place."""
        if self._judged_of is not None:
            return self._judged_of
        made: dict[str, Any] = {}
        self._judged_of = made
        held = self.spaces["judgements"]
        if not held.n:
            return made
        question, answer, of = (
            self.given(held, (name,), held.model.declarations[name])
            for name in ("question", "answer", "of")
        )
        table = answer.lexicon.table("answer", lambda a: {"yes": 2, "no": 0}.get(a, 1))
        answers = table[full(answer.codes, held.n)]
        asked = full(question.codes, held.n)
        column = held.column(("of",))
        places = _places(of, held.n)
        for code in distinct(asked, len(question.lexicon.values)).tolist():
            text = question.lexicon.values[code]
            if not isinstance(text, str):
                continue
            at = np.flatnonzero(asked == code)
            row, words = held.row[at], full(of.codes, held.n)[at]
            by_name: dict[str, tuple[Array, Array]] = {}
            by_place: dict[str, list[tuple[int, int]]] = {}
            for name, space in self.spaces.items():
                if name != CASE and column is not None and self.names(name) is not None:
                    by_name[name] = self._by_name(space, column.take(pa.array(at)), row)
            if places:
                for index, parsed in ((i, places.get(j)) for i, j in enumerate(at.tolist())):
                    if parsed is not None:
                        name, item = self._item(parsed, int(row[index]))
                        if item >= 0:
                            by_place.setdefault(name, []).append((index, item))
            by_name[CASE] = self._of_the_case(of, words, row)
            made[text] = (
                answers[at],
                by_name,
                {n: tuple(np.array(p).T) for n, p in by_place.items()},
            )
        return made

    def _by_name(self, space: Space, names: Any, row: Array) -> tuple[Array, Array]:
        """Which judgement is of which item that has that id; components have theirs too."""
        held = self.names(space.name)
        assert held is not None
        found = held.find(names, row)
        index = np.flatnonzero(found >= 0)
        item = found[index]
        if space.n > space.top:
            ids = space.column(("id",)).slice(space.top).to_pylist()
            rows = space.row[space.top :].tolist()
            within: dict[tuple[int, str], list[int]] = {}
            for at, key in enumerate(zip(rows, ids, strict=True), space.top):
                within.setdefault(key, []).append(at)
            asked = zip(row.tolist(), names.to_pylist(), strict=True)
            more = [(i, at) for i, key in enumerate(asked) for at in within.get(key, ())]
            if more:
                extra = np.array(more).T
                index, item = np.concatenate([index, extra[0]]), np.concatenate([item, extra[1]])
                order = np.argsort(index, kind="stable")
                index, item = index[order], item[order]
        return index, item

    def _of_the_case(self, of: Coded, words: Array, row: Array) -> tuple[Array, Array]:
        """A judgement of the case names it by its id, or as `case`, or as `act`: the first of these."""
        ids = self.fact(CASE, ("id",))
        n = self.spaces[CASE].n
        told = np.zeros(len(row), bool)
        named = np.zeros(n, bool)
        if isinstance(ids.codes, np.ndarray):
            as_told = np.array([of.lexicon.index.get(v, -1) for v in ids.lexicon.values], np.int64)
            told = (as_told[ids.codes][row] == words) & (words > 1)
            named[row[told]] = True
        for word in ("case", "act"):
            also = (words == of.lexicon.index.get(word, -1)) & ~named[row]
            told |= also
            named[row[also]] = True
        index = np.flatnonzero(told)
        return index, row[index]

    def _item(self, parsed: tuple[tuple[str, int], ...], row: int) -> tuple[str, int]:
        """The number of the item at a place of a row; -1 where there is none."""
        space, item = self.spaces[CASE], row
        for name, index in parsed:
            declared = space.model.declarations.get(name)
            if declared is None or declared.form != "records":
                return CASE, -1
            held = self.fact(space.name, (name,))
            if index >= held.offsets[item + 1] - held.offsets[item]:
                return declared.of, -1
            item = int(held.members[held.offsets[item] + index])
            space = self.spaces[declared.of]
        return space.name, item

    # -- whether they can be facts at all --------------------------------------------------------

    def check(self) -> None:
        """Read every column once, and look for what no case may say; noted by item."""
        for space in self.spaces.values():
            self.names(space.name) if space.name in COLLECTIONS else None
            for path, model in space.names() if space.n else ():
                column = columns(model).get(path[-1])
                if column is None:
                    continue
                fact = (*path[:-1], column.fact)
                value = self.given(space, fact, column.declared)
                if column.declared.only_for:
                    self._contradicted(space, path[:-1], model, column.declared, value)
            if space.n and space.model is Good:
                self._codes_and_category(space)
            if space.n and space.model is LicenceHeld:
                self._numbered(space)

    def _contradicted(
        self, space: Space, prefix: Path, model: type[FactModel], declared: Declared, value: Value
    ) -> None:
        word = self.given(space, (*prefix, DISCRIMINATORS[model.__name__]),
                          model.declarations[DISCRIMINATORS[model.__name__]])  # fmt: skip
        other = word.lexicon.table(
            ("is none of", declared.only_for),
            lambda w: isinstance(w, str) and w not in declared.only_for, bool,
        )[word.codes]  # fmt: skip
        if not np.any(other):
            return
        match value:
            case Coded():
                table = value.lexicon.table(
                    "empty", lambda v: isinstance(v, Items) and not v.members, bool
                )
                given = (value.codes > 1) & ~table[value.codes]
            case Ordered() | Moment():
                given = ~full(nothing_given(value, space.n), space.n) & no(
                    full(value.none, space.n)
                )
            case Refs():
                given = value.index >= 0
            case Ragged():
                given = np.diff(value.offsets) > 0
            case _:
                return
        space.spoil(np.full(space.n, True) & other & given)

    def _codes_and_category(self, space: Space) -> None:
        word = self.given(space, ("category",), Good.declarations["category"])
        held = self.given(space, ("codes",), Good.declarations["codes"])
        if isinstance(held.codes, int) or isinstance(word.codes, int):
            return
        for code in np.unique(word.codes).tolist():
            category = word.lexicon.values[code]
            if isinstance(category, str):
                table = held.lexicon.table(
                    ("not of", category),
                    lambda c, w=category: not all(codes.category_may_carry(w, one.hs) for one in _codes_of(c)),
                    bool,
                )  # fmt: skip
                space.spoil((word.codes == code) & table[held.codes])

    def _numbered(self, space: Space) -> None:
        """Whether a licence has a number that its authority cannot have given."""
        number = self.given(space, ("number",), LicenceHeld.declarations["number"])
        authority = self.given(space, ("authority",), LicenceHeld.declarations["authority"])
        for name, beginning, form, _ in LICENCE_NUMBERS:
            said = authority.lexicon.table(("is", name), lambda a, n=name: a == n, bool)
            begins = number.lexicon.table(
                ("begins", beginning), lambda t, b=beginning: str(t).startswith(b), bool
            )
            fits = number.lexicon.table(
                ("fits", beginning),
                lambda t, f=form: not isinstance(t, str) or bool(f.fullmatch(t)),
                bool,
            )
            wrong = (said[authority.codes] | begins[number.codes]) & ~fits[number.codes]
            space.spoil(np.full(space.n, True) & wrong)


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


def _codes_of(listed: object) -> tuple[Code, ...]:
    return tuple(listed.members) if isinstance(listed, Items) else ()  # pyright: ignore[reportReturnType]


def _sort_of_codes(listed: object) -> frozenset[str]:
    held = _codes_of(listed)
    possible = [codes.categories_of(code) for code in held]
    some = {category for one in possible for category in one}
    every = {category for category in some if all(category in one for one in possible)}
    return frozenset(every or some)


def _places(of: Coded, n: int) -> dict[int, tuple[tuple[str, int], ...]]:
    """Which judgements name their subject by its place, and that place in parts."""
    table = of.lexicon.table("place", lambda w: isinstance(w, str) and "[" in w, bool)
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    for at in np.flatnonzero(table[full(of.codes, n)]).tolist():
        word = of.lexicon.values[int(full(of.codes, n)[at])]
        if re.fullmatch(r"\w+\[\d+\](\.\w+\[\d+\])*", word):
            found[at] = tuple((name, int(index)) for name, index in _PLACE.findall(word))
    return found
