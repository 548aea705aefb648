"""What stands on a news page and is no part of the article, told from the words and the shape of one line.

Tables of phrases that many sites share; nothing here knows a single site. A line of prose is only ever taken for
furniture when it speaks to the reader about the page ('We use cookies ...'), not when it is about such things.
"""

from __future__ import annotations

import re

from qa.ingest.normal import compared


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_NETWORKS = (
    r"(?:facebook|twitter|x|whats\s?app|linked\s?in|e-?mail|reddit|pinterest|telegram|bluesky|threads|mastodon|"
    r"instagram|youtube|tik\s?tok|messenger|flipboard|pocket|line|weibo|rss|sms|google(?: news)?|apple news)"
)
_SHARING = (
    rf"(?:{_NETWORKS}|share(?: this)?(?: article| story| page)?|tweet|post|pin|copy(?: the)? link|copied|print|save"
    rf"(?: (?:for later|article|story))?|gift this article|bookmark|send|like|comments?|listen|\d+(?:\.\d+)?k?|\+)"
)
_WHOLE = _any(
    rf"{_SHARING}(?:[\s|,/\u00b7\u2022]+{_SHARING})*",
    r"(?:share|send|save|print|email|e-mail|tweet|post|copy)\b.{0,12}\b(?:this|via|on|to|by|with|link)\b.{0,32}",
    r"skip to\b.{0,40}",
    r"(?:sign|log) (?:in|out|up|on)(?: or .{1,20})?|register|subscribe(?: now| today)?|my account|menu|search|close|"
    r"open menu|toggle .{1,20}|navigation|back to top|top|next|previous|prev|more|load more|see more|show more|"
    r"view all|see all|read more|full screen|play|pause|mute|loading(?:\.{3}|\u2026)?|home",
    r"(?:accept|reject|allow|decline|manage|customi[sz]e|privacy|cookie)s?(?: (?:all|cookies?|choices|settings|"
    r"options|preferences|policy|only necessary))*(?:\s*[|/\u00b7]\s*.{1,60})?",
    r"add to home ?screen",
    r"(?:continue|keep) reading(?: below)?|story continues(?: below)?.{0,30}|article continues.{0,40}|"
    r"continue to .{1,30}",
    r"(?:advertisement|advertising|advert|ad|sponsored|promoted|anzeige|publicit\u00e9|publicidad)"
    r"(?: (?:content|feature|link|by)\b.{0,80})?(?:\s*[\u00b7:|\u2013\u2014-]\s*.{0,90})?",
    r"(?:scroll|swipe|tap|click) (?:down |here )?to .{1,50}",
    r"\(?\[?(?:image|photo|picture|video|gallery|graphic|audio|embed|map|play video|photos?|slideshow)"
    r"(?: \d+)?(?: (?:of|/) \d+)?\]?\)?",
    r"\d+\s*(?:/|of)\s*\d+(?: (?:photos|images|pictures))?",
    r"(?:about )?\d+[- ]?(?:min(?:ute)?s?|mins)\.? (?:read|listen|watch)|(?:reading|estimated) time:? .{1,20}",
    r"\d[\d,.]*k? (?:comments?|shares?|views?|likes?|reads|reactions?)",
    r"(?:\d+|an?|one|two|three) (?:second|minute|min|hour|hr|day|week|month|year)s? ago",
    r"(?:e-?mail(?: address)?|name|website|your (?:e-?mail|name|comment)(?: address)?|comment|first name|last name|"
    r"post ?code|password)\s*\*?|post comment|submit(?: comment)?|send",
    r"(?:enter|type) (?:your )?e-?mail.{0,30}",
    r"(?:text|font) ?size.{0,20}|[aA][-+](?:\s*[aA][-+]?)*|dark mode|listen to this (?:article|story).{0,20}",
    r"(?:add|make) .{1,40} (?:preferred|favou?rite) .{1,30}|listen now|watch(?: now| live)?|live",
    r"(?:file|stock) (?:photo|image|picture)",
    r"(?:sign up|subscribe|register) (?:to|for) [^.!?]{1,90}",
    r"(?:subscriber|subscription|reader|special|limited|introductory)s? offer\b.{0,80}",
    r"i (?:agree|consent|accept|have read)\b.{0,80}",
    r"(?:(?:last |first )?(?:updated?|modified|published|"
    r"posted)\b:?\s*(?:at )?)?\d{1,2}[:.]\d\d(?:\s*[ap]m)?(?:\s*[A-Z]{2,5})?",
    r"(?:last |first )?(?:updated?|modified|published|posted|scraped|retrieved)\s*:?",
    r"[\W_]+",
)

_LEADING = _any(
    r"we (?:use|and our (?:\d+ )?partners|value your privacy|have updated our|care about your|noticed you)\b",
    r"(?:this|our) (?:site|website|page|web site) (?:uses|stores|relies)\b",
    r"by (?:continuing|clicking|using|signing up|subscribing|browsing|closing)\b.{0,80}\b(?:you|agree|consent)\b",
    r"(?:please )?(?:enable|turn on|turn off|disable) (?:java ?script|cookies|your ad ?blocker|notifications)\b",
    r"(?:sign up|subscribe|register|log in|join) (?:now |today |here )?(?:to|for|and) (?:our|the|get|receive|read|"
    r"continue|your|access|comment|reply|unlimited)\b.{0,120}",
    r"(?:get|receive) (?:the|our|all|more|breaking|unlimited) .{0,60}(?:inbox|newsletters?|briefing|alerts|e-?mail|"
    r"access|app)\b",
    r"your (?:e-?mail )?(?:address|data|details) (?:will|won't|is|are)\b.{0,60}(?:published|shared|safe|used|passed)",
    r"required fields\b",
    rf"follow .{{1,60}}\bon (?:{_NETWORKS})\b.{{0,120}}",
    r"(?:get|have) .{1,60} (?:delivered|sent) (?:\w+ )?(?:to|through) your (?:inbox|letterbox|door|phone)\b",
    r"you (?:must|need to|have to|can) (?:be logged in|log in|sign in|be signed in|register|unsubscribe)\b",
    r"you (?:have|have got|'ve got) \d+ (?:free )?(?:articles?|stories)\b",
    r"(?:thank you|thanks) for (?:signing up|subscribing|reading|registering|visiting)\b",
    r"(?:follow|like|find) us (?:on|at)\b|(?:download|get) (?:our|the) (?:free )?(?:\w+ )?apps?\b",
    r"(?:want|have|got|do you have) (?:a|more|any) (?:story|tip|news|stories)\b",
    r"(?:support|help us|donate to|become a member of) (?:our|independent|local|quality)\b",
    r"(?:read|see|watch|hear|listen|look|find out) (?:more|also|next|now|the full story)\s*[:\u2013\u2014|]",
    r"(?:read|see|watch|hear) (?:more|also)(?: (?:on|about|from|in)\b.{0,60})?$",
    r"(?:related|also read|more on this(?: story)?|see also|"
    r"don't miss|recommended|must read|explore more|in pictures|"
    r"watch|video|podcast|gallery|editor'?s? (?:pick|choice))\s*[:\u00bb>]",
    r"(?:you (?:may|might) also like|(?:also|more) (?:in|from|on) [^.:]{1,40}|most read|more stories|latest|up next|"
    r"trending|elsewhere)\s*:(?!\s*$)",
    r"\(?(?:additional )?(?:reporting|writing|editing|edited|translated|compiled) by\b",
    r"\(?(?:with (?:additional )?)(?:reporting|input|inputs|files|agency reports)\b.{0,60}$",
    r"(?:our standards|sources?)\s*:.{0,60}(?:principles|trust)",
    r"(?:this article|this story) (?:is|was) (?:available|for) (?:to )?subscribers\b",
    r"(?:contact us|terms|privacy|about us)\b(?:\s*[|\u00b7/].*)?$",
)

_SOFT = _any(
    r"(?:you (?:may|might) (?:also )?(?:like|be interested in|"
    r"have missed)|related(?: (?:stories|articles|news|content|"
    r"coverage|topics|links|posts|reading|items))?|more (?:stories|news|articles|headlines|on this(?: story| topic)?|"
    r"like this|to read)|(?:also|further|more) (?:in|from|by|on|about) .{1,50}|(?:most|top) (?:read|popular|viewed|"
    r"shared|stories|commented|watched)(?: (?:in|on|this|today|now).{0,30})?|trending(?: now| stories| today)?|"
    r"popular(?: (?:now|stories|posts))?|recommended(?: for you| stories| reading)?|editor'?s'? (?:picks|choice)|"
    r"latest(?: (?:news|stories|headlines|from .{1,40}))?|don'?t miss|read (?:next|also|more)|see also|up next|"
    r"what to read next|in other news|elsewhere on .{1,40}|newsletters?|get the .{1,50}(?:briefing|newsletter|"
    r"inbox|alerts)|promoted stories|around the web|from (?:around the web|our partners)|sponsored content|"
    r"tags?|topics?|about the author|keep up with .{1,40}|stay (?:informed|connected|up to date)(?: .{1,40})?|"
    r"(?:news|stories) you may have missed|explore (?:more|further)(?: .{1,40})?)\s*[:\u00bb>]?",
    r"(?:follow|connect with|find) (?:us|me|[A-Z0-9@][^.!?]{0,40})(?: on .{1,60})?",
    r"(?:tags?|topics?|keywords|filed under|categories|posted in)\s*[:|].{0,200}",
)

_HARD = _any(
    r"(?:leave|post|add|write|make)(?: us)? (?:a|your) (?:reply|comment|response)\b.{0,40}",
    r"(?:\d+ )?(?:reader )?comments?(?: ?\(\d+\)|: ?\d+| section| "
    r"are closed.*)?|comments \S{0,3}|(?:view|show|see|read|load) "
    r"(?:all |more )?(?:\d+ )?comments|no comments(?: yet)?|be the first to comment.*|join the (?:conversation|"
    r"discussion|debate).*|have your say.*|what do you think\??.*|(?:what )?(?:our |your "
    r")?readers?'? (?:say|views|comments|react)\b.*|your (?:views|comments|say)\b.*|"
    r"discussion|\d+ (?:responses?|replies|thoughts on .*)",
    r"(?:comentarios|coment\u00e1rios|commentaires|kommentare|commenti|reacties|kommentarer|komentarze|yorumlar|komentar|"
    r"\u043a\u043e\u043c\u043c\u0435\u043d\u0442\u0430\u0440\u0438\u0438|\u043e\u0442\u0437\u044b\u0432\u044b|\u30b3\u30e1\u30f3\u30c8|"
    r"\u8bc4\u8bba|\u8a55\u8ad6)(?:\s*[:(]?\s*\d*\)?)",
    r"(?:\u00a9|\(c\)|copyright\b).{0,200}",
    r".{0,120}\ball rights reserved\b.{0,80}",
    r".{0,60}\breproduction\b.{0,60}\b(?:forbidden|prohibited|permission)\b.{0,60}",
)

_SECTIONS = frozenset(
    compared(word)
    for word in [
        "home",
        "news",
        "world",
        "uk",
        "us",
        "usa",
        "europe",
        "asia",
        "africa",
        "local",
        "regional",
        "national",
        "international",
        "politics",
        "business",
        "money",
        "markets",
        "finance",
        "economy",
        "property",
        "sport",
        "sports",
        "football",
        "rugby",
        "cricket",
        "opinion",
        "comment",
        "columnists",
        "columns",
        "editorial",
        "editorials",
        "letters",
        "analysis",
        "culture",
        "arts",
        "art",
        "books",
        "film",
        "music",
        "tv",
        "theatre",
        "entertainment",
        "lifestyle",
        "life",
        "style",
        "food",
        "travel",
        "fashion",
        "health",
        "science",
        "environment",
        "climate",
        "weather",
        "tech",
        "technology",
        "education",
        "obituaries",
        "jobs",
        "motoring",
        "cars",
        "video",
        "videos",
        "podcasts",
        "photos",
        "pictures",
        "puzzles",
        "crosswords",
        "games",
        "events",
        "classifieds",
        "advertise",
        "shop",
        "features",
        "nostalgia",
        "farming",
        "community",
        "council",
        "courts",
        "crime",
        "court",
        "investigations",
        "family",
        "subscribe",
        "contact",
        "about",
        "search",
        "menu",
        "login",
        "register",
        "newsletters",
        "e-paper",
        "epaper",
        "archive",
        "live",
        "more",
        "explainer",
        "explainers",
        "interview",
        "interviews",
        "reviews",
        "review",
        "magazine",
        "sunday",
        "deals",
        "corrections",
        "fact-check",
    ]
)


def is_furniture(line: str) -> bool:
    """Whether this line belongs to the page and not to the article, wherever it stands."""
    if len(line) > 400:
        return False
    bare = line.strip(" \u00b7\u2022|\u00bb\u203a>*\u2192\u25bc\u25b2\u2013\u2014-[]()")
    return bool(_WHOLE.fullmatch(bare) or _LEADING.match(bare)) or is_navigation(bare)


def opens_box(line: str) -> bool:
    """Whether links to other stories, or an invitation, follow: for a few lines, or to the page's end."""
    return len(line) <= 200 and bool(_SOFT.fullmatch(line)) and not line.endswith((".", "?", "!"))


def opens_tail(line: str) -> bool:
    """Whether the article is over here, whatever follows."""
    return len(line) <= 300 and bool(_HARD.fullmatch(line))


def is_section(line: str) -> bool:
    """Whether the line is the name of a part of a paper, and nothing else."""
    return len(line) <= 40 and compared(line) in _SECTIONS


def is_navigation(line: str) -> bool:
    """Whether the line is a bar of links: 'NEWS  SPORT  OPINION', 'Home > News > Local', 'Terms | Privacy'."""
    if len(line) > 200:
        return False
    parts = [part for part in re.split(r"\s*[|>\u203a\u00bb/\u00b7\u2022]\s*|\s{2,}|\t", line) if part]
    if len(parts) >= 3 and all(len(part.split()) <= 4 for part in parts) and not line.endswith("."):
        return True
    words = line.split()
    strangers = len(words) // 4  # as many may be no section's name
    for word in words:
        strangers -= compared(word) not in _SECTIONS
        if strangers < 0:
            return False
    return len(words) >= 3


def breadcrumbs(line: str) -> tuple[str, ...]:
    """The steps of a line such as 'Home > News > Local'; empty for any other line."""
    steps = tuple(step for step in re.split(r"\s*[>\u203a\u00bb]\s*", line.strip()) if step)
    return steps if len(steps) >= 2 and all(len(step.split()) <= 4 for step in steps) else ()
