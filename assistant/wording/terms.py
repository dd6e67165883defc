"""The words that the wording guard compares, in English, Dutch, French and German."""

from collections.abc import Mapping


def _numbered(start: int, words: str, step: int = 1) -> dict[str, float]:
    """Words for start, start + step, …; words for the same number are joined by '/'."""
    return {
        word: float(start + place * step)
        for place, group in enumerate(words.split())
        for word in group.split("/")
    }


# 'One' is left out: it is an article or a pronoun more often than a number.
UNITS: Mapping[str, float] = {
    **_numbered(
        2,
        "two/twee/deux/zwei three/drie/trois/drei four/vier/quatre five/vijf/cinq/fünf six/zes/sechs "
        "seven/zeven/sept/sieben eight/acht/huit nine/negen/neuf/neun ten/tien/dix/zehn eleven/elf/onze "
        "twelve/twaalf/douze/zwölf thirteen/dertien/treize/dreizehn fourteen/veertien/quatorze/vierzehn "
        "fifteen/vijftien/quinze/fünfzehn sixteen/zestien/seize/sechzehn seventeen/zeventien/siebzehn "
        "eighteen/achttien/achtzehn nineteen/negentien/neunzehn",
    ),
    **_numbered(
        20,
        "twenty/twintig/vingt/zwanzig thirty/dertig/trente/dreißig forty/veertig/quarante/vierzig "
        "fifty/vijftig/cinquante/fünfzig sixty/zestig/soixante/sechzig seventy/zeventig/septante/siebzig "
        "eighty/tachtig/achtzig ninety/negentig/nonante/neunzig",
        step=10,
    ),
    "dozen": 12.0,
    "dozijn": 12.0,
    "douzaine": 12.0,
    "dutzend": 12.0,
}
ORDINALS: Mapping[str, int] = {
    word: place
    for place, group in enumerate(
        "first/eerste/premier/première/erste/ersten/erster/erstes "
        "second/tweede/deuxième/zweite/zweiten/zweiter third/derde/troisième/dritte/dritten/dritter "
        "fourth/vierde/quatrième/vierte/vierten fifth/vijfde/cinquième/fünfte/fünften "
        "sixth/zesde/sixième/sechste/sechsten seventh/zevende/septième/siebte/siebten "
        "eighth/achtste/huitième/achten ninth/negende/neuvième/neunte/neunten "
        "tenth/tiende/dixième/zehnte/zehnten".split(),
        start=1,
    )
    for word in group.split("/")
}
SCALES: Mapping[str, float] = {
    **dict.fromkeys(("hundred", "honderd", "cent", "cents", "hundert"), 1e2),
    **dict.fromkeys(("thousand", "duizend", "mille", "tausend"), 1e3),
    **dict.fromkeys(("million", "millions", "miljoen", "millionen"), 1e6),
    **dict.fromkeys(
        ("billion", "billions", "miljard", "milliard", "milliards", "milliarde", "milliarden"), 1e9
    ),
}
MONTHS: Mapping[str, int] = {
    word: number
    for number, group in enumerate(
        "january/januari/janvier/januar february/februari/février/februar march/maart/mars/märz april/avril "
        "may/mei/mai june/juni/juin july/juli/juillet august/augustus/août "
        "september/septembre october/oktober/octobre november/novembre december/décembre/dezember".split(),
        start=1,
    )
    for word in group.split("/")
}
DAYS: Mapping[str, int] = {
    word: number
    for number, group in enumerate(
        "monday/maandag/lundi/montag tuesday/dinsdag/mardi/dienstag "
        "wednesday/woensdag/mercredi/mittwoch "
        "thursday/donderdag/jeudi/donnerstag friday/vrijdag/vendredi/freitag "
        "saturday/zaterdag/samedi/samstag "
        "sunday/zondag/dimanche/sonntag".split(),
        start=1,
    )
    for word in group.split("/")
}

NEGATIONS = frozenset(
    """
    not no never neither nor none nobody nothing without cannot hardly
    niet geen nooit niemand niets noch zonder nergens
    pas ne aucun aucune jamais ni personne rien sans nul nulle
    nicht kein keine keinen keinem keiner keines nie niemals niemand nichts weder ohne
    """.split()
)

PREFIX_NEGATIONS = ("non", "un", "in", "im", "ir", "il", "dis", "on", "niet", "nicht")
# Words of the frame of a sentence, on which neither a negation nor a modal bears.
FRAME = frozenset(
    """
    this that these those there their them they with from have been were will would does did than then such
    which what when also into about being upon over under its still even very just much more
    deze dit dat die zijn worden werd werden heeft hebben voor over naar door waar zich ook nog meer dan
    cette ceux celles leur leurs avec dans pour sont être était étaient ont avoir plus aussi encore
    diese dieser dieses sich sind wird werden wurde wurden haben hatte auch noch mehr über unter durch
    """.split()
)

# Strength by class. A claim may not be stronger, or weaker, than what it rests on.
POSSIBLE = "possible"
ADVISED = "advised"
REQUIRED = "required"
ALL = "all"
SOME = "some"
ONLY = "only"
STRENGTH: Mapping[str, frozenset[str]] = {
    POSSIBLE: frozenset(
        "may might can could possibly perhaps maybe potentially mogelijk kan kunnen misschien zou zouden "
        "wellicht eventueel peut peuvent pourrait pourraient peut-être éventuellement kann können vielleicht "
        "möglicherweise könnte könnten eventuell "
        "potentieel potentiell potentiellement".split()
    ),
    ADVISED: frozenset(
        "should ought recommended advised aanbevolen devrait devraient recommandé sollte sollten "
        "empfohlen".split()
    ),
    REQUIRED: frozenset(
        "must shall required obliged mandatory compulsory moet moeten verplicht vereist doit doivent "
        "obligatoire obligé exigé muss müssen verpflichtet erforderlich vorgeschrieben".split()
    ),
    ALL: frozenset(
        "all every each always everyone everything entire alle allen elke elk iedere ieder altijd iedereen "
        "alles "
        "tous toutes toujours chaque chacun allem jede jeder jedes jeden immer sämtliche".split()
    ),
    SOME: frozenset(
        "some several certain few many most various numerous sometimes often enkele sommige verschillende "
        "meerdere vele veel meeste talrijke soms vaak quelques certains certaines plusieurs plupart parfois "
        "souvent nombreux nombreuses einige manche mehrere viele meisten zahlreiche manchmal oft".split()
    ),
    ONLY: frozenset(
        "only solely exclusively alleen slechts uitsluitend enkel seulement uniquement nur".split()
    ),
}

# Of SOME, the words that always count a part: 'most' and 'certain' have other meanings.
PART = frozenset(
    "some several few many enkele sommige verschillende meerdere vele quelques plusieurs einige manche "
    "mehrere viele".split()
)

# What has these before it is meant, tried or shared in, not done.
INTENDED = frozenset(
    """
    commit commits committed committing commitment plan plans planned planning intend intends intended
    intention aim aims aimed want wants wanted wish wishes seek seeks try tries trying tried attempt
    attempts hope hopes propose proposes proposed proposal promise promises promised pledge pledges
    pledged prepare prepares preparing call calls called urge wil willen wilde wensen wenst plan plannen
    plant voornemen belooft beloven beloofd verbindt verbinden verbonden probeert proberen poging
    voorstel voorstellen stelt streeft streven beoogt beogen hoopt hopen vraagt vragen eist veut veulent
    voulait souhaite souhaitent engage engagent engagé engagée engagés engagées prévoit prévoient
    projette entend tente tentent essaie essaient promet promettent promis propose proposent espère
    espèrent vise visent demande demandent will wollen wollte plant planen möchte möchten beabsichtigt
    beabsichtigen verpflichtet verpflichten versucht versuchen verspricht versprochen schlägt vorschlag
    strebt anstreben hofft hoffen fordert fordern verlangt verlangen bemüht bemühen
    """.split()
)
PARTLY_DONE = frozenset(
    """
    role part involved involve involvement participate participates participating participation
    contribute contributes contributing help helps helped helping assist assists support supports rol
    betrokken neemt deel bijdragen draagt helpt helpen rôle participe participent contribue contribuent
    aide aident rolle beteiligt beteiligen beitragen trägt hilft helfen
    """.split()
)
# Auxiliaries of what is over.
DONE = frozenset(
    "have has had was were heeft hebben had hadden werd werden a ont avait avaient fut furent hat haben "
    "hatte hatten wurde wurden".split()
)
ALREADY = frozenset("already al reeds déjà bereits schon".split())
BE = frozenset("is are was were be been being am isn't aren't wasn't weren't gets got".split())
INFINITIVE = frozenset("to te zu à".split())

# Words before a cause, and before an effect; regular expressions.
CAUSE_FOLLOWS = (
    r"because(?: of)?|due to|owing to|thanks to|after all|as a result of|caused by|omdat|doordat|wegens"
    r"|dankzij|want|immers|ten gevolge van|parce que|parce qu'|en raison de|grâce à|car|à cause d[eu']"
    r"|weil|wegen|aufgrund|dank|denn|infolge"
)
EFFECT_FOLLOWS = (
    r"therefore|thus|hence|consequently|as a result|leads? to|led to|causes?|caused|results? in|daarom"
    r"|daardoor|bijgevolg|dus|leidt tot|leiden tot|veroorzaakt|donc|par conséquent|c'est pourquoi|entraîne"
    r"|provoque|deshalb|daher|folglich|führt zu|verursacht"
)
# Between these, a sentence sets one thing against another; the first group also opens such a sentence.
OPENING_CONTRAST = "whereas|while|although|though|terwijl|hoewel|alors que|tandis que|bien que|während|obwohl"
CONTRAST = (
    f"{OPENING_CONTRAST}|but|unlike|maar|echter|in tegenstelling tot|mais|contrairement à|aber|hingegen"
    "|wohingegen|jedoch"
)
# A half that begins with one of these speaks of what the other half names.
PRONOUNS = frozenset(
    "it its they their them this these which who he she his her that dit deze ze zij hij il elle ils elles "
    "cela qui celui es sie er dies diese dieser".split()
)
# What 'our country' is in each language, for statements in another one.
OURS = ("our country", "ons land", "notre pays", "unser land")

# The same body in the four languages; what stands in one row may stand for any other of it.
SAME_NAMES: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split("/"))
    for row in (
        "eu/ue/european union/europese unie/union européenne/europäische union/europäischen union",
        "un/uno/vn/onu/united nations/united nations organization/verenigde naties/nations unies/"
        "vereinte nationen/vereinten nationen",
        "nato/navo/otan/north atlantic treaty organization/noord-atlantische verdragsorganisatie/"
        "organisation du traité de l'atlantique nord/nordatlantikvertrag-organisation/atlantic alliance",
        "osce/ovse/osze/organisation for security and cooperation in europe/"
        "organisatie voor veiligheid en samenwerking in europa/"
        "organisation pour la sécurité et la coopération en europe/"
        "organisation für sicherheit und zusammenarbeit in europa",
        "european commission/europese commissie/commission européenne/europäische kommission/"
        "europäischen kommission/commission/commissie/kommission",
        "council of europe/raad van europa/conseil de l'europe/europarat",
        "european council/europese raad/conseil européen/europäischer rat/europäischen rat",
        "european parliament/europees parlement/parlement européen/europäisches parlament/"
        "europäischen parlament",
        "security council/veiligheidsraad/conseil de sécurité/sicherheitsrat",
        "alliance/alliantie/bondgenootschap/allianz/bündnis",
        "ai/ki/ia/artificial intelligence/kunstmatige intelligentie/intelligence artificielle/"
        "künstliche intelligenz",
        "wto/omc/world trade organization/wereldhandelsorganisatie/welthandelsorganisation",
        "cfsp/gbvb/pesc/gasp/common foreign and security policy/"
        "gemeenschappelijk buitenlands en veiligheidsbeleid/"
        "politique étrangère et de sécurité commune/gemeinsame außen- und sicherheitspolitik/"
        "gemeinsamen außen- und sicherheitspolitik",
    )
)
