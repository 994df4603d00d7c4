"""How a raw value is refused: a code, a sentence with the value in it, and what helps."""

from __future__ import annotations

from typing import Any, cast

from pydantic_core import PydanticCustomError


def bad(code: str, message: str, help: str = "", **context: Any) -> PydanticCustomError:
    return PydanticCustomError(cast(Any, code), cast(Any, message), {**context, "help": help})


def show(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def false_help(value: Any) -> str:
    if value is False:
        return '"NO" was read as false: quote country codes and words'
    if value is True:
        return '"yes" or "on" was read as true: quote words'
    return ""
