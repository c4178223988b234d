"""Rules that remove greetings, politeness and prefaces: "hey, could you tell me, please"."""

from __future__ import annotations

import re

from vqa.english import is_plural_noun
from vqa.questions.normalization.statements import as_question, is_claim
from vqa.questions.words.rewriting import (
    AUXILIARY,
    END,
    INTERJECTION,
    STRIKING,
    TAG,
    WH,
    RewriteRule,
    rule,
)
from vqa.questions.words.spelling import is_verb


def _confirmed_claim(match: re.Match[str]) -> str:
    """Return "is he not hurt?" for "tell me he isn't hurt"; the match for what is no statement."""
    claim = re.sub(
        r"n['’]?t\b",
        " not",
        re.sub(r"(?:(?<=there)|['’])s (?=(?:an?|the|no)\b)", " is ", match["claim"]),
    )
    # "Tell me the main points" asks for a list.
    is_list = is_plural_noun(claim) and re.search(rf"\b{AUXILIARY}\b", claim) is None
    return as_question(claim) if is_claim(claim) and not is_list else match[0]


POLITENESS: tuple[RewriteRule, ...] = (
    rule(
        "greeting",
        r"^(?:(?:and|so|but|ok|okay|hey|hi|hello|well|please|then|now|hm|um|sorry|sry|excuse me|thanks|thank you|good (?:morning|evening|day)|alright|yes or no(?=[:,]))\b(?: (?:there|dear)\b)?[,!.:]* +(?=\w))+",
        "",
        "Hey, what is it?",
        "what is it?",
    ),
    rule(
        "address at the start",
        rf"^(?:(?:yo|bro|bruh|dude|sir|madam|ma'am|mister|miss|mate|buddy|guys|friend|nah|{INTERJECTION})\b[,!.]* +)+(?=(?:{WH}|{AUXILIARY}|(?:what|who|where|how)'?s|any|tell|describe)\b)(?!(?:what|whats|what's|wat)(?: is)? (?:up|good)\b)",
        "",
        "yo what is it?",
        "what is it?",
    ),
    rule(
        "exception in front",
        rf"^(?:(?:apart|aside) from|besides|except(?: for)?|other than|(?:not|without) counting) (?P<thing>(?:the |his |her |that |a |an )?(?!(?:that|this|these|those|it|{WH}|{AUXILIARY})\b)[a-z-]+),? (?P<question>(?:who|what|how many [a-z]+|which [a-z]+|{AUXILIARY})\b.+?)(?: else)?(?=[?.! ]*$)",
        r"\g<question> besides \g<thing>",
        "apart from the dog are there animals?",
        "are there animals besides the dog?",
    ),
    rule(
        "is it just me",
        rf"^is it (?:just|only) me,? or (?=(?:{AUXILIARY}) )",
        "",
        "is it just me or is the picture tilted",
        "is the picture tilted",
    ),
    rule(
        "what was meant",
        rf"^(?:(?:no|sorry|oops|but)[,. ]+)*(?:what i mean(?:t)?(?: to (?:say|ask))? (?:is|was)|i mean(?:t)?(?: to (?:say|ask))?(?: rather| actually)?(?=:|,? (?:{WH}|{AUXILIARY}|in|at|on|after|before|during) ))[:,]? *",
        "",
        "what i meant was where is he",
        "where is he",
    ),
    rule(
        "judgement before a question",
        rf"^(?:(?:{INTERJECTION}|oh|ok|well)\b[,!. ]+)*(?:(?:that is |that's |thats |how )?(?:(?:so|very|really|pretty) )?(?:{STRIKING})(?:[,!.]+ +(?=[^?]*\?|\S+ \S)| +(?=(?:{WH}|{AUXILIARY}) )))+(?![^?]*\b(?:{STRIKING})\b)(?!{TAG}{END})(?=[a-z])",
        "",
        "nice, is it big?",
        "is it big?",
    ),
    rule(
        "please",
        rf"(?<!\bwhat)(?<!\bwho)(?<!\bwhere)(?<!\bwhich),? (?:please|pls|thanks|thank you|thank u|btw|by the way|tho|though|{INTERJECTION}|would you|will you|mate|buddy|thank you (?:so much|very much|dear)|thanks (?:a lot|dear|so much)|dear|all together|altogether|in total|total|idk|i (?:do not|don't|dont) know|not sure|at least|(?:do )?you (?:think|reckon|mean)|can (?:you|u|one|we|anyone) (?:tell|say|see)|(?:would|could) you (?:say|tell))(?=[?.! ]*$)",
        "",
        "what is it, please?",
        "what is it?",
    ),
    rule(
        "exactly at the start",
        rf"^(?:exactly|precisely|roughly|approximately) (?={WH}\b)",
        "",
        "exactly what color?",
        "what color?",
    ),
    rule(
        "exactly",
        rf"^({WH}) (?:exactly|precisely|on earth|the hell|the heck) (?=\w)",
        r"\1 ",
        "what exactly is he lifting?",
        "what is he lifting?",
    ),
    rule(
        "adverb at the end",
        r"^((?:\S+ ){2,}\S+?),?(?:(?<=,) (?:sir|madam|miss|doctor|(?:my )?friend|guys|folks|actually)| (?:roughly|exactly|approximately|more or less|ever|mister|haha|bro|bruh|dude|mam|step by step|in detail|in short|briefly|anyway|anyways|meanwhile|in the meantime|right now))(?=[?.! ]*$)",
        r"\1",
        "how many windows are there roughly?",
        "how many windows are there?",
    ),
    rule(
        "tag behind a noun or a question",
        r"^((?:(?:an?|some) (?:[a-z-]+ ){0,2}?[a-z-]+?(?<!\bor)(?=,? (?:no|yes|yeah|right|correct|huh|eh|innit)[?.! ]*$)|"
        r"(?:is|are|was|were|does|do|did|has|have) (?:it|he|she|they|this|that|there|the [a-z]+) (?:\S+ )*?[a-z-]+?(?<!\bor)(?=,? (?:no|yes|yeah|huh|eh|innit)[?.! ]*$)|"
        r"(?:the|this|that|first|second|third|last|next|his|her) .+ (?:is|are|was|were|has|have) .*\b(?:the|an?|his|her) (?!(?:left|far|very|other)\b)[a-z]+(?=,? (?:right|no|yes|yeah|huh|eh)[?.! ]*$))),? [a-z]+(?=[?.! ]*$)",
        r"\1",
        "an elephant no?",
        "an elephant?",
    ),
    rule(
        "what is seen, in a relative clause",
        r"\b((?:an?|the|any|every|all) (?:[a-z-]+ )??[a-z-]+|(?:any|some|every)(?:thing|body|one)) (?:(?:that|which|who) )?(?:i|you|we|u) (?:can )?(?:see|spy|spot|notice|make out)(?: there)?(?=[?.! ]*$| (?:in|on|at|behind|near|next|under|over|by|or)\b)",
        r"\1",
        "is that a piano I spy in the corner?",
        "is that a piano in the corner?",
    ),
    rule(
        "like as a filler",
        r"\b(with|wearing|holding|carrying|having|on|in|at|eating) like (?=(?:an?|some) )",
        r"\1 ",
        "with like a broom",
        "with a broom",
    ),
    rule(
        "please inside",
        r"(?<=\w) please,? (?=\w)",
        " ",
        "can you please read it",
        "can you read it",
    ),
    rule(
        "if it is no trouble",
        r",? if (?:it is|it's|that is|you) (?:not too much (?:trouble|bother)|no trouble|possible|ok(?:ay)?|alright|don't mind|can|could)(?: for you)?,? ",
        " ",
        "tell me, if it is possible, what it is",
        "tell me what it is",
    ),
    rule(
        "question behind a preface",
        rf"^(?:i |my |this |when you |it |sorry |we |please |the )[^?]*?(?:, (?:so |but )?|: ?|\. |\? )(?=(?:{WH}|{AUXILIARY}|tell me|could you|can you)\b ?,? ?\w)(?!{TAG}{END})",
        "",
        "I can't tell from here, is it a cat?",
        "is it a cat?",
    ),
    rule(
        "that is all, as a question",
        r"^(?:(?:so|and) )?(?:that is|that's|thats) (all|it|everything)(?: then)?(?=\?)",
        r"is that \1",
        "that's all?",
        "is that all?",
    ),
    rule(
        "statement to confirm",
        r"^(?:just )?(?:tell me|say)(?: that)? (?P<claim>(?:it|he|she|they|this|that|there|the|his|her|its|these|those)(?:'s)? .+)$",
        _confirmed_claim,
        "tell me the snake is rubber",
        "is the snake rubber?",
    ),
    rule(
        "happen to",
        r"^(?P<start>(?:does|do|did) (?!you\b|(?:any|some)thing\b)[a-z' -]+?) happen to (?P<verb>[a-z]+)",
        lambda match: (
            f"{match['start']} {match['verb']}" if is_verb(match["verb"].lower()) else match[0]
        ),
        "does he happen to wear a watch?",
        "does he wear a watch?",
    ),
    rule(
        "be so good",
        r"^(?:be so (?:good|kind)(?: as)?(?: to| and)?|would you be so kind(?: and| as to)|would you mind|do you mind|may i ask|can i ask(?: you)?|could i ask|i (?:would|'d) like (?:to )?(?:ask|know)(?: you)?|i want(?:ed)? (?:to )?(?:ask|know)(?: you)?|i was wondering|i wonder|(?:i'm |i am )?just (?:curious|wondering|asking)|any idea|do you happen to know)(?: (?:you|telling me))?,? ",
        "tell me ",
        "would you mind telling me if it runs",
        "tell me if it runs",
    ),
)
