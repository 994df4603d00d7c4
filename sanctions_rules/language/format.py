"""The tree back to text: the one layout, which is also what a rulebook's digest is made of.

Two blanks, the slot word, the text at column 17; a longer slot word breaks the line; `and` at
column 5; members of a group two further in; `end` under the word that opened it. Printing what
was parsed and parsing it again gives an equal tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final, cast

from sanctions_rules.language import ast
from sanctions_rules.language.slots import ORDER

TEXT_COLUMN: Final = 16
WIDTH: Final = 100


def block_text(block: ast.Block) -> str:
    """One block in the one layout, without comments, slots in the order of the table."""
    lines = [line for slot in in_order(block) for line in slot_lines(slot)]
    return "\n".join([head_text(block), *lines, "end"])


def head_text(block: ast.Block) -> str:
    title = f'"{block.title}"' if block.title else ""
    return " ".join(filter(None, [block.kind, str(block.ref or ""), title]))


def in_order(block: ast.Block) -> list[ast.Slot]:
    """The slots in the order of printing, which carries no meaning."""
    return sorted(block.slots, key=lambda s: ORDER.index(s.word))


def rulebook_text(blocks: Iterable[ast.Block]) -> str:
    return "\n\n".join(block_text(b) for b in blocks) + "\n"


def digest_of(blocks: Iterable[ast.Block], annexes: dict[str, str]) -> str:
    """The rulebook's content: sorted names, each with the digest of its canonical print.

    Comments, layout and examples are outside it; annexes are in by their own digests.
    """
    entries = sorted(
        (block.id + "@" + _version(block), hashlib.sha256(block_text(block).encode()).hexdigest())
        for block in blocks if block.kind != "example"
    )  # fmt: skip
    lines = [f"{name} {digest}" for name, digest in [*entries, *sorted(annexes.items())]]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _version(block: ast.Block) -> str:
    force = block.slot("in force")
    return interval_text(force) if force else ""


def slot_lines(slot: ast.Slot) -> list[str]:
    body = _body(slot)
    word = f"  {slot.word}"
    if len(word) >= TEXT_COLUMN:
        if len(body) == 1 and len(word) + 1 + len(body[0]) <= WIDTH and slot.condition is None:
            return [f"{word} {body[0]}"]
        return [
            word,
            *(
                " " * TEXT_COLUMN + line
                if not line.startswith("\0")
                else "    and".ljust(TEXT_COLUMN) + line[1:]
                for line in body
            ),
        ]
    lines = [word.ljust(TEXT_COLUMN) + body[0]] if body else [word]
    for line in body[1:]:
        lines.append(
            "    and".ljust(TEXT_COLUMN) + line[1:]
            if line.startswith("\0")
            else " " * TEXT_COLUMN + line
        )
    return lines


def one_line(slot: ast.Slot) -> str:
    return " ".join(" ".join(slot_lines(slot)).split())


def _quoted(texts: Iterable[ast.Text]) -> str:
    return ", ".join(f'"{t.text}"' for t in texts)


def _names(names: Iterable[object]) -> str:
    return ", ".join(str(n) for n in names)


def _body(slot: ast.Slot) -> list[str]:
    if slot.condition is not None:
        return _condition(slot.condition, top=True)
    match slot.word:
        case "cites" | "source-id":
            return [_quoted(slot.texts)]
        case "issued":
            return [f"{slot.day}" + (f" by {_names(slot.names)}" if slot.names else "")]
        case "published":
            return [", ".join(f'{day} "{text.text}"' for day, text in slot.days)]
        case (
            "made under"
            | "enacted by"
            | "replaces"
            | "repeals"
            | "displaces"
            | "subject to"
            | "carried out by"
        ):
            return [_names(slot.refs)]
        case "rank" | "clock" | "calendar" | "binds" | "over" | "measure":
            return [_names(slot.names)]
        case "reading":
            return [
                f"{slot.names[0]}"
                + (", preferred" if slot.flag else "")
                + f" {_quoted(slot.texts)}"
            ]
        case "checked":
            return [
                " ".join(
                    filter(None, [str(slot.names[0]), str(slot.day or ""), _quoted(slot.texts)])
                )
            ]
        case "current through":
            return [f"{slot.day} {slot.number}"]
        case "withdrawn":
            return [f"{slot.day} {_quoted(slot.texts)}"]
        case "unencoded" | "note":
            return [_quoted(slot.texts)]
        case "in force":
            lines = [interval_text(slot)]
            return [*lines, f"measured at {slot.anchor}"] if slot.anchor else lines
        case "prohibits" | "authorises" | "exempts" | "conduct":
            return _conduct(cast(ast.Conduct, slot.conduct))
        case "requires":
            lines = _conduct(cast(ast.Conduct, slot.conduct))
            return [*lines, _due(slot.due)] if slot.due else lines
        case "empowers":
            powers = _powers(slot.powers)
            if slot.conduct:
                inner = _conduct(slot.conduct)
                return [powers, f"to authorise {inner[0]}", *inner[1:]]
            return [powers, f"to impose any of {_names(slot.names)} on {slot.subject}"]
        case "defines":
            term = slot.term
            return [f"{slot.subject} is {_call(term) if isinstance(term, ast.Call) else term}"]
        case "leaves open":
            opening = (
                f"{slot.subject} is {slot.term}"
                if slot.subject
                else f"{slot.term} as {slot.texts[0].text}"
            )
            return [opening, f"to {_powers(slot.powers)}"]
        case "fills":
            return [f"{slot.refs[0]} {slot.names[0]}"]
        case "withdraws":
            return [_names(slot.refs) + (f" for {_names(slot.targets)}" if slot.targets else "")]
        case "penalises":
            return [f"breach of {_names(slot.refs)} with {_names(slot.names)}"]
        case "asks":
            return [f"{slot.subject} is {slot.term}", _quoted(slot.texts)]
        case "commits to":
            return [_quoted(slot.texts) + (f" by {slot.day}" if slot.day else "")]
        case "gives":
            return [value_text(cast(ast.Value, slot.value))]
        case "regardless of" | "missing":
            return [_names(slot.paths)]
        case "weighing":
            return [f'{label} "{text.text}"' for label, text in slot.factors]
        case "entries from":
            within = f" within {codes_text(slot.codes)}" if slot.codes else ""
            return [f"{_quoted(slot.texts)} {_names(slot.names)}{within}"]
        case "columns":
            return [
                _names(slot.columns),
                *("| " + " | ".join(_cell(c) for c in row) + " |" for row in slot.rows),
            ]
        case "expect":
            who = f"{slot.names[0]} " if slot.names else ""
            return [who + slot.texts[0].text + (f" by {_names(slot.refs)}" if slot.refs else "")]
        case word:
            raise AssertionError(word)


def interval_text(slot: ast.Slot) -> str:
    match slot.interval:
        case ast.Awaiting(what, offices):
            return f'awaiting "{what.text}"' + (f" by {_names(offices)}" if offices else "")
        case ast.AsListed() | None:
            return "as listed"
        case ast.Interval(since, until):
            begin = {
                "at": f"from {since.first}", "before": f"from before {since.first}",
                "between": f"from unknown between {since.first} and {since.second}",
            }[since.kind]  # fmt: skip
            end = {
                "no_end": ", no end stated", "until": f" until {until.first}", "through": f" through {until.first}",
                "between": f" until unknown between {until.first} and {until.second}",
                "after": f" until unknown after {until.first}",
            }[until.kind]  # fmt: skip
            return begin + end


def _powers(powers: tuple[ast.Power, ...]) -> str:
    return " or ".join(
        str(p.office) + (f" after consulting {_names(p.consulting)}" if p.consulting else "")
        for p in powers
    )


def _conduct(conduct: ast.Conduct) -> list[str]:
    lines = [_names(conduct.acts)]
    for role in conduct.roles:
        if role.word == "lifting":
            lines.append(f"to the extent prohibited by {_names(role.refs)}")
        elif role.refs:
            lines.append(f"{role.word} {_names(role.refs)}")
        elif role.share:
            lines[-1] += f" {role.word} {role.share[0].text} of {role.share[1]}"
        else:
            thing = role.thing
            lines[-1] += f" {role.word} {thing.text if isinstance(thing, ast.Proper) else thing}"
    return lines


def _due(due: ast.Due) -> str:
    match due.kind:
        case "within":
            return f"within {_duration(cast(ast.Duration, due.duration))} of {due.path}"
        case "for":
            return f"for {_duration(cast(ast.Duration, due.duration))} after {due.path}"
        case "yearly":
            return f"yearly by {due.day} {due.month}"
        case "at":
            return f"at {due.path}"


def _duration(duration: ast.Duration) -> str:
    return f"{duration.count} {'business ' if duration.business else ''}{duration.unit}"


def codes_text(codes: ast.Codes) -> str:
    text = ", ".join(c.text for c in codes.included)
    return text + (
        " other than " + ", ".join(c.text for c in codes.excluded) if codes.excluded else ""
    )


def _cell(cell: ast.Cell) -> str:
    match cell.value:
        case None:
            return "unknown"
        case ast.Until():
            return "no end stated"
        case ast.Codes() as codes:
            return codes_text(codes)
        case value:
            return value_text(value)


def _call(call: ast.Call) -> str:
    return f"{call.name}({', '.join(value_text(a) for a in call.arguments)})"


def operand_text(operand: ast.Operand) -> str:
    match operand:
        case ast.Path():
            return str(operand)
        case ast.Call():
            return _call(operand)
        case ast.Sum(what, variable, collection, condition):
            inner = " and ".join(_condition(condition))
            return (
                f"sum of {what} for {variable} of {collection} has {inner.replace(chr(0), '')} end"
            )
        case ast.Lookup(column, table, key, as_at):
            return f"the {column} in {table} for {key}" + (f" as at {as_at}" if as_at else "")


def value_text(value: ast.Value) -> str:
    match value:
        case ast.Path() | ast.Call() | ast.Sum() | ast.Lookup():
            return operand_text(value)
        case ast.Proper(text):
            return text
        case ast.Text(text):
            return f'"{text}"'
        case ast.Moment():
            return str(value)
        case ast.Quantity() | ast.MoneyValue():
            return value.text
        case ast.Shifted(duration, direction, path):
            return f"{_duration(duration)} {direction} {path}"
        case ast.Multiple():
            return value.text


def _values(values: tuple[ast.Value, ...]) -> str:
    return ", ".join(value_text(v) for v in values)


def _predicate(predicate: ast.Predicate) -> str:
    match predicate:
        case ast.FallsUnder(codes):
            return f"falls under {codes_text(codes)}"
        case ast.FallsIn(refs):
            return f"falls under {_names(refs)}"
        case ast.Includes(values):
            return f"includes {_values(values)}"
        case ast.Is(complement, negated):
            return f"is {'not ' if negated else ''}{_complement(complement)}"


def _complement(complement: ast.Complement) -> str:
    match complement:
        case ast.IsValue(value):
            return value_text(value)
        case ast.IsYesNo(yes):
            return "yes" if yes else "no"
        case ast.IsOneOf(values):
            return f"any of {_values(values)}"
        case ast.IsExactly(values):
            return f"exactly {_values(values)}"
        case ast.Compared(comparator, value):
            return f"{comparator} {value_text(value)}"
        case ast.IsJudged(term):
            return f"judged {term}"
        case ast.IsCovered(refs):
            return f"covered by {_names(refs)}"
        case ast.IsListed(refs):
            return f"listed in {_names(refs)}"
        case ast.IsOwned(term, mode, comparator, value, of, direct):
            by = "directly by" if direct else "by"
            return f"owned {by} {term} {mode}, {comparator} {value_text(value)} of {of}"
        case ast.IsControlled(term, means, direct):
            by = "directly by" if direct else "by"
            return f"controlled {by} {term} through {', '.join(map(str, means))}"
        case ast.IsUnder(term, refs):
            return f"{term} under {_names(refs)}"
        case ast.IsUnknown():
            return "unknown"
        case ast.IsNone():
            return "none"


def condition_lines(condition: ast.Condition) -> list[str]:
    """A condition by itself, one element a line, joined by `and`."""
    return [
        ("and " + line[1:]) if line.startswith("\0") else line for line in _condition(condition)
    ]


def _condition(condition: ast.Condition, top: bool = False) -> list[str]:
    """Lines of a condition. A line that `and` joins to the one before begins with a NUL mark."""
    lines: list[str] = []
    for index, element in enumerate(condition.elements):
        part = _atom(element.atom)
        first = (f"{element.label} " if element.label else "") + part[0]
        mark = "\0" if index else ""
        lines.append(mark + first)
        lines += part[1:]
    return lines


def _inner(condition: ast.Condition) -> list[str]:
    return ["and " + line[1:] if line.startswith("\0") else line for line in _condition(condition)]


def _atom(atom: ast.Atom) -> list[str]:
    match atom:
        case ast.Comparison(operand, predicate):
            return [f"{operand_text(operand)} {_predicate(predicate)}"]
        case ast.Group(kind, members, count):
            opening = f"at least {count} of" if kind == "at_least" else f"{kind} of"
            lines = [opening]
            for member in members:
                inner = _inner(member.condition)
                label = member.label or "-"
                lines.append(f"  {label} {inner[0]}")
                lines += [" " * (3 + len(label)) + line for line in inner[1:]]
            return [*lines, "end"]
        case ast.ForSome(quantifier, variable, collection, body, count):
            word = f"at least {count}" if quantifier == "at_least" else quantifier
            opening = f"{word} {variable} of {operand_text(collection)}"
            if not isinstance(body, ast.Condition):
                return [f"{opening} {_predicate(body)}"]
            return [f"{opening} has", *("  " + line for line in _inner(body)), "end"]
