"""Every condition against the fact vocabulary: paths, forms, units, words, codes, terms.

No truthiness and no coercion: what a predicate may be said of is fixed by the form of the fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import comb
from typing import cast

from sanctions_rules import clocks, core
from sanctions_rules.calendars import CALENDARS
from sanctions_rules.codes import COUNTRIES, CURRENCIES
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.facts import ACT_KINDS, CONTROLS, EVENTS, STAKES, Declared
from sanctions_rules.language import ast
from sanctions_rules.language.names import LIST_FORMS, Names, Typed, subject_noun
from sanctions_rules.language.passing import misplaced, ways_of
from sanctions_rules.language.resolve import Rulebook, regime, unknown_ref
from sanctions_rules.law import RANKS
from sanctions_rules.schema import COLLECTIONS, NOUNS, ROLE_LISTS

UNITS = ("carat", "percent", "kg", "days")
#: What a price may be `per`.
MEASURED = ("barrel", "tonne", "kg", "carat", "litre", "piece")
ANY_ACT = "any_dealing"
CHECKS = ("primary", "secondary", "unverified")
#: What a person may be controlled through; the last is the fact `controlled_by` of a party.
MEANS = (*CONTROLS, "other_means")
MODES = ("together", "singly", "jointly", "severally")
TIME = ("on", "before", "after", "on or before", "on or after")
ORDER = ("at least", "at most", "more than", "less than")
OPPOSITE = {
    "at least": "less than", "less than": "at least", "at most": "more than", "more than": "at most",
    "before": "on or after", "on or after": "before", "after": "on or before", "on or before": "after",
}  # fmt: skip
#: In how many ways a group of `at least N of` may be met: each is written out.
CHOICES = 1_000
#: Words for what a power may impose, and for the liability of a breach.
MEASURES = ("full_blocking", "correspondent_account_ban", "correspondent_account_conditions", "entry_ban",
            "civil_penalty", "imprisonment", "fine", "national_penalty", "criminal_penalty")  # fmt: skip


def typecheck(rulebook: Rulebook) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    for block in rulebook.blocks:
        problems += typecheck_block(rulebook, block)
    return problems


def typecheck_block(rulebook: Rulebook, block: ast.Block) -> list[Diagnostic]:
    """What is wrong with one block: it looks at others by their names, and at their instruments."""
    return _Checker(rulebook, block).block()


@dataclass
class _Checker:
    rulebook: Rulebook
    subject: ast.Block
    inside: bool = False  # whether a use of the definition is looked at, with the values given

    def __post_init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.misfits: list[str] = []  # parameters that the values given do not fit
        self.opened = self._opened()
        self.reported: set[str] = set()  # names that are no nouns, and were said to be none
        self.regime = regime(self.subject) if self.subject.ref else "us"

    def report(
        self, code: str, message: str, node: object, label: str = "", help: str = ""
    ) -> None:
        span = getattr(node, "span", None) or self.subject.head
        if span.file == "":
            span = self.subject.head
        self.found.append(Diagnostic(code, message, span, label, help))

    def _opened(self) -> dict[str, ast.Slot]:
        return {str(s.term): s for s in self.subject.all("leaves open")}

    # -- blocks and slots ------------------------------------------------------------------------

    def block(self) -> list[Diagnostic]:
        names = self.names()
        for slot in self.subject.slots:
            self.slot(slot, names)
        verb = self.subject.verb
        if verb is not None and verb.word == "defines" and isinstance(verb.term, ast.Word):
            for one in misplaced(self.subject, verb.term.text):
                self.report(
                    "way-misplaced",
                    f"`{verb.term}` is passed on by any one of its ways: they stand in `any of`, {one.why}",
                    one.node,
                    help="ask for what else must hold of another term",
                )
        return self.found

    def names(self) -> Names:
        names = Names()
        block = self.subject
        verb = block.verb
        if (verb is None and block.damaged) or (
            verb is not None and verb.word == "fills" and not self.rulebook.meant(verb.refs[0])
        ):
            for noun in NOUNS:  # what the verb binds is not known: it may be any of these
                names = names.bind_noun(noun) or names
        elif verb is not None and verb.word == "fills":
            for target in self.rulebook.meant(verb.refs[0]):
                slots = [s for s in target.all("leaves open") if s.subject is not None]
                named = [s for s in slots if str(s.term) == str(verb.names[0])]
                for slot in named or slots:  # a wrong name is reported once, not at every use
                    names = names.bind_noun(str(slot.subject)) or names
        noun = subject_noun(block)
        if noun is not None:
            bound = names.bind_noun(noun.text)
            if bound is None and not (
                verb is not None and verb.conduct and not verb.conduct.role("of")
            ):
                self.report(
                    "unknown-noun",
                    f"`{noun}` is not a thing that facts describe",
                    noun,
                    help=did_you_mean(noun.text, NOUNS) or "one of: " + ", ".join(sorted(NOUNS)),
                )
            if bound is None:
                self.reported.add(noun.text)
                for other in NOUNS:
                    names = names.bind_noun(other) or names
            names = bound or names
        if verb is not None and isinstance(verb.term, ast.Call):
            parameters = {str(a): None for a in verb.term.arguments if isinstance(a, ast.Path)}
            names = Names(names.items, parameters)
        columns = block.slot("columns")
        if columns is not None and block.kind != "table":
            names = Names(names.items, {**names.parameters, **dict.fromkeys(columns.columns)})
        if block.kind == "table":
            names = names.bind_noun("good") or names
        if block.kind == "example":
            names = names.bind_noun("good") or names
            conduct = block.slot("conduct")
            role = conduct.conduct.role("of") if conduct and conduct.conduct else None
            if role and isinstance(role.thing, ast.Word):
                names = names.bind_noun(role.thing.text) or names
        return names

    def slot(self, slot: ast.Slot, names: Names) -> None:
        match slot.word:
            case "in force":
                self.force(slot)
            case "clock":
                try:
                    clocks.zone(str(slot.names[0]))
                except LookupError:
                    self.report(
                        "unknown-zone",
                        f"`{slot.names[0]}` is not a zone",
                        slot.names[0],
                        help="an IANA name, as in America/New_York",
                    )
            case "calendar":
                self.one_of(slot.names[0], CALENDARS, "a calendar")
            case "rank":
                self.one_of(slot.names[0], RANKS, "a rank")
            case "checked":
                self.one_of(slot.names[0], CHECKS, "a way in which text is checked")
            case "binds":
                for word in slot.names:
                    self.term(word.text, word, names, "parties")
            case "prohibits" | "authorises" | "exempts" | "requires" | "conduct":
                if slot.conduct:
                    self.conduct(slot.conduct, free=slot.word == "requires")
                share = (
                    (slot.conduct.role("of") or slot.conduct.roles[0]).share
                    if slot.conduct and slot.conduct.roles
                    else None
                )
                if share:
                    paid = self.typed(share[1], names)
                    if share[0].unit != "percent":
                        self.report(
                            "wrong-unit",
                            f"`{share[0].unit}` is not a share",
                            share[0],
                            help="write `percent`",
                        )
                    if paid is not None and paid.form not in ("price", "number"):
                        self.report("wrong-form", f"`{share[1]}` is not an amount", share[1])
                if slot.due and slot.due.path:
                    self.moment_path(slot.due.path, names)
                if slot.due and slot.due.kind == "yearly" and not 1 <= slot.due.day <= 31:
                    self.report("no-such-day", f"no month has a day {slot.due.day}", slot)
                if slot.due and slot.due.duration:
                    self.duration(slot.due.duration, business=True)
            case "empowers" | "penalises":
                for word in slot.names:
                    self.one_of(word, MEASURES, "a measure")
            case "leaves open":
                unit = slot.texts[0].text.split(" ") if slot.texts else ["percent"]
                if unit[0] not in (*CURRENCIES, *UNITS):
                    self.report(
                        "unknown-unit",
                        f"`{unit[0]}` is not a unit",
                        slot,
                        help=did_you_mean(unit[0], UNITS) or "as in USD per barrel",
                    )
                elif len(unit) == 3 and unit[2] not in MEASURED:
                    self.report(
                        "unknown-unit",
                        f"`{unit[2]}` is not a unit of quantity",
                        slot,
                        help=did_you_mean(unit[2], MEASURED) or "one of: " + ", ".join(MEASURED),
                    )
                if (
                    slot.subject is not None
                    and slot.subject.text != "act"
                    and slot.subject.text not in NOUNS
                ):
                    self.report(
                        "unknown-noun",
                        f"`{slot.subject}` is not a thing that facts describe",
                        slot.subject,
                        help=did_you_mean(slot.subject.text, NOUNS),
                    )
            case "gives":
                self.value(slot.value, names)
                self.given(slot)
            case "regardless of":
                for path in slot.paths:
                    self.typed(path, names)
            case "missing":
                for path in slot.paths:
                    self.typed(path, names)
            case "columns":
                self.rows(slot)
            case "expect":
                outcomes = ("PROHIBITED", "AUTHORISED", "NOT_PROHIBITED", "UNDETERMINED")
                for text in slot.texts:
                    if text.text not in outcomes:
                        self.report(
                            "unknown-outcome",
                            f"`{text.text}` is not an outcome",
                            text,
                            help=did_you_mean(text.text, outcomes)
                            or "one of: " + ", ".join(outcomes),
                        )
                self.refs(slot.refs)
            case _:
                pass
        if slot.condition is not None:
            self.condition(slot.condition, names)

    def given(self, slot: ast.Slot) -> None:
        """The value that a determination gives, in the unit in which it was left open."""
        verb = self.subject.verb
        for target in (
            self.rulebook.meant(verb.refs[0]) if verb is not None and verb.word == "fills" else ()
        ):
            for opened in target.all("leaves open"):
                if str(opened.term) != str(cast(ast.Slot, verb).names[0]) or not opened.texts:
                    continue
                unit, value = opened.texts[0].text, slot.value
                own = (
                    f"{value.currency} per {value.per}"
                    if isinstance(value, ast.MoneyValue) and value.per
                    else value.currency
                    if isinstance(value, ast.MoneyValue)
                    else value.unit
                    if isinstance(value, ast.Quantity)
                    else None
                )
                if own is None:
                    self.report(
                        "wrong-form", "an amount is expected here", value, help=f"in {unit}"
                    )
                elif own != unit:
                    self.report(
                        "wrong-unit",
                        f"`{opened.term}` is left open in {unit}",
                        value,
                        help=f"see {target.id}",
                    )

    def force(self, slot: ast.Slot) -> None:
        if slot.anchor is not None:
            events = [f"act.events.{event}" for event in EVENTS]
            if str(slot.anchor) not in events:
                self.report(
                    "unknown-event",
                    f"`{slot.anchor}` is not an event of the act",
                    slot.anchor,
                    help=did_you_mean(str(slot.anchor), events) or "one of: " + ", ".join(events),
                )
        rows = self.subject.slot("columns")
        if isinstance(slot.interval, ast.AsListed) and (
            rows is None or "version" not in rows.columns
        ):
            self.report(
                "no-rows",
                "`as listed` needs a row for each version",
                slot,
                help="columns version, from, until, and a row beginning with `|` for each"
                if rows is None
                else "name the first column `version`",
            )
        if isinstance(slot.interval, ast.Interval):
            moments = [
                slot.interval.since.first,
                slot.interval.since.second,
                slot.interval.until.first,
                slot.interval.until.second,
            ]
            for moment in moments:
                if moment is not None:
                    self.label(moment)

    def label(self, moment: ast.Moment) -> None:
        """The printed label against the zone's own on that day: kept, and reported when it differs."""
        if not moment.time:
            return
        zone = self.rulebook.zone(self.subject)
        own = clocks.label_at(moment.day, moment.time, zone)
        if moment.label not in (own, "UTC" if zone == "UTC" else own):
            self.found.append(Diagnostic(
                "zone-label", f"`{moment.label}` is printed, but {zone} has {own} on {moment.day}", moment.span,
                help="the label is kept as printed; the time is read in the zone", severity="warning",
            ))  # fmt: skip

    def one_of(self, word: ast.Word, known: Iterable[str], what: str) -> None:
        if word.text not in known:
            self.report(
                "unknown-word",
                f"`{word}` is not {what}",
                word,
                help=did_you_mean(word.text, known) or "one of: " + ", ".join(known),
            )

    def passed_on(
        self, owned: ast.IsOwned | ast.IsControlled, term: ast.Word, predicate: object
    ) -> None:
        """A term that passes itself on does so along whole chains, in one set of ways.

        Its versions and readings share what ownership passes on, so each names the same ways: a
        threshold that changes is a term of its own for each state.
        """
        verb = self.subject.verb
        if verb is None or verb.word != "defines" or str(verb.term) != term.text:
            return
        if owned.direct:
            self.report(
                "direct-and-recursive",
                f"`{term}` passes itself on, and `directly` goes one step only",
                predicate,
                help="ask it of another term, or leave `directly` out",
            )
        versions = self.rulebook.terms.get((self.regime, term.text), [])
        sets = [ways for b in versions if (ways := set(ways_of(self.rulebook, b, term.text)))]
        if not sets:  # the definition itself has a mistake, which is reported
            return
        if any(ways != sets[0] for ways in sets):
            self.report(
                "ways-differ",
                f"the versions of `{term}` are passed on in different ways",
                predicate,
                help="one term for each state, and a term that picks between them by its versions",
            )
        modes = {w.mode == "severally" for w in sets[0] if not w.means}
        if len(modes) > 1:
            self.report(
                "ways-differ",
                f"`{term}` counts owners severally in one line and not in another",
                predicate,
            )

    def conduct(self, conduct: ast.Conduct, free: bool) -> None:
        for act in conduct.acts:
            if not free and act.text not in ACT_KINDS and act.text != ANY_ACT:
                self.report(
                    "unknown-act",
                    f"`{act}` is not a kind of act",
                    act,
                    help=did_you_mean(act.text, (*ACT_KINDS, ANY_ACT))
                    or "one of: " + ", ".join((*ACT_KINDS, ANY_ACT)),
                )
        for role in conduct.roles:
            if (
                isinstance(role.thing, ast.Proper)
                and role.word in ("to", "into", "from")
                and not (free and role.word == "to")
                and role.thing.text not in COUNTRIES
            ):
                self.unknown_country(role.thing.text, role.thing)
            if (
                role.word in ("to", "by")
                and isinstance(role.thing, ast.Word)
                and role.thing.text not in ROLE_LISTS
                and not free
            ):
                self.report(
                    "unknown-noun",
                    f"`{role.thing}` is no role of the act",
                    role.thing,
                    help="one of: " + ", ".join(ROLE_LISTS),
                )

    def rows(self, slot: ast.Slot) -> None:
        for column in (c for i, c in enumerate(slot.columns) if c in slot.columns[:i]):
            self.report("column-twice", f"the column `{column}` stands twice", slot)
        widths = {len(row) for row in slot.rows} - {len(slot.columns)}
        for row in slot.rows:
            if len(row) != len(slot.columns):
                if len(row) not in widths:
                    continue  # said of the first row of this width
                widths.discard(len(row))
                self.report(
                    "row-width",
                    f"the row has {_count(len(row), 'cell')} for {_count(len(slot.columns), 'column')}",
                    row[0],
                    help="one cell a column, `unknown` where it is not known",
                )
                continue
            for column, cell in zip(slot.columns, row, strict=True):
                self.cell(column, cell, slot)

    def cell(self, column: str, cell: ast.Cell, slot: ast.Slot) -> None:
        where = cell if cell.span.file else slot
        value = cell.value
        if column in ("from", "until", "through"):
            if isinstance(value, ast.Moment):
                self.label(value)
            elif value is not None and not (isinstance(value, ast.Until) and column != "from"):
                self.report(
                    "wrong-cell",
                    f"a day stands in the column `{column}`",
                    where,
                    help="or `unknown`, or `no end stated`",
                )
        elif isinstance(value, ast.Until):
            self.report(
                "wrong-cell", f"`no end stated` cannot stand in the column `{column}`", where
            )
        elif column == "code" and not isinstance(value, ast.Codes):
            self.report(
                "wrong-cell",
                "a code stands in the column `code`",
                where,
                help="with its scheme, as in CN 2709 00",
            )
        elif column == "version" and not (isinstance(value, ast.Path) and len(value.parts) == 1):
            self.report(
                "wrong-cell", "a name stands in the column `version`", where, help="as in gl8j"
            )
        elif isinstance(value, ast.MoneyValue):
            self.value(value, Names())
        elif isinstance(value, ast.Quantity) and value.unit not in ("", *UNITS):
            self.report(
                "unknown-unit",
                f"`{value.unit}` is not a unit",
                where,
                help=did_you_mean(value.unit, UNITS) or "one of: " + ", ".join(UNITS),
            )
        elif isinstance(value, (ast.Sum, ast.Lookup, ast.Call, ast.Shifted)):
            self.report("wrong-cell", "a cell holds a plain value", where)

    def refs(self, refs: tuple[ast.Ref, ...]) -> None:
        for ref in refs:
            if not ref.instrument:
                continue
            if not self.rulebook.meant(ref):
                self.found.append(unknown_ref(self.rulebook, ref, self.subject.id))

    def under(self, term: ast.Word, refs: tuple[ast.Ref, ...]) -> None:
        """The instrument that is named must say what the term is, or another one would answer for it."""
        said = {
            b.ref.instrument for b in self.rulebook.terms.get((self.regime, term.text), []) if b.ref
        }
        for ref in refs:
            if said and ref.instrument not in said and self.rulebook.meant(ref):
                self.report(
                    "unknown-term", f"`{ref}` does not say what `{term}` is", ref,
                    help="said by: " + ", ".join(sorted(said)),
                )  # fmt: skip

    def covers(self, refs: tuple[ast.Ref, ...]) -> None:
        """A commitment covers nothing: an element that asks it would never hold."""
        for ref in refs:
            meant = self.rulebook.meant(ref)
            if meant and all(b.verb is not None and b.verb.word == "commits to" for b in meant):
                self.report(
                    "commitment", f"`{ref}` is a commitment and covers no act", ref,
                    help="name what carries it out",
                )  # fmt: skip

    # -- conditions ------------------------------------------------------------------------------

    def condition(self, condition: ast.Condition, names: Names) -> None:
        for element in condition.elements:
            self.atom(element.atom, names)

    def atom(self, atom: ast.Atom, names: Names) -> None:
        match atom:
            case ast.Comparison(operand, predicate):
                typed = self.operand(operand, names)
                if typed is not None:
                    self.predicate(predicate, typed, operand, names)
            case ast.Group(kind, members, count):
                if kind == "at_least":
                    self.count(count, len(members), atom)
                for member in members:
                    self.condition(member.condition, names)
            case ast.ForSome():
                typed = self.operand(atom.collection, names)
                if typed is None:
                    return
                if typed.form not in LIST_FORMS or typed.form == "codes":
                    self.report(
                        "not-a-list", f"`{_text(atom.collection)}` is not a list", atom.collection
                    )
                    return
                if atom.quantifier == "at_least" and atom.count < 1:
                    self.report("count", "at least 0 always holds", atom)
                inner = names.bind_member(atom.variable, typed)
                if isinstance(atom.body, ast.Condition):
                    self.condition(atom.body, inner)
                else:
                    bound = inner.items[atom.variable]
                    self.predicate(atom.body, bound, ast.Path((atom.variable,), atom.span), inner)

    def typed(self, path: ast.Path, names: Names) -> Typed | None:
        if path.parts[0] in self.reported or (
            len(path.parts) == 1 and path.parts[0] in names.parameters
        ):
            return None
        found = names.find(path)
        if isinstance(found, Diagnostic):
            self.found.append(found)
            return None
        return found

    def count(self, count: int, of: int, group: ast.Group) -> None:
        """`at least N of` a group: it must be able to fail and to hold, and is written out by its choices."""
        if count < 1:
            self.report("count", "at least 0 always holds", group)
        elif count > of:
            self.report("count", f"at least {count} of {of} can never hold", group)
        elif comb(of, count) > CHOICES:
            self.report(
                "limit.choices",
                f"at least {count} of {of} can be met in more than {CHOICES} ways",
                group,
                help="name parts of the group as definitions",
            )

    def operand(self, operand: ast.Operand, names: Names) -> Typed | None:
        match operand:
            case ast.Path():
                return self.typed(operand, names)
            case ast.Sum():
                collection = self.typed(operand.collection, names)
                if collection is None:
                    return None
                if collection.form not in ("refs", "records"):
                    self.report(
                        "not-a-list",
                        f"`{operand.collection}` is not a list of things",
                        operand.collection,
                    )
                    return None
                inner = names.bind_member(operand.variable, collection)
                self.condition(operand.condition, inner)
                what = self.typed(operand.what, inner)
                if what is not None and what.form != "number":
                    self.report(
                        "wrong-form",
                        f"`{operand.what}` is not an amount that can be added up",
                        operand.what,
                    )
                    return None
                return what
            case ast.Lookup():
                return self.lookup(operand, names)
            case ast.Call():
                self.report(
                    "not-a-subject",
                    f"`{operand.name}` is a term and cannot stand before a verb",
                    operand,
                )
                return None

    def lookup(self, lookup: ast.Lookup, names: Names) -> Typed | None:
        """What a column of a table holds, as if it were a fact."""
        key = self.typed(lookup.key, names)
        if key is not None and key.form != "codes":
            self.report(
                "wrong-form",
                f"`{lookup.key}` is not a list of codes: tables are looked up by code",
                lookup.key,
                help=f"write `{lookup.key}.codes`"
                if key.model is not None and "codes" in key.model.declarations
                else "",
            )
        if lookup.as_at is not None:
            self.moment_path(lookup.as_at, names)
        tables = self.rulebook.meant(lookup.table)
        if not tables:
            self.refs((lookup.table,))
            return None
        rows = tables[0].slot("columns")
        if tables[0].kind != "table" or rows is None:
            self.report("not-a-table", f"`{lookup.table}` is not a table of values", lookup.table)
            return None
        if lookup.column not in rows.columns:
            self.report(
                "unknown-column",
                f"`{lookup.table}` has no column `{lookup.column}`",
                lookup,
                help=did_you_mean(lookup.column, rows.columns)
                or "it has: " + ", ".join(rows.columns),
            )
            return None
        at = rows.columns.index(lookup.column)
        for row in rows.rows:
            value = row[at].value if at < len(row) else None
            if isinstance(value, ast.MoneyValue):
                return Typed("price", core.Fact("table", (lookup.column,)))
            if isinstance(value, ast.Quantity):
                return Typed(
                    "number",
                    core.Fact("table", (lookup.column,)),
                    Declared("number", "", value.unit),
                )
        self.report(
            "wrong-form",
            f"the column `{lookup.column}` of `{lookup.table}` holds no amounts",
            lookup,
        )
        return None

    def moment_path(self, path: ast.Path, names: Names) -> None:
        typed = self.typed(path, names)
        if typed is not None and typed.form != "moment":
            self.report("wrong-form", f"`{path}` is not a time", path)

    def duration(self, duration: ast.Duration, business: bool) -> None:
        if duration.unit not in (
            "day",
            "days",
            "week",
            "weeks",
            "month",
            "months",
            "year",
            "years",
        ):
            self.report(
                "unknown-unit",
                f"`{duration.unit}` is not a unit of time",
                duration,
                help="days, weeks, months or years",
            )
        elif duration.business and not business:
            self.report("business-days", "business days are counted in duties only", duration)
        elif duration.business and duration.unit not in ("day", "days"):
            self.report(
                "business-days",
                f"there are no business {duration.unit}",
                duration,
                help=f"write `{duration.count} business days`",
            )
        elif duration.business and not self.rulebook.calendar(self.subject):
            self.report(
                "no-calendar",
                "no instrument says which calendar these business days follow",
                duration,
                help="add `calendar` to the instrument, as in calendar us_federal",
            )

    def predicate(
        self, predicate: ast.Predicate, typed: Typed, operand: ast.Operand, names: Names
    ) -> None:
        if isinstance(operand, (ast.Sum, ast.Lookup)) and not (
            isinstance(predicate, ast.Is) and isinstance(predicate.complement, ast.Compared)
        ):
            self.report(
                "wrong-form",
                f"`{_text(operand)}` is an amount",
                operand,
                help="write `is at least`, `at most`, `more than` or `less than`",
            )
            return
        match predicate:
            case ast.FallsUnder() | ast.FallsIn():
                if not self.of(typed, "goods"):
                    self.report(
                        "wrong-form",
                        f"`{_text(operand)}` is not a good, and only goods fall under codes",
                        operand,
                    )
                if isinstance(predicate, ast.FallsIn):
                    self.refs(predicate.refs)
                    if self.subject.kind == "table":
                        self.report(
                            "list-of-a-list", "a list rests on no other list", predicate,
                            help="name the codes, or define a term that names both lists",
                        )  # fmt: skip
            case ast.Includes(values):
                if typed.form not in LIST_FORMS:
                    self.report(
                        "wrong-form",
                        f"`{_text(operand)}` is not a list",
                        operand,
                        "`includes` is said of lists",
                        "write `is`",
                    )
                    return
                for value in values:
                    self.member(value, typed, names)
            case ast.Is(complement):
                self.complement(complement, predicate, typed, operand, names)

    def of(self, typed: Typed, collection: str) -> bool:
        """Whether this is an item of a collection."""
        return (
            typed.form == "item"
            and typed.model is not None
            and typed.model is COLLECTIONS[collection]
        )

    def member(self, value: ast.Value, typed: Typed, names: Names) -> None:
        """A value said to be on a list, or equal to a word."""
        if (
            isinstance(value, ast.Path)
            and len(value.parts) == 1
            and value.parts[0] in names.parameters
        ):
            self.parameter(
                value.parts[0], value, names, lambda given: self.member(given, typed, names)
            )
            return
        declared = typed.declared
        assert declared is not None
        form = {"words": "word", "countries": "country", "texts": "text", "refs": "ref"}.get(
            declared.form, declared.form
        )
        match form, value:
            case "country", ast.Proper(text):
                if text not in COUNTRIES:
                    self.unknown_country(text, value)
            case "word", ast.Path(parts) if len(parts) == 1:
                if parts[0] not in declared.values:
                    self.report(
                        "unknown-word",
                        f"`{parts[0]}` is not one of the words for this fact",
                        value,
                        help=did_you_mean(parts[0], declared.values)
                        or "one of: " + ", ".join(declared.values),
                    )
            case "word", ast.Proper(text):
                if text not in declared.values:
                    self.report(
                        "unknown-word",
                        f"`{text}` is not one of the words for this fact",
                        value,
                        help=did_you_mean(text, declared.values)
                        or "one of: " + ", ".join(declared.values),
                    )
            case "text", ast.Text():
                pass
            case "ref", ast.Path() as path:
                target = self.typed(path, names)
                if target is not None and target.form != "item":
                    self.report("wrong-form", f"`{path}` is not a person or thing", path)
            case _:
                wanted = {
                    "country": "a country code",
                    "word": "a word",
                    "text": "a quoted text",
                    "ref": "a person or thing",
                }
                plain = (
                    value.text
                    if isinstance(value, (ast.Text, ast.Proper))
                    else str(value)
                    if isinstance(value, ast.Path)
                    else ""
                )
                right = {
                    "country": plain.upper() if plain.upper() in COUNTRIES else "",
                    "word": plain if plain in declared.values else "",
                    "text": f'"{plain}"' if plain else "",
                }.get(form, "")
                self.report(
                    "wrong-form",
                    f"{wanted.get(form, 'another value')} is expected here",
                    value,
                    help=f"write `{right}`" if right else "",
                )

    def unknown_country(self, text: str, node: object) -> None:
        known = {"UK": "GB", "EL": "GR"}
        self.report(
            "unknown-country",
            f"`{text}` is not an ISO 3166 country code",
            node,
            help=f"write `{known[text]}`" if text in known else "two capital letters, as in RU",
        )

    def parameter(
        self, name: str, node: object, names: Names, check: Callable[[ast.Value], None]
    ) -> None:
        """A parameter stands here: what is given for it at the use that is being checked must fit."""
        given = names.parameters.get(name)
        if given is None:
            return
        before = len(self.found)
        check(given)
        if len(self.found) > before:
            del self.found[before:]
            self.misfits.append(name)

    def complement(
        self,
        complement: ast.Complement,
        predicate: ast.Is,
        typed: Typed,
        operand: ast.Operand,
        names: Names,
    ) -> None:
        text = _text(operand)
        match complement:
            case ast.IsValue(value):
                self.is_value(value, typed, operand, names)
            case ast.IsYesNo():
                if typed.form != "flag":
                    self.report("wrong-form", f"`{text}` is not a yes-or-no fact", operand)
            case ast.IsOneOf(values):
                if typed.form not in ("word", "country", "text", "element"):
                    self.report(
                        "wrong-form",
                        f"`{text}` is a list"
                        if typed.form in LIST_FORMS
                        else f"`{text}` cannot be one of several words",
                        operand,
                        help="write `includes`" if typed.form in LIST_FORMS else "",
                    )
                else:
                    for value in values:
                        self.member(value, typed, names)
            case ast.IsExactly(values):
                if typed.form not in LIST_FORMS:
                    self.report(
                        "wrong-form",
                        f"`{text}` is not a list",
                        operand,
                        "`is exactly` is said of lists",
                        "write `is`",
                    )
                elif typed.form not in ("words", "countries", "texts"):
                    self.report(
                        "wrong-form",
                        f"`{text}` is a list of things, and `is exactly` is said of lists of words",
                        operand,
                        help="write `includes`, or `every`",
                    )
                else:
                    for value in values:
                        if isinstance(value, ast.Path) and value.parts[0] in names.parameters:
                            self.report(
                                "wrong-form",
                                "a parameter cannot stand after `is exactly`",
                                value,
                                help="write `includes`",
                            )
                        else:
                            self.member(value, typed, names)
            case ast.Compared(comparator, value):
                if predicate.negated:
                    self.report(
                        "negated-comparison",
                        "a comparison cannot be negated",
                        predicate,
                        help=f"write `is {OPPOSITE[comparator]}`: where there is no such fact, neither holds"
                        if comparator in OPPOSITE
                        else "write `before` and `after` as two members of a group",
                    )
                self.compared(comparator, value, typed, operand, names)
            case ast.IsJudged(term):
                if typed.form not in ("item", "act"):
                    self.report(
                        "wrong-form",
                        f"`{text}` is not a thing or the act, and only these are judged",
                        operand,
                    )
                elif (
                    typed.form == "item"
                    and isinstance(operand, ast.Path)
                    and len(operand.parts) > 1
                ):
                    self.report(
                        "wrong-form",
                        f"`{text}` points to a thing, and only a thing that a line binds is judged",
                        operand,
                        help="say of which thing: `some … of … has … is judged … end`, or define a term of it",
                    )
                asked = self.rulebook.judgements.get((self.regime, term.text))
                noun = subject_noun(asked) if asked else None
                if asked and typed.form in ("item", "act") and not self.fits(noun, typed):
                    self.report(
                        "wrong-subject",
                        f"`{term}` is judged of {_noun_words(noun)}, not of `{text}`",
                        term,
                    )
                if (
                    self.regime,
                    term.text,
                ) not in self.rulebook.judgements and self.regime not in self.rulebook.unread:
                    known = [n for r, n in self.rulebook.judgements if r == self.regime]
                    self.report(
                        "unknown-judgement",
                        f"there is no judgement called `{term}`",
                        term,
                        help=self.elsewhere(term.text, self.rulebook.judgements)
                        or did_you_mean(term.text, known),
                    )
            case ast.IsCovered(refs):
                self.refs(refs)
                self.covers(refs)
                if typed.form not in ("item", "act"):
                    self.report(
                        "wrong-form",
                        f"`{text}` is not a thing or the act, and only these are covered",
                        operand,
                    )
            case ast.IsListed(refs):
                self.refs(refs)
                if not self.of(typed, "parties"):
                    self.report(
                        "wrong-form",
                        f"`{text}` is not a person, and only persons are listed",
                        operand,
                    )
            case ast.IsControlled(term, means, _):
                for word in means:
                    self.one_of(word, MEANS, "a means of control")
                self.passed_on(complement, term, predicate)
                self.term(term.text, term, names, "parties")
                if not self.of(typed, "parties"):
                    self.report(
                        "wrong-form",
                        f"`{text}` is not a person, and only persons are controlled",
                        operand,
                    )
            case ast.IsOwned(term, mode, comparator, value, of, _):
                self.one_of(mode, MODES, "a way of counting owners")
                self.one_of(of, STAKES, "a basis of ownership")
                self.passed_on(complement, term, predicate)
                self.term(term.text, term, names, "parties")
                if not self.of(typed, "parties"):
                    self.report(
                        "wrong-form",
                        f"`{text}` is not a person, and only persons are owned",
                        operand,
                    )
                if comparator not in ("at least", "more than"):
                    self.report(
                        "wrong-comparison",
                        f"ownership is not `{comparator}`",
                        predicate,
                        help="at least, more than",
                    )
                elif not isinstance(value, ast.Quantity) or value.unit != "percent":
                    self.report(
                        "wrong-unit",
                        "ownership is counted in percent",
                        value,
                        help="as in at least 50 percent of shares",
                    )
                elif value.number > 100:
                    self.report("range", "a share is at most 100 percent", value)
                elif value.number == 0 and comparator == "at least":
                    self.report(
                        "range",
                        "everybody owns at least 0 percent of anything",
                        value,
                        help="write `more than 0 percent`, for any share at all",
                    )
            case ast.IsUnder(term, refs):
                self.refs(refs)
                if typed.form != "item":
                    self.report("wrong-form", f"`{text}` is not a thing", operand)
                self.term(term.text, term, names, None)
                self.under(term, refs)
            case ast.IsUnknown():
                self.report(
                    "is-unknown",
                    "a rule cannot turn on what is not known",
                    predicate,
                    "learning it would change the law's answer",
                    "delete the line: what is not known is asked for by itself",
                )
            case ast.IsNone():
                if typed.declared is None or not (
                    typed.declared.optional or typed.declared.only_for
                ):
                    self.report(
                        "wrong-form", f"`{text}` is never `none`", operand, "there always is one"
                    )

    def is_value(self, value: ast.Value, typed: Typed, operand: ast.Operand, names: Names) -> None:
        text = _text(operand)
        match typed.form, value:
            case (("item" | "act"), ast.Path(parts)) if len(parts) == 1:
                if parts[0] in (*names.items, "actor") and typed.form == "item":
                    return
                wanted = None if typed.form == "act" or typed.model is None else typed.model
                collection = next((c for c, m in _collections() if m is wanted), None)
                self.term(parts[0], value, names, collection)
            case (("item" | "act"), ast.Call(name, arguments)):
                collection = next((c for c, m in _collections() if m is typed.model), None)
                self.term(name, value, names, collection, arguments)
            case (("item" | "act"), _):
                self.report(
                    "wrong-form",
                    f"`{text}` is a thing, not a fact with a value",
                    operand,
                    help=f"name the fact, as in `{text}.…`, or a term",
                )
            case (("word" | "country" | "text" | "element"), _):
                self.member(value, typed, names)
            case "number", ast.Quantity():
                self.compared("at least", value, typed, operand, names)
            case (("number" | "price"), _):
                self.report(
                    "wrong-form",
                    "an amount is expected here",
                    value,
                    help="write `is at least`, `at most`, `more than` or `less than` and an amount",
                )
            case "flag", _:
                self.report(
                    "wrong-form",
                    f"`{text}` is a yes-or-no fact",
                    operand,
                    help="write `is yes` or `is no`",
                )
            case "moment", _:
                self.report(
                    "wrong-form",
                    "a time is `on`, `before` or `after` a day",
                    operand,
                    help=f"write `{text} is on …`",
                )
            case (("words" | "countries" | "texts" | "refs" | "records"), _):
                self.report(
                    "wrong-form",
                    f"`{text}` is a list",
                    operand,
                    help="write `includes`, or `is exactly`",
                )
            case _:
                self.report("wrong-form", f"`{text}` cannot be that", value)

    def fits(self, noun: ast.Word | None, typed: Typed) -> bool:
        """Whether what a term is said of is what stands here; the act has no noun."""
        if noun is None or typed.form == "act":
            return noun is None and typed.form == "act"
        return noun.text not in NOUNS or self.of(typed, NOUNS[noun.text])

    def term(
        self, name: str, node: object, names: Names, collection: str | None, arguments: tuple[ast.Value, ...] = ()
    ) -> None:  # fmt: skip
        if name in self.opened:
            return
        blocks = self.rulebook.terms.get((self.regime, name))
        if not blocks and self.regime in self.rulebook.unread:
            return
        if not blocks:
            known = [n for r, n in self.rulebook.terms if r == self.regime]
            judged = (self.regime, name) in self.rulebook.judgements
            self.report(
                "unknown-term",
                f"no definition says what `{name}` is",
                node,
                "not defined in this jurisdiction",
                f"it is a judgement: write `judged {name}`"
                if judged
                else self.elsewhere(name, self.rulebook.terms)
                or did_you_mean(name, (*known, *self.opened)),
            )
            return
        for block in blocks:
            noun = subject_noun(block)
            if (
                noun is not None
                and collection is not None
                and NOUNS.get(noun.text, collection) != collection
            ):
                self.report(
                    "wrong-subject", f"`{name}` is said of {_noun_words(noun)}, not of this", node
                )
                return
        term = cast(ast.Slot, blocks[0].verb).term
        wanted = term.arguments if isinstance(term, ast.Call) else ()
        if len(wanted) != len(arguments):
            shape = f"{name}({', '.join(map(str, wanted))})" if wanted else name
            self.report(
                "arguments",
                f"`{name}` takes {len(wanted) or 'no'} value{'s' * (len(wanted) != 1)} in brackets",
                node,
                help=f"as in `{shape}`",
            )
        elif wanted:
            self.arguments(blocks, arguments, names)

    def elsewhere(self, name: str, words: Iterable[tuple[str, str]]) -> str:
        """Help where another regime has the word: regimes share facts, never the words of their law."""
        others = " and ".join(f"`{r}`" for r in sorted({r for r, n in words if n == name}))
        return (
            f"it is a word of {others}: say in a text of `{self.regime}` what it is"
            if others
            else ""
        )

    def arguments(
        self, blocks: list[ast.Block], arguments: tuple[ast.Value, ...], names: Names
    ) -> None:
        """Each value given to a term against the places where its definitions use it.

        Values are given on by no definition, so that there is one look into each and none deeper.
        """
        own = [a for a in arguments if isinstance(a, ast.Path) and a.parts[0] in names.parameters]
        for one in own:
            self.report(
                "arguments", f"`{one}` has its value from elsewhere, and is given on to no other term", one,
                help="write the value, or say here what the other term says",
            )  # fmt: skip
        for block in () if own or self.inside else blocks:
            term = cast(ast.Slot, block.verb).term
            if not isinstance(term, ast.Call) or block is self.subject:
                continue
            inner = _Checker(self.rulebook, block, inside=True)
            given = {str(p): a for p, a in zip(term.arguments, arguments, strict=False)}
            names = Names(inner.names().items, given)
            for slot in block.slots:
                if slot.condition is not None:
                    inner.condition(slot.condition, names)
            for parameter in dict.fromkeys(inner.misfits):
                self.report(
                    "arguments",
                    f"this does not fit the parameter `{parameter}` of `{term.name}`",
                    given[parameter],
                    help=f"see {block.id}",
                )

    def value(self, value: ast.Value | None, names: Names) -> None:
        if isinstance(value, ast.MoneyValue) and value.currency not in CURRENCIES:
            self.report(
                "unknown-currency",
                f"`{value.currency}` is not an ISO 4217 currency",
                value,
                help="three capital letters, as in USD",
            )
        if isinstance(value, ast.MoneyValue) and value.per and value.per not in MEASURED:
            self.report(
                "unknown-unit",
                f"`{value.per}` is not a unit of quantity",
                value,
                help=did_you_mean(value.per, MEASURED) or "one of: " + ", ".join(MEASURED),
            )

    def compared(
        self, comparator: str, value: ast.Value, typed: Typed, operand: ast.Operand, names: Names
    ) -> None:
        text = _text(operand)
        if typed.form == "moment":
            if comparator not in TIME:
                self.report(
                    "wrong-comparison",
                    f"a time is not `{comparator}`",
                    operand,
                    help="on, before, after, on or before, on or after",
                )
            match value:
                case ast.Moment():
                    self.label(value)
                case ast.Shifted(duration, _, path):
                    self.duration(duration, business=False)
                    self.moment_path(path, names)
                case ast.Path(parts) if len(parts) == 1 and parts[0] in names.parameters:
                    self.parameter(
                        parts[0],
                        value,
                        names,
                        lambda given: self.compared(comparator, given, typed, operand, names),
                    )
                case ast.Path():
                    self.moment_path(value, names)
                case ast.Lookup():
                    self.report("wrong-form", "a time cannot be looked up", value)
                case _:
                    self.report(
                        "wrong-form",
                        "a day or a time is expected here",
                        value,
                        help="as in 2024-03-01",
                    )
            return
        if typed.form not in ("number", "price"):
            self.report(
                "wrong-form",
                f"`{text}` is not an amount or a time",
                operand,
                f"`{comparator}` is said of these only",
            )
            return
        if comparator in TIME:
            self.report(
                "wrong-comparison",
                f"`{text}` is not a time",
                operand,
                help="at least, at most, more than, less than",
            )
            return
        match typed.form, value:
            case "number", ast.Quantity(_, unit):
                wanted = typed.declared.unit if typed.declared else ""
                if unit != wanted:
                    self.report(
                        "wrong-unit",
                        f"`{unit}` is not the unit of `{text}`"
                        if unit
                        else f"`{text}` is counted in {wanted}",
                        value,
                        help=f"write `{value.text.split(' ')[0]} {wanted}`"
                        if wanted
                        else "it has none",
                    )
                elif unit == "percent" and value.number > 100:
                    self.report("range", "a share is at most 100 percent", value)
            case "price", ast.MoneyValue():
                self.value(value, names)
            case (("number" | "price"), ast.Multiple(factor, path)):
                self.multiple(factor, path, typed, text, value, names)
            case (("number" | "price"), ast.Lookup()):
                found = self.lookup(value, names)
                if found is not None and (
                    found.form != typed.form
                    or (
                        found.declared
                        and typed.declared
                        and found.declared.unit != typed.declared.unit
                    )
                ):
                    self.report(
                        "wrong-unit",
                        f"the {value.column} in `{value.table}` is not in the unit of `{text}`",
                        value,
                    )
            case (("number" | "price"), ast.Path(parts)) if (
                len(parts) == 1 and parts[0] in names.parameters
            ):
                self.parameter(
                    parts[0],
                    value,
                    names,
                    lambda given: self.compared(comparator, given, typed, operand, names),
                )
            case (("number" | "price"), ast.Path(parts)) if len(parts) == 1:
                opened = self.opened.get(parts[0])
                if opened is None:
                    self.report(
                        "unknown-term",
                        f"no value is called `{parts[0]}`",
                        value,
                        help=did_you_mean(parts[0], (*self.opened, *names.parameters)),
                    )
                elif not opened.texts or (opened.texts[0].text.split(" ")[0] in CURRENCIES) != (
                    typed.form == "price"
                ):
                    self.report(
                        "wrong-unit",
                        f"`{parts[0]}` is not in the unit of `{text}`"
                        if opened.texts
                        else f"`{parts[0]}` is a predicate, not a value",
                        value,
                    )
            case "number", _:
                wanted = typed.declared.unit if typed.declared else ""
                self.report(
                    "wrong-form",
                    "an amount is expected here",
                    value,
                    help=f"as in 1 {wanted}".rstrip(),
                )
            case _:
                self.report(
                    "wrong-form", "an amount of money is expected here", value, help="as in USD 60"
                )

    def multiple(
        self, factor: Decimal, path: ast.Path, typed: Typed, text: str, node: object, names: Names
    ) -> None:
        """`2 times act.value`: a fact of the same form and unit, so many times."""
        found = self.typed(path, names)
        if factor == 0:
            self.report("range", "nothing is compared with 0 times a fact", node)
        if found is None:
            return
        if found.form not in ("number", "price"):
            self.report("wrong-form", f"`{path}` is not an amount", path)
        elif found.form != typed.form or _unit(found) != _unit(typed):
            self.report("wrong-unit", f"`{path}` is not in the unit of `{text}`", path)


def _unit(typed: Typed) -> str:
    return typed.declared.unit if typed.declared else ""


def _collections() -> Iterator[tuple[str, type]]:
    yield from COLLECTIONS.items()


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _noun_words(noun: ast.Word | None) -> str:
    if noun is None:
        return "the act"
    return f"{'an' if noun.text[0] in 'aeio' else 'a'} {noun}"


def _text(operand: ast.Operand) -> str:
    match operand:
        case ast.Path():
            return str(operand)
        case ast.Sum():
            return f"the sum of {operand.what}"
        case ast.Lookup():
            return f"the {operand.column}"
        case ast.Call():
            return operand.name
