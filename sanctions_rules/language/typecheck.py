"""Every condition against the fact vocabulary: paths, forms, units, words, codes, terms.

No truthiness and no coercion: what a predicate may be said of is fixed by the form of the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sanctions_rules import clocks
from sanctions_rules.codes import COUNTRIES, CURRENCIES
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.facts import ACT_KINDS, EVENTS
from sanctions_rules.language import ast
from sanctions_rules.language.names import LIST_FORMS, Names, Typed, subject_noun
from sanctions_rules.language.resolve import Rulebook, regime, unknown_ref
from sanctions_rules.law import RANKS
from sanctions_rules.schema import NOUNS, ROLE_LISTS

UNITS = ("carat", "percent", "kg")
ANY_ACT = "any_dealing"
CHECKS = ("primary", "secondary", "unverified")
MODES = ("together", "singly", "jointly")
TIME = ("on", "before", "after", "on or before", "on or after")
ORDER = ("at least", "at most", "more than", "less than")
#: Words for what a power may impose, and for the liability of a breach.
MEASURES = ("full_blocking", "correspondent_account_ban", "correspondent_account_conditions", "entry_ban",
            "civil_penalty", "imprisonment", "fine", "national_penalty")  # fmt: skip


def typecheck(rulebook: Rulebook) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    for block in rulebook.blocks:
        problems += _Checker(rulebook, block).block()
    return problems


@dataclass
class _Checker:
    rulebook: Rulebook
    subject: ast.Block

    def __post_init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.opened = self._opened()
        self.regime = regime(self.subject) if self.subject.ref else "us"

    def report(self, code: str, message: str, node: object, label: str = "", help: str = "") -> None:
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
        return self.found

    def names(self) -> Names:
        names = Names()
        block = self.subject
        verb = block.verb
        if verb is not None and verb.word == "fills":
            for target in self.rulebook.meant(verb.refs[0]):
                for slot in target.all("leaves open"):
                    if slot.subject is not None and str(slot.term) == str(verb.names[0]):
                        names = names.bind_noun(slot.subject.text) or names
        noun = subject_noun(block)
        if noun is not None:
            bound = names.bind_noun(noun.text)
            if bound is None:
                self.report("unknown-noun", f"`{noun}` is not a thing that facts describe", noun,
                            help=did_you_mean(noun.text, NOUNS) or "one of: " + ", ".join(sorted(NOUNS)))
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
                    self.report("unknown-zone", f"`{slot.names[0]}` is not a zone", slot.names[0],
                                help="an IANA name, as in America/New_York")
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
                if slot.due and slot.due.path:
                    self.moment_path(slot.due.path, names)
                if slot.due and slot.due.duration:
                    self.duration(slot.due.duration, business=True)
            case "empowers" | "penalises":
                for word in slot.names:
                    self.one_of(word, MEASURES, "a measure")
            case "leaves open":
                if slot.texts and slot.texts[0].text.split(" ")[0] not in (*CURRENCIES, *UNITS):
                    self.report("unknown-unit", f"`{slot.texts[0].text}` is not a unit", slot)
            case "gives":
                self.value(slot.value, names)
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
                        self.report("unknown-outcome", f"`{text.text}` is not an outcome", slot,
                                    help=did_you_mean(text.text, outcomes))
                self.refs(slot.refs)
            case _:
                pass
        if slot.condition is not None:
            self.condition(slot.condition, names)

    def force(self, slot: ast.Slot) -> None:
        if slot.anchor is not None:
            events = [f"act.events.{event}" for event in EVENTS]
            if str(slot.anchor) not in events:
                self.report("unknown-event", f"`{slot.anchor}` is not an event of the act", slot.anchor,
                            help=did_you_mean(str(slot.anchor), events) or "one of: " + ", ".join(events))
        if isinstance(slot.interval, ast.Interval):
            moments = [slot.interval.since.first, slot.interval.since.second, slot.interval.until.first, slot.interval.until.second]
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
            self.report("unknown-word", f"`{word}` is not {what}", word,
                        help=did_you_mean(word.text, known) or "one of: " + ", ".join(known))

    def conduct(self, conduct: ast.Conduct, free: bool) -> None:
        for act in conduct.acts:
            if not free and act.text not in ACT_KINDS and act.text != ANY_ACT:
                self.report("unknown-act", f"`{act}` is not a kind of act", act,
                            help=did_you_mean(act.text, (*ACT_KINDS, ANY_ACT)) or "one of: " + ", ".join((*ACT_KINDS, ANY_ACT)))
        for role in conduct.roles:
            if isinstance(role.thing, ast.Proper) and role.word in ("to", "into", "from") and not (
                free and role.word == "to"
            ) and role.thing.text not in COUNTRIES:
                self.report("unknown-country", f"`{role.thing.text}` is not an ISO 3166 country code", role.thing,
                            help="two capital letters, as in US")
            if role.word in ("to", "by") and isinstance(role.thing, ast.Word) and role.thing.text not in ROLE_LISTS and not free:
                self.report("unknown-noun", f"`{role.thing}` is no role of the act", role.thing,
                            help="one of: " + ", ".join(ROLE_LISTS))

    def rows(self, slot: ast.Slot) -> None:
        for row in slot.rows:
            if len(row) != len(slot.columns):
                self.report("row-width", f"the row has {len(row)} cells for {len(slot.columns)} columns",
                            row[0] if row else slot, help="one cell a column, `unknown` where it is not known")

    def refs(self, refs: tuple[ast.Ref, ...]) -> None:
        for ref in refs:
            if not ref.instrument:
                continue
            if not self.rulebook.meant(ref):
                self.found.append(unknown_ref(self.rulebook, ref))

    # -- conditions ---------------------------------------------------------------------------------

    def condition(self, condition: ast.Condition, names: Names) -> None:
        for element in condition.elements:
            self.atom(element.atom, names)

    def atom(self, atom: ast.Atom, names: Names) -> None:
        match atom:
            case ast.Comparison(operand, predicate):
                typed = self.operand(operand, names)
                if typed is not None:
                    self.predicate(predicate, typed, operand, names)
            case ast.Group(_, members, count):
                if count > len(members):
                    self.report("count", f"at least {count} of {len(members)} can never hold", atom)
                for member in members:
                    self.condition(member.condition, names)
            case ast.ForSome():
                typed = self.operand(atom.collection, names)
                if typed is None:
                    return
                if typed.form not in LIST_FORMS or typed.form == "codes":
                    self.report("not-a-list", f"`{_text(atom.collection)}` is not a list", atom.collection)
                    return
                inner = names.bind_member(atom.variable, typed)
                if isinstance(atom.body, ast.Condition):
                    self.condition(atom.body, inner)
                else:
                    bound = inner.items[atom.variable]
                    self.predicate(atom.body, bound, ast.Path((atom.variable,), atom.span), inner)

    def typed(self, path: ast.Path, names: Names) -> Typed | None:
        if len(path.parts) == 1 and path.parts[0] in names.parameters:
            return None
        found = names.find(path)
        if isinstance(found, Diagnostic):
            self.found.append(found)
            return None
        return found

    def operand(self, operand: ast.Operand, names: Names) -> Typed | None:
        match operand:
            case ast.Path():
                return self.typed(operand, names)
            case ast.Sum():
                collection = self.typed(operand.collection, names)
                if collection is not None:
                    inner = names.bind_member(operand.variable, collection)
                    self.condition(operand.condition, inner)
                    return self.typed(operand.what, inner)
                return None
            case ast.Lookup():
                self.refs((operand.table,))
                return None
            case ast.Call():
                self.report("not-a-subject", "a term with parameters cannot stand before a verb", operand)
                return None

    def moment_path(self, path: ast.Path, names: Names) -> None:
        typed = self.typed(path, names)
        if typed is not None and typed.form != "moment":
            self.report("wrong-form", f"`{path}` is not a time", path)

    def duration(self, duration: ast.Duration, business: bool) -> None:
        if duration.unit not in ("day", "days", "week", "weeks", "month", "months", "year", "years"):
            self.report("unknown-unit", f"`{duration.unit}` is not a unit of time", duration,
                        help="days, weeks, months or years")
        elif duration.business and not business:
            self.report("business-days", "business days are counted in duties only", duration)

    def predicate(self, predicate: ast.Predicate, typed: Typed, operand: ast.Operand, names: Names) -> None:
        match predicate:
            case ast.FallsUnder() | ast.FallsIn():
                if typed.form != "item" or typed.model is None or "codes" not in typed.model.declarations:
                    self.report("wrong-form", f"`{_text(operand)}` is not a good: only goods fall under codes", operand)
                if isinstance(predicate, ast.FallsIn):
                    self.refs(predicate.refs)
            case ast.Includes(values):
                if typed.form not in LIST_FORMS:
                    self.report("wrong-form", f"`{_text(operand)}` is one value, not a list", operand, help="write `is`")
                    return
                for value in values:
                    self.member(value, typed, names)
            case ast.Is(complement, negated):
                self.complement(complement, negated, typed, operand, names)

    def member(self, value: ast.Value, typed: Typed, names: Names) -> None:
        """A value said to be on a list, or equal to a word."""
        declared = typed.declared
        assert declared is not None
        form = {"words": "word", "countries": "country", "texts": "text", "refs": "ref"}.get(declared.form, declared.form)
        match form, value:
            case "country", ast.Proper(text):
                if text not in COUNTRIES:
                    self.report("unknown-country", f"`{text}` is not an ISO 3166 country code", value,
                                help="two capital letters, as in RU")
            case "word", ast.Path(parts) if len(parts) == 1:
                if parts[0] not in declared.values and parts[0] not in names.parameters:
                    self.report("unknown-word", f"`{parts[0]}` is not one of the words for this fact", value,
                                help=did_you_mean(parts[0], declared.values) or "one of: " + ", ".join(declared.values))
            case "word", ast.Proper(text):
                if text not in declared.values:
                    self.report("unknown-word", f"`{text}` is not one of the words for this fact", value,
                                help=did_you_mean(text, declared.values) or "one of: " + ", ".join(declared.values))
            case "text", ast.Text():
                pass
            case "ref", ast.Path() as path:
                target = self.typed(path, names)
                if target is not None and target.form != "item":
                    self.report("wrong-form", f"`{path}` is not a person or thing", path)
            case _:
                wanted = {"country": "a country code", "word": "a word", "text": "a quoted text", "ref": "a person or thing"}
                self.report("wrong-form", f"{wanted.get(form, 'another value')} is expected here", value)

    def complement(self, complement: ast.Complement, negated: bool, typed: Typed, operand: ast.Operand, names: Names) -> None:
        text = _text(operand)
        match complement:
            case ast.IsValue(value):
                self.is_value(value, typed, operand, names)
            case ast.IsYesNo():
                if typed.form != "flag":
                    self.report("wrong-form", f"`{text}` is not a yes-or-no fact", operand)
            case ast.IsOneOf(values):
                if typed.form not in ("word", "country", "text", "element"):
                    self.report("wrong-form", f"`{text}` cannot be one of several words", operand,
                                help="for a list write `includes`" if typed.form in LIST_FORMS else "")
                else:
                    for value in values:
                        self.member(value, typed, names)
            case ast.IsExactly(values):
                if typed.form not in LIST_FORMS:
                    self.report("wrong-form", f"`{text}` is not a list", operand)
                else:
                    for value in values:
                        self.member(value, typed, names)
            case ast.Compared(comparator, value):
                if negated:
                    self.report("negated-comparison", "a comparison is not negated: where there is no such thing the two differ",
                                operand, help="write the opposite comparison")
                self.compared(comparator, value, typed, operand, names)
            case ast.IsJudged(term):
                if typed.form not in ("item", "act"):
                    self.report("wrong-form", f"`{text}` cannot be judged", operand)
                if (self.regime, term.text) not in self.rulebook.judgements:
                    known = [n for r, n in self.rulebook.judgements if r == self.regime]
                    self.report("unknown-judgement", f"there is no judgement called `{term}`", term, help=did_you_mean(term.text, known))
            case ast.IsCovered(refs):
                self.refs(refs)
                if typed.form not in ("item", "act"):
                    self.report("wrong-form", f"`{text}` cannot be covered by a provision", operand)
            case ast.IsListed(refs):
                self.refs(refs)
                if typed.form != "item":
                    self.report("wrong-form", f"`{text}` cannot be listed", operand)
            case ast.IsOwned(term, mode, comparator, value, of):
                self.one_of(mode, MODES, "a way of counting owners")
                self.one_of(of, ("shares", "votes"), "a basis of ownership")
                self.term(term.text, term, names, "parties")
                if comparator not in ("at least", "more than") or not isinstance(value, ast.Quantity) or value.unit != "percent":
                    self.report("wrong-form", "ownership is `at least` or `more than` so many `percent`", term)
            case ast.IsUnder(term, refs):
                self.refs(refs)
                self.term(term.text, term, names, None)
            case ast.IsUnknown():
                self.report("is-unknown", "a rule cannot turn on what is not known: learning it would change the law's answer", operand)
            case ast.IsNone():
                if typed.declared is None or not (typed.declared.optional or typed.declared.only_for):
                    self.report("wrong-form", f"`{text}` is never `none`", operand, help="the fact is not declared optional")

    def is_value(self, value: ast.Value, typed: Typed, operand: ast.Operand, names: Names) -> None:
        text = _text(operand)
        match typed.form, value:
            case ("item" | "act"), ast.Path(parts) if len(parts) == 1:
                if parts[0] in (*names.items, "actor") and typed.form == "item":
                    return
                wanted = None if typed.form == "act" or typed.model is None else typed.model
                collection = next((c for c, m in _collections() if m is wanted), None)
                self.term(parts[0], value, names, collection)
            case ("item" | "act"), ast.Call(name):
                self.term(name, value, names, None)
            case ("word" | "country" | "text" | "element"), _:
                self.member(value, typed, names)
            case "number", ast.Quantity():
                self.compared("at least", value, typed, operand, names)
            case "flag", _:
                self.report("wrong-form", f"`{text}` is a yes-or-no fact", operand, help="write `is yes` or `is no`")
            case "moment", _:
                self.report("wrong-form", "a time is `on`, `before` or `after` a day", operand, help=f"write `{text} is on …`")
            case ("words" | "countries" | "texts" | "refs" | "records"), _:
                self.report("wrong-form", f"`{text}` is a list", operand, help="write `includes`, or `is exactly`")
            case _:
                self.report("wrong-form", f"`{text}` cannot be that", value)

    def term(self, name: str, node: object, names: Names, collection: str | None) -> None:
        if name in self.opened:
            return
        blocks = self.rulebook.terms.get((self.regime, name))
        if not blocks:
            known = [n for r, n in self.rulebook.terms if r == self.regime]
            judged = (self.regime, name) in self.rulebook.judgements
            self.report("unknown-term", f"no definition says what `{name}` is", node, "not defined in this jurisdiction",
                        f"it is a judgement: write `judged {name}`" if judged
                        else did_you_mean(name, (*known, *self.opened)))
            return
        for block in blocks:
            noun = subject_noun(block)
            if noun is not None and collection is not None and NOUNS.get(noun.text) != collection:
                self.report("wrong-subject", f"`{name}` is said of a {noun}, not of this", node)
                return

    def value(self, value: ast.Value | None, names: Names) -> None:
        if isinstance(value, ast.MoneyValue) and value.currency not in CURRENCIES:
            self.report("unknown-currency", f"`{value.currency}` is not an ISO 4217 currency", value,
                        help=did_you_mean(value.currency, CURRENCIES))

    def compared(self, comparator: str, value: ast.Value, typed: Typed, operand: ast.Operand, names: Names) -> None:
        text = _text(operand)
        if typed.form == "moment":
            if comparator not in TIME:
                self.report("wrong-comparison", f"a time is not `{comparator}`", operand, help="on, before, after, on or before, on or after")
            match value:
                case ast.Moment():
                    self.label(value)
                case ast.Shifted(duration, _, path):
                    self.duration(duration, business=False)
                    self.moment_path(path, names)
                case ast.Path(parts):
                    if not (len(parts) == 1 and parts[0] in names.parameters):
                        self.moment_path(value, names)
                case ast.Lookup():
                    self.refs((value.table,))
                case _:
                    self.report("wrong-form", "a day or a time is expected here", value, help="as in 2024-03-01")
            return
        if comparator in TIME:
            self.report("wrong-comparison", f"`{text}` is not a time", operand, help="at least, at most, more than, less than")
            return
        match typed.form, value:
            case "number", ast.Quantity(_, unit):
                wanted = typed.declared.unit if typed.declared else ""
                if unit != wanted:
                    self.report("wrong-unit", f"`{unit}` is not the unit of `{text}`" if unit else f"`{text}` has a unit",
                                value, help=did_you_mean(unit, UNITS) if unit and unit not in UNITS else f"write `{wanted}`")
            case "price", ast.MoneyValue():
                self.value(value, names)
            case ("number" | "price"), ast.Lookup():
                self.refs((value.table,))
            case ("number" | "price"), ast.Path(parts) if len(parts) == 1:
                if parts[0] not in self.opened and parts[0] not in names.parameters:
                    self.report("unknown-term", f"no value is called `{parts[0]}`", value,
                                help=did_you_mean(parts[0], (*self.opened, *names.parameters)))
            case ("number" | "price"), _:
                self.report("wrong-form", "an amount is expected here", value)
            case _:
                self.report("wrong-form", f"`{text}` has no order: it cannot be {comparator} anything", operand)


def _collections() -> Iterator[tuple[str, type]]:
    from sanctions_rules.schema import COLLECTIONS

    yield from COLLECTIONS.items()


def _text(operand: ast.Operand) -> str:
    match operand:
        case ast.Path():
            return str(operand)
        case ast.Sum():
            return f"sum of {operand.what}"
        case ast.Lookup():
            return f"the {operand.column}"
        case ast.Call():
            return operand.name
