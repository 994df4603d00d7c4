"""One layout for a rule file, from the editor: that of `fmt`, which keeps every comment."""

from __future__ import annotations

from sanctions_rules.language.layout import format_rules


def formatted(text: str, name: str) -> str:
    """The text of a rule file as it is laid out. Raises RulebookError where it cannot be read."""
    return format_rules(text, name)
