"""Country names and codes as exports write them, to ISO 3166-1 alpha-2."""

from __future__ import annotations

from vocmine.readers.aliases import plain

_TABLE = """
AR ARG 032 argentina
BO BOL 068 bolivia
BR BRA 076 brasil brazil
CL CHL 152 chile
CO COL 170 colombia
CR CRI 188 costa_rica
CU CUB 192 cuba
DO DOM 214 republica_dominicana dominican_republic rep_dominicana
EC ECU 218 ecuador
ES ESP 724 espana spain espanha
GT GTM 320 guatemala
HN HND 340 honduras
MX MEX 484 mexico
NI NIC 558 nicaragua
PA PAN 591 panama
PE PER 604 peru
PR PRI 630 puerto_rico porto_rico
PT PRT 620 portugal
PY PRY 600 paraguay paraguai
SV SLV 222 el_salvador
US USA 840 estados_unidos united_states eeuu ee_uu united_states_of_america
UY URY 858 uruguay uruguai
VE VEN 862 venezuela
GB GBR 826 reino_unido united_kingdom uk inglaterra
CA CAN 124 canada
FR FRA 250 francia france franca
DE DEU 276 alemania germany alemanha
IT ITA 380 italia italy
GQ GNQ 226 guinea_ecuatorial
AO AGO 024 angola
"""
_CODES = {
    key: row.split()[0]
    for row in _TABLE.strip().splitlines()
    for key in (name.replace("_", " ").lower() for name in row.split())
}


def country_code(cell: str) -> str:
    """The alpha-2 code of a name, an alpha-2, alpha-3 or numeric code; empty when unknown.

    An alpha-2 code outside the table is taken as it is, when written in capitals.
    """
    text = cell.strip()
    found = _CODES.get(plain(text), "")
    if not found and len(text) == 2 and text.isascii() and text.isalpha() and text.isupper():
        return text
    return found
