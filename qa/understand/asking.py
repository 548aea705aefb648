"""A question as people type it -> the question itself: without greeting and thanks, 'can you tell me' and 'is that so'.

The models read the question beside each passage, and were trained on bare ones. What is taken away holds no number, no
name and no word of the matter. 'The bridge was shut in May, right?' is looked up as what it says.
"""

from __future__ import annotations

import re

from qa.sentences import split

_WH = r"(?:who|whom|whose|what|when|where|why|how|which)(?:['’]?s)?\b"
_BE = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
_OPENING = (
    r"(?:hi|hiya|hello|hey|(?:good )?(?:morning|afternoon|evening)|um+|er+m?|ok(?:ay)?|right|well|so|please|pls|sorry)"
)
_GREETING = re.compile(
    rf"(?:{_OPENING}|quick question|just curious|next one|me again|(?:many )?thanks|thank you|thx|cheers)"
    r"\b[^.!?:]{0,40}[.!,:]*",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Ww]e|us|[Oo]ur)\b")
_TELLING_WORD = re.compile(r"\d+|(?<=[\w,;’'] )(?!I\b)[A-Z]\w*|\b(?!OK\b)[A-Z]{2,}\b")
"""Numbers and names: what is looked up. A sentence's first word is not known to be a name, but in capitals."""
_SETTING = r"(?:before|after|if|unless|until|since|as|while|once|during|in|on|at|by|for|from|with|without)\b"
_FILLER = re.compile(
    rf"(?:{_OPENING}(?:,? so)?\b[,:!. –-]*"
    rf"|(?!{_SETTING})(?:(?!{_WH})[a-z’',]+ ){{0,9}}(?:question|quiz|i|me|my)(?: (?!{_WH})[a-z’']+){{0,5}}[,:!.–-]+ +)"
    rf"(?:(?:and|but|so) )?(?=(?:{_WH}|{_BE}\b))",
    re.IGNORECASE,
)
_JOINED = re.compile(rf"\A(?:and|but|so) (?=(?:{_WH}|{_BE}\b))", re.IGNORECASE)
_FRAME = re.compile(
    r"(?:(?:please|pls|kindly|i|we|you|u|it|there|anybody|anyone|somebody|someone|me|us|am|was|were|be|is|are|do|don['’]?t|does"
    r"|did|can|could|would|will|might|may|['’](?:d|m|ll|re|ve)|just|like|love|want|wanted|need|wish|trying|try|hoping|hope"
    r"|happen|suppose|possible|grateful|glad|curious|interested|wondering|wonder|wondered|tell|let|know|say|quote|see|find"
    r"|finding|out|look|up|check|explain|remind|describe|inform|show|give|any|an|a|idea|clue|way|chance|to|of|on|in|as|about|for"
    r"|remember|recall|learn|hear|understand|really|actually|and|so|but)\b|[\s,])+",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\b(?:i|me|us|we|you|u)\b|^(?:please )?(?:explain|find out|look up|describe|quote|say|tell|check)\b"
    r"|\bany (?:idea|clue|way)\b|\b(?:any|some)(?:one|body)\b.*\b(?:know|tell|explain|remember|idea)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(rf"\b(?:{_WH}|(?P<whether>(?:whether|if)\b))", re.IGNORECASE)
_BELIEF = re.compile(
    r"(?:so,? )?(?:(?:i|we)(?: have|['’]ve| was| am|['’]m| had)? (?:heard|read|understand|believe|think|thought|gather"
    r"|told|saw|seem to remember)(?: somewhere)?(?: that)?|(?:somebody|someone) (?:told me|says|said)(?: that)?"
    r"|(?:they|people) say(?: that)?|as far as (?:i|we) (?:remember|know|recall|understand),?"
    r"|am i right (?:in thinking|to think)?(?: ?that)?|is it (?:true|right|correct) that"
    r"|(?:can|could) (?:you|somebody|anyone) confirm(?: that)?|apparently,?) (?!in )",
    re.IGNORECASE,
)
_TAG = re.compile(
    rf"(?:, | - )(?:or )?(?:right|yes|no|correct|true|eh|is that (?:so|right|true|correct)|have i got (?:that|it) wrong"
    rf"|am i (?:wrong|right)|{_BE}(?:n['’]?t)? (?:he|she|it|they|there))\s*\?*$"
    r"|,? *(?<!they )(?<!you )(?<!we )(?<!he )(?<! I )\b"
    r"(?:please|pls|do (?:yo)?u know|thanks|thank you|cheers)\s*[?!.]*$",
    re.IGNORECASE,
)
_TAG_ALONE = re.compile(
    r"(?:is|was|can|could|would) (?:that|this|it) (?:be )?(?:so|right|true|correct)\W*"
    r"|(?:can|could) (?:you|somebody|anyone) confirm (?:that|this|it)\W*"
    r"|(?:am i|have i got (?:it|that)) (?:right|wrong)\W*|(?:do you|does anyone) know\W*",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"(?:please )?(?:(?:give|tell)(?: (?:me|us))? (?=(?:the|its|their|his|her|\w+['’]s)\b)|state (?=the\b))",
    re.IGNORECASE,
)
_ABOUT = re.compile(rf"(?:please )?tell (?:me|us) (?:more )?(?:about|of) (?!{_WH})", re.IGNORECASE)
_LEANS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|that|this|those|these|there)\b", re.IGNORECASE
)
_SHORTEST = 3  # words of what is left
_END = " .!?,"


def bare(question: str) -> str:
    """The question without what is only said to be polite, or to ask; as it is, where nothing surely is."""
    whole = " ".join(question.split())
    left = _without_small_talk(whole)
    if left != whole:
        left = _JOINED.sub("", left)
    left = _without_frame(_TAG.sub("", left).rstrip(" ,"))
    left = left.rstrip(_END)
    if left == whole.rstrip(_END) or len(left.split()) < _SHORTEST or not _told(whole) <= _told(f"x {left}"):
        return question
    return left[:1].upper() + left[1:] + "?"


def _told(text: str) -> set[str]:
    """The words that must not get lost. What is left is looked at behind a word, so that a name may begin it."""
    return {word.casefold() for word in _TELLING_WORD.findall(text)}


def _without_small_talk(question: str) -> str:
    """Of several sentences those that ask, or say what is asked about; a greeting or a remark in front goes."""
    sentences = [sentence.text for sentence in split(question)]
    kept = [one for one in sentences if not (_TAG_ALONE.fullmatch(one) or _GREETING.fullmatch(one))]
    asking = [place for place, one in enumerate(kept) if one.endswith("?")]
    if asking:
        needs = any(_LEANS.search(kept[place]) for place in asking)  # what stands before it may say who 'she' is
        kept = [
            one
            for place, one in enumerate(kept)
            if place in asking or not _is_remark(one) or (needs and place < asking[-1])
        ]
    left = " ".join(kept) or question
    while filler := _FILLER.match(left):
        left = left[filler.end() :]
    return left


def _is_remark(sentence: str) -> bool:
    """Whether who asks speaks of themselves, and of nothing that could be looked up."""
    return bool(_OWN.search(sentence)) and not _TELLING_WORD.search(sentence)


def _without_frame(question: str) -> str:
    """The clause behind 'can you tell me' or 'I heard that', the thing behind 'give me'."""
    for opening, put in ((_BELIEF, ""), (_WANTED, "What is "), (_ABOUT, "")):
        said = opening.match(question)
        if said:
            return put + question[said.end() :]
    clause = _CLAUSE.search(question)
    framed = question[: clause.start()] if clause else ""
    if clause and _FRAME.fullmatch(framed) and _TELLING.search(framed):
        return question[clause.end() if clause["whether"] else clause.start() :].strip()
    return question
