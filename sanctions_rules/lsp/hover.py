"""What an editor says of a name: the text with its citation, how it stands today, and what acts on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from sanctions_rules import schema
from sanctions_rules.facts import Case, Declared, FactModel
from sanctions_rules.language import ast
from sanctions_rules.language.format import block_text, slot_lines
from sanctions_rules.language.resolve import Rulebook, first_day
from sanctions_rules.lsp.scope import model_of
from sanctions_rules.lsp.standing import Standing
from sanctions_rules.lsp.things import Thing
from sanctions_rules.rulebooks.history import Lift

#: Of longer lists so many are shown.
SHOWN: Final = 12
_DOES: Final = {"licence": "lifted by", "override": "displaced by", "scope": "excepted by"}


def hover(rulebook: Rulebook, thing: Thing, block: ast.Block, day: date) -> str:
    """Markdown; empty where there is nothing to say. `block`: where the thing stands."""
    match thing.kind:
        case "text":
            return "\n".join(_text(rulebook, thing, day)).strip()
        case "term":
            regime, _, name = thing.key.partition(".")
            return "\n".join(_defined(rulebook, name, rulebook.terms.get((regime, name), []), day))
        case "judgement":
            regime, _, name = thing.key.partition(".")
            asked = rulebook.judgements.get((regime, name))
            return "\n".join(_defined(rulebook, name, [asked] if asked else [], day))
        case "open":
            return "\n".join(_open(rulebook, thing, day))
        case "fact":
            return _fact(thing.key, block)
        case "act":
            return f"**{thing.key}**: a kind of act"


def _text(rulebook: Rulebook, thing: Thing, day: date) -> Iterator[str]:
    standing = Standing(rulebook)
    ref = thing.ref
    exact = rulebook.by_id.get(thing.key, [])
    if ref is not None and ref.pin:
        exact = rulebook.begun_on(ref.id, ref.pin)
    header = rulebook.instruments.get(thing.key)
    texts = [b for b in exact if b.kind != "instrument"]
    if header is not None:
        yield f"**{_md(header.id)}**  {_md(header.title)}\n"
        yield f"{_md(cited(header))}\n"
        yield from (
            f"- {_md(_on_one_line(s))}"
            for w in ("issued", "made under", "current through")
            for s in header.all(w)
        )
    if not texts and not header and ref is not None:
        parts = rulebook.meant(ref)
        yield (
            f"**{_md(thing.key)}** stands for {len(parts)} texts\n"
            if parts
            else f"there is no `{thing.key}`"
        )
        yield from (f"- {_entry(standing, b, day)}" for b in parts[:SHOWN])
        yield from _more(len(parts))
    for index, block in enumerate(texts):
        yield "\n---\n" if index or header else ""
        yield from _provision(standing, block, day)


def _provision(standing: Standing, block: ast.Block, day: date) -> Iterator[str]:
    yield f"**{_md(block.id)}**  {_md(block.title)}\n"
    yield f"{_md(cited(block))}\n"
    yield f"Today ({day}): **{_md(str(standing.status(block, day)))}**; {_md(_interval(block))}\n"
    if block.verb is not None:
        yield f"`{_on_one_line(block.verb).replace('`', '')}`\n"
    for word in standing.left_open(block):
        fills = [f for f in standing.fills(block) if f.verb and str(f.verb.names[0]) == word]
        yield f"\nleaves open **{word}**, filled by" + ("" if fills else " nothing") + "\n"
        yield from (f"- {_entry(standing, fill, day)}" for fill in fills)
    lifts: list[Lift] = list(standing.lifts(block))
    for target in standing.filled_by(block):
        yield f"\nfills {_md(target.id)}  {_md(target.title)}\n"
        lifts += [*standing.lifts(target, block), *standing.lifts(target)]
    for kind, words in _DOES.items():
        mine = [x.block for x in lifts if x.kind == kind]
        if mine:
            yield f"\n{words}\n"
            yield from (f"- {_entry(standing, one, day)}" for one in mine[:SHOWN])
            yield from _more(len(mine))
    line = standing.line(block)
    if len(line) > 1:
        yield "\nversions\n"
        yield from (f"- {first_day(b) or ''} {_entry(standing, b, day)}" for b in line[:SHOWN])
        yield from _more(len(line))


def _defined(
    rulebook: Rulebook, name: str, blocks: Iterable[ast.Block], day: date
) -> Iterator[str]:
    standing = Standing(rulebook)
    for index, block in enumerate(blocks):
        yield "\n---\n" if index else ""
        yield f"**{name}**  {_md(block.title)} ({_md(block.id)})\n"
        yield f"{_md(cited(block))}\n"
        yield f"Today ({day}): **{_md(str(standing.status(block, day)))}**; {_md(_interval(block))}\n"
        yield f"```sanctions-rules\n{block_text(block)}\n```"


def _open(rulebook: Rulebook, thing: Thing, day: date) -> Iterator[str]:
    id, _, name = thing.key.rpartition(" ")
    standing = Standing(rulebook)
    yield f"**{name}**: left open by {_md(id)}\n"
    for block in rulebook.by_id.get(id, ()):
        for fill in standing.fills(block):
            if fill.verb and str(fill.verb.names[0]) == name:
                yield f"- filled by {_entry(standing, fill, day)}"


def _fact(path: str, block: ast.Block) -> str:
    head, *rest = path.split(".")
    model = model_of(block, head)
    if model is None:
        return ""
    if not rest:
        return f"**{path}**: {_first(model)}"
    parts = (head, *rest) if model is Case and head != "case" else tuple(rest)
    found = schema.find(model, parts)
    if isinstance(found, schema.UnknownStep):
        return ""
    if not isinstance(found, schema.Fact):
        return f"**{path}**: {_first(found)}"
    return "\n\n".join([f"**{path}**: {said(found.declared)}", *_form(found.declared)])


def said(declared: Declared) -> str:
    return declared.phrase.replace("{}", "it")


def _form(declared: Declared) -> Iterator[str]:
    yield f"a {declared.form}" + (f" of {declared.of}" if declared.of else "")
    if declared.values:
        yield "one of: " + ", ".join(declared.values)


def _first(model: type[FactModel]) -> str:
    return (model.__doc__ or model.__name__).split("\n")[0]


def _entry(standing: Standing, block: ast.Block, day: date) -> str:
    reading = block.slot("reading")
    read = f" (reading {reading.names[0]})" if reading else ""
    status = standing.status(block, day)
    return f"{_md(block.id)}  {_md(block.title)}{read}: {_md(str(status))}; {_md(_interval(block))}"


def _more(number: int) -> Iterator[str]:
    if number > SHOWN:
        yield f"- and {number - SHOWN} more"


def cited(block: ast.Block) -> str:
    return "; ".join(text.text for slot in block.all("cites") for text in slot.texts)


def _interval(block: ast.Block) -> str:
    slot = block.slot("in force")
    return _on_one_line(slot).removeprefix("in force ") if slot else ""


def _on_one_line(slot: ast.Slot) -> str:
    return " ".join(" ".join(slot_lines(slot)).split())


def _md(text: str) -> str:
    """Text of authors, so that nothing of it is Markdown or HTML."""
    return "".join("\\" + c if c in "\\`*_[]<>#|" else " " if c in "\r\n" else c for c in text)
