"""Legal sanity: rules that read well and are well typed, and still cannot be law.

One function for each check. A conflict is never resolved by accident: two versions alive at
once, a ring of exceptions, a licence that lifts nothing are refused, with both places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from sanctions_rules.core import Apply, Closure, Definitions, Expr, Fact, Quantified, Ref
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.ast import VERBS
from sanctions_rules.language.overlays import overlays
from sanctions_rules.language.resolve import Rulebook, regime
from sanctions_rules.language.slots import OF_COMMITMENTS, REPEATABLE, SHAPES, Shape
from sanctions_rules.language.targets import Targets
from sanctions_rules.language.timing import FOREVER, code_tuples
from sanctions_rules.schema import paths


def shapes(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """Every block has the slots that its kind must have, and none that it must not."""
    for block in rulebook.blocks:
        yield from rulebook.once("shape", block, lambda b: list(_shape(b)))


def _shape(block: ast.Block) -> Iterator[Diagnostic]:
    shape = SHAPES[block.kind]
    present = {s.word for s in block.slots} | block.damaged
    if "?" in block.damaged:
        present |= set(shape.must) | set(shape.verbs[:1])
    for word in shape.must:
        if word not in present:
            yield Diagnostic(
                "no-" + word.replace(" ", "-"),
                f"this {block.kind} has no `{word}` slot",
                block.head,
                help=_MISSING.get(word, ""),
            )
    if shape.verbs and not any(v in present for v in shape.verbs):
        yield Diagnostic(
            "no-verb",
            f"this {block.kind} has no norm verb",
            block.head,
            help="one of: " + ", ".join(shape.verbs),
        )
    seen: dict[str, ast.Slot] = {}
    for slot in block.slots:
        if not shape.allows(slot.word):
            yield Diagnostic(
                "slot-not-here",
                f"{'an' if block.kind[0] in 'aeio' else 'a'} {block.kind} has no `{slot.word}` slot",
                slot.span,
                help="write `with`"
                if (block.kind, slot.word) == ("determination", "when")
                else did_you_mean(slot.word, (*shape.verbs, *shape.must, *shape.may)),
            )
        elif slot.word in seen and slot.word not in REPEATABLE:
            yield Diagnostic(
                "slot-twice",
                f"`{slot.word}` stands twice in one block",
                slot.span,
                help="an exception with conditions of its own is a block of its own"
                if slot.word == "except where"
                else "",
            )
        seen[slot.word] = slot
    verbs = [s for s in block.slots if s.word in shape.verbs]
    if len(verbs) > 1 and not (
        block.verb and all(v.word == "requires" for v in verbs if v is not block.verb)
    ):
        yield Diagnostic(
            "two-verbs",
            f"`{verbs[0].word}` and `{verbs[1].word}` in one block",
            verbs[1].span,
            help="one norm, one verb: make it two blocks",
        )
    if block.verb is not None:
        for slot in block.slots:
            only = _VERBS_OF.get(slot.word, ())
            if only and block.verb.word not in only and shape.allows(slot.word):
                yield Diagnostic(
                    "slot-not-here",
                    f"`{slot.word}` does not go with `{block.verb.word}`",
                    slot.span,
                    help="it goes with " + ", ".join(only),
                )
        if block.verb.word == "commits to":
            yield from _beside_a_commitment(block, shape)
    cites = seen.get("cites")
    if cites and not all(t.text.strip() for t in cites.texts):
        yield Diagnostic("no-cites", "the citation is empty", cites.span, help=_MISSING["cites"])


def _beside_a_commitment(block: ast.Block, shape: Shape) -> Iterator[Diagnostic]:
    """A commitment binds nobody: a line on which something could turn has no place beside it."""
    for slot in block.slots:
        if slot.word not in OF_COMMITMENTS and shape.allows(slot.word) and slot.word not in VERBS:
            yield Diagnostic(
                "slot-not-here",
                f"`{slot.word}` does not go with `commits to`",
                slot.span,
                help="a commitment has no legal effect; what carries it out has conditions of its own",
            )


#: Slots that only some verbs can do anything with.
_VERBS_OF: Final = {
    "upon determining that": ("empowers",),
    "provided that": ("authorises", "exempts"),
    "met when": ("requires",),
    "carried out by": ("commits to",),
    "binds": ("prohibits", "authorises", "requires", "exempts", "penalises", "empowers"),
}

_MISSING: Final = {
    "cites": 'every provision cites its text: cites "E.O. 14068 s. 1(a)(i)"',
    "in force": "say from when and until when: in force from 2022-03-11, no end stated",
    "issued": "say when and by whom: issued 2024-02-08 by Treasury",
}


def intervals(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """An interval ends after it begins."""
    lowering = Targets(rulebook)
    for block in rulebook.blocks:
        slot = block.slot("in force")
        if slot and isinstance(slot.interval, ast.Interval) and "in force" not in block.damaged:
            begin, _, _, end = lowering.interval(block)
            if begin >= end:
                yield Diagnostic("empty-interval", "the interval ends before it begins", slot.span)


def versions(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """Two texts of one id alive at one instant, neither replacing the other, are a conflict."""
    lowering = Targets(rulebook)
    for name, blocks in rulebook.by_id.items():
        living = [
            b for b in blocks if b.kind not in ("instrument", "overlay") and rulebook.sound(b)
        ]
        for one, other in _at_once(lowering, living):
            yield Diagnostic(
                "conflict.versions",
                f"two texts of `{name}` are in force at once",
                other.head,
                help=f"the other is at {rulebook.place(one)}; the newer one says `replaces`, "
                "or both are marked `reading`",
            )
    for (where, name), blocks in rulebook.terms.items():
        for one, other in _at_once(lowering, [b for b in blocks if rulebook.sound(b)]):
            if one.id != other.id:
                yield Diagnostic(
                    "conflict.definitions",
                    f"`{name}` is defined twice at one time in `{where}`",
                    other.head,
                    help=f"the other is at {rulebook.place(one)}; the newer one says `replaces`, "
                    "or both are marked `reading`",
                )


def _at_once(
    lowering: Targets, blocks: Sequence[ast.Block]
) -> Iterator[tuple[ast.Block, ast.Block]]:
    """Of texts alive at one instant the first and each later one, as written, that conflict.

    They are gone through by the day they begin, beside those that have not ended by then: a text
    that was amended a thousand times is compared with its neighbours alone.
    """
    newer = {id(b): lowering.rulebook.replaced_by.get(id(b), []) for b in blocks}
    spans: list[tuple[int, int, int]] = []
    for index, block in enumerate(blocks):
        interval = lowering.interval(block)
        ends = (lowering.interval(n)[1] for n in newer[id(block)])
        spans.append((interval[0], index, min([interval[3], *ends])))
    alive: list[tuple[int, int, int]] = []
    first: dict[int, int] = {}
    for since, index, until in sorted(spans):
        alive = [one for one in alive if one[0] > since]
        for _, begun, beside in alive:
            if begun >= until:
                continue
            low, high = sorted((index, beside))
            one, other = blocks[low], blocks[high]
            replacing = any(b is other for b in newer[id(one)]) or any(
                b is one for b in newer[id(other)]
            )
            if not replacing and not _readings_apart(one, other):
                first[high] = min(low, first.get(high, low))
        if until > since:
            alive.append((until, since, index))
    for high, low in first.items():
        yield blocks[low], blocks[high]


def _readings_apart(one: ast.Block, other: ast.Block) -> bool:
    """Whether two blocks are different readings of one point."""
    a, b = one.slot("reading"), other.slot("reading")
    return a is not None and b is not None and str(a.names[0]) != str(b.names[0])


def readings(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A reading point has at least two readings, exactly one of them preferred."""
    lowering = Targets(rulebook)
    points: dict[str, list[ast.Block]] = {}
    for block in rulebook.blocks:
        if block.slot("reading"):
            points.setdefault(lowering.point_of(block), []).append(block)
    for point, blocks in points.items():
        if not rulebook.sound(*blocks):
            continue
        preferred = {
            str(cast(ast.Slot, b.slot("reading")).names[0])
            for b in blocks
            if cast(ast.Slot, b.slot("reading")).flag
        }
        slot = cast(ast.Slot, blocks[-1].slot("reading"))
        if len({str(cast(ast.Slot, b.slot("reading")).names[0]) for b in blocks}) == 1:
            yield Diagnostic(
                "readings",
                f"`{point}` has one reading only",
                slot.span,
                help="give the other one too, or say in a note how the text was read",
            )
        elif len(preferred) != 1:
            yield Diagnostic(
                "readings",
                f"of the readings of `{point}` {'none is' if not preferred else 'more than one is'} preferred",
                slot.span,
                help='mark exactly one: reading NAME, preferred "source"',
            )


def licences(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A licence names what it lifts, of the right kind, and is in force at some common time."""
    lowering = Targets(rulebook)
    above = _whole_above(rulebook)
    known: dict[ast.Ref, bool] = {}

    def whole(ref: ast.Ref) -> bool:
        if ref not in known:
            known[ref] = _whole(rulebook, ref)
        return known[ref]

    for block in rulebook.blocks:
        verb = block.verb
        if verb is None or verb.word not in (
            "authorises",
            "exempts",
            "displaces",
            "withdraws",
            "penalises",
        ):
            continue
        refs = lowering.lifted_refs(verb) or verb.refs
        if not refs:
            yield Diagnostic(
                "lifts-nothing",
                f"`{verb.word}` names nothing that it lifts",
                verb.span,
                help="add `to the extent prohibited by …`"
                if verb.word == "authorises"
                else "add `from …`",
            )
            continue
        for ref in refs:
            if not whole(ref) or (not ref.pinpoint and not above):
                continue
            fitting = [t for t in lowering.acted_on(verb.word, ref) if t[0] is not block]
            if not fitting:
                yield Diagnostic(
                    "lifts-nothing",
                    f"`{ref}` holds no prohibition that this could lift"
                    if verb.word == "authorises"
                    else f"`{ref}` holds nothing that this could act on",
                    ref.span,
                    help="name the provision or the determination itself",
                )
                continue
            if rulebook.sound(block) and not any(
                _overlap_in_time(lowering, block, t[0], t[1]) for t in fitting
            ):
                yield Diagnostic(
                    "never-together",
                    f"`{block.id}` is over before `{ref}` begins, or begins after its end",
                    cast(ast.Slot, block.slot("in force")).span
                    if block.slot("in force")
                    else block.head,
                    "never in force at the same time",
                )
        if verb.word == "withdraws" and all(map(whole, verb.refs)) and above:
            for ref in verb.targets:
                excepted = (
                    {
                        k
                        for r in verb.refs
                        for s in rulebook.meant(r)
                        for x in lowering.lifted_refs(cast(ast.Slot, s.verb))
                        for _, _, k in lowering.targets(x)
                    }
                    if all(s.verb for r in verb.refs for s in rulebook.meant(r))
                    else set[str]()
                )
                if whole(ref) and not any(k in excepted for _, _, k in lowering.targets(ref)):
                    yield Diagnostic(
                        "no-such-exception",
                        f"nothing that is withdrawn here excepts `{ref}`",
                        ref.span,
                    )


def _whole(rulebook: Rulebook, ref: ast.Ref) -> bool:
    """Whether what a reference means is known in full: nothing in it was reported already."""
    meant = rulebook.meant(ref)
    targets = [
        t
        for b in meant
        if b.verb and b.verb.word == "fills"
        for t in rulebook.meant(b.verb.refs[0])
    ]
    return bool(meant) and rulebook.sound(*meant, *targets)


def _whole_above(rulebook: Rulebook) -> bool:
    """Whether it is known of every instrument under which others it is made."""
    return rulebook.sound(*rulebook.instruments.values())


def _overlap_in_time(
    lowering: Targets, one: ast.Block, target: ast.Block, fill: ast.Block | None
) -> bool:
    intervals = [lowering.interval(b) for b in (one, target, fill) if b is not None]
    ends = [i[3] for i in intervals]
    for block in (target, fill):
        if block is not None:
            ends += [
                lowering.interval(n)[1] for n in lowering.rulebook.replaced_by.get(id(block), [])
            ]
    awaiting = any(i[0] == FOREVER for i in intervals)
    return awaiting or max(i[0] for i in intervals) < min(ends)


def offices(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A determination comes from an office to which the higher act leaves the term."""
    for block in rulebook.blocks:
        verb = block.verb
        issued = block.slot("issued")
        if verb is None or verb.word != "fills" or not verb.names:
            continue
        for target in rulebook.meant(verb.refs[0]):
            for slot in target.all("leaves open"):
                if str(slot.term) != str(verb.names[0]):
                    continue
                allowed = [p.office.text for p in slot.powers]
                given = [w.text for w in issued.names] if issued else []
                if issued and not set(given) & set(allowed):
                    yield Diagnostic(
                        "wrong-office",
                        f"`{target.id}` leaves this to {' or '.join(allowed)}, not to {', '.join(given) or 'nobody named'}",
                        issued.span,
                        help=f"issued … by {allowed[0]}",
                    )
                predicate = slot.subject is not None
                if predicate and block.slot("gives"):
                    yield Diagnostic(
                        "wrong-fill",
                        f"`{verb.names[0]}` is a predicate: it is filled `with` a condition",
                        cast(ast.Slot, block.slot("gives")).span,
                    )
                if not predicate and block.slot("with"):
                    yield Diagnostic(
                        "wrong-fill",
                        f"`{verb.names[0]}` is a value: the determination `gives` it",
                        cast(ast.Slot, block.slot("with")).span,
                    )
                if (
                    not predicate
                    and not block.slot("gives")
                    and not block.slot("with")
                    and not block.damaged
                ):
                    yield Diagnostic(
                        "wrong-fill", f"the determination gives no `{verb.names[0]}`", block.head
                    )
                if (
                    predicate
                    and not any(map(block.slot, ("with", "gives", "unencoded", "when")))
                    and not block.damaged
                ):
                    yield Diagnostic(
                        "wrong-fill",
                        f"the determination does not say what is `{verb.names[0]}`",
                        block.head,
                    )


def cycles(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """Exceptions and definitions never come back to themselves; the ring is written out."""
    graph: dict[str, list[tuple[str, ast.Block]]] = {}
    lowering = Targets(rulebook)
    for block in rulebook.blocks:
        verb = block.verb
        if verb and verb.word in ("authorises", "exempts", "displaces"):
            for ref in lowering.lifted_refs(verb):
                for target, _, _ in lowering.acted_on(verb.word, ref):
                    if target is not block:
                        graph.setdefault(target.id, []).append((block.id, block))
        if verb and verb.word == "fills":
            for target in rulebook.meant(verb.refs[0]):
                graph.setdefault(target.id, []).append((block.id, block))
        if verb and verb.word == "withdraws":
            for ref in verb.targets or verb.refs:
                for target in rulebook.meant(ref):
                    graph.setdefault(target.id, []).append((block.id, block))
        for duty, _ in lowering.against(block):
            graph.setdefault(block.id, []).append((duty.id, duty))
        for name in _mentioned(rulebook, block):
            graph.setdefault(block.id, []).append((name, block))
    yield from _rings(graph, rulebook)
    amended: dict[str, list[tuple[str, ast.Block]]] = {}
    for block in rulebook.blocks:
        for newer in rulebook.replaced_by.get(id(block), ()):
            amended.setdefault(lowering.key(block), []).append((lowering.key(newer), newer))
    yield from _rings(amended, rulebook)


def _mentioned(rulebook: Rulebook, block: ast.Block) -> Iterator[str]:
    """Ids of what a block's conditions rest on: terms and provisions."""
    for one in rulebook.once("mentioned", block, lambda b: list(_named(b))):
        if isinstance(one, ast.Ref):
            yield from (b.id for b in rulebook.meant(one))
        else:
            yield from (b.id for b in rulebook.terms.get((regime(block), one), []))


def _named(block: ast.Block) -> Iterator[str | ast.Ref]:
    """Names of terms, and references, on which the block's conditions rest."""
    own = block.verb.term if block.verb and block.verb.word == "defines" else None
    own_name = own.name if isinstance(own, ast.Call) else str(own) if own else ""
    opened = {str(s.term) for s in block.all("leaves open")}

    def within(condition: ast.Condition) -> Iterator[str | ast.Ref]:
        pending: list[object] = [condition]
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.IsOwned, ast.IsControlled)):
                if node.term.text != own_name:
                    yield node.term.text
            elif isinstance(node, ast.IsUnder):
                yield node.term.text
            elif isinstance(node, (ast.IsCovered, ast.FallsIn)):
                yield from node.refs
            elif isinstance(node, ast.IsValue):
                value = node.value
                if isinstance(value, ast.Path):
                    if len(value.parts) == 1 and value.parts[0] not in opened:
                        yield value.parts[0]
                elif isinstance(value, ast.Call):
                    yield value.name
            elif not (
                isinstance(node, ast.Comparison)
                and isinstance(node.operand, ast.Path)
                and len(node.operand.parts) > 1
                and node.operand.parts[-1] not in _ITEM_FACTS
            ):
                pending += reversed(_parts(node))

    for slot in block.slots:
        if slot.condition is not None:
            yield from within(slot.condition)
        for word in slot.names if slot.word == "binds" else ():
            yield word.text


def _parts(node: object) -> list[object]:
    """What a node of a condition is made of, in order; its words and places are no parts."""
    if isinstance(node, tuple):
        return list(cast("tuple[object, ...]", node))
    return [getattr(node, name) for name in ast.inner(node)]


#: Facts that are things: `act.underlying_actor is foreign_person` names a term, `good.category is diamond` none.
_ITEM_FACTS: Final = frozenset(
    path.rsplit(".", 1)[-1] for path, declared in paths() if declared.form == "ref"
)


def _rings(
    graph: dict[str, list[tuple[str, ast.Block]]], rulebook: Rulebook
) -> Iterator[Diagnostic]:
    state: dict[str, int] = {}
    for root in graph:
        if state.get(root):
            continue
        stack: list[tuple[str, Iterator[tuple[str, ast.Block]]]] = [
            (root, iter(graph.get(root, [])))
        ]
        state[root] = 1
        while stack:
            name, following = stack[-1]
            step = next(following, None)
            if step is None:
                state[name] = 2
                stack.pop()
                continue
            after, block = step
            if state.get(after) == 1:
                ring = [n for n, _ in stack]
                ring = [*ring[ring.index(after) :], after]
                yield Diagnostic(
                    "cycle",
                    "these rest on each other: " + " → ".join(ring),
                    block.head,
                    help="one of them must stand by itself",
                )
            elif not state.get(after):
                state[after] = 1
                stack.append((after, iter(graph.get(after, []))))


def tables(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """Rows of a table with values do not overlap: for one code and one day there is one value."""
    lowering = Targets(rulebook)
    for block in rulebook.blocks:
        slot = block.slot("columns")
        if slot is None or block.kind != "table" or not rulebook.sound(block):
            continue
        zone = rulebook.zone(block)
        seen = _Rows()
        for row in slot.rows:
            if len(row) != len(slot.columns):
                continue
            cells = dict(zip(slot.columns, row, strict=True))
            codes = cells["code"].value if "code" in cells else None
            key = str(cells["key"].value) if "key" in cells else ""
            first, last = cells.get("from"), cells.get("until") or cells.get("through")
            since = (
                lowering.moment(first.value, zone)
                if first and isinstance(first.value, ast.Moment)
                else -FOREVER
            )
            until = (
                lowering.moment(last.value, zone)
                if last and isinstance(last.value, ast.Moment)
                else FOREVER
            )
            one = _Row(codes if isinstance(codes, ast.Codes) else None, key, since, until)
            if any(one.meets(other) for other in seen.near(one)):
                yield Diagnostic(
                    "overlapping-rows",
                    "two rows apply to one thing at one time",
                    row[0].span if row[0].span.file else slot.span,
                    help="end the older row where the newer begins, or take codes out by `other than`",
                )
            seen.add(one)


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    codes: ast.Codes | None
    key: str
    since: int
    until: int

    def meets(self, other: _Row) -> bool:
        return (
            self.since < other.until
            and other.since < self.until
            and self.key == other.key
            and _meet(self.codes, other.codes)
        )


class _Rows:
    """Rows by the digits of their codes, so that each is compared with few others."""

    def __init__(self) -> None:
        self._own: dict[str, list[_Row]] = {}  # under the row's own digits
        self._under: dict[str, list[_Row]] = {}  # under every beginning of its digits
        self._rest: list[_Row] = []  # rows of ranges, and of everything

    def near(self, row: _Row) -> Iterator[_Row]:
        digits = _digits(row)
        if digits is None:
            yield from self._rest
            for rows in self._own.values():
                yield from rows
            return
        if row.codes is None:
            yield from self._own.get(row.key, ())
        for one in digits:
            yield from self._under.get(one, ())
            for length in range(len(one)):
                yield from self._own.get(one[:length], ())
        yield from self._rest

    def add(self, row: _Row) -> None:
        digits = _digits(row)
        if digits is None:
            self._rest.append(row)
        elif row.codes is None:
            self._own.setdefault(row.key, []).append(row)
        else:
            for one in digits:
                self._own.setdefault(one, []).append(row)
                for length in range(1, len(one) + 1):
                    self._under.setdefault(one[:length], []).append(row)


def _digits(row: _Row) -> tuple[str, ...] | None:
    """The digits of a row's codes; None where it has a range; none at all for a row by its key."""
    if row.codes is None:
        return ()
    return (
        None
        if any(c.last for c in row.codes.included)
        else tuple(c.first.digits for c in row.codes.included)
    )


def _meet(one: ast.Codes | None, other: ast.Codes | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    a, a_out = code_tuples(one)
    b, b_out = code_tuples(other)
    out = (*a_out, *b_out)
    for x in a:
        for y in b:
            length = min(len(x.digits), len(y.digits))
            low = max(x.digits[:length], y.digits[:length])
            high = min((x.upto or x.digits)[:length], (y.upto or y.digits)[:length])
            both = x.digits if len(x.digits) > len(y.digits) else y.digits
            if low <= high and not any(
                both.startswith(o.digits)
                or o.digits <= both[: len(o.digits)] <= (o.upto or o.digits)
                for o in out
            ):
                return True
    return False


def commitments(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """What carries a commitment out is law: a norm, what fills one, or a table of its values."""
    for block in rulebook.blocks:
        slot = block.slot("carried out by")
        for ref in slot.refs if slot is not None else ():
            meant = rulebook.meant(ref)
            if meant and rulebook.sound(*meant) and not rulebook.carriers(ref):
                yield Diagnostic(
                    "carries-nothing-out",
                    f"`{ref}` forbids, permits or requires nothing",
                    ref.span,
                    help="name the provision or the determination that does",
                )


def withdrawals(rulebook: Rulebook) -> Iterator[Diagnostic]:
    """A text that was found wrong loads, and everybody who loads it is told."""
    heads = [id(head) for head in rulebook.heads.values()]
    for block in rulebook.blocks:
        slot = block.slot("withdrawn")
        if slot is None or not rulebook.sound(block):
            continue
        if id(block) in heads:
            yield Diagnostic(
                "withdrawn-head", f"`{block.id}` speaks for a whole rulebook and cannot be withdrawn",
                slot.span, help="withdraw the texts that are wrong",
            )  # fmt: skip
        else:
            yield Diagnostic(
                "withdrawn", f"`{block.id}` was found wrong: what turns on it is not determined",
                slot.span, help="write the text anew, with `replaces`; until then who wants it used must allow it",
                severity="warning",
            )  # fmt: skip


CHECKS: Final[tuple[Callable[[Rulebook], Iterator[Diagnostic]], ...]] = (
    shapes, intervals, versions, readings, licences, offices, cycles, tables, commitments, withdrawals,
    overlays,
)  # fmt: skip


def scrutinise(rulebook: Rulebook) -> list[Diagnostic]:
    return [problem for check in CHECKS for problem in check(rulebook)]


def promises(
    rulebook: Rulebook, said: Sequence[tuple[str, str, tuple[str, ...]]], definitions: Definitions
) -> list[Diagnostic]:
    """`regardless of` a fact: nothing that the condition, its terms and its fills rest on asks it.

    `said`: for at least every norm of a block that promises so its provision, its fill, and the
    definitions of what it says.
    """
    problems: list[Diagnostic] = []
    for block in rulebook.blocks:
        slot = block.slot("regardless of")
        if slot is None:
            continue
        asked = {
            path
            for provision, fill, names in said
            if block.id in (provision, fill)
            for name in names
            for path in _asked(name, definitions)
        }
        for path in slot.paths:
            fact = path.parts[1:] if path.parts[0] not in ("act", "actor") else path.parts
            if any(p[-len(fact) :] == fact for p in asked):
                problems.append(
                    Diagnostic(
                        "broken-promise",
                        f"the condition does rest on `{path}`",
                        path.span,
                        "said not to matter",
                        "delete the line, or the element that asks it",
                    )
                )
    return problems


def _asked(name: str, definitions: Definitions) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    seen: set[str] = set()
    pending: list[str] = [name]

    def walk(expr: Expr) -> None:
        match expr:
            case Fact(_, path):
                found.add(path)
            case Ref(target, subject):
                pending.append(target)
                if subject is not None:
                    walk(subject)
            case Apply(_, arguments):
                for argument in arguments:
                    walk(argument)
            case Quantified(_, collection, _, body, _, what):
                for part in (collection, body, what):
                    if part is not None:
                        walk(part)
            case _:
                pass

    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        definition = definitions[current]
        if isinstance(definition, Closure):
            pending += [definition.seed, definition.guard]
        else:
            walk(definition.body)
    return found
