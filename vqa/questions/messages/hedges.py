"""Rules that remove hedges from a message: "do you think", "would you say", "by the way".

They are applied to a whole message, before it is split into questions and remarks: commas around a
hedge, and the verbs in it, look like further clauses.
"""

from __future__ import annotations

import re

from vqa.english import is_doing, is_or_are, with_article
from vqa.questions.messages.opinions import confirmation_of_last, confirmation_question
from vqa.questions.messages.statement_clauses import IMPRESSION, split_report
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.normalization.statements import YES_NO, as_question
from vqa.questions.nouns.noun_phrases import QUESTION_WORDS
from vqa.questions.times.time_range import split_shot, split_time
from vqa.questions.words.rewriting import BE, WH, RewriteRule, apply_rules, rule
from vqa.questions.words.spelling import is_word

_YOU_THINK = r"(?:would|do|did|could|can|might) (?:you|u|ya) (?:say|guess|think|reckon|call|estimate|suppose|believe|imagine)"
_CAN_SAY = r"(?:tell|say|see|make (?:it|that|this|them) out)"
_PRONOUN = r"(?:it|that|this|they|those|these|he|she|there)"
_SUBJECT = rf"(?:{_PRONOUN}|(?:the|his|her|its|their) [a-z-]+(?: [a-z-]+)?)"
_OPINES = r"(?:says?|thinks?|swears?|reckons?|said|bets?|claims?|insists?|believes?)"
_OPINE = r"(?:say|think|reckon|says|thinks|reckons|believe|bet|claim|insist|bets|claims|insists|believes)"
_WHO_IS_RIGHT = r"(?:(?:who is|who's|whos|which of us is|which one of us is|which (?:one )?is|what is|what's)(?: it| right| correct| wrong)(?: then| now)?|who do you (?:agree with|believe))"
_OPENING = r"(?:and|so|but|ok|okay|alright|right|now|then|well|or|hm+|haha)[, ]+"
_ASIDE = (
    r"(?:by the way|btw|be honest|to be honest|honestly|in all honesty|just (?:curious|wondering|for fun|asking)|(?:just )?out of curiosity|"
    r"if i may ask|if you (?:know|can tell|had to guess|have to guess|ask me)|for what it's worth|come to think of it|be frank|"
    r"even (?:just |only )?(?:(?:a|the) )?(?:(?:little|tiny|slightest) )?(?:bit|little|slightly|once)|"
    r"would you believe it|no offen[cs]e|correct me if i'm wrong|if i'm not mistaken)"
)


def _two_opinions(match: re.Match[str]) -> str:
    """Return "is he wearing shorts or jeans?" for the claim "he's wearing shorts" and "jeans".

    The whole text if the claim has no form that is known.
    """
    claim = re.sub(rf"^.*?{_OPINES}(?: that)? ", "", match["claim"], flags=re.IGNORECASE)
    question = confirmation_question(claim, "")
    rest = (match["rest"] or "").strip(", ?.!").removeprefix("and ")
    before = re.sub(r", $", ". ", match["before"])
    end = f"? {rest}" if rest else ""
    options = f"{question.rstrip('?')} or {match['second'].strip()}{end}?"
    return f"{before}{options}" if question else match[0]


def _asked_doubt(match: re.Match[str]) -> str:
    """Return "tell me if it is a fox?" for "I can't tell if it is a fox, what do you think?"."""
    report = split_report(match["doubt"])
    *_, guess = match["doubt"].split(", ")
    guess_question = normalized_wording(guess) if IMPRESSION.match(guess) else ""
    if YES_NO.match(guess_question):
        # "Not sure where this is, looks like a mountain to me, what do you think?"
        return f"{guess_question}?"
    if report is None:
        return match[0]
    before, request = report
    rest = (match["rest"] or "").lstrip(", ").removeprefix("and ")
    return " ".join(filter(None, (before and f"{before}.", f"{request}?", rest and f"{rest}?")))


def _without_opinion(match: re.Match[str]) -> str:
    """Return "," between two phrases, and nothing behind a question; the match behind a statement."""
    asks = _ASKS.match(match.string) is not None
    return "," if match["comma"] else "" if asks else match[0]


# "I have a bad back, so I could never do that" asks nothing.
_ASKS = re.compile(
    rf"(?:^|[,.] |\b(?:and|but|so|please) )(?:{WH}|is|are|does|do|did|can|could|would|tell|describe|give|list|count|name)\b",
    re.IGNORECASE,
)


def _without_purpose(match: re.Match[str]) -> str:
    """Return a question without what its answer is for; the match if nothing is asked."""
    return str(match["question"] if _ASKS.search(match["question"]) else match[0])


def _offered_items(match: re.Match[str]) -> str:
    """Return "restaurant or shop?" for "restaurant, shop?"; the text if its items are no options.

    Options are nouns alone or behind a question word, nouns with "a", or verbs in -ing.
    """
    first, *others = match["items"].split(", ")
    starts, words = [item.lower().split()[0] for item in others], first.lower().split()
    asks_what, asks_whether = bool(QUESTION_WORDS & set(words)), YES_NO.match(first) is not None
    is_list = len(words) == 1 and bool(match["mark"])
    nouns = [*(words if is_list else ()), *(item.lower() for item in others)]
    has_article = {*starts} <= {"a", "an"} and len(others[-1].split()) <= _MAX_NAME_WORDS
    is_offer = any(
        (
            (is_list or asks_what)
            and all(is_word(noun) and noun not in _NO_NAMES for noun in nouns),
            has_article and (asks_what or (asks_whether and {"a", "an"} & {*words})),
            asks_whether and all(map(is_doing, starts)) and any(map(is_doing, words)),
        )
    )
    # "What is it, a dog?" suggests one answer, and so may "is he standing, waiting?".
    is_short = len(others) == 1 and (asks_what or (is_doing(starts[0]) and not match["what"]))
    if not is_offer or is_short or others[-1].endswith((" one", " ones")):
        return match[0]
    return f"{', '.join([first, *others[:-1]])} or {others[-1]}{match['mark']}"


_MAX_NAME_WORDS = 4
_NO_NAMES = frozenset(
    "really well okay sorry please thanks yes yeah hello hey now then anyway man dude bro mate buddy right true sure what who where when why how and but".split()
)


def _property(match: re.Match[str]) -> str:
    """Return "what time of day is it", "what colour is that"; "how old" where nothing is named."""
    what = match["what"] or ("it" if match["of"] else "")
    verb = "are they" if what == "them" else f"is {what}"
    return f"{match[1]} {verb}" if what else match[1]


HEDGES: tuple[RewriteRule, ...] = (
    rule(
        "aside between commas",
        rf", {_ASIDE}(?=, or\b)|, {_ASIDE},(?= (?!or\b))|, {_ASIDE}(?=[?.!]| *$)",
        "",
        "is it, by the way, a photo?",
        "is it a photo?",
    ),
    rule(
        "aside at the start",
        rf"^((?:{_OPENING})*)(?:{_ASIDE},|(?:overall|in general|generally|basically|all in all|like(?! [a-z]+[?.! ]*$)),?) (?=(?:{WH}|is|are|was|were|does|do|did|has|have|can|would)\b)",
        r"\1",
        "just out of curiosity, is it a photo?",
        "is it a photo?",
    ),
    rule(
        "correction of a time or place",
        r"^[^,?.!]{1,40}, i mean (?=(?:right |just )?(?:in|at|on|after|before|during) [^,?]+, )",
        "",
        "and then, I mean in the second part, is it wet?",
        "in the second part, is it wet?",
    ),
    rule(
        "opinion of the app between commas",
        rf", {_YOU_THINK}(?:(?P<comma>,)(?= )|(?=[?.! ]*$))",
        _without_opinion,
        "is that the sun, do you think, or a lamp?",
        "is that the sun, or a lamp?",
    ),
    rule(
        "opinion of the app with a clause",
        rf"\b((?:what|which|where|who|whose|how (?!can\b|could\b|do\b|would\b|did\b)[a-z-]+)(?: (?!{BE}\b)[a-z-]+){{0,4}}?) (?:{_YOU_THINK}|(?:you|u) (?:think|reckon|guess|believe|suppose))(?: that)? ({_SUBJECT}) ({BE})\b",
        r"\1 \3 \2",
        "how old would you say he is?",
        "how old is he?",
    ),
    rule(
        "opinion of the app about a subject",
        rf"^((?:{_OPENING})*(?:what|who|whose|where|which [a-z]+)) (?:you|u) (?:think|reckon|guess|believe|suppose) (?=(?:{BE}|comes|goes|has|wins)\b)",
        r"\1 ",
        "what you think is in the box?",
        "what is in the box?",
    ),
    rule(
        "opinion of the app about a property",
        rf"\b((?:what|which|how) (?!{BE}\b|many\b|much\b|about\b|else\b|more\b|exactly\b|sure\b|can\b|could\b|do\b|would\b|did\b)[a-z-]+(?P<of> of (?:the )?[a-z-]+)?) {_YOU_THINK}(?: (?P<what>it|that|this|them))?(?=,| ?[?.!]| *$)",
        _property,
        "what colour would you call it, cream or white?",
        "what colour is it, cream or white?",
    ),
    rule(
        "is it the case that",
        rf"\b(?:(?:is it|isn't it) (?:possible|the case|true|likely|fair to say)|(?:could|can|might) it be) that ({_SUBJECT})(?: ({BE})|'(s|re))\b(?! got\b)",
        lambda match: f"{match[2] or ('are' if match[3] == 're' else 'is')} {match[1]}",
        "could it be that they're rehearsing?",
        "are they rehearsing?",
    ),
    rule(
        "would that be",
        rf"^((?:{_OPENING})*)(?:would|could|might) ((?:it|that|this|they|those|these)(?! \w+(?: been)? [a-z]+(?:ed|er|en|rd|ld)\b)|(?:the|this|that|these|those|his|her|its|their) [a-z-]+(?: there| here)?) (?:be|have been) (?!.*\bif\b)(?=\w)",
        lambda match: f"{match[1]}{is_or_are(match[2])} {match[2]} ",
        "would that be a fox?", "is that a fox?",
    ),
    rule(
        "options without or",
        r"^(?!.*\bor\b(?! what\b))(?P<items>[^?,]+(?:, [^?,]+?)+?)(?P<what>,? or what(?: exactly)?)?(?P<mark>\?*)$",
        _offered_items,
        "is he standing, sitting, leaning on something?",
        "is he standing, sitting or leaning on something?",
    ),
    rule(
        "what would that be",
        rf"\b(what(?: [a-z]+)?|which [a-z]+|who|where) (?:would|could|might) ({_PRONOUN}) be(?P<in>(?: (?:in|at|on|from))?)(?= *[?.!,]| *$)",
        lambda match: f"{match[1]} {is_or_are(match[2])} {match[2]}{match['in']}",
        "what could that be?",
        "what is that?",
    ),
    rule(
        "something and what it is",
        r"^(?:(?:and|but|so|ok|hey|oh),? )?(?:there(?:'s| is|s)|(?:i|we) (?:can |could )?(?:see|saw|noticed|spotted)) (?:something|some thing|a thing)(?P<adjective> (?!in\b|on\b|at\b|behind\b|near\b|next\b|under\b|to\b|that\b|like\b)[a-z-]+)?"
        r"(?P<place> (?:in|on|at|behind|near|next to|under|up|down|to|by|over|above|around|hanging|lying|standing) [^,.?!]+?)?,? (?:and |but )?(?:any idea )?what(?: is|'s|s)? (?:it|that|this)(?: is)?(?: exactly)? ?(?=[?.!]|$)",
        lambda match: f"what is the{match['adjective'] or ''} thing{match['place'] or ''}",
        "there's something blue on the ground, what is it",
        "what is the blue thing on the ground",
    ),
    rule(
        "announcement of a question",
        r"(^|, )(?:[a-z']+ ){0,3}?(?:last|next|one|two|quick|final|silly|other|another) (?:[a-z]+ ){0,2}?(?:one|question|thing|point|request|bit|for you|last|again): (?=\w)",
        r"\1",
        "one silly last one: is it big?",
        "is it big?",
    ),
    rule(
        "whether the app can tell",
        rf"^(?P<question>(?:.*\b(?:{WH}|{BE}|does|do|did|has|have)\b.{{8,}}?(?<!,)(?=,? (?:can|could) (?:you|u) {_CAN_SAY}(?: me)?(?: please)? ?(?:\?|$))|"
        rf"(?:.*?(?:[,.] |\b(?:and|but|so) ))?(?:(?:in|on|at|to|from|with) )?(?:{WH}|if|whether)\b(?! (?:i|we|my)\b)[^,]{{8,}}?(?=, (?:can|could) (?:you|u|we) (?:see (?:it|that|this|them|him|her|any)|{_CAN_SAY})(?: (?:there|here|at all|please))? ?(?:\?|$)))),? "
        rf"(?:can|could) (?:you|u|we) {_CAN_SAY}(?: (?:me|it|that|this|them|him|her|any))?(?: (?:there|here|at all|please))* ?(?=\?|$)",
        r"\g<question>",
        "which hand does he use for it, can you tell?",
        "which hand does he use for it?",
    ),
    rule(
        "opinion asked for after a reported question",
        rf"^(?P<doubt>[^?]*\b(?:if|whether|{WH}) [^?]+?), (?:so )?(?:what (?:do|would) (?:you|u) (?:think|reckon|say|guess|see|make of it)|what's your (?:guess|opinion|take|view)|what is your (?:guess|opinion|take|view))(?: it is| about that)?(?P<rest>,[^?]*)?[?.! ]*$",
        _asked_doubt,
        "I can't tell if it is a fox or a dog, what do you think, and is it wet?",
        "tell me if it is a fox or a dog? is it wet?",
    ),
    rule(
        "opinion asked for after a statement",
        r"^(?P<claim>[^?]+), (?:so )?(?:what (?:do|would) (?:you|u) (?:think|reckon|say|guess)|what's your (?:guess|opinion|take|view|feeling)|what is your (?:guess|opinion|take|view|feeling))(?: it is| about that)?[?.! ]*$",
        lambda match: confirmation_question(match["claim"], f"{match['claim']}?"),
        "i think he has a cold, what do you think?",
        "does he have a cold?",
    ),
    rule(
        "two thoughts",
        r"^.*?\b(?:i )?(?:first |at first )?(?:thought|believed) (?:that |it |this |that it |those |they )?(?P<be>was|were) (?P<first>(?:an? |the )?[a-z -]+?) but (?:now )?(?:i'm thinking|i think|i believe|now i think)(?: that)? (?:it's|it is|they're|they are|that's|that is) (?:just |only |really )?(?P<second>[^,?.!]+).*$",
        lambda match: f"{'is it' if match['be'].lower() == 'was' else 'are they'} {match['first']} or {match['second']}?",
        "I thought that was a helmet but now I'm thinking it's just a cap",
        "is it a helmet or a cap?",
    ),
    rule(
        "two opinions",
        rf"^(?P<before>(?:[^?]*, )?(?:{_OPENING})*)(?P<claim>(?:(?:my|our) [a-z]+(?: [a-z]+)?|she|he|they|someone|somebody|one of us) {_OPINES}(?: that)? [^,?]+?),?(?:,? (?:and|but|while)|,) (?:i|my [a-z]+(?: [a-z]+)?|the other one|she|he|they) {_OPINE}(?: that)? (?:it's|it is|its|they're|they are|he's|she's|he is|she is)? ?"
        rf"(?P<second>(?! *(?:so|of|about|to|this|that|the same|(?:(?:he|she|it)'s )?(?:right|wrong))\b)[^,?.!]+?)(?:,? (?:so |and )?{_WHO_IS_RIGHT}|, (?!(?:what|who|where|when|why|how|is|are|does|do|did|can|so|and)\b)[^,]*(?:, (?:so |and )?{_WHO_IS_RIGHT})?)?(?P<rest>,? and (?:{WH}|is|are|does|do|did|can|has)\b.*)?[.?! ]*$",
        _two_opinions,
        "my wife bets he's wearing shorts and i say they're jeans, so who is right?",
        "is he wearing shorts or jeans?",
    ),
    rule(
        "place before the question",
        rf"^((?:{_OPENING})*)(?P<place>(?:in|on|at|during) (?:the|that|this|these|those|his|her|its|their) (?!end\b|start\b|beginning\b|middle\b|first\b|last\b|second\b|video\b|other hand\b|one hand\b|contrary\b|whole\b|long run\b|left\b|right\b)[a-z-]+(?: (?!(?:what|which|who|where|when|why|how)\b)[a-z-]+){{0,2}}?),? (?P<question>(?:{BE}|does|do|did|has|have|can) (?:the|his|her|their|it|he|she|they|there|anyone|any)\b[^,?]*?)(?=, (?:my|i|i'm|our|because)\b|[?.!]|$)",
        lambda match: f"{match[1]}{match['question']} {match['place'][0].lower()}{match['place'][1:]}",
        "in the highest position do the hands touch each other?",
        "do the hands touch each other in the highest position?",
    ),
    rule(
        "choice in the order of a statement",
        rf"(^|, )({_PRONOUN}) ({BE}) ([^,?]+ or (?!not\b|something\b|so\b)[^,?]+)\?$",
        r"\1\3 \2 \4?",
        "there is a sign, it is red or blue?",
        "there is a sign, is it red or blue?",
    ),
    rule(
        "choice of actions in the order of a statement",
        rf"(^|, )((?:they|he|she|it) (?!{BE}\b|has\b|have\b|can\b)[^,?]+ or (?!not\b|something\b|so\b)[^,?]+)\?$",
        lambda match: f"{match[1]}{as_question(match[2]).rstrip('?')}?",
        "there are two dogs, they play or they really bite each other?",
        "there are two dogs, do they play or they really bite each other?",
    ),
    rule(
        "statement and its confirmation",
        r"^(?P<claim>(?!.*\b(?:if|whether)\b)(?!i have (?:the|a)\b)[^?]+?)(?<! or),? (?:(?:is (?:that|this|it)|(?<=, )(?:it|this|that) is|(?<=, )(?:it|that)'s) (?:so|right|true|correct|the case|really so)|am i (?:right|correct|wrong|mistaken)|true or false|(?:do|don't|would|wouldn't) (?:you|u) (?:think|say|agree)(?: so)?|(?:can|could|would) (?:you|u) (?:please |pls )?(?:confirm|check|verify)(?: that| it| this)?(?: (?:for me|please|pls))*(?P<request>))(?:\?|(?(request)[. ]*$|(?!)))",
        confirmation_of_last,
        "my neighbour says he has a hat, is that so?",
        "does he have a hat?",
    ),
    rule(
        "purpose of a question",
        r"^(?P<question>[^?.!]+?),? so (?:that )?(?:i|we|my [a-z]+|our [a-z]+)(?: (?!need|want|wan|would|like|wonder|ask)[a-z]+){0,5} (?:can|could|might|will|know|knows)\b[^?.!]*(?=[?.!]|$)",
        _without_purpose,
        "could you describe it, so that I can send it to my sister who asks?",
        "could you describe it?",
    ),
    rule(
        "whether the app agrees",
        rf"^((?:{_OPENING})*)(?:would|do(?=[^?]* or )) (?:you|u) (?:also )?(?:say|agree|think)(?: that)? (?P<claim>[^?]+)\??",
        lambda match: f"{match[1]}{confirmation_question(match['claim'], match[0].removeprefix(match[1]))}",
        "would you say both skis point the same way?",
        "do both skis point the same way?",
    ),
    rule(
        "supposed to be",
        r"\b((?:(?:what|which)(?: (?:kind|sort|type) of)?(?: [a-z]+)?|who|where|when|how)(?:'s|s| is| are| was| were) [^,?.!]+?) (?:supposed|meant) to be(?=[?.!,]| *$)",
        r"\1",
        "what is that supposed to be?",
        "what is that?",
    ),
    rule(
        "doubt of oneself",
        rf",? or (?:am i (?!(?:seeing|hearing) (?:an?|the)\b)|is it just me|is that just me|(?:are|do) my (?:[a-z]+ )?eyes|do i (?!(?:see|hear) (?:an?|the)\b))[^?.!,]*?(?=[?.!,]| and (?:{WH}|is|are|does|do|has)\b| *$)",
        "",
        "is there a cat or am i imagining it?",
        "is there a cat?",
    ),
    rule(
        "certainty about one of two",
        rf"^((?:{_OPENING})*)are you (?:really |quite |absolutely |completely )?(?:sure|certain|positive)(?: that)? (?P<claim>{_PRONOUN}(?:'s|'re| is| are) [^,?]+?),? (?:and )?not (?P<other>[^,?]+)\?",
        lambda match: f"{match[1]}{confirmation_question(match['claim'], match['claim']).rstrip('?')} or {match['other']}?",
        "are you sure it's a zebra and not a horse?",
        "is it a zebra or a horse?",
    ),
    rule(
        "same question about something else",
        rf"^(?:(?:{_OPENING})|please |again,? |once more,? |now )*(?:(?:do|ask|answer|repeat|say) )?(?:(?:exactly )?the same|same|that|it|again)(?: (?:question|thing|count|info|information|again|please))*,?(?: but)?(?: (?:only|just|this time|now|please))*,? (?P<for>for|about|with|in) (?P<what>(?:the|that|this|his|her|their|my|all|both|those|these) [^,?]+?)(?:,? please)?[?.! ]*$",
        lambda match: _about_another(match["what"]),
        "same question again but only for the last part",
        "and in the last part?",
    ),
    rule(
        "not the one but the other",
        rf"^(?:(?:{_OPENING})|no+,? |sorry,? )*not (?:the|that|this|his|her|their) [^,?]+, (?:but )?(?:i (?:mean|meant) )?(?P<what>the one (?:that|who|which) [^,?]+?|(?:the|that|his|her|their) (?!.*\b(?:is|are|was|were|does|do|did|has|have)\b)[^,?]+?)(?:,? please)?[?.! ]*$",
        r"what about \g<what>?",
        "no, not the man, the woman with the umbrella",
        "what about the woman with the umbrella?",
    ),
    rule(
        "any idea",
        rf"\b(?:any (?:idea|clue)s?|got an idea) (?=(?:{WH}|if|whether)\b)",
        "tell me ",
        "there's a light, any idea what that is?",
        "there's a light, tell me what that is?",
    ),
    rule(
        "all of somebody",
        r",? from (?:top|head|tip) (?:to|till) (?:bottom|toe|toes|foot|feet|tail)(?=[?.!,]| *$)",
        "",
        "what is he wearing, from head to toe?",
        "what is he wearing?",
    ),
    rule(
        "roughly, behind a color",
        r"(?<=\w),? (?:mostly|mainly|predominantly|overall|for the most part)(?=[?.! ]*$)",
        "",
        "what colour is it mostly?",
        "what colour is it?",
    ),
    rule(
        "what to make of it",
        rf"\bwhat (?:do|would|can) (?:you|u) make of ({_PRONOUN}|them)(?=[?.!,]| *$)",
        lambda match: "what are they" if match[1] in ("them", "they", "those", "these") else f"what is {match[1]}",
        "i only see shapes, what do you make of them?",
        "i only see shapes, what are they?",
    ),
    rule(
        "impression on the app",
        r"\b((?:look|seem|sound|feel)s? (?:[a-z'-]+ ){1,5}?[a-z'-]+) to (?:you|u)(?=,| or\b|[?.! ]*$)",
        r"\1",
        "does it look like a spaniel to you, or is it a poodle?",
        "does it look like a spaniel, or is it a poodle?",
    ),
    rule(
        "more like",
        rf"^((?:{_OPENING})*)(?:isn't|is|wasn't|couldn't|could) (it|that|this|he|she)(?: be)? (?:(?:maybe|perhaps|rather|actually|just|not) )*(?:more (?:like|of)|rather|closer to) (?!.* or )(?=[a-z])",
        r"\1is \2 ",
        "but isn't it more like orange?",
        "but is it orange?",
    ),
    rule(
        "judgement of one",
        r"^(?:an? )?(?!(?:this|that|the|which|what|last|next|same|any|no|some|every|each|only|other|another)\b)([a-z]+) one(s?),? (?:(?:is|are)n't (?:it|they|he|she|that)|right|huh)[?.! ]*$",
        lambda match: f"are they {match[1]} ones?" if match[2] else f"is it {with_article(match[1])} one?",
        "old one isn't it", "is it an old one?",
    ),
    rule(
        "what the person cannot see",
        r"\b(?:i|we) (?:can't|cant|cannot|can not|couldn't|could not|don't|dont|do not) (?:really |actually |even )?(?:see|spot|find|make out) "
        r"(?P<what>[^,.?!]+?), (?:(?:can|could|do) (?:you|u)|(?:did|do|have) i (?:miss|overlook|missed|overlooked)(?: (?:one|it|any|some|something|them|that))?)\?",
        r"can you see \g<what>?",
        "i can't see a ball anywhere, can you?",
        "can you see a ball anywhere?",
    ),
)  # fmt: skip


def _about_another(what: str) -> str:
    """Return "and in the last part?" for a part of the video, else "and what about the woman?"."""
    is_part = split_time(f"in {what}")[1] is not None or split_shot(f"in {what}")[1] != 0
    return f"and in {what}?" if is_part else f"and what about {what}?"


def without_hedges(text: str) -> str:
    """Reword a question without hedges: "what colour would you call it?" -> "what colour is it?".

    A text without hedges is returned unchanged; white space at its ends is removed.
    """
    return apply_rules(HEDGES, text)
