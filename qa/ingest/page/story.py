"""The blocks of a page -> those of its story: where the running text is, less what stands in its midst.

Every element of the page is weighed by the running text in it, links aside. What names itself as something else
(comments, related stories, a newsletter's form) weighs nothing, unless it holds most of the page. The story is in the
element that calls itself the body of an article, if there is one of some weight, or else in the smallest element that
still holds nearly all of the weight.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import lxml.html

from qa.ingest.lines import ends_sentence, is_prose
from qa.ingest.normal import compared
from qa.ingest.page.blocks import PageBlock, Place

_MOST = 0.75
"""Of the running text: an element that holds so much of what is in the one around it is gone into."""
_CLOSE = 0.1
"""Of the running text: where less stands close together than this, all of it is scattered."""
_AWAY_TAGS = frozenset(["nav", "footer", "aside", "form", "menu", "dialog"])


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AWAY = _words(
    "comment comments disqus respond related newsletter newsletters subscribe subscription signup share sharing "
    "sharebar social promo promos promotion sidebar rail footer nav navbar navigation menu breadcrumb breadcrumbs "
    "cookie cookies consent gdpr popup modal banner ad ads advert advertisement sponsor sponsored taboola outbrain "
    "trending popular recommended recommendation recommendations recirc recirculation tags taglist keywords topics "
    "byline author authors bio toolbar tools teaser teasers widget widgets cta prev previous next pagination pager "
    "visuallyhidden donate donation follow login paywall poll jump skip"
)
"""What elements beside a story are named by, in English markup, which most of the world's pages are written with."""
_BESIDE = _words("has with without no not is hide show js after before above below")
"""A name that goes on from one of these says what is, or is not, beside: 'has-sidebar'."""
_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_BODY_NAME = re.compile(
    r"(?:^|[\s_-])(?:article|story|post|entry|news|blog|content|detail|single|page|text)[_-]{0,2}(?:body|contents?|text|copy|story)(?![a-z])"
    r"|(?:^|[\s_-])body[_-]{0,2}(?:copy|text|content|main)(?![a-z])|articleBody|storyBody|articleText|articleContent|postBody",
)


def stories(blocks: Sequence[PageBlock], title: str | None = None) -> Iterator[list[PageBlock]]:
    """What may be the story, best guess first; a later one is for where an earlier one turns out to hold no text."""
    blocks = _below_headline(blocks, compared(title or ""))
    weights = _cleared(blocks)
    if not any(weights):
        weights = [len(block.text) * (1 - block.linked) for block in blocks]
    places = _places(blocks)
    _weigh(blocks, places, weights)
    for container, named in _containers(places, blocks, weights):
        inside = [i for i, block in enumerate(blocks) if not block.place.dropped and container in block.place.chain()]
        yield [blocks[i] for i in (inside if named else _around_prose(blocks, weights, inside))]


def _cleared(blocks: Sequence[PageBlock]) -> list[float]:
    """The weight of each block; what is in a place that tells away has none, and the place is marked as dropped."""
    weights = [_weight(block) for block in blocks]
    places = _places(blocks)
    _weigh(blocks, places, weights)
    for place in places[1:]:
        above = place.above
        place.dropped = above is not None and (
            above.dropped or (place.weight < 0.5 * places[0].weight and _is_away(place))
        )
    return [0.0 if block.place.dropped else weight for block, weight in zip(blocks, weights, strict=True)]


def _around_prose(blocks: Sequence[PageBlock], weights: Sequence[float], inside: list[int]) -> list[int]:
    """From the first line of running text to the last, and what stands right beside these without being a link."""
    prose = [i for i in inside if weights[i]]
    if not prose:
        return []
    first, last = inside.index(prose[0]), inside.index(prose[-1])
    while last + 1 < len(inside) and _is_beside(blocks[inside[last + 1]], blocks[prose[-1]]):
        last += 1
    while first and _is_beside(blocks[inside[first - 1]], blocks[prose[0]]):
        first -= 1
    return inside[first : last + 1]


def _is_beside(block: PageBlock, prose: PageBlock) -> bool:
    return block.kind in ("caption", "table") or (block.linked < 0.3 and block.place.above is prose.place.above)


def _below_headline(blocks: Sequence[PageBlock], title: str) -> Sequence[PageBlock]:
    """What follows the headline, where that is most of the page's running text."""
    heads = [i for i, block in enumerate(blocks) if block.kind == "heading" and _is_headline(block, title)]
    if not heads:
        return blocks
    weights = [_weight(block) for block in blocks]
    total = sum(weights)
    head = next((i for i in reversed(heads) if sum(weights[i:]) > 0.8 * total), None)
    return blocks if head is None else blocks[head + 1 :]


def _is_headline(block: PageBlock, title: str) -> bool:
    return bool(title) and (key := compared(block.text)) != "" and (key == title or (len(key) >= 20 and key in title))


def _places(blocks: Iterable[PageBlock]) -> list[Place]:
    """Every place that holds a block, each after what is around it."""
    seen: dict[int, Place] = {}
    for block in blocks:
        new = []
        for place in block.place.chain():
            if id(place) in seen:
                break
            new.append(place)
        seen.update((id(place), place) for place in reversed(new))
    return list(seen.values())


def _weight(block: PageBlock) -> float:
    if block.kind in ("heading", "caption") or block.linked > 0.5:
        return 0.0
    text = block.text
    if is_prose(text) or (len(text) >= 50 and ends_sentence(text)):
        return min(len(text), 1000) * (1 - block.linked)
    return 0.0


def _weigh(blocks: Sequence[PageBlock], places: Iterable[Place], weights: Sequence[float]) -> None:
    for place in places:
        place.weight = 0.0
    for block, weight in zip(blocks, weights, strict=True):
        if weight:
            for place in block.place.chain():
                place.weight += weight


def _is_away(place: Place) -> bool:
    element = place.element
    if element.tag in _AWAY_TAGS or _is_hidden(element):
        return True
    if element.tag in ("main", "article", "body"):
        return False
    if not any(_tells_away(name) for name in _names(element)):
        return False
    return element.find(".//blockquote") is None and element.find(".//h1") is None


def _names(element: lxml.html.HtmlElement) -> list[str]:
    """The words by which its makers name an element: its classes, its id, its role."""
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}".split()


def _tells_away(name: str) -> bool:
    """Whether a name such as 'article-related' speaks of something else; 'has-sidebar' says what is beside."""
    tokens = [token.lower() for token in _TOKENS.findall(name)]
    return any(token in _AWAY and (not i or tokens[i - 1] not in _BESIDE) for i, token in enumerate(tokens))


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    return "display:none" in (element.get("style") or "").replace(" ", "") or element.get("hidden") is not None


def _containers(
    places: Sequence[Place], blocks: Sequence[PageBlock], weights: Sequence[float]
) -> Iterator[tuple[Place, bool]]:
    """(element, whether it calls itself the body of an article) that may hold the story, best guess first."""
    if not places:
        return
    root = places[0]
    close = _closeness(blocks, weights)
    for strength, least in ((3, 0.1), (2, 0.4)):
        named = _named(places, strength, least * root.weight)
        if named is not None and not _is_outdone(named, close, blocks):
            yield named, True
    shell = _named(places, 1, 0.5 * root.weight) or root
    for around in (shell, root) if shell is not root else (root,):
        yield _seeded(around, close) or _lightest(around, places), False
    yield root, True


def _named(places: Sequence[Place], strength: int, least: float) -> Place | None:
    """The element of that strength with the most running text, with those like it in the same article."""
    strong = {id(place) for place in places if not place.dropped and _body_strength(place) >= strength}
    outer = [p for p in places if id(p) in strong and not any(id(q) in strong for q in _around(p)) and p.weight]
    best = max(outer, key=lambda place: place.weight, default=None)
    if best is None or best.weight < least:
        return None
    return _common([place for place in outer if _article(place) is _article(best)])


def _around(place: Place) -> Iterator[Place]:
    return place.above.chain() if place.above is not None else iter(())


def _is_outdone(named: Place, close: Mapping[int, tuple[Place, float]], blocks: Sequence[PageBlock]) -> bool:
    """Whether more running text stands close together somewhere else than the element holds in all."""
    held = sum(len(block.text) * (1 - block.linked) for block in blocks if named in block.place.chain())
    return any(
        text > 1.5 * held and named not in place.chain() and place not in named.chain()
        for place, text in close.values()
    )


def _body_strength(place: Place) -> int:
    element = place.element
    if "articlebody" in (element.get("itemprop") or element.get("property") or "").lower():
        return 3
    if element.tag == "body":
        return 0
    if _BODY_NAME.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return 2
    return int(element.tag in ("article", "main") or element.get("role") == "main")


def _article(place: Place) -> Place | None:
    return next((p for p in place.chain() if p.element.tag == "article"), None)


def _common(places: Sequence[Place]) -> Place:
    chains = [list(p.chain()) for p in places]
    return next(p for p in chains[0] if all(p in c for c in chains[1:]))


def _closeness(blocks: Sequence[PageBlock], weights: Sequence[float]) -> dict[int, tuple[Place, float]]:
    """How much running text stands close together in each place: that of children, and half of grandchildren's.

    Paragraphs of a story are neighbours; those of comments and teasers have each a box of their own (after
    Readability's scores). Items of lists count half.
    """
    close: dict[int, tuple[Place, float]] = {}
    for block, weight in zip(blocks, weights, strict=True):
        if weight:
            text = weight * (0.5 if block.kind == "list_item" else 1.0)
            for share, place in zip((1.0, 0.5), list(block.place.chain())[1:3], strict=False):
                close[id(place)] = place, close.get(id(place), (place, 0.0))[1] + text * share
    return close


def _seeded(root: Place, close: Mapping[int, tuple[Place, float]]) -> Place | None:
    """Where running text stands closest, or what is around that and others like it; None if all is scattered."""
    inside = [(place, text) for place, text in close.values() if root in place.chain()]
    seed, most = max(inside, key=lambda found: found[1], default=(root, 0.0))
    if most < _CLOSE * root.weight:
        return None
    best = top = seed
    while top is not root and top.above is not None:
        beside = sum(
            text for place, text in inside if place.above is top.above and place is not top and text > 0.2 * most
        )
        top = top.above
        if beside > 0.3 * most:
            best = top
    return best


def _lightest(place: Place, places: Sequence[Place]) -> Place:
    below: dict[int, list[Place]] = {}
    for p in places:
        below.setdefault(id(p.above), []).append(p)
    while True:
        heaviest = max(below.get(id(place), ()), key=lambda p: p.weight, default=None)
        if heaviest is None or heaviest.weight < _MOST * place.weight:
            return place
        place = heaviest
