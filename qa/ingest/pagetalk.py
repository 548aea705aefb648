"""What a copied page says of itself and to its visitors, in the languages that news pages are written in.

Adds to ``furniture``, which knows the English phrases that pages of markup show too, the same phrases in German,
French and Spanish, and those that only copied text shows: widgets of weather, polls, prices and players, whose parts
markup would have named. Tables of phrases that many sites share; nothing here knows a single site.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qa.ingest import furniture
from qa.ingest.normal import compared
from qa.ingest.tagline import is_tagline

_LONGEST = 400  # characters: what a page says to its visitors is short


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_NETWORK = (
    r"(?:facebook|twitter|x|whats\s?app|linked\s?in|e-?mail|reddit|pinterest|telegram|bluesky|threads|mastodon|"
    r"instagram|messenger|xing|mail|correo(?: electr\u00f3nico)?|courriel|sms)"
)
_CLICK = r"click to (?:share|print|e-?mail|copy)\b.{{0,60}}|(?:\(?opens in (?:a )?new (?:window|tab)\)?)"
_PLAYER = r"(?:\d{1,2}:\d\d(?: ?[/|] ?\d{1,2}:\d\d)?|[0-3](?:\.\d+)?x|\u25b6\W*(?:play|listen|watch)\b.{0,60})"
_POLL = (
    r"(?:vote|submit|view results?|results?)(?: +[\d,.]+ votes?.{0,20})?|[\d,.]+k? votes?(?: so far| in total)?|"
    r"was this (?:article|page|story) (?:helpful|useful)\W.{0,20}|"
    r"how (?:did|do) you (?:find|like|rate) this (?:page|article|story)\W?"
)
_WEATHER = (
    r"(?-i:(?:[A-Z][\w'-]* ){0,3})-?\d{1,2} ?\u00b0 ?[CF]?(?:\s[^.!?]{0,60})?|\d{1,2}[- ]day forecast|"
    r"current conditions|"
    r"(?:sunrise|sunset|humidity|feels like)\W+\d[^.!?]{0,40}"
)
_WHOLE = _any(
    _CLICK,
    r"\S+@\S+\.\w+|@\w+",
    _PLAYER,
    _POLL,
    _WEATHER,
    r"[\u2605\u2606 ]+|\u2193|\u2191",
    # English buttons and labels
    r"(?:print|save|share|email|report|rate|like|bookmark) (?:this )?(?:page|article|story|post|comment)(?:\W.{0,40})?",
    r"report this comment(?:\W+cancel)?|cancel|reply",
    r"(?:previous|next|newer|older) (?:article|story|post)|load (?:more|older|newer|latest)\b.{0,30}|"
    r"(?:latest|live) updates|auto-?refresh .{1,20}|(?:refresh|reload)|open in app|skip ad|hide ad|"
    r"reuse this content|republish this .{1,20}|cite this .{1,20}|contact the (?:author|editor|newsroom).{0,40}|"
    r"message from the editor|report an? (?:error|typo|correction).{0,30}|suggest a correction|"
    r"(?:currency|unit) converter|all quotes delayed .{1,60}|slideshow\b.{0,30}|sort by\W.{0,40}",
    r"already a (?:subscriber|member)\W.{0,40}|(?:this (?:article|story|content) is )?for (?:subscribers|"
    r"members)(?: only)?|"
    r"(?:subscribers?|members?)[- ]only(?: (?:article|content|story))?",
    r"(?:latest|live|exclusive|breaking(?: news)?|just in|developing(?: story)?|premium|plus\+?)",
    r"(?:listen|read|see|watch|comments?|replies|share)\W?(?: ?\(\d+\))",
    r"other languages(?: available)?\W.{0,80}|read (?:this )?in\W.{0,80}|(?:available|also) in: .{1,80}",
    r"in partnership with [^.!?]{1,60}|supported by [^.!?]{1,60}|(?:presented|powered|brought to you) by [^.!?]{1,60}",
    r"why you can trust .{1,60}|our standards\W.{0,80}|how we (?:report|check|work).{0,40}",
    # German
    r"anzeige|werbung|artikel (?:an)?h\u00f6ren|(?:beitrag|text) (?:an)?h\u00f6ren|vorlesen|lesezeit\W.{0,20}|"
    rf"(?:merken|teilen|drucken|versenden|anh\u00f6ren|kommentieren|speichern)(?: ?\W? (?:auf|per|via|bei) {_NETWORK})?"
    rf"(?:\W+(?:merken|teilen|drucken|versenden|speichern))*|(?:auf|per|via|bei) {_NETWORK} (?:teilen|versenden|"
    rf"verschicken)|"
    r"(?:seite|artikel) (?:drucken|merken|teilen|versenden|empfehlen)|(?:link )?kopieren|nach oben|zur\u00fcck|"
    r"weiterlesen|"
    r"(?:mehr )?(?:anzeigen|laden)|anmelden|abmelden|registrieren|abonnieren|suche|men\u00fc|zum inhalt springen|"
    r"\d+ (?:kommentare?|beitr\u00e4ge?|leserkommentare?)|nur f\u00fcr abonnenten|artikel nur f\u00fcr .{1,30}|"
    r"exklusiv f\u00fcr .{1,30}",
    # French
    r"publicit\u00e9|la suite apr\u00e8s cette publicit\u00e9|(?:partager|envoyer|imprimer|enregistrer|copier le lien|"
    rf"ajouter (?:\u00e0|aux) .{{1,30}}|sauvegarder)(?:\W+(?:sur|par|via|cet article|l['\u2019]article|envoyer|"
    rf"imprimer|partager|{_NETWORK}))*|"
    r"\u00e9couter(?: l['\u2019]article| cet article)?|(?:temps de )?lecture ?:? ?(?:de )?\d* ?min\W?.{0,10}|"
    r"se connecter|s['\u2019]abonner|"
    r"s['\u2019]inscrire|mon compte|connexion|(?:article |contenu )?r\u00e9serv\u00e9 (?:aux|\u00e0 nos) abonn\u00e9s|"
    r"haut de page|"
    r"retour en haut|recherche|accueil|\d+ (?:commentaires?|r\u00e9actions?)|contribuer|r\u00e9utiliser ce contenu|"
    r"offrir(?: l['\u2019]article)?",
    # Spanish
    rf"publicidad|(?:compartir|enviar|imprimir|guardar|copiar(?: el)? enlace)(?:\W+(?:en|por|v\u00eda|"
    rf"este art\u00edculo|"
    rf"noticia|enviar|imprimir|{_NETWORK}))*|escuchar(?: (?:el )?art\u00edculo| noticia)?|"
    rf"(?:tiempo de )?lectura\W.{{0,20}}|"
    r"iniciar sesi\u00f3n|suscr\u00edbete(?:\W.{0,60})?|reg\u00edstrate\b.{0,80}|mi cuenta|volver arriba|buscar|"
    r"portada|"
    r"\d+ comentarios?|mis comentarios|normas\W{0,3}|solo (?:para )?suscriptores|contenido exclusivo .{1,40}",
)  # fmt: skip

_LEADING = _any(
    # English
    r"(?:get|receive|have) .{1,60}\b(?:by (?:text(?: message)?|e-?mail)|sent (?:straight )?to your (?:phone|inbox)|"
    r"in your inbox)\b",
    r".{0,80}\bin your inbox\b.{0,60}$",
    r"(?:text|sms|whats\s?app) [A-Z]+ to \d{3,}|(?:message|msg) and data rates\b",
    r"(?:send|e-?mail|text|call|tell|contact|write to) (?:us|our|the (?:newsdesk|newsroom))\b"
    r".{0,200}(?:@|\d{4}|\b(?:pictures|photos|videos|story|stories|tips|letters?|views)\b)",
    r"(?:do you )?have (?:an opinion on|something to say about|information about|any thoughts on) .{1,200}(?:e-?mail|"
    r"letter|contact|us)\b",
    r"you can (?:also )?(?:follow|find|download|sign up|listen to|watch|read|get) (?:us|the|our|all|more)\b.{1,120}"
    r"\b(?:app|facebook|twitter|instagram|x|phone|newsletter|podcasts?)\b",
    r"(?:\W* ?)?(?:follow|subscribe to|listen to) .{1,60}\b(?:podcast|platform|app|channel|newsletter)\b.{0,60}$",
    r"we want our comments\b|please (?:report anything|keep (?:your )?comments|be respectful)\b",
    r"(?:read|see|watch|hear) more\W",
    r"more (?:on|about|from) [^.!?]{1,40}: ",
    r"get (?:the best experience|unlimited access|full access|it on)\b|download on the app store|"
    r"(?:install|download|try|open) (?:the|our) (?:[\w&'\u2019]+ ){0,4}app\b",
    r"(?:start|begin) your (?:free )?(?:trial|subscription)|(?:subscribe|subscriptions?) (?:for|from|to keep|"
    r"to continue|to read)\b",
    r"become an? (?:member|supporter|subscriber|patron)\b.{0,60}$",
    r"(?:like what you(?:'|\u2019)re reading|enjoy(?:ing|ed)? (?:this|the) (?:article|story|piece))\b",
    r"we(?:'|\u2019)re more reliant\b|(?:please )?consider (?:a|making|taking|becoming) .{0,40}\b(?:subscription|"
    r"donation|contribution|"
    r"member|supporter)\b|thank you for (?:reading|supporting)\b",
    r"[^\"\u201c]{1,100}\b(?:sign up|subscribe) (?:here|now|today|for free)\W*$|"
    r"you(?:(?:'|\u2019)ve| have) (?:read|reached|used)\b.{0,40}\b(?:free|limit|remaining)\b|"
    r"tip us off\b|got a tip\b|save my (?:name|details)\b|be the first to\b|"
    r"this material may not be\b|the information (?:on|in) this (?:page|site|article) (?:is|does) not\b|disclaimer\W",
    r"gambling can be addictive\b|(?:please )?(?:play|gamble|drink) responsibly\b|18\+",
    r"some comments may\b|comments (?:are|will be) (?:moderated|closed|open)\b|log in or register\b",
    # German
    r"lesen sie (?:auch|mehr|dazu|hier|weiter)\b|(?:mehr )?zum thema ?:|siehe auch\b|auch interessant ?:|"
    r"hier geht(?:'|\u2019)?e?s zu[mr]?\b",
    r"bitte (?:melden sie sich|loggen|registrieren|aktivieren|akzeptieren|best\u00e4tigen)\b|"
    r"melden sie sich (?:jetzt |hier )?an\b",
    r"jetzt .{0,60}\b(?:anmelden|abonnieren|testen|laden|herunterladen|registrieren|lesen|bestellen)\b\W?$|"
    r".{1,80}\bjetzt (?:kostenlos |gratis )?(?:anmelden|abonnieren|testen|herunterladen)\W?$",
    r"newsletter ?:|folgen sie (?:uns|der|dem)\b|abonnieren sie\b|mit der anmeldung\b",
    r"wir (?:verwenden|nutzen|setzen) .{0,40}\bcookies\b|wir und unsere (?:\d+ )?partner\b|"
    r"diese (?:web)?(?:seite|site) (?:verwendet|nutzt)\b",
    r"(?:schlagw(?:o|\u00f6)rte?r?|themen|stichworte?|tags?|mehr zu)\s*:",
    # French
    r"(?:\u00e0 )?lire (?:aussi|\u00e9galement|la suite)\b|voir aussi\b|(?:article|contenu) r\u00e9serv\u00e9\b|"
    r"il vous reste \d",
    r"recevez\b.{0,120}|inscrivez-vous\b|abonnez-vous\b|suivez[- ]nous\b|t\u00e9l\u00e9chargez (?:notre|"
    r"l['\u2019])\W?.{0,30}application\b|"
    r"votre adresse (?:e-?mail|courriel|mail)\b|en poursuivant\b|nous utilisons des cookies\b|(?:ce|"
    r"notre) site (?:utilise|web utilise)\b|"
    r"connectez-vous\b|(?:mots[- ]cl\u00e9s|th\u00e8mes?|tags?) ?:",
    # Spanish
    r"(?:lea|lee|leer|ver|vea) (?:tambi\u00e9n|m\u00e1s)\b|te puede interesar ?:|(?:recibe|reciba) .{0,80}\b(?:correo|"
    r"bolet\u00edn|newsletter|email)\b|"
    r"(?:suscr\u00edb[ae]te|suscr\u00edbase|reg\u00edstr[ae]te|inscr\u00edb[ae]te|s\u00edguenos|s\u00edganos|"
    r"descarga (?:nuestra|la) app)\b|"
    r"(?:este|nuestro) sitio(?: web)? (?:utiliza|usa)\b|(?:utilizamos|usamos) cookies\b|si contin\u00faa navegando\b|"
    r"tu (?:correo|direcci\u00f3n)\b.{0,80}\bno ser\u00e1\b|(?:archivado en|etiquetas|temas)\s*:",
)  # fmt: skip

_BOX = _any(
    r"(?:related|similar) .{0,20}(?:reading|coverage)|"
    r"read more (?:on|from|about) .{1,40}|what(?:'|\u2019)s on(?: .{1,30})?|most (?:read|popular|viewed|"
    r"shared)(?: .{1,30})?|"
    r"don(?:'|\u2019)t miss|you might have missed|today(?:'|\u2019)s (?:top|most) .{1,30}|"
    r"explore more(?: .{1,40})?",
    r"das k\u00f6nnte (?:sie|dich)(?: auch)? interessieren|mehr (?:zum thema|zu diesem thema|aus .{1,30}|von .{1,30}|"
    r"zu .{1,30})|"
    r"auch interessant|meist(?:gelesen|geklickt|kommentiert)\w*(?: artikel)?|lesen sie (?:auch|mehr)|passend dazu|"
    r"weitere (?:artikel|nachrichten|meldungen|themen|beitr\u00e4ge)|newsletter|themen|verwandte (?:artikel|themen)|"
    r"(?:leser)?empfehlungen(?: der redaktion)?|top-?(?:artikel|themen)|zum thema|aktuelle (?:nachrichten|meldungen|"
    r"videos)",
    r"sur le m\u00eame (?:sujet|th\u00e8me)|\u00e0 lire (?:aussi|\u00e9galement|ensuite)|dans la m\u00eame rubrique|"
    r"(?:les )?(?:articles )?(?:les )?plus (?:lus|populaires|partag\u00e9s|comment\u00e9s)|vous aimerez aussi|"
    r"\u00e0 la une|"
    r"nos derni(?:ers|\u00e8res) .{1,30}|newsletters?|voir plus|(?:pour )?aller plus loin|\u00e0 d\u00e9couvrir",
    r"m\u00e1s informaci\u00f3n|m\u00e1s (?:sobre|en) .{1,40}|(?:lo|las) m\u00e1s (?:le\u00eddo|visto|le\u00eddas|"
    r"comentado).{0,20}|"
    r"te puede interesar|tambi\u00e9n (?:te puede interesar|en .{1,30})|noticias relacionadas|"
    r"art\u00edculos relacionados|"
    r"\u00faltimas noticias|temas relacionados|bolet\u00edn|no te lo pierdas|recomendamos",
)  # fmt: skip

_TAIL = _any(
    r"(?:leser)?kommentare?(?: ?\(\d+\))?|kommentar (?:schreiben|verfassen|abgeben)|diskutieren sie mit.*|"
    r"ihre meinung.{0,40}|"
    r"alle rechte vorbehalten.*|impressum\b.{0,120}",
    r"commentaires?(?: ?\(\d+\))?|laisser un commentaire|(?:tous )?les commentaires.*|r\u00e9agissez.*|"
    r"mentions l\u00e9gales\b.*|"
    r".{0,80}\btous droits r\u00e9serv\u00e9s.*",
    r"comentarios?(?: ?\(\d+\))?|deja (?:un|tu) comentario.*|(?:aviso|nota) legal\b.*|"
    r".{0,80}\btodos los derechos reservados.*",
)  # fmt: skip
_COUNTER = re.compile(r"(?:no|\d[\d.,]*k?) (?:comments?|kommentare?|commentaires?|comentarios?)", re.IGNORECASE)

_FEWEST_JOINTS = 3  # of links run together; names such as McDonald's and YouTube have one each
_SECTION_NAMES = (
    "nachrichten politik wirtschaft gesellschaft kultur sport wetter verkehr mediathek regional region lokales "
    "meinung wissen panorama feuilleton reise gesundheit startseite kommunalpolitik ausland inland digital "
    "technik leben accueil politique monde \u00e9conomie soci\u00e9t\u00e9 culture sports sciences "
    "plan\u00e8te opinions d\u00e9bats r\u00e9gion r\u00e9gions faits-divers portada nacional internacional "
    "econom\u00eda sociedad cultura deportes opini\u00f3n ciencia tecnolog\u00eda provincia sucesos hemeroteca "
    "infraestructuras actualidad gente transport investing careers scores fixtures tables transfers podcasts "
)
_SECTIONS = frozenset(compared(name) for name in _SECTION_NAMES.split())


@lru_cache(maxsize=10_000)  # asked of each line of a page several times
def is_furniture(line: str) -> bool:
    """Whether this line belongs to the page and not to the article, wherever it stands."""
    if len(line) > _LONGEST or is_tagline(line):
        return False
    bare = line.strip(" \u00b7\u2022|\u00bb\u203a>*\u2192\u25bc\u25b2\u2013\u2014-[]()")
    if not any(char.isalnum() for char in line):
        return True
    ours = _WHOLE.fullmatch(bare) or _LEADING.match(bare)
    return bool(ours) or is_navigation(line) or (furniture.is_furniture(line) and not _speaks_of_reporting(line))


def _speaks_of_reporting(line: str) -> bool:
    """A sentence that opens as taglines open; those were told apart before."""
    return bool(re.match(r"(?:additional )?(?:reporting|writing|editing|edited) by ", line, re.IGNORECASE))


def opens_box(line: str) -> bool:
    """Whether links to other stories, or an invitation, follow: for a few lines, or to the page's end."""
    bare = line.rstrip(" :\u00bb>\u203a")
    return furniture.opens_box(line) or (len(line) <= 80 and bool(_BOX.fullmatch(bare)))


def opens_tail(line: str) -> bool:
    """Whether the article is over here, whatever follows."""
    return furniture.opens_tail(line) or (len(line) <= 200 and bool(_TAIL.fullmatch(line)))


def is_counter(line: str) -> bool:
    """'0 comments': a link to the comments, or their heading."""
    return bool(_COUNTER.fullmatch(line))


@lru_cache(maxsize=10_000)  # asked of each word of a short line
def is_section(line: str) -> bool:
    """Whether the line is the name of a part of a paper, and nothing else."""
    return furniture.is_section(line) or (len(line) <= 40 and compared(line) in _SECTIONS)


def _is_bar(words: list[str]) -> bool:
    """Whether the words are those of a menu whose links were copied without a space between: 'NewsSportTravel'."""
    return len(words) <= 12 and not words[-1].endswith((".", "?", "!"))


def is_navigation(line: str) -> bool:
    """Whether the line is a bar of links: 'NEWS  SPORT  OPINION', 'Home > News > Local', 'Terms | Privacy'."""
    words = line.split()
    named = sum(is_section(word) for word in words)
    if len(line) <= 200 and len(re.findall(r"[a-z][A-Z]", line)) >= _FEWEST_JOINTS and _is_bar(words):
        return True
    return furniture.is_navigation(line) or (len(words) >= 3 and len(line) <= 200 and named >= 0.75 * len(words))
