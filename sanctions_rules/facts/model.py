"""What all fact models share: how a raw value is read, where it comes from, items of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, TypeAlias, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sanctions_rules.codes import category_may_carry
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.facts.forms import Declared, Listed
from sanctions_rules.facts.moments import read_time
from sanctions_rules.facts.numbers import read_number, read_price
from sanctions_rules.facts.refusing import bad, show
from sanctions_rules.facts.words import read_country, read_flag, read_list, read_text, read_word
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.values import NOT_APPLICABLE, Nothing

#: The fact that says of what sort an item is; a fact with `only_for` exists for those sorts only.
DISCRIMINATORS: Final = {"Good": "category", "Party": "type", "Act": "purpose"}


class Provenance(BaseModel):
    """Where a fact comes from, or why it is not known. Never part of the facts digest."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    source: str | None = None
    observed_at: str | None = None
    document_ref: str | None = None
    unknown_because: str | None = None


_PROVENANCE: Final = {"source", "observed_at", "document_ref"}


class FactModel(BaseModel):
    """Base of all fact models: strict, frozen, no key that is not declared."""

    model_config = ConfigDict(
        defer_build=True, frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True
    )

    declarations: ClassVar[dict[str, Declared]] = {}
    provenance: dict[str, Provenance] = Field(default_factory=dict)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        cls.declarations = {}
        for name, info in cls.model_fields.items():
            extra = info.json_schema_extra
            if isinstance(extra, dict) and "declared" in extra:
                cls.declarations[name] = cast(Declared, extra["declared"])

    @model_validator(mode="before")
    @classmethod
    def _take_provenance(cls, data: Any) -> Any:
        """Take `{value, source, …}` and `{unknown: reason}` apart: the value, and its provenance."""
        if not isinstance(data, dict):
            return data
        given = cast("dict[str, Any]", data)
        unknown = [str(key) for key in given if key not in cls.model_fields]
        if unknown:
            raise PydanticCustomError(
                "unknown-field",
                "there is no fact called `{name}` here",
                {
                    "name": unknown[0],
                    "key": unknown[0],
                    "help": did_you_mean(unknown[0], cls.model_fields)
                    or "known here: " + ", ".join(sorted(cls.declarations or cls.model_fields)),
                },
            )
        plain: dict[str, Any] = {}
        sources: dict[str, Any] = dict(given.get("provenance") or {})
        for key, value in given.items():
            if (
                key in cls.declarations  # the act has a fact that is called its value
                and isinstance(value, dict)
                and "value" in value
                and set(cast("dict[str, Any]", value)) <= {"value"} | _PROVENANCE
            ):
                inner = cast("dict[str, Any]", value)
                sources[key] = Provenance(**{k: str(v) for k, v in inner.items() if k != "value"})
                value = inner["value"]
            elif isinstance(value, dict) and set(cast("dict[str, Any]", value)) == {"unknown"}:
                sources[key] = Provenance(
                    unknown_because=str(cast("dict[str, Any]", value)["unknown"])
                )
                value = None
            plain[key] = value
        if sources:
            plain["provenance"] = sources
        return plain

    @field_validator("*", mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        declared = cls.declarations.get(info.field_name or "")
        if declared is None:
            return value
        context = cast("dict[str, Any]", info.context or {})
        return read_value(declared, value, context.get("closed_by"))

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Facts that exist for some sorts only are not given for others: they would contradict."""
        discriminator = DISCRIMINATORS.get(type(self).__name__)
        sort = getattr(self, discriminator) if discriminator else None
        if not isinstance(sort, str):
            return self
        for name, declared in type(self).declarations.items():
            value = getattr(self, name)
            empty = (
                value is None
                or value is NOT_APPLICABLE
                or (isinstance(value, Listed) and not value.items)
            )
            if declared.only_for and sort not in declared.only_for and not empty:
                raise bad(
                    "contradiction",
                    "`{name}` is said of a {sort}, which has none",
                    f"delete it, or correct the {discriminator}",
                    name=name,
                    sort=sort,
                    key=name,
                )
        held = getattr(self, "codes", None)
        if isinstance(held, Listed):
            for code in held.items:
                if not category_may_carry(sort, code.hs):
                    raise bad(
                        "contradiction",
                        "`{held}` is no code of a {sort}",
                        "correct the code or the category",
                        held=str(code),
                        sort=sort,
                        key="codes",
                    )
        return self


T = TypeVar("T", bound=FactModel)


class Collection(BaseModel, Generic[T]):
    """Items of one kind. `complete`: these and no others."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    items: tuple[T, ...] = ()
    complete: bool = True
    basis: str | None = None

    def __iter__(self) -> Iterator[T]:  # type: ignore[override]
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> T:
        return self.items[index]


M = TypeVar("M", bound=BaseModel)


def like(one: M, known: dict[str, Any]) -> M:
    """`one.model_copy(update=known)` where `known` is all of it: nothing is read or checked."""
    made = one.__class__.__new__(one.__class__)
    put = object.__setattr__
    put(made, "__dict__", known)
    put(made, "__pydantic_fields_set__", one.__pydantic_fields_set__)
    put(made, "__pydantic_extra__", None)
    put(made, "__pydantic_private__", None)
    return made


if TYPE_CHECKING:
    Records: TypeAlias = Collection[T] | Sequence[T] | None
else:
    Records = Collection


def read_value(declared: Declared, value: Any, closed_by: str | None = None) -> Any:
    """A raw value as the fact that its declaration says it is, or an error that says why not."""
    if value is None or value is Nothing.UNKNOWN:
        return None
    if value is NOT_APPLICABLE or value == "none":
        if declared.optional:
            if declared.form == "records":
                return {"items": (), "complete": True, "basis": "stated: none"}
            return NOT_APPLICABLE
        if "none" not in declared.values:
            raise bad(
                "not-optional",
                "`none` cannot be said of this fact",
                "leave it out if it is not known; an empty list is []",
            )
    return _READERS[declared.form](declared, value, closed_by)


def refusal(declared: Declared, value: Any) -> tuple[str, str] | None:
    """Why a raw value is no such fact, and what helps; None where it is one."""
    try:
        read_value(declared, value)
    except PydanticCustomError as error:
        return error.message(), str((error.context or {}).get("help", ""))
    return None


def _read_records(declared: Declared, value: Any, closed_by: str | None) -> Any:
    if isinstance(value, Collection):
        return cast(Any, value)
    basis: Any = closed_by if declared.needs_basis else None
    complete: Any = not declared.needs_basis or closed_by is not None
    raw: Any = value
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        if not set(given) <= {"items", "complete", "basis"}:
            wrong = next(k for k in given if k not in ("items", "complete", "basis"))
            raise bad(
                "unknown-field",
                "`{name}` is not part of a list",
                "a list has items, complete, basis",
                name=wrong,
            )
        raw, basis = given.get("items", []), given.get("basis", basis)
        complete = given.get("complete", complete)
        if not isinstance(complete, bool):
            raise bad("wrong-type", "`complete` is true or false")
        if declared.needs_basis and complete and not basis:
            raise bad(
                "no-basis",
                "a complete list of this kind says on what it rests",
                'add basis = "screened against the list of 2024-07-02"',
            )
    if not isinstance(raw, (list, tuple)):
        raise bad(
            "wrong-type",
            "a list is expected, not `{given}`",
            "put it in brackets",
            given=show(value),
        )
    members = list(cast("Sequence[Any]", raw))
    if members and members[-1] in ("…", "..."):
        members, complete = members[:-1], False
    if len(members) > LIMITS.collection:
        raise bad(
            "limit.collection", "the list has more than {limit} items", limit=LIMITS.collection
        )
    return {"items": tuple(members), "complete": complete, "basis": basis}


_READERS: Final[dict[str, Any]] = {
    "flag": read_flag, "number": read_number, "moment": read_time, "word": read_word,
    "country": read_country, "text": read_text, "price": read_price, "ref": read_text,
    "words": read_list, "countries": read_list, "texts": read_list, "codes": read_list,
    "refs": read_list, "records": _read_records,
}  # fmt: skip
