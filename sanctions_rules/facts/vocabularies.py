"""The words that facts may be said in, in the field's standard terms; a rule may use no others."""

from __future__ import annotations

from typing import Final

from sanctions_rules.codes import CATEGORY_HS

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


PEOPLE: Final = ("person",)
#: What the Central Bank, the National Wealth Fund and the Ministry of Finance may be, and no company is.
BODIES: Final = ("public_body", "central_bank", "state_owned_enterprise", "trust")
ENTITIES: Final = tuple(t for t in PARTY_TYPES if t != "person")
