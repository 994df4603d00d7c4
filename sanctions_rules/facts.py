"""The facts a case may hold: strict, frozen models in the field's standard terms.

A case has one actor whose act is judged, and around it goods, parties, stakes,
transactions and what else the law asks about. Facts observe; rulebooks conclude: there is
no `is_sanctioned` here. Every fact may be absent (unknown), `none` where the declaration
allows it (there is no such thing), a range where it is ordered, and may carry its source.

Field names follow ISO 20022 (payments), the WCO data model (goods), FollowTheMoney
(parties) and BODS (stakes) where those have one. `read.py` reads cases from text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
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

from sanctions_rules.codes import (
    CATEGORY_HS,
    COUNTRIES,
    CURRENCIES,
    Code,
    category_may_carry,
    read_code,
)
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.limits import DEFAULT as LIMITS
from sanctions_rules.values import NOT_APPLICABLE, Nothing, OneOf

# -- vocabularies --------------------------------------------------------------------------------

ACT_KINDS: Final = (
    "import", "entry", "foreign_trade_zone_admission", "warehouse_withdrawal", "export",
    "reexport", "transit", "sale", "supply", "purchase", "transfer", "transport", "payment",
    "financing", "lending", "foreign_exchange", "securities_dealing", "insurance", "brokering",
    "service", "account_opening", "account_maintenance", "account_closing", "approval",
    "facilitation", "guarantee", "investment", "donation", "travel", "rejection", "blocking",
    "reporting", "standing", "harmful_activity", "account_debit", "communication", "other",
    "agreement", "messaging_connection", "retransfer",
)  # fmt: skip
EVENTS: Final = (
    "conduct", "entry", "loading", "unloading", "export", "payment", "production", "service",
    "penalty_assessment", "pre_penalty_notice",
)  # fmt: skip
#: The event at which an act of a kind is done, where the facts do not give `conduct` itself.
EVENT_OF_ACT: Final = {
    **dict.fromkeys(
        ("import", "entry", "foreign_trade_zone_admission", "warehouse_withdrawal"), "entry"
    ),
    **dict.fromkeys(("export", "reexport", "transit", "supply"), "export"),
    **dict.fromkeys(
        ("payment", "transfer", "financing", "lending", "foreign_exchange", "securities_dealing"),
        "payment",
    ),
    **dict.fromkeys(("service", "insurance", "brokering", "transport"), "service"),
}
PURPOSES: Final = (
    "commercial", "relief_of_human_suffering", "humanitarian_programme", "agricultural_trade",
    "medical_trade", "travel", "personal", "official_business", "journalism", "wind_down",
    "divestiture", "energy_transaction", "administrative_payment", "diplomatic_mission",
    "telecommunications", "legal_services", "emergency_medical_care", "civil_nuclear_energy",
    "debt_or_equity_wind_down", "retail_station_operation", "sale_negotiation", "vessel_emergency",
    "safe_maintenance", "suspected_evasion", "other", "temporary_fair_or_repair",
    "legal_obligation", "group_audit", "supply_of_own_subsidiary",
)  # fmt: skip
OFFICIAL: Final = ("us_government", "united_nations", "other_international_organisation")
#: What ties an act of a non-US person to the United States.
US_NEXUS: Final = (
    "usd_clearing", "us_financial_institution", "us_origin_goods", "us_territory",
    "us_person_takes_part",
)  # fmt: skip
#: How an act invests, in the words of the EU and UK investment bans.
INVESTMENT_FORMS: Final = (
    "participation", "lending", "joint_venture", "land", "branch_or_office", "investment_service",
    "other",
)  # fmt: skip
#: What an actor knew or meant; the EU and the UK ask for more or for less of it.
AWARENESS: Final = (
    "knowing_and_intentional", "aware_and_accepting", "knew", "reasonable_cause_to_suspect",
    "no_reasonable_cause_to_suspect",
)  # fmt: skip
CUSTOMS_PROCEDURES: Final = (
    "free_circulation", "transit", "inward_processing", "warehousing", "temporary_admission",
    "other",
)  # fmt: skip
MODES_OF_TRANSPORT: Final = ("sea", "pipeline", "rail", "road", "air", "post", "other")
#: Kinds of humanitarian organisations, by what the EU and UK texts ask of them.
HUMANITARIAN_STATUSES: Final = (
    "eu_pillar_assessed_partner", "member_state_agency", "un_agency", "red_cross_or_red_crescent",
    "ngo_with_uk_government_funding", "other_ngo", "other",
)  # fmt: skip
#: Parts of Ukraine not under the control of its government, which some texts name.
TERRITORIES: Final = (
    "crimea_and_sevastopol", "donetsk_not_government_controlled",
    "luhansk_not_government_controlled", "kherson_not_government_controlled",
    "zaporizhzhia_not_government_controlled", "government_controlled_ukraine", "none_of_these",
)  # fmt: skip
#: Annexes and schedules of goods, as a classification of the goods finds them. Where an
#: annex is known code by code, rules ask for the code and not for this.
GOODS_ANNEXES: Final = (
    "eu_833_xi", "eu_833_xvii", "eu_833_xviii", "eu_833_xx", "eu_833_xxi", "eu_833_xxv",
    "eu_833_xxvi", "eu_833_xxvii", "eu_833_xxxv", "eu_833_xxxviiia_a", "eu_833_xxxviiia_b",
    "eu_833_xxxviiia_c", "eu_833_xl", "eu_833_xii", "eu_258_2012_i", "eu_833_12f_kyrgyzstan",
    "uk_sch_2a", "uk_sch_3a", "uk_sch_3b", "uk_sch_3ba", "uk_sch_3d", "uk_sch_3da", "uk_sch_3f",
    "uk_export_control_2_or_3", "dual_use_annex_i",
)  # fmt: skip
#: Annexes of Regulation (EU) No 833/2014 that list persons or vessels.
LISTING_ANNEXES: Final = (
    "iv", "xix", "xlii", "xliv", "xlv_a", "xlv_b", "xlv_c", "xlv_d", "other", "xiv", "xlvii_a",
    "xlvii_b", "xlvii_c",
)  # fmt: skip
#: The activities of E.O. 14024 s. 1(a)(ii)(A)-(G), in that order, and of s. 1(c).
HARMFUL_ACTIVITIES: Final = (
    "malicious_cyber_activity", "election_interference", "undermining_democratic_processes",
    "transnational_corruption", "killing_or_bodily_harm", "undermining_peace_or_security",
    "deceptive_dealings", "disrupting_energy_supply", "none_of_these",
)  # fmt: skip
INVESTMENTS: Final = (
    "new_commitment", "expansion", "exercise_of_older_right", "purchase_of_debt_or_equity",
    "maintenance", "divestment", "ordinary_commercial_sale",
)  # fmt: skip
CAPACITIES: Final = ("employee", "grantee", "contractor", "other")
PARTY_TYPES: Final = (
    "person", "company", "public_body", "central_bank", "state_owned_enterprise",
    "international_organisation", "vessel", "aircraft", "trust", "branch",
)  # fmt: skip
#: The bodies named in Directives 1, 1A and 4 under E.O. 14024.
SOVEREIGN_BODIES: Final = (
    "central_bank_of_russia", "national_wealth_fund_of_russia", "ministry_of_finance_of_russia",
)  # fmt: skip
DIRECTIVES: Final = ("directive_1", "directive_1a", "directive_2", "directive_3", "directive_4")
BUSINESSES: Final = (
    "accepting_deposits", "lending_or_brokering_credit", "foreign_exchange_dealing",
    "securities_futures_or_options_dealing", "procuring_buyers_and_sellers", "depository_institution",
    "money_services_business", "card_system_operator", "trust_company", "insurance",
    "securities_broker_or_dealer", "futures_or_options_broker_or_dealer",
    "forward_or_foreign_exchange_merchant", "securities_or_commodities_exchange",
    "clearing_corporation", "investment_company", "employee_benefit_plan",
    "precious_metals_stones_or_jewels_dealer", "holding_company_of_financial_institution",
    "affiliate_of_financial_institution", "subsidiary_of_financial_institution", "non_financial",
    "payment_service_provider", "crypto_asset_service_provider",
)  # fmt: skip
SECTORS: Final = (
    "technology", "defence_and_related_materiel", "construction", "aerospace", "manufacturing",
    "financial_services", "electronics", "marine", "accounting", "trust_and_corporate_formation",
    "management_consulting", "quantum_computing", "metals_and_mining", "architecture",
    "engineering", "transportation", "energy", "agriculture", "medical", "other",
    "mining_and_quarrying",
)  # fmt: skip
INTERNATIONAL_BODIES: Final = (
    "listed_in_22_usc_262r", "ifad", "north_american_development_bank",
    "notified_as_excluded_by_ofac", "other",
)  # fmt: skip
LISTS: Final = (
    "sdn", "capta", "non_sdn_mbs", "ssi", "eu_269_annex_i", "eu_833_annex", "uk_asset_freeze",
    "un_consolidated", "other", "uk_reg_17a",
)  # fmt: skip
AUTHORITIES: Final = ("OFAC", "State", "EU", "UK", "UN", "other")
ORDERS: Final = (
    "eo14024", "eo14065", "eo14066", "eo14068", "eo14071", "eo13660", "eo13661", "eo13662",
    "eo13685", "eo14114", "reg_269_2014", "reg_833_2014", "uk_russia_2019", "other",
)  # fmt: skip
CATEGORIES: Final = tuple(CATEGORY_HS)
SPECIES: Final = ("salmon", "cod", "pollock", "crab", "other_species")
STONES: Final = ("unsorted", "industrial", "non_industrial")
SERVICES: Final = (
    "accounting", "auditing", "trust_and_corporate_formation", "management_consulting",
    "architecture", "engineering", "quantum_computing", "it_consultancy_and_design", "it_support",
    "petroleum", "commodities_brokering", "financing", "shipping", "insurance", "flagging",
    "customs_brokering", "legal", "account_service", "payment_processing", "telecommunications",
    "tax_preparation", "credit_rating", "it_support_or_cloud", "software_sale", "metal_warranting",
    "metal_acquisition_in_settlement", "employment", "board_membership", "other", "bookkeeping",
    "tax_consulting", "public_relations", "market_research_or_polling", "technical_testing",
    "advertising", "technical_assistance", "business_and_management_consulting", "reinsurance",
    "brokering", "investment_service", "ship_operation",
)  # fmt: skip
SOFTWARE: Final = ("enterprise_management", "design_and_manufacturing", "other_software")
SECURITIES: Final = ("bond", "loan", "other_debt", "equity", "other")
MARKETS: Final = ("primary", "secondary")
PETROLEUM_PRODUCTS: Final = (
    "gasoline", "motor_fuel_blending_stock", "gasoil_or_diesel", "kerosene_or_jet_fuel",
    "vacuum_gas_oil", "naphtha", "residual_fuel_oil", "waste_oil", "other_product",
)  # fmt: skip
GAS_FORMS: Final = ("lng", "pipeline_gas", "gas_liquids")
#: Projects and groups that general licences name, apart from whom they list.
NAMED_PROJECTS: Final = (
    "caspian_pipeline", "tengizchevroil", "karachaganak", "sakhalin_2", "paks_2", "rosneft",
    "rosneft_deutschland", "lukoil", "lukoil_bulgaria", "lukoil_international", "nord_stream",
)  # fmt: skip
PRICE_CAP_TIERS: Final = ("tier_1", "tier_2", "tier_3")
PROPERTY_KINDS: Final = (
    "funds", "account", "securities", "goods", "vessel_or_aircraft", "real_estate", "documents",
    "virtual_currency", "other",
)  # fmt: skip
TRANSACTIONS: Final = (
    "credit_transfer", "fi_transfer", "cheque", "trade_finance", "securities", "foreign_exchange",
    "goods_or_services_payment", "deposit", "loan", "insurance", "other",
)  # fmt: skip
CRITICAL_ITEMS: Final = (
    "machine_tools_and_manufacturing_equipment", "semiconductor_manufacturing_materials",
    "electronic_test_equipment", "propellants_and_explosives_precursors",
    "lubricants_and_additives", "bearings", "advanced_optical_systems", "navigation_instruments",
    "none_of_these",
)  # fmt: skip
ATTESTATIONS: Final = (
    "diamond_self_certification", "diamond_jewelry_self_certification",
    "seafood_self_certification", "kimberley_certificate", "mill_test_certificate",
    "price_cap_attestation", "production_date_evidence", "origin_evidence", "g7_certificate",
    "traceability_record", "supplier_statement", "due_diligence_declaration",
    "diamond_office_verification", "itemised_ancillary_costs", "old_stock_evidence",
    "kimberley_certificate_naming_every_country",
)  # fmt: skip
STAKES: Final = ("shares", "votes", "profit", "surplus_assets", "partnership")
CONTROLS: Final = (
    "appoint_majority_board", "dominant_influence_contract", "dominant_influence_statute",
    "acts_on_behalf", "nominee", "settlor", "trustee", "beneficiary", "protector",
    "general_partner", "significant_influence", "family", "majority_votes_by_agreement",
    "right_to_use_assets", "unified_management", "joint_liability",
)  # fmt: skip

# -- the forms a fact may take -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Range:
    """One value that is not known exactly. Ends are `None` when nothing bounds them."""

    lo: Decimal | date | datetime | None = None
    hi: Decimal | date | datetime | None = None
    lo_open: bool = False
    hi_open: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one ISO 4217 currency; `amount` may be a range."""

    amount: Decimal | Range
    currency: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list fact: what is on it, whether that is all, and what says so."""

    items: tuple[Any, ...] = ()
    complete: bool = True
    basis: str | None = None


Flag: TypeAlias = bool | Nothing | None
Number: TypeAlias = Decimal | Range | Nothing | None
Moment: TypeAlias = date | datetime | Range | Nothing | None
Word: TypeAlias = str | OneOf | Nothing | None
Text: TypeAlias = str | Nothing | None
Price: TypeAlias = Money | Nothing | None
Ref: TypeAlias = str | Nothing | None
List: TypeAlias = Listed | Sequence[str] | Nothing | None
Codes: TypeAlias = Listed | Sequence[Code] | Nothing | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of a fact: its form, its words, and what may stand for it."""

    form: str  # flag number moment word text price ref words countries country codes refs records
    phrase: str
    unit: str = ""
    values: tuple[str, ...] = ()
    of: str = ""  # for refs and records: the collection they lie in
    optional: bool = False  # `none` is allowed: there may be no such thing
    needs_basis: bool = False  # a list closes only with a stated basis
    only_for: tuple[str, ...] = ()  # categories or types that have it; for others it is `none`
    falls_back_to: str = ""


def fact(form: str, phrase: str, **more: Any) -> Any:
    """A field of a fact model. `phrase` is how prose names it; `{}` stands for its owner."""
    return Field(
        default=None, json_schema_extra={"declared": cast(Any, Declared(form, phrase, **more))}
    )


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
                raise _bad(
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
                    raise _bad(
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

# -- reading one value ---------------------------------------------------------------------------


def _bad(code: str, message: str, help: str = "", **context: Any) -> PydanticCustomError:
    return PydanticCustomError(cast(Any, code), cast(Any, message), {**context, "help": help})


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
            raise _bad(
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


def _read_flag(declared: Declared, value: Any, _: str | None) -> Any:
    if isinstance(value, bool):
        return value
    raise _bad(
        "wrong-type",
        "true or false is expected, not `{given}`",
        "write true or false without quotes",
        given=_show(value),
    )


_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def read_decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or value is None:
        raise _bad("wrong-type", "a number is expected, not `{given}`", given=_show(value))
    if isinstance(value, float):
        raise _bad(
            "float",
            "a Python float is not exact: `{given}`",
            'write Decimal("1.0"), a string, or read the text with read_case',
            given=_show(value),
        )
    if isinstance(value, int):
        if abs(value).bit_length() > 128:
            raise _bad(
                "limit.digits", "the number has more than {limit} digits", limit=LIMITS.digits
            )
        return Decimal(value)
    if isinstance(value, str):
        if len(value) > 2 * LIMITS.digits or not _DECIMAL.fullmatch(value):
            raise _bad(
                "wrong-type",
                "`{given}` is not a decimal number",
                "digits, a point, digits; no exponent, no leading zeros, no thousands mark",
                given=_show(value),
            )
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise _bad("wrong-type", "a number is expected, not `{given}`", given=_show(value))
    if not value.is_finite():
        raise _bad("not-finite", "`{given}` is not a number", given=_show(value))
    exponent = cast(int, value.as_tuple().exponent)
    if (
        len(value.as_tuple().digits) > LIMITS.digits
        or not -LIMITS.digits <= exponent <= LIMITS.digits
    ):
        raise _bad("limit.digits", "the number has more than {limit} digits", limit=LIMITS.digits)
    return value


_NUMBER_ENDS: Final = {
    "at_least": (0, False),
    "more_than": (0, True),
    "at_most": (1, False),
    "less_than": (1, True),
}
_MOMENT_ENDS: Final = {
    "on_or_after": (0, False),
    "after": (0, True),
    "on_or_before": (1, False),
    "before": (1, True),
}


def _read_range(value: dict[str, Any], ends: dict[str, tuple[int, bool]], one: Any) -> Range:
    found: list[Any] = [None, None]
    opened = [False, False]
    for key, raw in value.items():
        if key not in ends:
            raise _bad(
                "wrong-type",
                "`{key}` is not an end of a range",
                "a range has " + ", ".join(ends),
                key=key,
            )
        side, is_open = ends[key]
        if found[side] is not None:
            raise _bad("range", "the range has two ends on one side")
        found[side], opened[side] = one(raw), is_open
    lo, hi = found
    if lo is None and hi is None:
        raise _bad(
            "range", "the range has no end", "leave the fact out where nothing is known of it"
        )
    if (
        lo is not None
        and hi is not None
        and type(lo) is type(hi)
        and (lo > hi or (lo == hi and any(opened)))
    ):
        raise _bad("range", "the range is empty: {lo} to {hi}", lo=str(lo), hi=str(hi))
    return Range(lo, hi, opened[0], opened[1])


def _read_number(declared: Declared, value: Any, _: str | None) -> Any:
    def one(raw: Any) -> Decimal:
        number = read_decimal(raw)
        if number < 0:
            raise _bad("range", "{given} is below zero", given=str(number))
        if declared.unit == "percent" and number > 100:
            raise _bad(
                "range",
                "{given} percent is more than 100",
                "a share is written 50 for 50 percent",
                given=str(number),
            )
        return number

    if isinstance(value, Range):
        return value
    if isinstance(value, dict):
        return _read_range(cast("dict[str, Any]", value), _NUMBER_ENDS, one)
    return one(value)


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)(.*)"
)


def read_moment(value: Any) -> date | datetime:
    """A day (`2024-02-21`) or an instant with its offset (`2024-02-21T00:00:30-05:00`)."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise _bad(
                "naive-time",
                "the time `{given}` does not say in which zone it is",
                "write the offset, as in 2024-02-21T09:00:00-05:00, or the day alone",
                given=value.isoformat(),
            )
        if not 1900 <= value.year <= 2200:
            raise _bad("range", "the year of {given} is out of range", given=value.isoformat())
        return value
    if isinstance(value, date):
        if not 1900 <= value.year <= 2200:
            raise _bad("range", "the year of {given} is out of range", given=value.isoformat())
        return value
    if not isinstance(value, str):
        raise _bad(
            "wrong-type",
            "a day or an instant is expected, not `{given}`",
            "write 2024-02-21, or 2024-02-21T09:00:00-05:00",
            given=_show(value),
        )
    try:
        if _DAY.fullmatch(value):
            return read_moment(date.fromisoformat(value))
        match = _INSTANT.fullmatch(value)
        if match:
            return read_moment(datetime.fromisoformat(value))
    except ValueError as error:
        raise _bad(
            "no-such-day",
            "`{given}` is not a day or time that exists: {why}",
            given=_show(value),
            why=str(error),
        ) from None
    raise _bad(
        "wrong-type",
        "`{given}` is not a day or an instant",
        "write 2024-02-21, or 2024-02-21T09:00:00-05:00",
        given=_show(value),
    )


def _read_moment(declared: Declared, value: Any, _: str | None) -> Any:
    if isinstance(value, Range):
        return value
    if isinstance(value, dict):
        found = _read_range(cast("dict[str, Any]", value), _MOMENT_ENDS, read_moment)
        if found.lo is not None and found.hi is not None and _is_never(found):
            raise _bad(
                "range",
                "no moment lies between {lo} and {hi}, or none by the clock of some zone",
                "correct the range, or write both ends as days or both as instants",
                lo=str(found.lo),
                hi=str(found.hi),
            )
        return found
    return read_moment(value)


#: How far the clocks of a day lie from Greenwich at most, to the west and to the east of it.
_WEST: Final = timedelta(hours=12)
_EAST: Final = timedelta(hours=14)


def _is_never(found: Range) -> bool:
    """Whether a range of times holds no moment, or would hold none in one zone or another."""
    lo, hi = cast("date", found.lo), cast("date", found.hi)
    days = [not isinstance(end, datetime) for end in (lo, hi)]
    # A day begins at midnight by its own clock; beside an instant, by the clock that is worst.
    west, east = (timedelta(0), timedelta(0)) if all(days) else (_WEST, _EAST)
    first = _midnight(lo + timedelta(days=found.lo_open)) + west if days[0] else lo
    last = _midnight(hi + timedelta(days=not found.hi_open)) - east if days[1] else hi
    return first > last or (first == last and any(days))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _word(declared: Declared, value: Any) -> str:
    if not isinstance(value, str):
        raise _bad(
            "wrong-type",
            "a word is expected, not `{given}`",
            _false_help(value),
            given=_show(value),
        )
    if value not in declared.values:
        near = did_you_mean(value, declared.values)
        raise _bad(
            "unknown-word",
            "`{given}` is not one of the words for this fact",
            near or "one of: " + ", ".join(declared.values),
            given=_show(value),
        )
    return value


def _read_word(declared: Declared, value: Any, _: str | None) -> Any:
    if isinstance(value, OneOf):
        return value
    if isinstance(value, dict) and set(cast("dict[str, Any]", value)) == {"one_of"}:
        words: Any = cast("dict[str, Any]", value)["one_of"]
        if not isinstance(words, list) or not words:
            raise _bad(
                "wrong-type",
                "`one_of` is a list of the words that the fact may be",
                "leave the fact out where nothing is known of it",
            )
        return OneOf(frozenset(_word(declared, v) for v in cast("list[Any]", words)))
    return _word(declared, value)


def _country(_: Declared, value: Any) -> str:
    if not isinstance(value, str):
        raise _bad(
            "wrong-type",
            "a country code is expected, not `{given}`",
            _false_help(value),
            given=_show(value),
        )
    if value not in COUNTRIES:
        raise _bad(
            "unknown-country",
            "`{given}` is not an ISO 3166 country code",
            did_you_mean(value.upper(), COUNTRIES)
            if value.upper() != value
            else "two capital letters, as in RU; the United Kingdom is GB",
            given=_show(value),
        )
    return value


def _read_country(declared: Declared, value: Any, _: str | None) -> Any:
    return _country(declared, value)


def _read_text(_: Declared, value: Any, __: str | None) -> Any:
    if isinstance(value, str) and value:
        return value
    if value == "":
        raise _bad("empty", "an empty text says nothing", "leave the fact out if it is not known")
    raise _bad(
        "wrong-type", "text is expected, not `{given}`", _false_help(value), given=_show(value)
    )


def _one_text(declared: Declared, value: Any) -> str:
    return cast(str, _read_text(declared, value, None))


def _one_code(_: Declared, value: Any) -> Code:
    if isinstance(value, Code):
        return value
    code = read_code(value) if isinstance(value, str) else None
    if code is None:
        raise _bad(
            "bad-code",
            "`{given}` is not a commodity code",
            'name the scheme and an even number of digits, as in "HTSUS 0304.75.1000"',
            given=_show(value),
        )
    return code


def _read_price(_: Declared, value: Any, __: str | None) -> Any:
    if isinstance(value, Money):
        amount, currency = value.amount, value.currency
    elif isinstance(value, dict):
        raw = cast("dict[str, Any]", value)
        if set(raw) != {"amount", "currency"}:
            raise _bad(
                "wrong-type",
                "money has an `amount` and a `currency`",
                '{amount = "60.00", currency = "USD"}',
            )
        given, currency = raw["amount"], raw["currency"]
        amount = (
            _read_range(cast("dict[str, Any]", given), _NUMBER_ENDS, read_decimal)
            if isinstance(given, dict)
            else read_decimal(given)
        )
    else:
        raise _bad(
            "wrong-type",
            "money is expected, not `{given}`",
            '{amount = "60.00", currency = "USD"}',
            given=_show(value),
        )
    if currency not in CURRENCIES:
        raise _bad(
            "unknown-currency",
            "`{given}` is not an ISO 4217 currency",
            did_you_mean(str(currency), CURRENCIES),
            given=_show(currency),
        )
    return Money(amount, currency)


_ELEMENTS: Final = {
    "words": _word,
    "countries": _country,
    "texts": _one_text,
    "codes": _one_code,
    "refs": _one_text,
}


def _read_list(declared: Declared, value: Any, closed_by: str | None) -> Listed:
    complete: Any = not declared.needs_basis or closed_by is not None
    basis: str | None = closed_by if declared.needs_basis else None
    raw: Any = value
    if isinstance(value, Listed):
        raw, complete, basis = value.items, value.complete, value.basis
    elif isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        if not set(given) <= {"items", "complete", "basis"} or "items" not in given:
            raise _bad(
                "wrong-type",
                "a list is expected",
                'write ["RU"], or {items = ["RU"], complete = false}',
            )
        raw = given["items"]
        basis = given.get("basis")
        complete = given.get("complete", complete)
        if not isinstance(complete, bool):
            raise _bad("wrong-type", "`complete` is true or false")
    if isinstance(raw, str) or not isinstance(raw, (list, tuple)):
        raise _bad(
            "wrong-type",
            "a list is expected, not `{given}`",
            'put it in brackets: ["RU"]',
            given=_show(value),
        )
    members = list(cast("Sequence[Any]", raw))
    if len(members) > LIMITS.collection:
        raise _bad(
            "limit.collection", "the list has more than {limit} items", limit=LIMITS.collection
        )
    if members and isinstance(members[-1], str) and members[-1] in ("…", "..."):
        members, complete = members[:-1], False
    if declared.needs_basis and complete and not basis:
        raise _bad(
            "no-basis",
            "a complete list of this kind says on what it rests",
            'add basis = "screened against the list of 2024-07-02"',
        )
    one = _ELEMENTS[declared.form]
    read = tuple(one(declared, member) for member in members)
    if declared.form == "codes" and complete and not read:
        raise _bad(
            "empty", "a good without any code says nothing", "leave the fact out if it is not known"
        )
    return Listed(read, complete, basis)


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
            raise _bad(
                "unknown-field",
                "`{name}` is not part of a list",
                "a list has items, complete, basis",
                name=wrong,
            )
        raw, basis = given.get("items", []), given.get("basis", basis)
        complete = given.get("complete", complete)
        if not isinstance(complete, bool):
            raise _bad("wrong-type", "`complete` is true or false")
        if declared.needs_basis and complete and not basis:
            raise _bad(
                "no-basis",
                "a complete list of this kind says on what it rests",
                'add basis = "screened against the list of 2024-07-02"',
            )
    if not isinstance(raw, (list, tuple)):
        raise _bad(
            "wrong-type",
            "a list is expected, not `{given}`",
            "put it in brackets",
            given=_show(value),
        )
    members = list(cast("Sequence[Any]", raw))
    if members and members[-1] in ("…", "..."):
        members, complete = members[:-1], False
    if len(members) > LIMITS.collection:
        raise _bad(
            "limit.collection", "the list has more than {limit} items", limit=LIMITS.collection
        )
    return {"items": tuple(members), "complete": complete, "basis": basis}


_READERS: Final[dict[str, Any]] = {
    "flag": _read_flag, "number": _read_number, "moment": _read_moment, "word": _read_word,
    "country": _read_country, "text": _read_text, "price": _read_price, "ref": _read_text,
    "words": _read_list, "countries": _read_list, "texts": _read_list, "codes": _read_list,
    "refs": _read_list, "records": _read_records,
}  # fmt: skip


def _show(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _false_help(value: Any) -> str:
    if value is False:
        return '"NO" was read as false: quote country codes and words'
    if value is True:
        return '"yes" or "on" was read as true: quote words'
    return ""


_PEOPLE: Final = ("person",)
#: What the Central Bank, the National Wealth Fund and the Ministry of Finance may be, and no company is.
_BODIES: Final = ("public_body", "central_bank", "state_owned_enterprise", "trust")
_ENTITIES: Final = tuple(t for t in PARTY_TYPES if t != "person")

#: The fact that says of what sort an item is; a fact with `only_for` exists for those sorts only.
DISCRIMINATORS: Final = {"Good": "category", "Party": "type", "Act": "purpose"}

# -- the models ----------------------------------------------------------------------------------


class Events(FactModel):
    """When the parts of the act happened: each an instant, a day, a range, or unknown."""

    conduct: Moment = fact("moment", "the time of the act")
    entry: Moment = fact("moment", "the time of import or entry", optional=True)
    loading: Moment = fact("moment", "the time of loading at the port of loading", optional=True)
    unloading: Moment = fact(
        "moment", "the time of unloading at the port of destination", optional=True
    )
    export: Moment = fact("moment", "the time of export", optional=True)
    payment: Moment = fact("moment", "the time of payment", optional=True)
    production: Moment = fact("moment", "the time of production", optional=True)
    service: Moment = fact("moment", "the time of the service", optional=True)
    penalty_assessment: Moment = fact(
        "moment", "the day on which a penalty was assessed", optional=True
    )
    pre_penalty_notice: Moment = fact(
        "moment",
        "the day on which a pre-penalty notice or a finding of violation was issued",
        optional=True,
    )


class Act(FactModel):
    """The one act of the actor that is judged."""

    kind: Word = fact("word", "the kind of act", values=ACT_KINDS)
    events: Events = Field(default_factory=Events)
    destination: Word = fact("country", "the country of destination")
    departure: Word = fact("country", "the country of departure")
    recipients: List = fact("refs", "the recipients of what is given", of="parties")
    providers: List = fact("refs", "the providers of what is received", of="parties")
    parties: List = fact(
        "refs",
        "the others who take part in the act, benefit from it or have an interest in it",
        of="parties",
    )
    us_nexus: List = fact("words", "the ties of the act to the United States", values=US_NEXUS)
    harmful_activity: Word = fact(
        "word",
        "the activity of E.O. 14024 s. 1(a)(ii) or 1(c) that the act is",
        values=HARMFUL_ACTIVITIES,
    )
    for_russian_government: Flag = fact(
        "flag", "the act is done for, or for the benefit of, the Russian Government"
    )
    supports_activity: Word = fact(
        "word",
        "the activity of E.O. 14024 s. 1(a)(ii) that the act supports",
        values=HARMFUL_ACTIVITIES,
    )
    debits_accounts_of: List = fact(
        "refs",
        "the persons whose accounts on the books of a US financial institution are debited",
        of="parties",
    )
    investment: Word = fact("word", "the form of the investment", values=INVESTMENTS, optional=True)
    investment_form: Word = fact(
        "word", "the way in which is invested", values=INVESTMENT_FORMS, optional=True
    )
    investment_target: Ref = fact(
        "ref", "the entity in which is invested", of="parties", optional=True
    )
    intended_for_new_projects_in_russia: Flag = fact(
        "flag", "the funds are specifically intended for new projects in Russia"
    )
    securities: List = fact("refs", "the securities and debts dealt in", of="securities")
    properties: List = fact("refs", "the property that the act concerns", of="properties")
    price_cap_tier: Word = fact(
        "word",
        "the tier of the actor under the price cap guidance",
        values=PRICE_CAP_TIERS,
        optional=True,
    )
    reason_to_suspect: Flag = fact(
        "flag", "the actor has reason to suspect that what was attested is false"
    )
    underlying_kind: Word = fact(
        "word",
        "the kind of act that is approved, financed, facilitated or guaranteed",
        values=ACT_KINDS,
        optional=True,
    )
    underlying_actor: Ref = fact(
        "ref",
        "the person whose act is approved, financed, facilitated or guaranteed",
        of="parties",
        optional=True,
    )
    items: List = fact(
        "words",
        "the further things that the act concerns",
        values=("usd_banknotes", "luxury_goods", "funds", "information", "other"),
    )
    contract: Ref = fact(
        "ref", "the contract under which the act is done", of="contracts", optional=True
    )
    purpose: Word = fact("word", "the purpose of the act", values=PURPOSES)
    official_business_of: Word = fact(
        "word",
        "the body whose official business the act is",
        values=OFFICIAL,
        optional=True,
        only_for=("official_business",),
    )
    capacity: Word = fact("word", "the capacity in which the actor acts", values=CAPACITIES)
    value: Price = fact("price", "the value of the act")
    penalty_assessed: Price = fact("price", "the civil penalty assessed for the act")
    named_project: List = fact(
        "words",
        "the projects and groups named in general licences that the act concerns",
        values=NAMED_PROJECTS,
    )
    done_in: List = fact(
        "countries",
        "the countries in whose territory, or aboard whose craft, the act is done, in whole or in part",
    )
    is_indirect: Flag = fact("flag", "the act is done through others")
    awareness: Word = fact(
        "word", "what the actor knew, or had cause to suspect, of the breach", values=AWARENESS
    )
    customs_procedure: Word = fact(
        "word",
        "the customs procedure that the goods are placed under",
        values=CUSTOMS_PROCEDURES,
        optional=True,
    )
    mode_of_transport: Word = fact(
        "word", "the way in which the goods are carried", values=MODES_OF_TRANSPORT, optional=True
    )
    territory: Word = fact(
        "word", "the part of Ukraine in which the act has its effect", values=TERRITORIES
    )
    authority_notified_on: Moment = fact(
        "moment", "the day on which the authority was told of the act beforehand", optional=True
    )
    new_system_of_payment_messages: Word = fact(
        "word",
        "the system for payment messages that the act connects to",
        values=("spfs", "equivalent_of_central_bank_of_russia", "other"),
        optional=True,
    )


class Good(FactModel):
    """One line of goods, or a component of one."""

    id: Text = fact("text", "the name of {}")
    description: Text = fact("text", "the description of {}")
    category: Word = fact("word", "the category of {}", values=CATEGORIES)
    codes: Codes = fact("codes", "the commodity codes of {}")
    country_of_origin: Word = fact("country", "the declared country of origin of {}")
    mined_in: List = fact(
        "countries",
        "the countries in which {} was mined",
        only_for=(
            "diamond",
            "diamond_jewelry",
            "gold",
            "aluminium",
            "copper",
            "nickel",
            "iron_or_steel",
            "coal",
            "synthetic_stone",
            "other",
        ),
    )
    extracted_in: List = fact(
        "countries",
        "the countries in which {} was extracted",
        only_for=(
            "diamond",
            "diamond_jewelry",
            "gold",
            "aluminium",
            "copper",
            "nickel",
            "iron_or_steel",
            "coal",
            "crude_oil",
            "petroleum_product",
            "gas",
            "synthetic_stone",
            "seafood",
            "alcoholic_beverage",
            "medicine",
            "other",
        ),
    )
    produced_in: List = fact(
        "countries", "the countries in which {} was produced, wholly or in part"
    )
    manufactured_in: List = fact(
        "countries", "the countries in which {} was manufactured, wholly or in part"
    )
    processed_in: List = fact("countries", "the countries in which {} was processed")
    harvest_waters: List = fact(
        "countries", "the countries in whose waters {} was harvested", only_for=("seafood", "other")
    )
    harvest_vessel_flags: List = fact(
        "countries", "the flags of the vessels that harvested {}", only_for=("seafood", "other")
    )
    incorporated_in_foreign_product: Flag = fact(
        "flag", "{} was incorporated into a foreign-made product"
    )
    exported_from: List = fact("countries", "the countries from which {} was exported")
    transited: List = fact("countries", "the countries through which {} passed")
    outside_russia_since: Moment = fact(
        "moment", "the time since which {} has been outside Russia", optional=True
    )
    produced_on: Moment = fact("moment", "the time at which {} was produced")
    species: Word = fact("word", "the species of {}", values=SPECIES, only_for=("seafood",))
    stone: Word = fact(
        "word", "the sort of diamond that {} is", values=STONES, only_for=("diamond",)
    )
    carats_each: Number = fact(
        "number",
        "the weight of each stone of {}",
        unit="carat",
        only_for=("diamond", "synthetic_stone", "diamond_jewelry", "other"),
    )
    carats_heaviest: Number = fact(
        "number",
        "the weight of the heaviest stone of {}",
        unit="carat",
        falls_back_to="carats_each",
        only_for=("diamond", "synthetic_stone", "diamond_jewelry", "other"),
    )
    petroleum_product: Word = fact(
        "word",
        "the sort of petroleum product that {} is",
        values=PETROLEUM_PRODUCTS,
        only_for=("petroleum_product",),
    )
    gas_form: Word = fact(
        "word", "the form of the gas that {} is", values=GAS_FORMS, only_for=("gas",)
    )
    price_per_barrel: Price = fact(
        "price",
        "the price paid for a barrel of {}",
        only_for=("crude_oil", "petroleum_product", "other"),
    )
    carried_by: Ref = fact("ref", "the vessel that carries {}", of="parties", optional=True)
    cleared_customs_at_destination: Flag = fact(
        "flag", "{} has been sold on land or cleared through customs outside Russia"
    )
    critical_item: Word = fact(
        "word", "the heading of the critical items list that {} falls under", values=CRITICAL_ITEMS
    )
    end_use_country: Word = fact("country", "the country in which {} is to be used")
    quantity_kg: Number = fact("number", "the weight of {}", unit="kg")
    customs_value: Price = fact("price", "the customs value of {}")
    unit_price: Price = fact("price", "the unit price of {}")
    is_export_controlled: Flag = fact("flag", "{} is controlled for export")
    consigned_from: Word = fact("country", "the country from which {} is consigned")
    located_in: Word = fact("country", "the country in which {} lies when the act is done")
    listed_in: List = fact(
        "words",
        "the annexes and schedules under which {} is classified",
        values=GOODS_ANNEXES,
    )
    document_codes: List = fact("texts", "the document codes declared for {}")
    is_owned_by_traveller: Flag = fact(
        "flag", "{} belongs to a traveller or close family who carry it, and is not for sale"
    )
    from_net_crude_exporter: Flag = fact(
        "flag",
        "{} comes from a country that exported more crude than it imported the year before",
        only_for=("petroleum_product", "other"),
    )
    is_exchange_warranted: Flag = fact("flag", "{} is held under a warrant of a metal exchange")
    is_residue: Flag = fact(
        "flag",
        "{} is residue of Russian oil left in a tank",
        only_for=("crude_oil", "petroleum_product", "other"),
    )
    is_relief_article: Flag = fact("flag", "{} is an article such as food, clothing or medicine")
    attestations: List = fact("words", "the attestations filed for {}", values=ATTESTATIONS)
    components: Records[Good] | None = fact("records", "the components of {}", of="goods")


class Listing(FactModel):
    """One entry of one list. The designation is a fact; what follows from it is law."""

    authority: Word = fact("word", "the authority behind {}", values=AUTHORITIES)
    list: Word = fact("word", "the list on which {} stands", values=LISTS)
    programme: Text = fact("text", "the programme of {}")
    order: Word = fact("word", "the order under which {} was made", values=ORDERS)
    annex: Word = fact(
        "word",
        "the annex of Regulation (EU) No 833/2014 that {} stands in",
        values=LISTING_ANNEXES,
        optional=True,
    )
    directive: Word = fact(
        "word", "the directive under E.O. 14024 that {} rests on", values=DIRECTIVES, optional=True
    )
    criterion: Text = fact("text", "the criterion on which {} rests")
    sectors: List = fact("words", "the sectors named in {}", values=SECTORS)
    entry_id: Text = fact("text", "the entry number of {}")
    listed_on: Moment = fact("moment", "the day of {}")
    delisted_on: Moment = fact("moment", "the day on which {} ended", optional=True)
    effective_on: Moment = fact(
        "moment", "the day from which the prohibitions that rest on {} apply", optional=True
    )
    source: Text = fact("text", "the snapshot that shows {}")


class Party(FactModel):
    """A person, company, body, vessel or institution."""

    id: Text = fact("text", "the name of {}")
    name: Text = fact("text", "the full name of {}")
    type: Word = fact("word", "the type of {}", values=PARTY_TYPES)
    identifiers: List = fact("texts", "the identifiers of {}")
    organised_under: Word = fact(
        "country", "the country whose law {} is organised under", optional=True, only_for=_ENTITIES
    )
    branch_of: Ref = fact(
        "ref", "the head office of {}", of="parties", optional=True, only_for=_ENTITIES
    )
    citizenships: List = fact(
        "countries", "the citizenships of {}", optional=True, only_for=_PEOPLE
    )
    permanent_residence: List = fact(
        "countries", "the countries of permanent residence of {}", optional=True, only_for=_PEOPLE
    )
    ordinarily_resident_in: Word = fact(
        "country", "the country in which {} ordinarily resides", optional=True, only_for=_PEOPLE
    )
    present_in: List = fact(
        "countries",
        "the countries in which {} is present",
        optional=True,
        only_for=(*_PEOPLE, "branch"),
    )
    business: List = fact(
        "words", "the lines of business of {}", values=BUSINESSES, optional=True, only_for=_ENTITIES
    )
    operates_in_sectors: List = fact(
        "words",
        "the sectors of the Russian economy in which {} operates or has operated",
        values=SECTORS,
        optional=True,
    )
    supports_supply_of_critical_items: Flag = fact(
        "flag", "{} supports the supply of critical items to Russia"
    )
    international_body: Word = fact(
        "word",
        "the international body that {} is",
        values=INTERNATIONAL_BODIES,
        optional=True,
        only_for=_ENTITIES,
    )
    sovereign_body: Word = fact(
        "word",
        "the body named in the directives that {} is",
        values=SOVEREIGN_BODIES,
        optional=True,
        only_for=_BODIES,
    )
    agency_of: Word = fact(
        "country",
        "the state of which {} is a political subdivision, agency or instrumentality",
        optional=True,
        only_for=_ENTITIES,
    )
    acts_for: List = fact(
        "refs", "the persons for whom or on whose behalf {} acts or purports to act", of="parties"
    )
    controlled_by: List = fact(
        "refs", "the persons that control or direct {}, apart from what they own", of="parties"
    )
    leader_of: List = fact(
        "refs",
        "the bodies of which {} is or was a leader, official, senior executive or board member",
        of="parties",
        optional=True,
        only_for=_PEOPLE,
    )
    spouse_or_adult_child_of: List = fact(
        "refs",
        "the persons whose spouse or adult child {} is",
        of="parties",
        optional=True,
        only_for=_PEOPLE,
    )
    flag: Word = fact("country", "the flag of {}", optional=True, only_for=("vessel", "aircraft"))
    listings: Records[Listing] | None = fact(
        "records", "the listings of {}", of="listings", needs_basis=True
    )
    domiciled_in: Word = fact(
        "country", "the country in which {} is domiciled", optional=True, only_for=_ENTITIES
    )
    authorised_in: List = fact(
        "countries",
        "the countries in which {} is authorised as a credit or financial institution",
        optional=True,
        only_for=_ENTITIES,
    )
    humanitarian_status: Word = fact(
        "word",
        "the standing of {} as a humanitarian organisation",
        values=HUMANITARIAN_STATUSES,
        optional=True,
    )
    resident_in_russia_since: Moment = fact(
        "moment", "the time since which {} has resided in Russia", optional=True, only_for=_PEOPLE
    )
    harmful_activities: List = fact(
        "words",
        "the activities of E.O. 14024 s. 1(a)(ii) in which {} or a member of it engaged",
        values=HARMFUL_ACTIVITIES,
    )


class Stake(FactModel):
    """One holding of one party in another."""

    owner: Ref = fact("ref", "the owner of {}", of="parties")
    asset: Ref = fact("ref", "the entity owned in {}", of="parties")
    percent: Number = fact("number", "the share of {}", unit="percent")
    basis: Word = fact("word", "the basis of {}", values=STAKES)
    is_indirect: Flag = fact("flag", "{} is held through others")
    control: List = fact("words", "the means of control in {}", values=CONTROLS)
    held_from: Moment = fact("moment", "the day from which {} is held", optional=True)
    held_until: Moment = fact("moment", "the day until which {} is held", optional=True)
    source: Text = fact("text", "the source of {}")
    held_jointly_with: List = fact(
        "refs", "the persons who hold {} jointly with its owner", of="parties"
    )
    used_jointly_with: List = fact(
        "refs",
        "the holders who arranged with the owner to use all or most rights of {} together",
        of="parties",
    )


class Transaction(FactModel):
    """One transaction, and the institutions that conducted or facilitated it."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact("word", "the kind of {}", values=TRANSACTIONS)
    value_date: Moment = fact("moment", "the value date of {}")
    amount: Price = fact("price", "the amount of {}")
    facilitated_by: List = fact(
        "refs", "the institutions that conducted or facilitated {}", of="parties"
    )
    performed_for: List = fact(
        "refs", "the persons for whom or on whose behalf {} was done", of="parties"
    )
    parties: List = fact("refs", "the parties involved in {}", of="parties")
    goods: List = fact("refs", "the goods that {} concerns", of="goods")
    purpose: Word = fact("word", "the purpose of {}", values=PURPOSES)
    is_in_sterling: Flag = fact("flag", "{} is in sterling")


class Service(FactModel):
    """One service given by one party to another."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact("word", "the kind of {}", values=SERVICES)
    provided_by: List = fact("refs", "the providers of {}", of="parties")
    recipients: List = fact("refs", "the recipients of {}", of="parties")
    parties: List = fact("refs", "the parties involved in {}", of="parties")
    benefit_received_by: List = fact(
        "refs", "the persons who ultimately receive the benefit of {}", of="parties"
    )
    goods: List = fact("refs", "the goods that {} concerns", of="goods")
    software: Word = fact("word", "the software that {} is for", values=SOFTWARE, optional=True)
    is_authorised_by_commerce: Flag = fact(
        "flag", "the export of the software of {} is authorised, or would qualify, under the EAR"
    )
    is_by_sea: Flag = fact("flag", "{} concerns maritime transport")
    purpose: Word = fact("word", "the purpose of {}", values=PURPOSES)
    is_for_exclusive_use_of_recipients: Flag = fact(
        "flag", "{} is for the exclusive use of its recipients"
    )
    is_transactional_legal_advice: Flag = fact(
        "flag", "{} is legal advice on a transaction, and no contentious work or compliance advice"
    )
    is_standalone_tax_return: Flag = fact(
        "flag", "{} is the preparation of a tax return, or bookkeeping for tax, and nothing more"
    )
    winds_down: List = fact(
        "refs", "the entities that {} helps to wind down or to sell", of="parties"
    )


class Security(FactModel):
    """A security, or a debt that is dealt in like one."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact("word", "the kind of {}", values=SECURITIES)
    issuer: Ref = fact("ref", "the issuer or borrower of {}", of="parties")
    issued_on: Moment = fact("moment", "the time at which {} was issued")
    modified_on: Moment = fact(
        "moment", "the time at which the terms of {} were last modified", optional=True
    )
    maturity_days: Number = fact("number", "the maturity of {}", unit="days", optional=True)
    market: Word = fact("word", "the market on which {} is dealt in", values=MARKETS)
    identifiers: List = fact("texts", "the identifiers of {}")


class Property(FactModel):
    """Property that is or was blocked, or that a transaction concerns."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact("word", "the kind of {}", values=PROPERTY_KINDS)
    description: Text = fact("text", "the description of {}")
    location: Text = fact("text", "the place of {}")
    account_number: Text = fact("text", "the account number of {}", optional=True)
    value: Price = fact("price", "the value of {}")
    interest_of: List = fact("refs", "the persons who have an interest in {}", of="parties")
    held_by: Ref = fact("ref", "the holder of {}", of="parties")
    blocked_on: Moment = fact("moment", "the day on which {} was blocked", optional=True)
    unblocked_on: Moment = fact("moment", "the day on which {} was unblocked", optional=True)
    held_on_30_june: Flag = fact("flag", "{} was held blocked on 30 June of the reporting year")


class Account(FactModel):
    """A bank account, and what was done to it."""

    id: Text = fact("text", "the name of {}")
    kind: Word = fact(
        "word", "the kind of {}", values=("correspondent", "payable_through", "other")
    )
    holder: Ref = fact("ref", "the holder of {}", of="parties")
    kept_in: Word = fact("country", "the country in which {} is kept")
    restricted_on: Moment = fact("moment", "the time at which {} was restricted", optional=True)
    closed_on: Moment = fact("moment", "the time at which {} was closed", optional=True)


class Contract(FactModel):
    """An agreement under which something is done."""

    id: Text = fact("text", "the name of {}")
    form: Word = fact("word", "the form of {}", values=("written", "oral"))
    concluded_on: Moment = fact("moment", "the day on which {} was concluded")
    amended_on: Moment = fact("moment", "the day on which {} was last amended", optional=True)
    effective_on: Moment = fact("moment", "the day on which {} took effect")
    expires_on: Moment = fact("moment", "the day on which {} ends", optional=True)
    governing_law: Word = fact("country", "the law of {}")
    forbids_reexport_to_russia: Flag = fact(
        "flag", "{} forbids re-export to Russia or for use there"
    )
    has_remedies_for_reexport: Flag = fact(
        "flag", "{} holds adequate remedies against re-export to Russia"
    )
    is_ancillary_to: Ref = fact("ref", "the contract that {} serves", of="contracts", optional=True)


#: How licences are numbered, where the numbers were seen: the authority that numbers so, how such a
#: number begins, its form, and one as an example. Of other authorities any number is taken.
LICENCE_NUMBERS: Final = (
    ("OFSI", "INT/", re.compile(r"INT/20[0-9]{2}/[0-9]{7}"), "INT/2022/1234567"),
    ("", "GBSAN", re.compile(r"GBSAN[0-9]{4}"), "GBSAN0002"),
)


class LicenceHeld(FactModel):
    """A specific licence or granted derogation, and the provisions that it names."""

    id: Text = fact("text", "the name of {}")
    authority: Text = fact("text", "the authority that gave {}")
    number: Text = fact("text", "the number of {}")
    lifts: List = fact("texts", "the provisions that {} lifts")
    holder: Ref = fact("ref", "the holder of {}", of="parties")
    valid_from: Moment = fact("moment", "the first moment of {}")
    valid_until: Moment = fact("moment", "the last moment of {}", optional=True)
    conditions_met: Flag = fact("flag", "the conditions of {} are met")

    @model_validator(mode="after")
    def _is_numbered(self) -> Self:
        """A number that its authority cannot have given is a slip, or another licence."""
        for authority, beginning, form, example in LICENCE_NUMBERS:
            number = self.number
            known = self.authority == authority or str(number).startswith(beginning)
            if isinstance(number, str) and known and not form.fullmatch(number):
                raise _bad(
                    "licence-number",
                    "`{given}` is no number of {whose}",
                    f"such a number looks like {example}; copy it from the licence",
                    given=_show(number),
                    whose=f"a licence of {authority}"
                    if authority
                    else "a UK general trade licence",
                    key="number",
                )
        return self


class Judgement(FactModel):
    """A person's recorded answer to a question that only a person can answer."""

    question: Text = fact("text", "the question of {}")
    of: Text = fact("text", "the subject of {}")
    answer: Word = fact("word", "the answer of {}", values=("yes", "no", "cannot_tell"))
    who: Text = fact("text", "the person behind {}")
    role: Text = fact("text", "the role of the person behind {}")
    made_on: Moment = fact("moment", "the day of {}")
    reasons: Text = fact("text", "the reasons of {}")
    factors: List = fact("texts", "the factors weighed in {}")


class Performance(FactModel):
    """A duty that was done: which, for what, and when."""

    duty: Text = fact("text", "the duty done in {}")
    of: Text = fact("text", "the subject of {}")
    done_on: Moment = fact("moment", "the time of {}")


class Case(FactModel):
    """Everything we are told about one act of one actor."""

    id: Text = fact("text", "the name of the case")
    actor: Ref = fact("ref", "the actor", of="parties")
    act: Act = Field(default_factory=Act)
    as_of: Moment = fact("moment", "the day on which these facts stand")
    goods: Records[Good] | None = fact("records", "the goods", of="goods")
    parties: Records[Party] | None = fact("records", "the parties", of="parties")
    ownership: Records[Stake] | None = fact(
        "records", "the stakes", of="ownership", needs_basis=True
    )
    transactions: Records[Transaction] | None = fact(
        "records", "the transactions", of="transactions"
    )
    services: Records[Service] | None = fact("records", "the services", of="services")
    securities: Records[Security] | None = fact("records", "the securities", of="securities")
    properties: Records[Property] | None = fact("records", "the property", of="properties")
    accounts: Records[Account] | None = fact("records", "the accounts", of="accounts")
    contracts: Records[Contract] | None = fact("records", "the contracts", of="contracts")
    licences_held: Records[LicenceHeld] | None = fact(
        "records", "the specific licences held", of="licences_held", optional=True
    )
    judgements: Records[Judgement] | None = fact("records", "the judgements", of="judgements")
    performed: Records[Performance] | None = fact("records", "the duties done", of="performed")
