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
_ALPHA_3 = """
AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AT:AUT AU:AUS AW:ABW AZ:AZE BA:BIH BB:BRB BE:BEL BF:BFA
BG:BGR BH:BHR BJ:BEN BM:BMU BN:BRN BS:BHS BT:BTN BW:BWA BY:BLR BZ:BLZ CD:COD CG:COG CH:CHE CI:CIV
CM:CMR CN:CHN CV:CPV CW:CUW CY:CYP CZ:CZE DK:DNK DM:DMA DZ:DZA EE:EST EG:EGY FI:FIN FJ:FJI FM:FSM
GA:GAB GD:GRD GE:GEO GH:GHA GM:GMB GR:GRC GW:GNB GY:GUY HK:HKG HR:HRV HT:HTI HU:HUN ID:IDN IE:IRL
IL:ISR IN:IND IQ:IRQ IS:ISL JM:JAM JO:JOR JP:JPN KE:KEN KG:KGZ KH:KHM KN:KNA KR:KOR KW:KWT KY:CYM
KZ:KAZ LA:LAO LB:LBN LC:LCA LK:LKA LR:LBR LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MD:MDA ME:MNE MG:MDG
MK:MKD ML:MLI MM:MMR MN:MNG MO:MAC MR:MRT MS:MSR MT:MLT MU:MUS MV:MDV MW:MWI MY:MYS MZ:MOZ NA:NAM
NE:NER NG:NGA NL:NLD NO:NOR NP:NPL NR:NRU NZ:NZL OM:OMN PG:PNG PH:PHL PK:PAK PL:POL PW:PLW QA:QAT
RO:ROU RS:SRB RU:RUS RW:RWA SA:SAU SB:SLB SC:SYC SE:SWE SG:SGP SI:SVN SK:SVK SL:SLE SN:SEN SR:SUR
ST:STP SZ:SWZ TC:TCA TD:TCD TH:THA TJ:TJK TM:TKM TN:TUN TO:TON TR:TUR TT:TTO TW:TWN TZ:TZA UA:UKR
UG:UGA UZ:UZB VC:VCT VG:VGB VN:VNM VU:VUT XK:XKS YE:YEM ZA:ZAF ZM:ZMB ZW:ZWE
"""
"""Other territories of app stores: their alpha-3 code tells which, written in capitals."""
_CODES = {
    key: row.split()[0]
    for row in _TABLE.strip().splitlines()
    for key in (name.replace("_", " ").lower() for name in row.split())
}


_CODES_3 = {pair[3:]: pair[:2] for pair in _ALPHA_3.split()}


def country_code(cell: str) -> str:
    """The alpha-2 code of a name, an alpha-2, alpha-3 or numeric code; empty when unknown.

    A code of a country outside the table of names is taken when it is written in capitals.
    """
    text = cell.strip()
    found = _CODES.get(plain(text), "") or _CODES_3.get(text, "")
    if not found and len(text) == 2 and text.isascii() and text.isalpha() and text.isupper():
        return text
    return found
