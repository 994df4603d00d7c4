"""Names to things: which blocks a reference means, which texts define a term, what fills what.

Bare pinpoints get their instrument, a licence with one row for each version becomes one block
for each row, annexes are read from beside their rule. What cannot be found is reported.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from sanctions_rules import clocks
from sanctions_rules.calendars import CALENDARS
from sanctions_rules.codes import Code, read_code
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.names import subject_noun
from sanctions_rules.source import Source

_Found = TypeVar("_Found")
NORM_VERBS = (
    "prohibits",
    "authorises",
    "exempts",
    "displaces",
    "withdraws",
    "empowers",
    "requires",
    "penalises",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of an annex or code list: its key, and its own days where it has any."""

    key: str
    code: Code | None
    since: date | None
    until: date | None
    source: str


@dataclass
class Rulebook:
    """All blocks of all files, indexed by what they are called and what they do."""

    blocks: tuple[ast.Block, ...]
    sources: Mapping[str, Source]
    by_id: dict[str, list[ast.Block]] = field(default_factory=lambda: defaultdict(list))
    #: The versions of each id by their first day, found when one is first asked for by its day.
    begun: dict[str, dict[date | None, list[ast.Block]]] = field(
        default_factory=dict[str, dict[date | None, list[ast.Block]]]
    )
    #: Each instrument with those made under it, found when it is first asked for.
    made_under: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    by_instrument: dict[str, list[ast.Block]] = field(default_factory=lambda: defaultdict(list))
    instruments: dict[str, ast.Block] = field(default_factory=dict[str, ast.Block])
    terms: dict[tuple[str, str], list[ast.Block]] = field(default_factory=lambda: defaultdict(list))
    judgements: dict[tuple[str, str], ast.Block] = field(
        default_factory=dict[tuple[str, str], ast.Block]
    )
    fills: dict[tuple[str, str], list[ast.Block]] = field(default_factory=lambda: defaultdict(list))
    replaced_by: dict[int, list[ast.Block]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict[str, tuple[Entry, ...]])
    heads: dict[str, ast.Block] = field(default_factory=dict[str, ast.Block])
    digests: dict[str, str] = field(default_factory=dict[str, str])
    #: Blocks with a mistake in them, by identity: what follows from them is not judged.
    unsound: set[int] = field(default_factory=set[int])
    #: Regimes of blocks whose verb could not be read: a term may be defined there.
    unread: set[str] = field(default_factory=set[str])
    #: What is worked out from all of the above when it is first asked for: what references mean,
    #: and for `timing.py` and `targets.py` intervals, fills and aims.
    meanings: dict[ast.Ref, list[ast.Block]] = field(
        default_factory=dict[ast.Ref, "list[ast.Block]"]
    )
    intervals: dict[int, tuple[int, int, int, int]] = field(
        default_factory=dict[int, "tuple[int, int, int, int]"]
    )
    variants: dict[int, list[tuple[ast.Block | None, str]]] = field(
        default_factory=dict[int, "list[tuple[ast.Block | None, str]]"]
    )
    aims: dict[ast.Ref, list[tuple[ast.Block, ast.Block | None, str]]] = field(
        default_factory=dict[ast.Ref, "list[tuple[ast.Block, ast.Block | None, str]]"]
    )
    #: What was found in single blocks, by what it is and the block's identity.
    remembered: dict[tuple[str, int], Any] = field(default_factory=dict[tuple[str, int], Any])
    _zones: dict[int, tuple[ast.Block, str]] = field(
        default_factory=dict[int, tuple[ast.Block, str]]
    )

    def once(self, what: str, block: ast.Block, find: Callable[[ast.Block], _Found]) -> _Found:
        """What there is to find in a block by itself, found when it is first asked for."""
        key = (what, id(block))
        if key not in self.remembered:
            self.remembered[key] = find(block)
        return self.remembered[key]

    def withdrawal(self, block: ast.Block) -> tuple[str, ast.Slot] | None:
        """By which id the text was withdrawn, its own or that of its instrument, and the slot."""
        for one in (block, self.instruments.get(block.ref.instrument) if block.ref else None):
            slot = one.slot("withdrawn") if one is not None else None
            if one is not None and slot is not None:
                return one.id, slot
        return None

    def place(self, block: ast.Block) -> str:
        """Where a block stands, as file and line."""
        source = self.sources.get(block.head.file)
        return f"{block.head.file}:{source.place(block.head.start)[0]}" if source else block.id

    def sound(self, *blocks: ast.Block | None) -> bool:
        """Whether none of these, nor its instrument, has a mistake that was already reported."""
        return not any(
            id(b) in self.unsound or (b.ref and id(self.instruments.get(b.ref.instrument)) in self.unsound)
            for b in blocks if b is not None
        )  # fmt: skip

    def begun_on(self, id: str, day: date) -> list[ast.Block]:
        """The versions of an id that begin on a day; what has lost its interval may be any of them."""
        if id not in self.begun:
            days = self.begun[id] = dict[date | None, list[ast.Block]]()
            for block in self.by_id.get(id, ()):
                known = None if "in force" in block.damaged else first_day(block)
                days.setdefault(known, []).append(block)
        days = self.begun[id]
        lost = (b for b in days.get(None, ()) if "in force" in b.damaged)
        return [*days.get(day, ()), *lost]

    def meant(self, ref: ast.Ref) -> list[ast.Block]:
        """The blocks that a reference means: one provision, its parts, or a whole instrument."""
        known = self.meanings.get(ref)
        if known is None:
            known = self.meanings[ref] = self._meant(ref)
        return known

    def _meant(self, ref: ast.Ref) -> list[ast.Block]:
        found = self.by_id.get(ref.id) or []
        if ref.pin:
            found = self.begun_on(ref.id, ref.pin)
        if not found and ref.pinpoint and not ref.pin:
            found = [
                b
                for b in self.by_instrument.get(ref.instrument, [])
                if b.ref and (b.ref.pinpoint.startswith((ref.pinpoint + "(", ref.pinpoint + "/")))
            ]
        if not ref.pinpoint and not ref.pin:
            found = list(found)
            seen = {id(b) for b in found}
            for instrument in self.below(ref.instrument):
                found += [b for b in self.by_instrument[instrument] if id(b) not in seen]
        return [b for b in found if b.kind != "instrument"]

    def below(self, instrument: str) -> list[str]:
        """The instrument and every one made under it, at any remove."""
        if instrument in self.made_under:
            return self.made_under[instrument]
        found, pending = [instrument], [instrument]
        while pending:
            upper = pending.pop()
            for name, block in self.instruments.items():
                made = block.slot("made under")
                if name not in found and made and any(r.instrument == upper for r in made.refs):
                    found.append(name)
                    pending.append(name)
        self.made_under[instrument] = found
        return found

    def norms(self, ref: ast.Ref) -> list[ast.Block]:
        return [b for b in self.meant(ref) if b.verb and b.verb.word in (*NORM_VERBS, "fills")]

    def carriers(self, ref: ast.Ref) -> list[ast.Block]:
        """What can carry a commitment out: norms, what fills them, and tables of their values."""
        norms = self.norms(ref)
        return norms or [b for b in self.meant(ref) if b.kind == "table"]

    def zone(self, block: ast.Block) -> str:
        """The zone of the block's instrument, or of its regime."""
        found = self._zones.get(id(block))
        if found is None or found[0] is not block:
            found = self._zones[id(block)] = block, self._zone(block)
        return found[1]

    def _zone(self, block: ast.Block) -> str:
        instrument = self.instruments.get(block.ref.instrument) if block.ref else None
        for candidate in (block, instrument, self.heads.get(regime(block))):
            clock = candidate.slot("clock") if candidate else None
            if clock and _is_zone(str(clock.names[0])):
                return str(clock.names[0])
        return "UTC"

    def calendar(self, block: ast.Block) -> str:
        """The calendar of the block's instrument, or of its regime; empty where none is named."""
        instrument = self.instruments.get(block.ref.instrument) if block.ref else None
        for candidate in (instrument, self.heads.get(regime(block))):
            named = candidate.slot("calendar") if candidate else None
            if named and str(named.names[0]) in CALENDARS:
                return str(named.names[0])
        return ""


def _is_zone(name: str) -> bool:
    try:
        clocks.zone(name)
    except LookupError:
        return False
    return True


def regime(block: ast.Block) -> str:
    return block.ref.instrument.split(".")[0] if block.ref else ""


def first_day(block: ast.Block) -> date | None:
    slot = block.slot("in force")
    if slot is None or not isinstance(slot.interval, ast.Interval):
        return None
    return slot.interval.since.first.day


def named_refs(block: ast.Block) -> Iterator[tuple[ast.Slot, ast.Ref]]:
    """Every reference in slots and acts (those in conditions are met by the type checker)."""
    for slot in block.slots:
        for ref in (*slot.refs, *slot.targets):
            yield slot, ref
        if slot.conduct:
            for role in slot.conduct.roles:
                for ref in role.refs:
                    yield slot, ref


def resolve(
    blocks: Sequence[ast.Block],
    sources: Mapping[str, Source],
    annexes: Mapping[str, bytes],
    locked: Mapping[str, str],
    made: Callable[[ast.Block], list[ast.Block]] | None = None,
    remembered: dict[tuple[str, int], Any] | None = None,
) -> tuple[Rulebook, list[Diagnostic]]:
    """Index the blocks. `annexes`: files beside the rules by name; `locked`: their digests.

    `made` is `each_version`, and `remembered` what was found in blocks that are here again, for
    who looks at one rulebook many times.
    """
    problems: list[Diagnostic] = []
    expand = made or each_version
    expanded = _inherit_subjects([one for block in blocks for one in expand(block)])
    rulebook = indexed(expanded, sources, problems)
    if remembered is not None:
        rulebook.remembered = remembered
    nameless = any(b.ref is None and "?" in b.damaged for b in expanded)
    for block in expanded:
        before = len(problems)
        _check_refs(rulebook, block, problems)
        if nameless:
            problems[before:] = [p for p in problems[before:] if not p.code.startswith("unknown-")]
        if block.damaged or len(problems) > before:
            rulebook.unsound.add(id(block))
        if block.damaged and block.verb is None:
            rulebook.unread.add(regime(block))
    for block in expanded:
        _read_annex(rulebook, block, annexes, locked, problems)
    _check_duplicates(rulebook, problems)
    return rulebook, problems


def indexed(
    blocks: Sequence[ast.Block], sources: Mapping[str, Source], problems: list[Diagnostic]
) -> Rulebook:
    """The blocks by what they are called and what they do; names given twice are problems."""
    rulebook = Rulebook(tuple(blocks), sources)
    for block in blocks:
        _index(rulebook, block, problems)
    for block in blocks:
        for slot, ref in named_refs(block):
            if slot.word in ("replaces", "repeals"):
                for older in (
                    rulebook.meant(ref)
                    if ref.pinpoint or ref.pin or ref.id in rulebook.by_id
                    else []
                ):
                    then, mine = first_day(older), first_day(block)
                    later = (
                        ref.id == block.id
                        and not ref.pin
                        and then is not None
                        and mine is not None
                        and then > mine
                    )
                    if older is not block and not later:
                        rulebook.replaced_by[id(older)].append(block)
    return rulebook


def _inherit_subjects(blocks: list[ast.Block]) -> list[ast.Block]:
    """A verb without an act of its own speaks of the thing that its target's verb binds."""
    nouns = {block.id: noun for block in blocks if (noun := subject_noun(block)) is not None}
    found: list[ast.Block] = []
    for block in blocks:
        verb = block.verb
        if verb is not None and verb.word in ("displaces", "withdraws", "penalises"):
            noun = next((nouns[r.id] for r in (*verb.targets, *verb.refs) if r.id in nouns), None)
            if noun is not None and noun.text in _heads(block):
                slots = tuple(replace(s, subject=noun) if s is verb else s for s in block.slots)
                block = replace(block, slots=slots)
        found.append(block)
    return found


class Whole:
    """What blocks become by themselves, each worked out once: their versions, with whole references."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[ast.Block, list[ast.Block]]] = {}

    def of(self, block: ast.Block) -> list[ast.Block]:
        found = self._made.get(id(block))  # it holds the block, so that its identity stays its own
        if found is None:
            found = self._made[id(block)] = block, each_version(block)
        return found[1]

    def forget(self, block: ast.Block) -> None:
        self._made.pop(id(block), None)


def _heads(block: ast.Block) -> set[str]:
    """The names that the block's conditions begin their paths with."""
    heads: set[str] = set()
    pending: list[object] = [s.condition for s in block.slots if s.condition is not None]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Path):
            heads.add(node.parts[0])
        elif isinstance(node, tuple):
            pending.extend(cast("tuple[object, ...]", node))
        elif is_dataclass(node):
            pending.extend(getattr(node, f.name) for f in fields(node))
    return heads


def each_version(block: ast.Block) -> list[ast.Block]:
    """The block with its references made whole, once for each of its versions: it asks no other."""
    return _versions(_own_instrument(block))


def _own_instrument(block: ast.Block) -> ast.Block:
    """Bare pinpoints mean the block's own instrument."""
    if block.ref is None:
        return block
    own = block.ref.instrument

    def whole(ref: ast.Ref) -> ast.Ref:
        return ref if ref.instrument else replace(ref, instrument=own)

    def role(r: ast.Role) -> ast.Role:
        return replace(r, refs=tuple(whole(x) for x in r.refs)) if r.refs else r

    slots = tuple(
        replace(
            s, refs=tuple(whole(r) for r in s.refs), targets=tuple(whole(r) for r in s.targets),
            conduct=replace(s.conduct, roles=tuple(role(r) for r in s.conduct.roles)) if s.conduct else None,
            condition=with_refs(s.condition, whole),
        )
        for s in block.slots
    )  # fmt: skip
    return replace(block, slots=slots)


def with_refs(condition: Any, whole: Callable[[ast.Ref], ast.Ref]) -> Any:
    """The same condition with its references made whole, however deep in it they stand."""
    made: dict[int, Any] = {}
    pending: list[tuple[Any, bool]] = [(condition, False)]
    while pending:
        node, seen = pending.pop()
        parts = _parts(node)
        if isinstance(node, ast.Ref):
            made[id(node)] = whole(node)
        elif not seen:
            pending.append((node, True))
            pending += [(part, False) for part in parts.values()]
        else:
            changed = {k: new for k, old in parts.items() if (new := made[id(old)]) is not old}
            made[id(node)] = _remade(node, parts, changed) if changed else node
    return made[id(condition)]


def _remade(node: Any, parts: dict[Any, Any], changed: dict[Any, Any]) -> Any:
    if isinstance(node, tuple):
        return tuple({**parts, **changed}.values())
    return replace(node, **changed)


def _parts(node: Any) -> dict[Any, Any]:
    """What a node of the tree is made of, by name or place."""
    if isinstance(node, tuple):
        return dict(enumerate(cast("tuple[Any, ...]", node)))
    if is_dataclass(node) and not isinstance(node, type):
        return {part.name: getattr(node, part.name) for part in fields(node) if part.init}
    return {}


def _versions(block: ast.Block) -> list[ast.Block]:
    """One block for each row of a licence or provision that is in force as listed."""
    force, rows = block.slot("in force"), block.slot("columns")
    if not (force and rows and isinstance(force.interval, ast.AsListed) and block.ref):
        return [block]
    if block.kind == "table" or "version" not in rows.columns:
        return [block]
    found: list[ast.Block] = []
    for row in rows.rows:
        cells = dict(zip(rows.columns, row, strict=False))
        version = cells["version"].value
        name = str(version) if isinstance(version, ast.Path) else "version"
        interval = _row_interval(cells)
        ref = replace(block.ref, instrument=f"{regime(block)}.{name}", span=cells["version"].span)
        slots = tuple(
            replace(s, interval=interval) if s is force else s for s in block.slots if s is not rows
        )
        extra = {k: c for k, c in cells.items() if k not in ("version", "from", "until", "through")}
        found.append(replace(
            block, ref=ref, title=f"{block.title} ({name})",
            slots=(*slots, ast.Slot("columns", columns=tuple(extra), rows=(tuple(extra.values()),), span=rows.span)),
        ))  # fmt: skip
    return found


_LONG_AGO = ast.Moment(date(1900, 1, 1))


def _row_interval(cells: Mapping[str, ast.Cell]) -> ast.Interval:
    since_cell = cells.get("from")
    end_word = "through" if "through" in cells else "until"
    end_cell = cells.get(end_word)
    since = since_cell.value if since_cell and isinstance(since_cell.value, ast.Moment) else None
    end = end_cell.value if end_cell else None
    last = end if isinstance(end, ast.Moment) else None
    start = (
        ast.Since("at", since)
        if since
        else ast.Since("between", _LONG_AGO, last or ast.Moment(date(2200, 1, 1)))
    )
    if last:
        return ast.Interval(start, ast.Until("through" if end_word == "through" else "until", last))
    if isinstance(end, ast.Until):
        return ast.Interval(start, end)
    return ast.Interval(start, ast.Until("after", since or _LONG_AGO))


def _index(rulebook: Rulebook, block: ast.Block, problems: list[Diagnostic]) -> None:
    if block.ref is None:
        if block.kind not in ("example", "overlay") and not block.damaged:
            problems.append(
                Diagnostic(
                    "no-name",
                    f"the {block.kind} has no name",
                    block.head,
                    help="name it, as in us.eo14068 §1(a)",
                )
            )
        return
    rulebook.by_id[block.id].append(block)
    rulebook.by_instrument[block.ref.instrument].append(block)
    if block.kind == "instrument":
        if block.id in rulebook.instruments:
            problems.append(_twice(block, rulebook.instruments[block.id], rulebook))
        rulebook.instruments[block.id] = block
        if block.slot("current through"):
            other = rulebook.heads.get(regime(block))
            if other:
                problems.append(
                    Diagnostic(
                        "two-heads",
                        f"`{regime(block)}` already says through which day it is current",
                        block.head,
                        help=f"see {other.id}",
                    )
                )
            rulebook.heads[regime(block)] = block
    verb = block.verb
    if verb is None:
        return
    if verb.word == "defines" and verb.term is not None:
        name = verb.term.name if isinstance(verb.term, ast.Call) else verb.term.text
        rulebook.terms[(regime(block), name)].append(block)
    elif verb.word == "asks" and isinstance(verb.term, ast.Word):
        key = (regime(block), verb.term.text)
        if key in rulebook.judgements:
            other = rulebook.judgements[key]
            problems.append(
                Diagnostic(
                    "duplicate",
                    f"`{verb.term}` is already a judgement of `{regime(block)}`",
                    verb.term.span,
                    help=f"the other is at {rulebook.place(other)}",
                )
            )
        rulebook.judgements[key] = block
    elif verb.word == "fills" and verb.names:
        rulebook.fills[(verb.refs[0].id, str(verb.names[0]))].append(block)


def _twice(block: ast.Block, other: ast.Block, rulebook: Rulebook) -> Diagnostic:
    where = f"the other is at {rulebook.place(other)}"
    return Diagnostic(
        "duplicate",
        f"`{block.id}` is already the name of a block",
        block.head,
        help=where
        if block.kind == "instrument"
        else f"{where}; a later version says `replaces`, a second reading is marked `reading`",
    )


def _check_refs(rulebook: Rulebook, block: ast.Block, problems: list[Diagnostic]) -> None:
    if block.ref and block.kind == "provision" and block.ref.instrument not in rulebook.instruments:
        problems.append(
            Diagnostic(
                "unknown-instrument",
                f"there is no instrument called `{block.ref.instrument}`",
                block.ref.span,
                help=did_you_mean(block.ref.instrument, rulebook.instruments),
            )
        )
    said: set[str] = set()  # instruments that are unknown, and were said to be
    for slot, ref in named_refs(block):
        if ref.instrument in said:
            continue
        if slot.word in ("made under", "enacted by"):
            if ref.instrument not in rulebook.instruments:
                problems.append(
                    Diagnostic(
                        "unknown-instrument",
                        f"there is no instrument called `{ref.instrument}`",
                        ref.span,
                        help=did_you_mean(ref.instrument, rulebook.instruments),
                    )
                )
        elif not rulebook.meant(ref):
            problems.append(unknown_ref(rulebook, ref, block.id))
            if ref.instrument not in rulebook.by_instrument:
                said.add(ref.instrument)
    verb = block.verb
    if verb and verb.word == "fills" and verb.names:
        for target in rulebook.meant(verb.refs[0]):
            opened = [str(s.term) for s in target.all("leaves open")]
            if str(verb.names[0]) not in opened and not target.damaged & {"leaves open", "?"}:
                problems.append(
                    Diagnostic(
                        "nothing-to-fill",
                        f"`{verb.refs[0]}` leaves no `{verb.names[0]}` open",
                        verb.names[0].span,
                        help=did_you_mean(str(verb.names[0]), opened),
                    )
                )


def unknown_ref(rulebook: Rulebook, ref: ast.Ref, own: str) -> Diagnostic:
    """A reference to nothing. `own`: where it stands, which is no suggestion."""
    known = [
        i
        for i, blocks in rulebook.by_id.items()
        if i != own and any(b.kind != "instrument" for b in blocks)
    ]
    if ref.pin and rulebook.by_id.get(ref.id):
        days = sorted(str(first_day(b)) for b in rulebook.by_id[ref.id])
        return Diagnostic(
            "unknown-version",
            f"`{ref.id}` has no version of {ref.pin}",
            ref.span,
            help="it has: " + ", ".join(days),
        )
    beside = [
        i.removeprefix(ref.instrument + " ") for i in known if i.startswith(ref.instrument + " ")
    ]
    near = [p for p in beside if ref.pinpoint.startswith(p) or p.startswith(ref.pinpoint)]
    return Diagnostic(
        "unknown-reference",
        f"there is no `{ref.id}`",
        ref.span,
        "nothing in the rulebook has this name",
        did_you_mean(ref.id, known)
        if not beside
        else f"did you mean `{ref.instrument} {near[-1]}`?"
        if near
        else f"`{ref.instrument}` has: "
        + ", ".join(beside[:8])
        + (", …" if len(beside) > 8 else ""),
    )


def _check_duplicates(rulebook: Rulebook, problems: list[Diagnostic]) -> None:
    for blocks in rulebook.by_id.values():
        seen: dict[tuple[object, str], ast.Block] = {}
        for block in blocks:
            if block.kind == "instrument" or block.damaged:
                continue
            reading = block.slot("reading")
            key = (first_day(block), str(reading.names[0]) if reading else "")
            if key in seen:
                problems.append(_twice(block, seen[key], rulebook))
                rulebook.unsound.add(id(block))
            else:
                seen[key] = block


# -- annexes -------------------------------------------------------------------------------------


def _read_annex(
    rulebook: Rulebook, block: ast.Block, annexes: Mapping[str, bytes], locked: Mapping[str, str],
    problems: list[Diagnostic],
) -> None:  # fmt: skip
    slot = block.slot("entries from")
    if slot is None:
        return
    text = slot.texts[0]
    folder = block.span.file.rsplit("/", 1)[0] + "/" if "/" in block.span.file else ""
    name = folder + text.text
    if ".." in text.text or text.text.startswith("/") or "\\" in text.text:
        problems.append(
            Diagnostic(
                "outside-pack",
                f"`{text.text}` lies outside the rulebook's folder",
                text.span,
                help="name a file beside the rule",
            )
        )
        return
    data = annexes.get(name)
    if data is None:
        problems.append(
            Diagnostic(
                "no-annex",
                f"there is no file `{text.text}` beside the rule",
                text.span,
                help=did_you_mean(name, annexes),
            )
        )
        return
    digest = hashlib.sha256(data).hexdigest()
    if locked and locked.get(name) != digest:
        problems.append(
            Diagnostic(
                "annex-changed",
                f"`{text.text}` is not the file that the lock names",
                text.span,
                help=f"if the change is meant, write {digest} in annexes.lock",
            )
        )
    rulebook.digests[name] = digest
    entries: list[Entry] = []
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error):
        problems.append(
            Diagnostic(
                "bad-annex",
                f"`{text.text}` cannot be read as a table of text",
                text.span,
                help="save it as CSV in UTF-8",
            )
        )
        return
    if (
        reader.fieldnames is None
        or not {"key", "from", "until", "source", "list"} >= set(reader.fieldnames)
        or "key" not in reader.fieldnames
    ):
        problems.append(
            Diagnostic(
                "bad-annex",
                f"`{text.text}` has other columns than key, from, until, source, list",
                text.span,
                help="its first line is key,from,until,source",
            )
        )
        return
    wanted = block.id.split(".")[-1]

    def bad(why: str) -> None:
        problems.append(Diagnostic("bad-annex", f"line {number} of `{text.text}` {why}", text.span))

    damaged = len(problems)
    for number, row in enumerate(rows, 2):  # noqa: B007 -- `bad` names the line
        if row.get("list") and row["list"] != wanted:
            continue
        days = [_annex_day(row.get(column) or "") for column in ("from", "until")]
        key = row["key"] or ""
        if row.get(cast(str, None)):
            bad("has more cells than there are columns")
        elif not key:
            bad("has no key")
        elif "" in days:
            bad(f"has a day that is none: `{row['from'] if days[0] == '' else row['until']}`")
        else:
            first, _, last = key.partition(" to ")
            code, upto = read_code(first), read_code(last) if last else None
            if code is not None and upto is not None:
                code = (
                    Code(code.scheme, code.digits, upto.digits)
                    if len(code.digits) == len(upto.digits)
                    else None
                )
            if code is None and key.split(" ")[0] in ("HS", "HTSUS", "CN", "UKGT"):
                bad(f"has a code that is none: `{key}`")
                continue
            since, until = (day if isinstance(day, date) else None for day in days)
            entries.append(Entry(key, code, since, until, row.get("source") or ""))
    if not entries and len(problems) == damaged:
        problems.append(
            Diagnostic("empty-list", f"`{text.text}` has no row for `{wanted}`", text.span)
        )
    rulebook.entries[block.id] = tuple(entries)


def _annex_day(text: str) -> date | str | None:
    """The day of a cell; None where it is empty, the empty text where it is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return ""
