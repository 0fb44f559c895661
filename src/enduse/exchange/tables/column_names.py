"""What people call the columns that hold a field, in the languages of tables that were met; names brought to lower case with hyphens."""

import re
from typing import Final

NAMES: Final = {
    "date": r"date|^day$|^when|^today|departure|fecha|fech|cuando|дата|تاريخ|يوم",
    "waybill": r"waybill|consignment|voucher|tracking|lading|outbound-sequence|بوليصة",
    "item": r"^items?$|commodit|material|goods|cargo|product|item-(name|descr)|صنف|مادة|بضاعة|سلعة",
    "quantity": r"quantit|qty|tonnage|^tons?$|tonnes|metric-tons|weight|pallets|كمية|كميه|وزن",
    "unit": r"^units?$|^uom$|unit-of|وحدة|وحده",
    "place": r"crossing|warehouse|^store$|site|^place|location|district|governorate|county|oblast|pcode|^port|port$|^title$|"
    r"adm[0-9]-?(name|pcode)|province|departa|^pais|region|country|community|مكان|موقع|معبر|مستودع|محافظة",
    "to": r"^to$|consignee|destination|deliver(ed)?-to|country$|^ال[ىي]$|المستلم|الوجهة|المرسل-اليه",
    "from": r"^from$|sender|consignor|supplier|^من$|المرسل$|المورد|المصدر",
    "carrier": r"carrier|haulier|transporter|^vessel-name|lorry-firm|الناقل",
    "donor": r"donor|funder|^giver|المانح",
    "recipient": r"recipient|beneficiar|^to$|pooledfundname|^fund|activity-identifier|iati-identifier|المستفيد|^ال[ىي]$",
    "payee": r"payee|vendor|contractor|supplier|description|^to$|المورد|المقاول|^ال[ىي]$",
    "amount": r"amount|amt$|pledged|value$|^sum$|cost|budget|paid|المبلغ",
    "currency": r"^currency|currency$|العملة",
    "id": r"^id$|uuid|unique-id|contributioncode|reference|^ref$|^no\.?$|iati-identifier|^-?-id$|instanceid|registro|المعرف",
    "organisation": r"^organi[sz]ation|^org|partner|agency|organizacion|acnur",
    "title": r"activit|cluster|sector|project-name|what",
    "subject": r"subject|what|road|question|السؤال",
    "holds": r"holds|open|confirmed|yes|done|status",
    "basis": r"basis|seen|remark|comment|note",
    "about": r"about|subject|place|community|location|question|السؤال",
    "words": r"words|text|remark|comment|describe|answer|what-was-said|الإجابة|ecosystem",
    "speaker": r"speaker|who-said|submitted",
    "project": r"project",
    "custodian": r"custodian|keeper|held-by",
    "purpose": r"purpose",
    "complete": r"complete|^done$",
    "until": r"until|^to-date|period-end",
}
"""What a column is called that holds a field, names brought to lower case with hyphens."""
OF_WHAT: Final = {
    "dispatch": r"depart|origin|sent|load",
    "receipt": r"arriv|receiv|deliver|crossing",
    "pledge": r"pledge",
    "payment": r"paid|pay|disburs",
    "expense": r"spent|expen",
    "commitment": r"commit",
}
"""Of several columns for a field, the one that is called after what is told."""
NO_FIGURE: Final = re.compile(
    r"^-?id$|identifier|code$|^year$|fiscalyear|^lat|^lon|altitude|precision|^imo$|sequence|^round$|phase$|код|рік|percent|%|share|severity"
)
INWARD: Final = ("credit", "cr", "in", "received", "receipt", "receiving", "incoming", "arrived", "وارد")
OUTWARD: Final = ("debit", "dr", "out", "sent", "issue", "issued", "dispatch", "shipping", "outgoing", "صادر")
NAMES_ROWS: Final = re.compile(
    r"(?:(?:row|record|entry|line|submission|item)-)?(?:id|uuid|guid|identifier)|-?-?(?:id|uuid)|instanceid|المعرف|الرقم-المرجعي"
)
"""What a column is called that names each row. A waybill is none: it may have several rows in the next issue."""
NO_AMOUNT: Final = re.compile("rate|local|balance|date")
