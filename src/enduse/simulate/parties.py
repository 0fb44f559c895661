"""Who takes part in the invented programme, where, and under which mandates. Nobody and nothing here is real."""

import msgspec

from enduse.terms.texts import Text

ORIGIN = "demo.enduse.example/palm-coast"
KEEPER = "party:keeper"


def text(english: str, arabic: str) -> Text:
    """Return a text in the two languages of the programme."""
    return {"en": english, "ar": arabic}


TITLE = text("Rebuilding the Palm Coast (simulated)", "إعادة إعمار ساحل النخيل (محاكاة)")
ABOUT = text(
    "An invented coast after an invented war. Every party, place, sum and event in this record is simulated, and the "
    "signing keys follow from a public seed, so they prove nothing about anybody.",
    "ساحل متخيَّل بعد حرب متخيَّلة. كل طرف ومكان ومبلغ وحدث في هذا السجل محاكاة، ومفاتيح التوقيع مشتقّة من بذرة معلنة، "
    "فلا تثبت شيئًا على أحد.",
)


class Role(msgspec.Struct, frozen=True):
    """A party of the play: identifier, type and name."""

    party: str
    type: str
    name: Text


class Location(msgspec.Struct, frozen=True):
    """A place of the play."""

    place: str
    type: str
    within: str | None
    name: Text


class Grant(msgspec.Struct, frozen=True):
    """A mandate of the play: who holds what where."""

    mandate: str
    holder: str
    functions: tuple[str, ...]
    places: tuple[str, ...]


ROLES = (
    Role(KEEPER, "agency", text("Record Office", "مكتب السجل")),
    Role("party:umbrella", "group", text("Council for the Palm Coast", "مجلس ساحل النخيل")),
    Role("party:azura", "state", text("Republic of Azura", "جمهورية أزورا")),
    Role("party:arzan", "state", text("Kingdom of Arzan", "مملكة أرزان")),
    Role("party:lumen", "agency", text("Lumen Development Agency", "وكالة لومن للتنمية")),
    Role("party:marwen", "state", text("State of Marwen", "دولة مروين")),
    Role("party:dorran", "state", text("Federation of Dorran", "اتحاد دوران")),
    Role("party:fund", "fund", text("Palm Coast Reconstruction Fund", "صندوق إعمار ساحل النخيل")),
    Role("party:administration", "administration", text("Interim Administration", "الإدارة الانتقالية")),
    Role("party:health", "administration", text("Interim Health Service", "الخدمة الصحية الانتقالية")),
    Role("party:authority", "administration", text("Elected Coast Authority", "سلطة الساحل المنتخبة")),
    Role("party:monitor", "monitor", text("Independent Monitor", "هيئة الرقابة المستقلة")),
    Role("party:relief", "civil_society", text("Salma Relief", "إغاثة سلمى")),
    Role("party:watch", "civil_society", text("Harbour Watch", "مرصد الميناء")),
    Role("party:brindle", "carrier", text("Brindle Haulage", "بريندل للنقل")),
    Role("party:lark", "carrier", text("Lark Transport", "القُبَّرة للنقل")),
    Role("party:anchor", "carrier", text("Anchor Lines", "خطوط المرساة")),
    Role("party:karst", "company", text("Karst Cement", "كارست للأسمنت")),
    Role("party:ferro", "company", text("Ferro Steel", "فيرو للحديد")),
    Role("party:granary", "company", text("Granary Foods", "البيدر للأغذية")),
    Role("party:lantern", "company", text("Lantern Fuels", "القنديل للوقود")),
    Role("party:olivar", "company", text("Olivar Builders", "أوليفار للبناء")),
    Role("party:tessera", "company", text("Tessera Construction", "تِسّيرا للإنشاءات")),
)
"""All parties. Every one is invented."""

HANDED_TO = "party:authority"
COAST = "place:coast"
ABROAD = "place:abroad"
CROSSING = "place:east-gate"
CENTRAL = "place:central-store"
FUEL_DEPOT = "place:fuel-store"

LOCATIONS = (
    Location(COAST, "area", None, text("Palm Coast", "ساحل النخيل")),
    Location(ABROAD, "area", None, text("Outside the coast", "خارج الساحل")),
    Location("place:north", "area", COAST, text("North", "الشمال")),
    Location("place:middle", "area", COAST, text("Middle", "الوسط")),
    Location("place:south", "area", COAST, text("South", "الجنوب")),
    Location(CROSSING, "crossing", COAST, text("East Gate crossing", "معبر البوابة الشرقية")),
    Location(CENTRAL, "warehouse", "place:middle", text("Central store", "المستودع المركزي")),
    Location(FUEL_DEPOT, "warehouse", "place:middle", text("Fuel store", "مستودع الوقود")),
    Location("place:karst-yard", "vendor", ABROAD, text("Karst yard", "ساحة كارست")),
    Location("place:ferro-yard", "vendor", ABROAD, text("Ferro yard", "ساحة فيرو")),
    Location("place:granary-yard", "vendor", ABROAD, text("Granary yard", "ساحة البيدر")),
    Location("place:lantern-yard", "vendor", ABROAD, text("Lantern yard", "ساحة القنديل")),
    Location("place:clinic-site", "site", "place:north", text("Clinic site, North", "موقع العيادة، الشمال")),
    Location("place:homes-site", "site", "place:middle", text("Homes site, Middle", "موقع المساكن، الوسط")),
    Location("place:school-site", "site", "place:south", text("School site, South", "موقع المدرسة، الجنوب")),
    Location("place:water-site", "site", "place:north", text("Water works, North", "محطة المياه، الشمال")),
    Location("place:food-north", "service_point", "place:north", text("Food point, North", "نقطة الغذاء، الشمال")),
    Location("place:food-south", "service_point", "place:south", text("Food point, South", "نقطة الغذاء، الجنوب")),
    Location("place:hospital", "service_point", "place:middle", text("Hospital, Middle", "المستشفى، الوسط")),
)
"""All places, broad on purpose."""

MATERIALS = (
    ("cement", text("cement", "الأسمنت")),
    ("steel", text("reinforcing steel", "حديد التسليح")),
    ("food-parcel", text("food parcels", "الطرود الغذائية")),
    ("diesel", text("diesel", "الديزل")),
)
"""Materials and their names."""

FUNCTIONS = (
    ("administration", text("Interim administration", "الإدارة المؤقتة")),
    ("police", text("Police", "الشرطة")),
    ("custody", text("Custody of goods", "حيازة البضائع")),
    ("building", text("Building", "البناء")),
    ("distribution", text("Distribution to people", "التوزيع على السكان")),
    ("crossing", text("Running a crossing", "إدارة معبر")),
    ("funds", text("Keeping and spending funds", "حفظ الأموال وصرفها")),
    ("monitoring", text("Independent monitoring", "الرقابة المستقلة")),
    ("site-checking", text("the checking of civilian sites", "التحقق من مدنية المواقع")),
    ("structure-checking", text("the checking of structures", "فحص المنشآت")),
    ("release", text("Deciding on tranches", "البتّ في الدفعات")),
)
"""Functions that mandates are given for."""

RULES = (
    ("goods:commissioning", "custody"),
    ("goods:shipping", "custody"),
    ("goods:receiving", "custody"),
    ("goods:inspecting", "crossing"),
    ("goods:installing", "building"),
    ("goods:dispensing", "distribution"),
    ("goods", "custody"),
    ("expenditure", "funds"),
    ("reading", "custody"),
    ("reading", "monitoring"),
    ("milestone", "building"),
    ("project", "funds"),
    ("project", "distribution"),
    ("finding", "monitoring"),
    ("attestation", "site-checking"),
    ("attestation", "structure-checking"),
    ("condition", "release"),
    ("decision", "release"),
)
"""Which act needs which function; an act that stands twice needs either."""

OPEN_ACTS = ("pledge", "commitment", "disbursement")
"""Acts that need no mandate: what a party promises and pays of its own."""

INCOMPATIBLE = (
    (
        ("monitoring", "building"),
        text("Who builds does not verify what was built.", "مَن يبني لا يتحقّق ممّا بُني."),
    ),
    (
        ("monitoring", "funds"),
        text("Who pays does not verify what was paid for.", "مَن يدفع لا يتحقّق ممّا دُفع ثمنه."),
    ),
    (
        ("monitoring", "custody"),
        text("Who holds goods does not verify that they are there.", "مَن يحوز البضائع لا يتحقّق من وجودها."),
    ),
)
"""Separation of duties."""

OFFER_RULES = (("police", ("civil-police",), text("Police only; soldiers are not taken.", "شرطة فقط؛ لا يُقبل جنود.")),)
"""What may be offered for a function, and why."""

COMPOSITIONS = (
    (
        "composition:coast",
        "party:administration",
        ("coast", "diaspora"),
        "0.6",
        text(
            "At least six in ten of the posts that are filled are of the coast or its diaspora, counted without names.",
            "ستة من كل عشرة مناصب مشغولة على الأقل من أهل الساحل أو شتاته، عدًّا بلا أسماء.",
        ),
    ),
)
"""Who may fill posts: rule, whose posts, the categories counted together, their smallest share, and why."""

GRANTS = (
    Grant("mandate:administration", "party:administration", ("administration",), (COAST,)),
    Grant("mandate:funds", "party:fund", ("funds",), (COAST, ABROAD)),
    Grant("mandate:release", "party:umbrella", ("release",), (COAST,)),
    Grant("mandate:release-donors", "party:azura", ("release",), (COAST,)),
    Grant("mandate:release-coast", "party:administration", ("release",), (COAST,)),
    Grant("mandate:monitoring", "party:monitor", ("monitoring", "site-checking", "structure-checking"), (COAST,)),
    Grant("mandate:crossing", "party:administration", ("crossing",), (CROSSING,)),
    Grant("mandate:stores", "party:administration", ("custody",), (CENTRAL, FUEL_DEPOT)),
    Grant("mandate:karst-yard", "party:karst", ("custody",), ("place:karst-yard",)),
    Grant("mandate:ferro-yard", "party:ferro", ("custody",), ("place:ferro-yard",)),
    Grant("mandate:granary-yard", "party:granary", ("custody",), ("place:granary-yard",)),
    Grant("mandate:lantern-yard", "party:lantern", ("custody",), ("place:lantern-yard",)),
    Grant("mandate:clinic", "party:olivar", ("building", "custody"), ("place:clinic-site",)),
    Grant("mandate:school", "party:olivar", ("building", "custody"), ("place:school-site",)),
    Grant("mandate:homes", "party:tessera", ("building", "custody"), ("place:homes-site",)),
    Grant("mandate:water", "party:tessera", ("building", "custody"), ("place:water-site",)),
    Grant("mandate:food", "party:relief", ("custody", "distribution"), ("place:food-north", "place:food-south")),
    Grant("mandate:hospital", "party:health", ("custody", "distribution"), ("place:hospital",)),
)
"""Mandates offered by the keeper and accepted by their holders."""
