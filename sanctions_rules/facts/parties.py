"""Who takes part: parties, the lists they stand on, and who owns or controls whom."""

from __future__ import annotations

from sanctions_rules.facts.forms import Flag, List, Moment, Number, Ref, Text, Word, fact
from sanctions_rules.facts.model import FactModel, Records
from sanctions_rules.facts.vocabularies import (
    AUTHORITIES,
    BODIES,
    BUSINESSES,
    CONTROLS,
    DIRECTIVES,
    ENTITIES,
    HARMFUL_ACTIVITIES,
    HUMANITARIAN_STATUSES,
    INTERNATIONAL_BODIES,
    LISTING_ANNEXES,
    LISTS,
    ORDERS,
    PARTY_TYPES,
    PEOPLE,
    SECTORS,
    SOVEREIGN_BODIES,
    STAKES,
)


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
        "country", "the country whose law {} is organised under", optional=True, only_for=ENTITIES
    )
    branch_of: Ref = fact(
        "ref", "the head office of {}", of="parties", optional=True, only_for=ENTITIES
    )
    citizenships: List = fact("countries", "the citizenships of {}", optional=True, only_for=PEOPLE)
    permanent_residence: List = fact(
        "countries", "the countries of permanent residence of {}", optional=True, only_for=PEOPLE
    )
    ordinarily_resident_in: Word = fact(
        "country", "the country in which {} ordinarily resides", optional=True, only_for=PEOPLE
    )
    present_in: List = fact(
        "countries",
        "the countries in which {} is present",
        optional=True,
        only_for=(*PEOPLE, "branch"),
    )
    business: List = fact(
        "words", "the lines of business of {}", values=BUSINESSES, optional=True, only_for=ENTITIES
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
        only_for=ENTITIES,
    )
    sovereign_body: Word = fact(
        "word",
        "the body named in the directives that {} is",
        values=SOVEREIGN_BODIES,
        optional=True,
        only_for=BODIES,
    )
    agency_of: Word = fact(
        "country",
        "the state of which {} is a political subdivision, agency or instrumentality",
        optional=True,
        only_for=ENTITIES,
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
        only_for=PEOPLE,
    )
    spouse_or_adult_child_of: List = fact(
        "refs",
        "the persons whose spouse or adult child {} is",
        of="parties",
        optional=True,
        only_for=PEOPLE,
    )
    flag: Word = fact("country", "the flag of {}", optional=True, only_for=("vessel", "aircraft"))
    listings: Records[Listing] | None = fact(
        "records", "the listings of {}", of="listings", needs_basis=True
    )
    domiciled_in: Word = fact(
        "country", "the country in which {} is domiciled", optional=True, only_for=ENTITIES
    )
    authorised_in: List = fact(
        "countries",
        "the countries in which {} is authorised as a credit or financial institution",
        optional=True,
        only_for=ENTITIES,
    )
    humanitarian_status: Word = fact(
        "word",
        "the standing of {} as a humanitarian organisation",
        values=HUMANITARIAN_STATUSES,
        optional=True,
    )
    resident_in_russia_since: Moment = fact(
        "moment", "the time since which {} has resided in Russia", optional=True, only_for=PEOPLE
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
