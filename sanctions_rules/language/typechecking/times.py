"""Times: zones and their labels, what is in force, durations and deadlines, days compared."""

from __future__ import annotations

from sanctions_rules import clocks
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.facts import EVENTS
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.language.typechecking.vocabulary import DURATIONS, TIME


def clock(look: Look, slot: ast.Slot, _: Names) -> None:
    try:
        clocks.zone(str(slot.names[0]))
    except LookupError:
        look.report(
            "unknown-zone",
            f"`{slot.names[0]}` is not a zone",
            slot.names[0],
            help="an IANA name, as in America/New_York",
        )


def in_force(look: Look, slot: ast.Slot, _: Names) -> None:
    if slot.anchor is not None:
        events = [f"act.events.{event}" for event in EVENTS]
        if str(slot.anchor) not in events:
            look.report(
                "unknown-event",
                f"`{slot.anchor}` is not an event of the act",
                slot.anchor,
                help=did_you_mean(str(slot.anchor), events) or "one of: " + ", ".join(events),
            )
    rows = look.block.slot("columns")
    if isinstance(slot.interval, ast.AsListed) and (rows is None or "version" not in rows.columns):
        look.report(
            "no-rows",
            "`as listed` needs a row for each version",
            slot,
            help="columns version, from, until, and a row beginning with `|` for each"
            if rows is None
            else "name the first column `version`",
        )
    if isinstance(slot.interval, ast.Interval):
        since, until = slot.interval.since, slot.interval.until
        for moment in (since.first, since.second, until.first, until.second):
            if moment is not None:
                label(look, moment)


def label(look: Look, moment: ast.Moment) -> None:
    """The printed label against the zone's own on that day: kept, and reported when it differs."""
    if not moment.time:
        return
    zone = look.rulebook.zone(look.block)
    own = clocks.label_at(moment.day, moment.time, zone)
    if moment.label not in (own, "UTC" if zone == "UTC" else own):
        look.found.append(Diagnostic(
            "zone-label", f"`{moment.label}` is printed, but {zone} has {own} on {moment.day}", moment.span,
            help="the label is kept as printed; the time is read in the zone", severity="warning",
        ))  # fmt: skip


def due(look: Look, slot: ast.Slot, names: Names) -> None:
    """By when a duty is done."""
    if slot.due and slot.due.path:
        fact(look, slot.due.path, names)
    if slot.due and slot.due.kind == "yearly" and not 1 <= slot.due.day <= 31:
        look.report("no-such-day", f"no month has a day {slot.due.day}", slot)
    if slot.due and slot.due.duration:
        duration(look, slot.due.duration, business=True)


def fact(look: Look, path: ast.Path, names: Names) -> None:
    """A fact that must be a time."""
    typed = look.typed(path, names)
    if typed is not None and typed.form != "moment":
        look.report("wrong-form", f"`{path}` is not a time", path)


def duration(look: Look, duration: ast.Duration, business: bool) -> None:
    """`business`: whether business days may be counted here."""
    if duration.unit not in DURATIONS:
        look.report(
            "unknown-unit",
            f"`{duration.unit}` is not a unit of time",
            duration,
            help="days, weeks, months or years",
        )
    elif duration.business and not business:
        look.report("business-days", "business days are counted in duties only", duration)
    elif duration.business and duration.unit not in ("day", "days"):
        look.report(
            "business-days",
            f"there are no business {duration.unit}",
            duration,
            help=f"write `{duration.count} business days`",
        )
    elif duration.business and not look.rulebook.calendar(look.block):
        look.report(
            "no-calendar",
            "no instrument says which calendar these business days follow",
            duration,
            help="add `calendar` to the instrument, as in calendar us_federal",
        )


def compared(
    look: Look, comparator: str, value: ast.Value, typed: Typed, operand: ast.Operand, names: Names
) -> None:
    if comparator not in TIME:
        look.report(
            "wrong-comparison",
            f"a time is not `{comparator}`",
            operand,
            help="on, before, after, on or before, on or after",
        )
    match value:
        case ast.Moment():
            label(look, value)
        case ast.Shifted(shift, _, path):
            duration(look, shift, business=False)
            fact(look, path, names)
        case ast.Path(parts) if len(parts) == 1 and parts[0] in names.parameters:
            look.parameter(
                parts[0],
                names,
                lambda given: compared(look, comparator, given, typed, operand, names),
            )
        case ast.Path():
            fact(look, value, names)
        case ast.Lookup():
            look.report("wrong-form", "a time cannot be looked up", value)
        case _:
            look.report(
                "wrong-form", "a day or a time is expected here", value, help="as in 2024-03-01"
            )
