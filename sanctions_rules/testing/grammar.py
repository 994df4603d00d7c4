"""Small programs of the core, drawn: every operator, every form of fact, every verb.

What is drawn is well typed and shaped as lowering shapes it, over the real vocabulary of facts, so
every engine has to take it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sanctions_rules.calendars import BUSINESS
from sanctions_rules.core import (
    Apply,
    Closure,
    Definition,
    Definitions,
    Duty,
    Edge,
    Expr,
    Fact,
    Head,
    Literal,
    Norm,
    Program,
    Quantified,
    Ref,
    Term,
    Way,
)
from sanctions_rules.engines.interpreter import OTHER_MEANS, Settings
from sanctions_rules.facts import CONTROLS, STAKES, FactModel, Party
from sanctions_rules.plain import PROGRAM, written
from sanctions_rules.schema import COLLECTIONS, NOUNS
from sanctions_rules.testing.choices import Draw
from sanctions_rules.testing.conditions import (
    CLOCK,
    CONDUCT,
    FALSE,
    FAVOURED,
    TRUE,
    Conditions,
    conjunction,
    disjunction,
    negation,
)
from sanctions_rules.testing.palette import COUNTRY, DAYS, KINDS, NOUNS_OF, SHIFTS, Scope
from sanctions_rules.values import point

_EDGE_KINDS: Final = {"authorises": "licence", "exempts": "scope", "displaces": "override"}
_ACTS_ON: Final = {
    "authorises": ("prohibits", "empowers"),
    "exempts": ("prohibits", "empowers", "requires"),
    "displaces": ("prohibits", "empowers", "requires", "authorises", "exempts"),
}


class Author(Conditions):
    """Draws one program. Definitions are added in order, so a reference points backwards."""

    def __init__(self, draw: Draw, favour: str = "") -> None:
        super().__init__(draw, favour)
        self.norms: list[Norm] = []

    # -- definitions -----------------------------------------------------------------------------

    def define(self, name: str, subject: str | None, body: Expr) -> str:
        self.definitions[name] = Definition(name, subject, body, name.partition(":")[0])
        return name

    def term(self) -> None:
        """A definition of the case or of an item, for others to refer to."""
        draw = self.draw
        name = f"xx.term{len(self.definitions)}"
        collection = draw.pick(("", *self.collections))
        if not collection:
            self.of_the_case.append(self.define(name, None, self.truth(Scope(), 2)))
            return
        noun, model = NOUNS_OF[collection][0], COLLECTIONS[collection]
        body = self.truth(Scope().with_(noun, model), 2)
        self.of_items.setdefault(model, []).append(self.define(name, noun, body))

    def closure(self) -> None:
        """A status of parties that ownership passes on."""
        draw, scope = self.draw, Scope().with_("party", Party)
        name = f"xx.owned{len(self.definitions)}"
        seed = self.define(f"{name}: seed", "party", self.truth(scope, 1))
        guard = self.define(
            f"{name}: may pass", "party", self.truth(scope, 0) if draw.chance(40) else TRUE
        )
        ways = tuple(self.way() for _ in range(1 + draw.chance(30)))
        severally = [way for way in ways if way.mode == "severally"]
        if severally:  # the walk of each holder apart is that of the whole closure
            ways = tuple(replace(w, mode="severally") if not w.means else w for w in ways)
        self.definitions[name] = Closure(
            name, seed, guard, ways, draw.chance(25), Fact("case", CONDUCT), self.zone
        )
        self.of_items.setdefault(Party, []).append(name)

    def way(self) -> Way:
        draw = self.draw
        if draw.chance(25):
            means = (*draw.some(CONTROLS, 2, 1), *((OTHER_MEANS,) if draw.chance(50) else ()))
            return Way("", Decimal(100), False, "", means)
        mode = draw.pick(("together", "singly", "jointly", "severally"))
        percent = Decimal(draw.pick(("50", "0", "25", "50", "100")))
        # `at least 0` would be everybody, with and without stakes: no law says so.
        strict = draw.chance(50) or not percent
        return Way(mode, percent, strict, draw.pick(STAKES[:2]))

    # -- norms -----------------------------------------------------------------------------------

    def norm(self, verb: str) -> None:
        """A provision, lowered to its named parts as `language/lower.py` lowers it."""
        draw = self.draw
        regime = draw.pick(self.regimes)
        key = f"{regime}.act §{len(self.norms) + 1}"
        collection, noun, model = self._bound_list()
        scope = Scope().with_(noun, model) if noun and model else Scope()
        subject, self_ref = noun or None, Fact(noun, ()) if noun else None
        interval, published = self.interval(), self.ordinal()
        dormant = draw.chance(5)

        in_force = self.define(f"{key} in force", None, conjunction([
            *((Apply("at_most", (Literal(point(published)), CLOCK)),) if published > 0 else ()),
            Apply("in_force", (
                Apply("instants", (Fact("case", CONDUCT), Literal(self.zone))),
                Literal(interval, "s. 1: its interval is not fully known"),
            )) if draw.chance(25 if verb in _EDGE_KINDS else 50) else TRUE,
        ]))  # fmt: skip
        bound = self.define(f"{key}: bound", None, self._bound())
        pattern = self.define(f"{key}: pattern", None, self._pattern(verb))
        body = self.define(f"{key}: body", subject, FALSE if dormant else self._body(scope, verb))
        excepted = self.truth(scope, 1) if draw.chance(25) else FALSE
        scoped = self.define(f"{key}: scope", subject, excepted)
        covered = self.define(f"{key}: covered", subject, conjunction([
            Ref(in_force), Ref(body, self_ref), negation(Ref(scoped, self_ref)),
        ]))  # fmt: skip
        edges = self._edges(key, verb, subject, scope)
        excepting = [Ref(e.name, self_ref) for e in edges if e.kind != "licence"]
        engaged = self.define(f"{key}: engaged", subject, conjunction([
            Ref(in_force), Ref(bound), Ref(pattern), Ref(body, self_ref), negation(Ref(scoped, self_ref)),
            *(negation(e) for e in excepting),
        ]))  # fmt: skip
        licences = [Ref(e.name, self_ref) for e in edges if e.kind == "licence"]
        lifted = self.define(f"{key}: lifted", subject, disjunction(licences))
        effective = self.define(
            f"{key}: effective", subject,
            conjunction([Ref(engaged, self_ref), negation(Ref(lifted, self_ref))]),
        )  # fmt: skip
        duties = [n for n in self.norms if n.verb == "requires"]
        conflict = ""
        if verb == "prohibits" and duties and draw.chance(50):
            seen = self._seen_from(draw.pick(duties), subject)
            conflict = self.define(f"{key}: in conflict", subject, seen)
        since, surely, until, possibly = interval
        made = Norm(
            id=key, provision=key, fill="", verb=verb, title="A text", citations=("s. 1",),
            source_ids=(), measures=(), regime=regime, instrument=f"{regime}.act", variable=noun,
            collection=collection, in_force=in_force, bound=bound, pattern=pattern, body=body,
            scope=scoped, covered=covered, engaged=engaged, lifted=lifted, effective=effective,
            edges=edges, term=Term(since, surely, until, possibly, "", CONDUCT, self.zone, published),
            checked="primary", checked_note="", menu=self._menu(verb), duty=None,
            dormant="what was left open" if dormant else "", conflict=conflict,
        )  # fmt: skip
        self.norms.append(
            replace(made, duty=self._duty(key, subject, scope)) if verb == "requires" else made
        )
        if verb != "requires" and draw.chance(10):
            name = f"{key} requires reporting"
            duty = self._duty(name, subject, scope)
            self.norms.append(
                replace(made, id=name, verb="requires", duty=duty, menu=(), edges=(), conflict="")
            )
        if model is None:
            self.of_the_case.append(covered)
        else:
            self.of_items.setdefault(model, []).append(covered)

    def _body(self, scope: Scope, verb: str) -> Expr:
        """What a provision asks; an exception more often asks for little, or nothing."""
        draw = self.draw
        if draw.chance(45 if verb in _EDGE_KINDS else 5):
            return TRUE
        made = self.truth(scope, 1 if verb in _EDGE_KINDS else 2 + draw.chance(20))
        return Apply("or", (made, self.truth(scope, 1))) if draw.chance(40) else made

    def _bound_list(self) -> tuple[Fact | None, str, type[FactModel] | None]:
        draw = self.draw
        match draw.below(4):
            case 0:
                return None, "", None
            case 1 if draw.chance(40):
                return Fact("case", ("act", "recipients")), "recipient", Party
            case _:
                collection = draw.pick(self.collections)
                noun = NOUNS_OF[collection][0]
                return Fact("case", (collection,)), noun, COLLECTIONS[collection]

    def _bound(self) -> Expr:
        draw = self.draw
        terms = self.of_items.get(Party, ())
        if terms and draw.chance(50):
            return Ref(draw.pick(terms), Fact("case", ("actor",)))
        return self.truth(Scope(), 0) if draw.chance(15) else TRUE

    def _pattern(self, verb: str) -> Expr:
        draw = self.draw
        kinds = Literal(frozenset(draw.some(KINDS, 3, 2)))
        parts: list[Expr] = [Apply("one_of", (Fact("case", ("act", "kind")), kinds))]
        if draw.chance(30):
            to = Literal(draw.pick(self.vocabulary("countries", COUNTRY)))
            parts.append(Apply("equals", (Fact("case", ("act", "destination")), to)))
        return conjunction(parts) if draw.chance(20 if verb in _EDGE_KINDS else 40) else TRUE

    def _menu(self, verb: str) -> tuple[str, ...]:
        if verb != "empowers":
            return ()
        return ("derogation",) if self.draw.chance(15) else ("blocking",)

    def _edges(self, key: str, verb: str, subject: str | None, scope: Scope) -> tuple[Edge, ...]:
        """Exceptions that are there already act on this one, each by a definition of its own."""
        draw, found = self.draw, list[Edge]()
        for norm in self.norms:
            kind = _EDGE_KINDS.get(norm.verb)
            if kind is None or verb not in _ACTS_ON[norm.verb] or not draw.chance(70):
                continue
            taken = [n for n in self.norms if n.verb == "withdraws" and draw.chance(70)]
            seen = [self._seen_from(norm, subject)]
            seen += [negation(self._seen_from(w, subject)) for w in taken]
            name = self.define(f"{norm.id} → {key}", subject, conjunction(seen))
            found.append(Edge(name, kind, norm.id))
        if verb == "prohibits" and draw.chance(25):
            name = self.define(f"specific licence → {key}", subject, self._licence_held(key))
            found.append(Edge(name, "licence", "specific licence"))
        return tuple(found)

    def _licence_held(self, key: str) -> Expr:
        def valid(path: str) -> Expr:
            return Apply("instants", (Fact("licence", (path,)), Literal(self.zone)))

        when = Apply("instants", (Fact("case", CONDUCT), Literal(self.zone)))
        return Quantified("some", Fact("case", ("licences_held",)), "licence", conjunction([
            Apply("includes", (Fact("licence", ("lifts",)), Literal(key))),
            Apply("at_most", (valid("valid_from"), when)),
            disjunction([
                Apply("is_none", (Fact("licence", ("valid_until",)),)),
                Apply("at_most", (when, valid("valid_until"))),
            ]),
            Apply("same_item", (Fact("licence", ("holder",)), Fact("case", ("actor",)))),
            Apply("holds", (Fact("licence", ("conditions_met",)),)),
        ]))  # fmt: skip

    def _seen_from(self, norm: Norm, subject: str | None) -> Expr:
        """Whether a norm is effective, for the thing that another one is about."""
        if norm.collection is None:
            return Ref(norm.effective)
        if subject is not None and NOUNS.get(subject) == NOUNS.get(norm.variable):
            return Ref(norm.effective, Fact(subject, ()))
        one = Ref(norm.effective, Fact(norm.variable, ()))
        some = Quantified("some", norm.collection, norm.variable, one)
        return conjunction([some, Quantified("every", norm.collection, norm.variable, one)])

    def _duty(self, key: str, subject: str | None, scope: Scope) -> Duty:
        draw = self.draw
        name = f"report{draw.below(2)}"
        met = self.define(f"{key}: met", subject, self.truth(scope, 1)) if draw.chance(40) else ""
        kind = draw.pick(("at", "within", "for", "yearly", ""))
        if not kind:
            return Duty(name, met=met)
        zone = Literal(self.zone)
        path = self.time(scope)
        since = Apply("instants", (path, zone))
        count, unit = draw.pick(SHIFTS[1:])
        month = "September" if kind == "yearly" else ""
        match kind:
            case "at":
                count, unit, business = 0, "days", False
            case "yearly":
                count, unit, business = 30, month, False
            case _:
                if unit in ("September", "February"):
                    count, unit = 10, "days"
                count, business = abs(count), unit.startswith(BUSINESS)
        last = Apply("shifted", (since, Literal(count), Literal(unit), zone))
        as_of = Apply("instants", (Fact("case", ("as_of",)), zone))
        that_day = Apply("shifted", (as_of, Literal(0), Literal("days"), zone))
        over = Apply("at_most", (Apply("next_day", (last, zone)), that_day))
        return Duty(
            name, ".".join(path.path), kind, count, unit, business, None if month else path, month,
            count if month else 0, met=met, last=last,
            over=self.define(f"{key}: over", subject, over),
        )  # fmt: skip

    # -- all of it -------------------------------------------------------------------------------

    def program(self) -> Program:
        draw = self.draw
        for _ in range(2 + draw.below(3)):
            self.term()
        if draw.chance(18):
            self.closure()
            self.term()
        if draw.chance(25):
            self.norm("withdraws")
        for verb in draw.some(("authorises", "exempts", "displaces", "authorises"), 2, 1):
            self.norm(verb)
        if draw.chance(40):
            self.norm("requires")
        self.norm("prohibits")
        for verb in ("prohibits", "empowers"):
            if draw.chance(45):
                self.norm(verb)
        program = Program(
            Definitions.of(self.definitions), tuple(self.norms), tuple(self.readings),
            tuple(Head(r, "A regime", date(2030, 1, 1), 1, self.zone) for r in self.regimes),
            {}, self.questions, "", has_burdens=self.burdens,
        )  # fmt: skip
        return replace(program, digest=digest_of(program))


def program_by(draw: Draw, favour: str | None = None) -> Program:
    """A program that these choices make. `favour`: an operator that it is to have more of."""
    if favour is None:
        favour = draw.pick(("", *FAVOURED))
    return Author(draw, favour).program()


def settings_by(draw: Draw, program: Program) -> Settings:
    """What may be asked of it: the law as known on a day or wholly, one of its readings."""
    known = draw.pick(DAYS[:4]) - timedelta(days=draw.below(2)) if draw.chance(30) else None
    readings = {p.name: draw.pick([r for r, _ in p.readings]) for p in program.readings}
    return Settings(known, readings, program.has_burdens and draw.chance(50))


def digest_of(program: Program) -> str:
    """A name for what the program says, for engines that keep what they made of it."""
    said = (*program.definitions, program.norms, program.readings, program.heads)
    return hashlib.sha256(written(said, PROGRAM).encode()).hexdigest()
