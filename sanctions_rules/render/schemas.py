"""The pieces that the schemas of our JSON documents are made of."""

from __future__ import annotations

from typing import Any, Final

from sanctions_rules.decision import Outcome


def closed(**properties: Any) -> dict[str, Any]:
    """An object with these properties, each of them there, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def many(of: Any) -> dict[str, Any]:
    return {"type": "array", "items": of}


def defined(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


TEXT: Final = {"type": "string"}
FLAG: Final = {"type": "boolean"}
TEXTS: Final = many(TEXT)
DAY: Final = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
OUTCOME: Final = {"enum": [str(o) for o in Outcome]}
DIGEST: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
