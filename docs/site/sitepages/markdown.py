"""Markdown as the site reads it: text that is no markup, code, tables, links between pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~^=+!$&])")


def plain(text: str) -> str:
    """Text on one line that means itself, whatever signs are in it."""
    return _MARKUP.sub(lambda m: f"&#{ord(m[1])};", re.sub(r"\s+", " ", text))


def code(text: str) -> str:
    """A word of code within a line, also in a cell of a table."""
    text = re.sub(r"\s+", " ", text)
    inner = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        "<code>" + re.sub(r"([\\`*_{}\[\]|~^=+!$])", lambda m: f"&#{ord(m[1])};", inner) + "</code>"
    )


def fenced(text: str, language: str = "text", title: str = "") -> str:
    """A block of code; the fence is longer than any within."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    named = f' title="{title}"' if title else ""
    return f"{fence} {{ .{language}{named} }}\n{text.rstrip()}\n{fence}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown already."""
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ("| " + " | ".join(cell or " " for cell in row) + " |" for row in rows)
    return "\n".join(lines)


def link(text: str, target: str, page: str) -> str:
    """A link from one page of the site to another; `text` is Markdown, `target` a path with `#`."""
    path, hash_, anchor = target.partition("#")
    relative = "" if path == page else os.path.relpath(path, os.path.dirname(page) or ".")
    return f"[{text}]({relative}{hash_}{anchor})"


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "top"


def page_of(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", *(part for part in parts if part)]) + "\n"
