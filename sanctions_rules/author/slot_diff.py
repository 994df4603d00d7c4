"""What changed between two versions of the law: block by block, slot by slot, limb by limb.

Trees are compared, never lines: layout, comments, the order of slots and of limbs joined by `and`
say nothing. A limb that stands otherwise is told with the words of it that changed, each by what it
is: a number, a date, a code, a term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, Literal

from sanctions_rules.language import ast
from sanctions_rules.language.format import block_text, condition_lines, one_line, slot_lines
from sanctions_rules.language.parsing.tokens import Lexeme, lexemes, reserved_words
from sanctions_rules.language.resolve import first_day
from sanctions_rules.language.slots import ORDER
from sanctions_rules.rulebooks import Law
from sanctions_rules.source import Source

How = Literal["added", "removed", "changed", "renamed"]

#: What a word is, by its terminal in the grammar. Any other is a word of the language.
KINDS: Final = {
    "NUMBER": "number", "DATE": "date", "INSTANT": "date", "HSCODE": "code", "STRING": "text",
    "PINPOINT": "reference", "LABEL": "label", "ZONE": "zone",
    "NAME": "term", "DOTTED": "term", "PROPER": "term", "CALL": "term",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that changed, and what they are: `number`, `date`, `code`, `term`, `word`, …"""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """What changed in one slot. `limb` is its place in the condition: `2`, `(a)`, `2.1`; empty for all."""

    how: How
    slot: str
    limb: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A block that came, went, has another name, or says something else.

    `parts` of one that came are against the text `than`, which it takes the place of.
    """

    how: How
    before: ast.Block | None
    after: ast.Block | None
    parts: tuple[Part, ...] = ()
    than: ast.Block | None = None

    @property
    def block(self) -> ast.Block:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def name(self) -> str:
        return version(self.block)


def version(block: ast.Block) -> str:
    """The id of a block, with the first day of this version."""
    day = first_day(block)
    return block.id + (f"@{day}" if day else "")


@dataclass(frozen=True)
class SlotDiff:
    """`annexes`: lists of codes, by file, that came, went or hold something else."""

    blocks: tuple[BlockChange, ...]
    annexes: tuple[tuple[How, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.blocks or self.annexes)


def slot_diff(before: Law, after: Law) -> SlotDiff:
    """What changed in the law itself. Examples are no law."""
    then, now = before.compiled.rulebook, after.compiled.rulebook
    names = dict.fromkeys((*then.digests, *now.digests))
    return SlotDiff(
        tuple(block_changes(then.blocks, now.blocks)),
        tuple(
            (_how(then.digests.get(n), now.digests.get(n)), n)
            for n in names if then.digests.get(n) != now.digests.get(n)
        ),
    )  # fmt: skip


def _how(before: object, after: object) -> How:
    return "added" if before is None else "removed" if after is None else "changed"


# -- blocks --------------------------------------------------------------------------------------


def block_changes(before: Iterable[ast.Block], after: Iterable[ast.Block]) -> Iterator[BlockChange]:
    """Changes in the order of the blocks after; what went comes last.

    Versions of one id belong together by their first day and reading, else in the order written.
    """
    then, now = _by_id(before), _by_id(after)
    came: list[ast.Block] = []
    gone = [b for name, blocks in then.items() if name not in now for b in blocks]
    found: list[BlockChange] = []
    for name, blocks in now.items():
        pairs, more, less = _paired(then.get(name, []), blocks)
        found += [_changed(*pair) for pair in pairs]
        came += more
        gone += less
    for block in came:
        old = next((b for b in gone if _text(b) == _text(block)), None)
        if old is None:
            than = predecessor(block, (b for blocks in now.values() for b in blocks))
            more_of = tuple(parts(than, block)) if than else ()
            found.append(BlockChange("added", None, block, more_of, than))
        else:
            gone.remove(old)
            name = Part("changed", "id", "", old.id, block.id)
            found.append(BlockChange("renamed", old, block, (name,)))
    order = {id(b): n for n, b in enumerate(b for blocks in now.values() for b in blocks)}
    yield from sorted(
        (c for c in found if c.parts or not c.before), key=lambda c: order[id(c.after)]
    )
    yield from (BlockChange("removed", b, None) for b in gone)


def _by_id(blocks: Iterable[ast.Block]) -> dict[str, list[ast.Block]]:
    found: dict[str, list[ast.Block]] = {}
    for block in blocks:
        if block.ref is not None and block.kind != "example":
            found.setdefault(block.id, []).append(block)
    return found


def _text(block: ast.Block) -> str:
    return block_text(replace(block, ref=None))


def _paired(
    before: list[ast.Block], after: list[ast.Block]
) -> tuple[list[tuple[ast.Block, ast.Block]], list[ast.Block], list[ast.Block]]:
    """Blocks of one id that belong together, those that came, and those that went."""
    before, after = list(before), list(after)
    pairs: list[tuple[ast.Block, ast.Block]] = []
    for alike in (_text, _version, _kind_of):
        for old in list(before):
            new = next((b for b in after if alike(b) == alike(old)), None)
            if new is not None:
                before.remove(old)
                after.remove(new)
                pairs.append((old, new))
    return pairs, after, before


def _kind_of(block: ast.Block) -> object:
    return block.kind


def _version(block: ast.Block) -> object:
    reading = block.slot("reading")
    return block.kind, first_day(block), reading and str(reading.names[0])


def predecessor(block: ast.Block, among: Iterable[ast.Block]) -> ast.Block | None:
    """The text before this one: what it replaces, an earlier version, else how it is read by default."""
    ids = {block.id, *(ref.id for slot in block.all("replaces") for ref in slot.refs)}
    day = first_day(block) or date.min
    found = [
        ((first_day(b) or date.min) < day, first_day(b) or date.min, _is_followed(b), b)
        for b in among
        if b is not block and b.id in ids and b.kind == block.kind
    ]
    known = [one for one in found if one[0] or (one[1] == day and one[2])]
    return max(known, key=lambda one: one[:3], default=(0, 0, 0, None))[3]


def _is_followed(block: ast.Block) -> bool:
    """Whether it is how the text is read, where readings differ."""
    reading = block.slot("reading")
    return reading is None or reading.flag


def _changed(before: ast.Block, after: ast.Block) -> BlockChange:
    return BlockChange("changed", before, after, tuple(parts(before, after)))


# -- slots ---------------------------------------------------------------------------------------


def parts(before: ast.Block, after: ast.Block) -> Iterator[Part]:
    """What one block says otherwise than another, in the order of printing."""
    if before.kind != after.kind:
        yield Part("changed", "kind", "", before.kind, after.kind)
    if before.title != after.title:
        yield Part("changed", "title", "", before.title, after.title)
    for word in ORDER:
        then, now = _without(before.all(word), after.all(word))
        for old, new in zip_longest(then, now):
            yield from _slot(word, old, new)


def _without(
    before: Sequence[ast.Slot], after: Sequence[ast.Slot]
) -> tuple[list[ast.Slot], list[ast.Slot]]:
    """The slots of either that are not in the other; what is printed alike says the same."""

    def among(slot: ast.Slot, others: Sequence[ast.Slot]) -> bool:
        return any(slot == o or slot_lines(slot) == slot_lines(o) for o in others)

    return [s for s in before if not among(s, after)], [s for s in after if not among(s, before)]


def _slot(word: str, before: ast.Slot | None, after: ast.Slot | None) -> Iterator[Part]:
    then = one_line(before).removeprefix(word).strip() if before else ""
    now = one_line(after).removeprefix(word).strip() if after else ""
    if before is None or after is None:
        yield Part(_how(before, after), word, "", then, now)
    elif before.condition is not None and after.condition is not None:
        yield from _limbs(word, "", _elements(before.condition), _elements(after.condition))
    else:
        yield Part("changed", word, "", then, now, tuple(pieces(then, now)))


# -- limbs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Limb:
    label: str
    elements: tuple[ast.Element, ...]

    def __str__(self) -> str:
        lines = " ".join(line.strip() for line in condition_lines(ast.Condition(self.elements)))
        return f"{self.label} {lines}".strip()

    def akin(self, other: _Limb) -> bool:
        """Whether the other may be the same limb, changed."""
        if self.label and other.label:
            return self.label == other.label
        match [e.atom for e in self.elements], [e.atom for e in other.elements]:
            case [ast.Comparison() as one], [ast.Comparison() as two]:
                return one.operand == two.operand or one.predicate == two.predicate
            case [ast.ForSome() as one], [ast.ForSome() as two]:
                return one.collection == two.collection
            case [one], [two]:
                return type(one) is type(two)
            case ones, twos:
                return any(atom in twos for atom in ones)


def _elements(condition: ast.Condition) -> list[_Limb]:
    return [_Limb(e.label, (replace(e, label=""),)) for e in condition.elements]


def _limbs(
    word: str, where: str, before: Sequence[_Limb], after: Sequence[_Limb]
) -> Iterator[Part]:
    """What came, went and changed among limbs, whose order says nothing."""
    alone = len(before) == len(after) == 1
    gone = [(n, limb) for n, limb in enumerate(before, 1) if limb not in after]
    came = [(n, limb) for n, limb in enumerate(after, 1) if limb not in before]
    for number, new in came:
        place = where if alone else _place(where, new, number)
        old = next((pair for pair in gone if alone or pair[1].akin(new)), None)
        if old is None:
            yield Part("added", word, place, "", str(new))
        else:
            gone.remove(old)
            yield from _limb(word, place, old[1], new)
    for number, old_limb in gone:
        yield Part("removed", word, _place(where, old_limb, number), str(old_limb), "")


def _place(where: str, limb: _Limb, number: int) -> str:
    return where + (limb.label or (f".{number}" if where else str(number)))


def _limb(word: str, place: str, before: _Limb, after: _Limb) -> Iterator[Part]:
    if before.label != after.label:
        yield Part("changed", word, place, before.label or "-", after.label or "-")
    match [e.atom for e in before.elements], [e.atom for e in after.elements]:
        case [ast.Group() as one], [ast.Group() as two]:
            yield from _opening(word, place, one, two)
            yield from _limbs(word, place, *(_members(g) for g in (one, two)))
        case (
            [ast.ForSome(body=ast.Condition() as then) as one],
            [ast.ForSome(body=ast.Condition() as now) as two],
        ):
            yield from _opening(word, place, one, two)
            yield from _limbs(word, place, _elements(then), _elements(now))
        case [_], [_]:
            if before.elements != after.elements:
                then, now = str(before), str(after)
                yield Part("changed", word, place, then, now, tuple(pieces(then, now)))
        case _:
            yield from _limbs(
                word, place, *([_Limb("", (e,)) for e in x.elements] for x in (before, after))
            )


def _members(group: ast.Group) -> list[_Limb]:
    return [_Limb(m.label.strip("-"), m.condition.elements) for m in group.members]


def _opening(
    word: str, place: str, before: ast.Group | ast.ForSome, after: ast.Group | ast.ForSome
) -> Iterator[Part]:
    """How a group or a quantifier begins: `any of`, `at least 2 of`, `some part of good.components`."""
    then, now = (
        condition_lines(ast.Condition((ast.Element(x),)))[0].removesuffix(" has")
        for x in (before, after)
    )
    if then != now:
        yield Part("changed", word, place, then, now, tuple(pieces(then, now)))


# -- words ---------------------------------------------------------------------------------------


def pieces(before: str, after: str) -> Iterator[Piece]:
    """The words that changed. None where the same words stand in another order."""
    then, now = _words(before), _words(after)
    if sorted(w.text for w in then) == sorted(w.text for w in now):
        return
    plain = [[w.text for w in words] for words in (then, now)]
    for tag, i, j, k, m in SequenceMatcher(None, *plain, autojunk=False).get_opcodes():
        if tag != "equal":
            kinds = {_kind(w) for w in (*then[i:j], *now[k:m])}
            old, new = (" ".join(w.text for w in words) for words in (then[i:j], now[k:m]))
            yield Piece(kinds.pop() if len(kinds) == 1 else "words", old, new)


def _words(text: str) -> list[Lexeme]:
    return [w for w in lexemes(Source("", text)) if w.kind != "COMMA"]


def _kind(word: Lexeme) -> str:
    return "word" if word.text in reserved_words() else KINDS.get(word.kind, "word")
