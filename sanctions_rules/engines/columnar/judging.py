"""What people answered, matched to the items of a batch: by an item's id, or by its place."""

# Vectors have no types that a checker could follow: see `arrow.py`.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sanctions_rules.engines.columnar.arrow import Array, np, pa
from sanctions_rules.engines.columnar.spaces import CASE, Space
from sanctions_rules.engines.columnar.vectors import (
    Coded,
    Pair,
    distinct,
    full,
    pair,
)

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.facts import Facts

_PLACE: Final = re.compile(r"(\w+)\[(\d+)\]")


class Judgements:
    """The judgements of all rows."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._made: dict[str, Any] | None = None

    def judged(self, space: str, question: str) -> Pair:
        """What people answered to a question about each item."""
        about = self._answers().get(question)
        of = self.facts.spaces[space]
        if about is None or not of.n:
            return pair(False, True)
        answers, by_name, by_place = about[0], about[1].get(space), about[2].get(space)
        found = np.ones(of.n, np.int8)
        for told in (by_place, by_name):
            if told is not None:
                found[told[1]] = answers[told[0]]
        return pair(found == 2, found >= 1)

    def _answers(self) -> dict[str, Any]:
        """By question: its answers, and of which item each is, by the item's id and by its place."""
        if self._made is not None:
            return self._made
        made: dict[str, Any] = {}
        self._made = made
        held = self.facts.spaces["judgements"]
        if not held.n:
            return made
        question, answer, of = (
            self.facts.given(held, (name,), held.model.declarations[name])
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
            for name, space in self.facts.spaces.items():
                if name != CASE and column is not None and self.facts.names(name) is not None:
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
        held = self.facts.names(space.name)
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
        ids = self.facts.fact(CASE, ("id",))
        n = self.facts.spaces[CASE].n
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
        space, item = self.facts.spaces[CASE], row
        for name, index in parsed:
            declared = space.model.declarations.get(name)
            if declared is None or declared.form != "records":
                return CASE, -1
            held = self.facts.fact(space.name, (name,))
            if index >= held.offsets[item + 1] - held.offsets[item]:
                return declared.of, -1
            item = int(held.members[held.offsets[item] + index])
            space = self.facts.spaces[declared.of]
        return space.name, item


def _places(of: Coded, n: int) -> dict[int, tuple[tuple[str, int], ...]]:
    """Which judgements name their subject by its place, and that place in parts."""
    table = of.lexicon.table("place", lambda w: isinstance(w, str) and "[" in w, bool)
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    for at in np.flatnonzero(table[full(of.codes, n)]).tolist():
        word = of.lexicon.values[int(full(of.codes, n)[at])]
        if re.fullmatch(r"\w+\[\d+\](\.\w+\[\d+\])*", word):
            found[at] = tuple((name, int(index)) for name, index in _PLACE.findall(word))
    return found
