"""The public interface: the command line from its own help, Python names from their docstrings."""

from __future__ import annotations

from typing import Any, Final

import sanctions_rules as sr
from sitepages.markdown import code, fenced, link, page_of, plain, table

COMMANDS: Final = "reference/commands.md"
PYTHON: Final = "reference/python.md"
#: Public names by purpose. A test asks that each name of `__all__` stands here once.
NAMES: Final = {
    "Law": ("load", "load_path", "Law"),
    "Facts": ("read_case", "read_facts", "trusted", "Case", "Facts", "Money", "Range", "NOT_APPLICABLE"),
    "Decisions": ("Decision", "Outcome"),
    "Lists, messages, owners": ("read_lists", "read_message", "screen", "with_owners", "owned"),
    "Tables": ("batch",),
    "Certificates": ("verify", "Certificate", "Refused"),
    "Rule text": ("format_rules",),
    "Errors": ("RulebookError", "FactsError"),
    "Version": ("__version__",),
}  # fmt: skip


def pages() -> dict[str, str]:
    return {COMMANDS: _commands(), PYTHON: _python()}


# -- Python --------------------------------------------------------------------------------------


def _python() -> str:
    parts = [
        "Everything public is a name of the package: `import sanctions_rules as sr`. What stands in"
        " other modules may change without notice."
    ]
    for purpose, names in NAMES.items():
        parts.append(f"## {purpose}")
        parts += (_name(name) for name in names)
    return page_of("Python interface", *parts)


def _name(name: str) -> str:
    """A marker that mkdocstrings replaces by signature and docstring; constants are said here."""
    if name == "__version__":
        return f"### {code(name)} {{ #version-of-the-package }}\n\nThe version of the package: {code(sr.__version__)}."
    if name == "NOT_APPLICABLE":
        return (
            f"### {code(name)} {{ #not-applicable }}\n\nThere is no such thing: knowledge, where a"
            f" fact that is left out is ignorance. In text it is written {code('none')}."
        )
    found = getattr(sr, name)
    if name == "batch":
        return "\n\n".join(_asked(f"{found.__name__}.{n}", f"batch.{n}") for n in _public(found))
    return _asked(f"{found.__module__}.{found.__qualname__}", name)


def _asked(home: str, name: str) -> str:
    return f"::: {home}\n    options:\n        heading: {name}\n        toc_label: {name}"


def _public(module: Any) -> list[str]:
    return [n for n in getattr(module, "__all__", ()) if not n.startswith("_")]


# -- the command line ----------------------------------------------------------------------------


def _commands() -> str:
    import typer.main

    from sanctions_rules.cli.commands import app

    top: Any = typer.main.get_command(app)
    names = list(top.commands)
    parts = [
        "What `--help` says of each command. "
        + link("The command line", "command_line.md", COMMANDS)
        + " tells what they are for, with examples and exit codes.",
        table(
            ("command", "does"),
            (
                (link(code(name), f"{COMMANDS}#{name}", COMMANDS), plain(top.commands[name].get_short_help_str(200)))
                for name in names
            ),
        ),
    ]  # fmt: skip
    parts += (_command(name, top.commands[name]) for name in names)
    return page_of("Commands", *parts)


def _command(name: str, command: Any, level: int = 2) -> str:
    import typer

    context = typer.Context(command, info_name=f"sanctions-rules {name}")
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [
        f"{'#' * level} {name} {{ #{name.replace(' ', '-')} }}",
        "",
        plain(command.help or ""),
        "",
    ]
    lines += [fenced(f"sanctions-rules {name} {usage}".rstrip(), "text"), ""]
    rows = [row for p in command.params if (row := _parameter(p, context)) is not None]
    if rows:
        lines.append(table(("argument or option", "does"), rows))
    for inner, part in getattr(command, "commands", {}).items():
        lines += ["", _command(f"{name} {inner}", part, level + 1)]
    return "\n".join(lines)


def _parameter(parameter: Any, context: Any) -> tuple[str, str] | None:
    record = parameter.get_help_record(context)
    if record is None:
        return None
    names, does = record
    return code(names), plain(does)
