"""What people call the columns that hold a field, in the languages of tables that were met; names brought to lower case with hyphens."""

import re
from typing import Final

WAYBILL: Final = (
    r"waybill|consignment|voucher|tracking|lading|deliver(y|ies)-(note|order|slip|docket)|dispatch-(note|advice)|^(d\.?n|b/l|cmr)\b"
    r"|lieferschein|frachtbrief|warenbegleit|bon-de-(livraison|sortie)|bordereau|lettre-de-voiture|connaissement|^(n°-)?bl\b"
    r"|albaran|nota-de-entrega|^remito|guia-de-remision|carta-de-porte|накладн|^ттн|irsaliye|konsimento|תעודת-משלוח|שטר-מטען"
    r"|بوليصة|(اذن|سند|مذكرة|اشعار)-(ال)?(تسليم|صرف|اخراج|شحن)|رقم-(ال)?شحنة|بارنامه|حواله"
)
"""What people call the paper that goes with goods, in the languages of those who load and unload them."""
NAMES: Final = {
    "date": r"date|^datum|buchungstag|^day$|^when|^today|departure|fecha|fech|cuando|^jour|дата|tarih|תאריך|تاريخ|يوم",
    "waybill": rf"{WAYBILL}|outbound-sequence",
    "item": r"^items?$|commodit|material|goods|cargo|product|item-(name|descr)|^ware$|^artikel|^article|^articulo|^товар(?!н)|^наимен|malzeme|^urun|^פריט|^کالا|صنف|مادة|بضاعة|سلعة",
    "quantity": r"quantit|qty|tonnage|^tons?$|tonnes|metric-tons|weight|pallets|^in$|^out$|^(received|arrived|delivered|issued|sent|dispatched|shipped|loaded)$|balance|closing-stock|on-hand|^menge|^anzahl|cantidad|количеств|кількіст|miktar|^כמות|^مقدار|^تعداد|كمية|كميه|وزن|وارد|صادر",
    "unit": r"^units?$|^uom$|unit-of|^einheit|^unite$|^unidad|^единиц|^одиниц|^ед\.?-?изм|^од\.?-?вим|^birim|^יחידה|^واحد$|وحدة|وحده",
    "place": r"crossing|(^|-)gate$|warehouse|depot|(^|-)(store|hub)$|site|^place|location|district|governorate|county|oblast|pcode|^port|port$|^title$|"
    r"adm[0-9]-?(name|pcode)|province|departa|^pais|region|country|community|^ort$|^lieu|^lugar|^место|^місце|^yer$|^מקום|^مکان|مكان|موقع|معبر|مستودع|محافظة",
    "to": r"^to$|consignee|destination|deliver(ed)?-to|country$|^empfanger|destinataire|destinatario|получател|одержувач|отримувач|^al.c.$|^נמען|^گیرنده|^ال[ىي]$|المستلم|الوجهة|المرسل-اليه",
    "from": r"^from$|sender|consignor|supplier|^absender|^lieferant|expediteur|remitente|отправител|відправник|^gonderen|^שולח|^فرستنده|^من$|المرسل$|المورد|المصدر",
    "carrier": r"carrier|haul(i|ag)e|transporter|^transport(-(company|firm))?$|^vessel-name|(lorry|truck(ing)?)-(firm|company|owner)|spedit|transporteur|transportista|перевозч|перевізник|nakliye|الناقل|شركة-النقل",
    "donor": r"donor|funder|payer|paid-by|^giver|donateur|bailleur|^geldgeber|^spender|^donante|донор|^bag.s.[cç].|תורם|اهداکننده|المانح",
    "recipient": r"recipient|payee|paid-to|beneficiar|beneficiaire|empfanger|отримувач|получател|^al[i\u0131]c[i\u0131]|מוטב|دریافت-کننده|^to$|pooledfundname|^fund|activity-identifier|iati-identifier|المستفيد|^ال[ىي]$",
    "payee": r"payee|vendor|contractor|supplier|description|^to$|المورد|المقاول|^ال[ىي]$",
    "amount": r"amount|amt$|^betrag|^montant|^importe|^monto|^сума|^сумма|^tutar|^סכום|^مبلغ|pledged|value$|^sum$|cost|budget|paid|disbursed|transferred|received|committed|spent|^debits?$|^credits?$|withdrawal|deposit|money-(in|out)|المبلغ|مدين|دائن",
    "fee": r"^((bank|transfer|wire)-)?(fee|charge|commission)s?$|^رسوم|عمولة",
    "received": r"^(amount|sum)-received$|^received-(amount|sum)$|^net-(amount|received)$|المبلغ-المستلم",
    "currency": r"^currency|currency$|^ccy|^curr?\.?$|^wahrung|^devise|^monnaie|^moneda|^валюта|^para-birimi|^doviz|^מטבע|^ارز|العملة",
    "id": r"^id$|uuid|unique-id|contributioncode|reference|^ref$|^no\.?$|iati-identifier|^-?-id$|instanceid|registro|المعرف",
    "organisation": r"^organi[sz]ation|^org|partner|agency|organizacion|acnur",
    "title": r"activit|cluster|sector|project-name|what",
    "subject": r"subject|what|road|question|السؤال",
    "holds": r"holds|open|confirmed|yes|done|status",
    "basis": r"basis|seen|remark|comment|(?<!delivery-)(?<!dispatch-)note",
    "about": r"about|subject|place|community|location|question|السؤال",
    "words": r"words|text|remark|comment|describe|answer|what-was-said|الإجابة|ecosystem",
    "speaker": r"speaker|who-said|submitted",
    "project": r"project",
    "custodian": r"custodian|keeper|held-by",
    "purpose": r"purpose",
    "contract": r"^contract(-(id|no|nr|number|ref))?$|^po(-(no|number))?$|رقم-(ال)?عقد",
    "commitment": r"^commitment-(id|no|nr|number|ref)$",
    "retained": r"^(amount-)?retained|^retention(-(amount|money|held))?$|المحتجز",
    "recovered": r"^(amount-)?recovered|^advance-(recovered|recovery|deducted|set-off)|السلفة-المستردة",
    "invoice": r"^inv(oice)?(-(id|no|nr|number|ref))?$|رقم-(ال)?فاتورة",
    "supplier": r"^supplier|^vendor|المورد",
    "buyer": r"^buyer|^purchaser|المشتري",
    "due": r"^due(-date)?$|الاستحقاق",
    "ocid": r"^ocid$",
    "complete": r"complete|^done$",
    "until": r"until|^to-date|period-end",
}
"""What a column is called that holds a field, names brought to lower case with hyphens."""
STARTS: Final = re.compile(
    r"^from(-|$)|origin|sending|dispatching|^(source|loading)-(place|site|store|warehouse|point)|^(von|depuis|desde)-|^откуда|^звідки|^ciki[sş]|^من(-|$)"
)
ENDS: Final = re.compile(
    r"^to(-|$)|destin|deliver(ed|y)?-(to|place|site|point)|receiving|consignee|^(nach|vers|hasta)-|^bestimmungs|^куда|^куди|^var[i\u0131][sş]|^ال[ىي](-|$)|الوجهة"
)
"""What a column is called that names the end of a way where goods leave, and where they arrive."""
OF_WHAT: Final = {
    "dispatch": r"depart|origin|sent|load|dispatch|issued|^out$|-out$|صادر",
    "receipt": r"arriv|receiv|deliver|crossing|^in$|-in$|وارد",
    "use": r"used|consumed|^out$|issued|صادر",
    "count": r"count|closing|on-hand|balance|^stock",
    "pledge": r"pledge",
    "payment": r"paid|pay|disburs",
    "expense": r"spent|expen|^debit|withdrawal|-out$|مدين",
    "commitment": r"commit",
}
"""Of several columns for a field, the one that is called after what is told."""
OF_DAY: Final = {
    "pledge": rf"{OF_WHAT['pledge']}|^sign|agree|announc|تعهد|توقيع",
    "payment": rf"{OF_WHAT['payment']}|receiv|transfer|credited|استلام|دفع",
    "commitment": rf"{OF_WHAT['commitment']}|^sign|agree",
}
"""The same of several days, where it says more: the amount *received* may be less than was paid, the day is the same."""
NO_FIGURE: Final = re.compile(
    r"^-?id$|identifier|code$|^year$|fiscalyear|^lat|^lon|altitude|precision|^imo$|sequence|^round$|phase$|код|рік|percent|%|share|severity"
)
_COMES_IN: Final = re.compile(r"receiv|arriv|^in$|-in$|وارد")
_GOES_OUT: Final = re.compile(r"issued|sent|dispatch|depart|^out$|-out$|صادر")
AGAINST: Final = {
    **dict.fromkeys(("dispatch", "use", "loss", "destruction"), _COMES_IN),
    **dict.fromkeys(("receipt", "entry", "salvage"), _GOES_OUT),
    "expense": re.compile(r"^credits?$|deposit|-in$|دائن"),
}
"""What a column is called that tells of the other way, by what is told."""
_PROMISED, _BOUND, _PAID, _SPENT = (
    r"pledg|promis|تعهد",
    r"commit|obligat",
    r"paid|disburs|receiv|transfer|مدفوع|مستلم",
    r"spent|expen",
)
OTHER_MONEY: Final = {
    "pledge": re.compile(f"{_BOUND}|{_PAID}|{_SPENT}|budget"),
    "commitment": re.compile(f"{_PROMISED}|{_PAID}|{_SPENT}|budget"),
    "payment": re.compile(f"{_PROMISED}|{_BOUND}|{_SPENT}|budget"),
    "expense": re.compile(f"{_PROMISED}|{_BOUND}|receiv|budget"),
}
"""What an amount is called that tells of another step of the money than the row does: a promise is no payment."""
IN_OR_OUT: Final = re.compile(f"{_COMES_IN.pattern}|{_GOES_OUT.pattern}|debit|credit|withdraw|deposit|مدين|دائن")
"""What a column is called that holds what went one way, where another holds what went the other way."""
INWARD: Final = frozenset(
    [
        "credit",
        "cr",
        "in",
        "received",
        "receipt",
        "receiving",
        "receipts",
        "incoming",
        "inflow",
        "arrived",
        "deposit",
        "إيداع",
        "دائن",
        "وارد",
        "داخل",
        "دخول",
        "entrada",
        "entrée",
        "crédit",
        "haben",
        "gutschrift",
        "eingang",
        "abono",
        "haber",
        "crédito",
    ]
)
OUTWARD: Final = frozenset(
    [
        "debit",
        "dr",
        "out",
        "sent",
        "issue",
        "issued",
        "issues",
        "dispatch",
        "shipping",
        "outgoing",
        "outflow",
        "withdrawal",
        "سحب",
        "مدين",
        "صادر",
        "خارج",
        "خروج",
        "salida",
        "sortie",
        "débit",
        "soll",
        "lastschrift",
        "ausgang",
        "cargo",
        "debe",
        "débito",
    ]
)
MARKS: Final = (("c", "d"), ("h", "s"), ("+", "-"))
"""Marks that mean credit and debit where a column holds no others: of *credit*, of the German *Haben*, of what is added."""
IS_A_STATE: Final = frozenset(("received", "arrived", "sent", "issued"))
"""Words of these that may as well say how far one and the same delivery is."""
SAYS_THE_SIDE: Final = re.compile(
    r"type|kind|movement|direction|transaction|debit|credit|^in-?out|side|^d/?c|^c/?d|^[cd]r/|soll|haben|^s/?h\b|debe|haber|نوع|حركة|مدين"
)
"""What a column is called that says which way a row goes, and not how far it is."""
NAMES_ROWS: Final = re.compile(
    r"(?:(?:row|record|entry|line|submission|item)-)?(?:id|uuid|guid|identifier)|-?-?(?:id|uuid)|instanceid|key|المعرف|الرقم-المرجعي"
)
"""What a column is called that names each row. A waybill is none: it may have several rows in the next issue."""
OF_A_GROUP: Final = ("_parent", "_index")
"""What names a row of a repeat group: its submission, and where it stands in that."""
REJECTED: Final = {
    "ReviewState": ["rejected"],
    "__system/reviewState": ["rejected"],
    "_validation_status": ["validation_status_not_approved", "not approved"],
}
"""What says in ODK Central and KoboToolbox that a submission was turned down by whoever reviewed it."""
CARRIED: Final = re.compile(
    "(opening|closing) balance|balance (brought|carried) (forward|down)|balance [bc]/[fd]|رصيد (افتتاحي|ختامي|مدور)"
)
"""What a row of a bank statement says that moves nothing."""
NO_SUM: Final = re.compile("rate|balance|date|unit-|per-|price")
NO_AMOUNT: Final = re.compile(f"{NO_SUM.pattern}|local|planned|outstanding|remaining|cumulative|opening|closing")
NO_QUANTITY: Final = re.compile(
    "balance|closing|opening|on-hand|remaining|cumulative|(?<!up)to-date|ytd|so-far|progressive|running|planned|ordered|requested|target|رصيد|تراكمي"
)
NO_DATE: Final = re.compile(
    "value|expir|updat|edit|modif|creat|submi|expected|planned|pipeline|due|birth|entered|printed"
)
"""What a column is called that holds another amount, quantity or day than the one of which the row tells."""
MONTHLY: Final = re.compile(rf"{NAMES['date']}|month|period|^mois|^mes$|^monat|місяц|месяц|^ay$|חודש|ماه|شهر")
"""What a column is called that may hold months, where none holds days."""
OF_ANOTHER: Final = re.compile("local|original|national|foreign|equivalent|converted|reporting|base")
"""What is in the name of an amount and of its currency, where a row has its amount more than once."""
CODE_IN_NAME: Final = re.compile("(?<![A-Z])([A-Z]{3})(?![A-Z])|(?<![a-z])(usd|eur|gbp|chf)(?![a-z])")
_FACTORS: Final = {
    1000: re.compile(
        r"thousand|[\'\u2019]000|\(000|\b000s|\bk(usd|eur|\$|€)|(usd|eur|\$|€) ?k\b|\bt(sd|eur)\b|milliers|\bmiles\b|тис|тыс|ألف|آلاف|الاف"
    ),
    1_000_000: re.compile(r"million|millones|\bmi?ln\b|\bmio\b|(usd|eur|\$|€) ?m\b|\bm(usd|eur|\$|€)|млн|مليون|ملايين"),
    1_000_000_000: re.compile(r"billion|milliard|\bbn\b|\bmrd\b|млрд|مليار"),
}
_OF_ALL: Final = re.compile(
    r"\b(?:in|en) (?:\S+ )?(?:thousand|million|billion|millier|miles|millones|milliard)|[\'\u2019]000|\b000s|\bin \S+ 000\b"
    r"|\((?:us ?\$|\$|€|usd|eur) ?(?:k|m|bn|mn|mio|thousand|million|billion)\b|بال(?:ألف|آلاف|الاف|مليون|ملايين)|(?:тис|тыс|млн|млрд)\.? \S"
)
"""How a title or a note says in what all amounts of a table are."""
_IS_A_RATE: Final = re.compile(r"\bper\b|/ ?1|لكل")


def factor_in(name: str) -> int:
    """Return by how much the numbers of a column are to be multiplied by its name, such as 1,000 in *Amount (USD thousand)*; 0 if by nothing."""
    plain = name.casefold()
    return 0 if _IS_A_RATE.search(plain) else next((by for by, words in _FACTORS.items() if words.search(plain)), 0)


def factor_of_all(text: str) -> int:
    """Return by how much a text beside a table says that its numbers are to be multiplied, as in *Amounts in thousands of US dollars*; 0 if by nothing."""
    plain = text.casefold()
    return factor_in(text) if _OF_ALL.search(plain) else 0
