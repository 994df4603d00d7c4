"""Country names, as lists print them, to ISO 3166-1 codes.

The short names of the standard, then the forms that OFAC and the United Nations use. A name that
is not here stays a name: nobody guesses a country.
"""

from __future__ import annotations

from typing import Final

from sanctions_rules.codes import COUNTRIES

_NAMES: Final = (
    "AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL "
    "Albania|AM Armenia|AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU "
    "Australia|AW Aruba|AX Åland Islands|AZ Azerbaijan|BA Bosnia and Herzegovina|BB Barbados|BD "
    "Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi|BJ Benin|BL Saint "
    "Barthélemy|BM Bermuda|BN Brunei Darussalam|BO Bolivia, Plurinational State of|BQ Bonaire, Sint "
    "Eustatius and Saba|BR Brazil|BS Bahamas|BT Bhutan|BW Botswana|BY Belarus|BZ Belize|CA Canada|CC "
    "Cocos (Keeling) Islands|CD Congo, The Democratic Republic of the|CF Central African Republic|CG "
    "Congo|CH Switzerland|CI Côte d'Ivoire|CK Cook Islands|CL Chile|CM Cameroon|CN China|CO "
    "Colombia|CR Costa Rica|CU Cuba|CV Cape Verde|CW Curaçao|CX Christmas Island|CY Cyprus|CZ "
    "Czechia|DE Germany|DJ Djibouti|DK Denmark|DM Dominica|DO Dominican Republic|DZ Algeria|EC "
    "Ecuador|EE Estonia|EG Egypt|EH Western Sahara|ER Eritrea|ES Spain|ET Ethiopia|FI Finland|FJ "
    "Fiji|FK Falkland Islands (Malvinas)|FM Micronesia, Federated States of|FO Faroe Islands|FR "
    "France|GA Gabon|GB United Kingdom|GD Grenada|GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI "
    "Gibraltar|GL Greenland|GM Gambia|GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece|GS South "
    "Georgia and the South Sandwich Islands|GT Guatemala|GU Guam|GW Guinea-Bissau|GY Guyana|HK Hong "
    "Kong|HM Heard Island and McDonald Islands|HN Honduras|HR Croatia|HT Haiti|HU Hungary|ID "
    "Indonesia|IE Ireland|IL Israel|IM Isle of Man|IN India|IO British Indian Ocean Territory|IQ "
    "Iraq|IR Iran, Islamic Republic of|IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE "
    "Kenya|KG Kyrgyzstan|KH Cambodia|KI Kiribati|KM Comoros|KN Saint Kitts and Nevis|KP Korea, "
    "Democratic People's Republic of|KR Korea, Republic of|KW Kuwait|KY Cayman Islands|KZ "
    "Kazakhstan|LA Lao People's Democratic Republic|LB Lebanon|LC Saint Lucia|LI Liechtenstein|LK Sri "
    "Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libya|MA Morocco|MC "
    "Monaco|MD Moldova, Republic of|ME Montenegro|MF Saint Martin (French Part)|MG Madagascar|MH "
    "Marshall Islands|MK North Macedonia|ML Mali|MM Myanmar|MN Mongolia|MO Macao|MP Northern Mariana "
    "Islands|MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX "
    "Mexico|MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NF Norfolk Island|NG "
    "Nigeria|NI Nicaragua|NL Netherlands|NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM "
    "Oman|PA Panama|PE Peru|PF French Polynesia|PG Papua New Guinea|PH Philippines|PK Pakistan|PL "
    "Poland|PM Saint Pierre and Miquelon|PN Pitcairn|PR Puerto Rico|PS Palestine, State of|PT "
    "Portugal|PW Palau|PY Paraguay|QA Qatar|RE Réunion|RO Romania|RS Serbia|RU Russian Federation|RW "
    "Rwanda|SA Saudi Arabia|SB Solomon Islands|SC Seychelles|SD Sudan|SE Sweden|SG Singapore|SH Saint "
    "Helena, Ascension and Tristan Da Cunha|SI Slovenia|SJ Svalbard and Jan Mayen|SK Slovakia|SL "
    "Sierra Leone|SM San Marino|SN Senegal|SO Somalia|SR Suriname|SS South Sudan|ST Sao Tome and "
    "Principe|SV El Salvador|SX Sint Maarten (Dutch Part)|SY Syrian Arab Republic|SZ Eswatini|TC "
    "Turks and Caicos Islands|TD Chad|TF French Southern Territories|TG Togo|TH Thailand|TJ "
    "Tajikistan|TK Tokelau|TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TR Türkiye|TT Trinidad "
    "and Tobago|TV Tuvalu|TW Taiwan (Province of China)|TZ Tanzania, United Republic of|UA Ukraine|UG "
    "Uganda|UM United States Minor Outlying Islands|US United States of America|UY Uruguay|UZ "
    "Uzbekistan|VA Holy See (Vatican City State)|VC Saint Vincent and the Grenadines|VE Venezuela "
    "(Bolivarian Republic of)|VG Virgin Islands (British)|VI Virgin Islands (U.S.)|VN Viet Nam|VU "
    "Vanuatu|WF Wallis and Futuna|WS Samoa|YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia|ZW "
    "Zimbabwe|RU Russia|RU Russian|IR Iran|SY Syria|AE UAE|VE Venezuela|TR Turkey|MM Burma|KP Korea, "
    "North|KP North Korea|KP DPRK|PS Palestinian|PS Palestinian Authority|PS Palestine|US United "
    "States|US United States of America|US USA|CD Congo, Democratic Republic of the|CD Democratic "
    "Republic of the Congo|CG Congo, Republic of the|CG Republic of the Congo|PH Philippines|TW "
    "Taiwan|MD Moldova|XK Kosovo|TZ Tanzania|TZ United Republic of Tanzania|MK North Macedonia, The "
    "Republic of|GB United Kingdom of Great Britain and Northern Ireland|GB Great Britain|GB "
    "England|CZ Czech Republic|KR Korea, South|KR South Korea|KR Republic of Korea|BO Bolivia|CV Cabo "
    "Verde|MO Macau|VC St. Vincent and the Grenadines|GM The Gambia|KN St. Kitts and Nevis|KN St. "
    "Kitts & Nevis|IM Man, Isle of|PS State of Palestine|BN Brunei|VG British Virgin Islands|CI Cote "
    "d Ivoire|CI Ivory Coast|BS Bahamas, The|LA Laos|VN Vietnam|VA Vatican|SZ Swaziland|FM "
    "Micronesia|TL East Timor|HK Hong Kong|KY Cayman Islands|LY Libyan Arab Jamahiriya|MH Marshall "
    "Islands|SD Sudan|KP Democratic People's Republic of Korea|CN People's Republic of China"
)


def folded(text: str) -> str:
    """Letters and digits only, in one case."""
    return "".join(c for c in text.casefold() if c.isalnum())


_CODES: Final = {folded(pair[3:]): pair[:2] for pair in _NAMES.split("|")}


def country(name: str) -> str | None:
    """The code of a country by its name or code, in any case; None where neither is known."""
    plain = name.strip()
    if len(plain) == 2 and plain.upper() in COUNTRIES:
        return plain.upper()
    return _CODES.get(folded(plain))
