"""Split a sentence that asks several questions: "is it red and how many are there?"."""

from __future__ import annotations

import re

from vqa.english import DETERMINERS
from vqa.questions.normalization.agreement import agree_verb
from vqa.questions.normalization.normalize import normalized_wording, offers_to_refuse
from vqa.questions.normalization.statements import as_question
from vqa.questions.nouns.noun_phrases import PROPERTY_NOUNS, without_determiner
from vqa.questions.sentences.options import options_of
from vqa.questions.times.part_range import split_two_times
from vqa.questions.times.presence_times import presence_time
from vqa.questions.words.rewriting import INTERJECTION

_TAG_WORDS = 2
PRONOUN = r"(?:it|he|she|they|there|you|we|this|that|these|those|(?:any|some|every|no)(?:one|body|thing)|either|neither|both|one|the|his|her|its|their|any|a|an)"
AUX = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|isnt|arent|doesnt|dont|didnt|r)"
WH = r"(?:what|whats|what's|wat|wats|which|who|whos|who's|whose|where|wheres|where's|when|whens|why|how|hows)"
# Discourse markers and fillers before a question or a noun phrase.
DISCOURSE_MARKERS = (
    r"finally|lastly|hang on|hold on|wait|and|but|so|or|also|then|well|now|ok|okay|k|yeah|fine|right(?![- ][a-z]+ed\b)|no way(?= (?:what|how|who|where|when|why)\b)|huh|anyway|noted|alright|"
    + INTERJECTION
)
MARKERS = rf"(?:(?:{DISCOURSE_MARKERS}|yes|no|please|pls|like(?= {AUX} {PRONOUN}\b))\b[ ,]*)*"
BEGINS_QUESTION = re.compile(
    rf"^{MARKERS}(?:(?:in|on|at|for|from|to|with|by|of|around|about) )?(?:{WH}\b|{AUX} {PRONOUN}\b|(?:is|are|was|were|does|do|did|can|could) [a-z]+ )",
    re.IGNORECASE,
)
BEGINS_REQUEST = re.compile(
    rf"^{MARKERS}(?:tell|show|describe|count|find|list|name|give|read|summari[sz]e|explain|translate|transcribe|make|jump|go to|caption|identify|say|compare|pick|choose|select|check (?:if|whether)|guess|look (?:at|again)|any(?= (?!idea|guess|clue|chance)[a-z]+(?:, [a-z]+)*,? or ))\b",
    re.IGNORECASE,
)
# "is it red and how many are there": a further question begins after "and" or a comma.
_NEXT_QUESTION = re.compile(
    rf",? (?:and )?if (?:so|yes|there (?:is|are)),? (?={WH}\b)|"
    rf",? (?:or|and) (?:(?:at least|else|just|then|also|maybe|please) )*(?=(?:tell me|describe|count|list|say(?= (?:me )?{WH}\b)) )|,? and (?=(?:on|in|to|at|from|with|for) (?:which|what) [a-z]+)|"
    # "What are they looking at and one of them has a bag?"
    rf",? and (?=(?:one|two|some|all|both|none|neither) of (?:them|these|those|the [a-z]+) (?:is|are|has|have|can)\b[^?]*\?)|, and (?:(?:roughly|also|then|maybe) )?(?=(?:(?:in|on|at|for|from|to|with|by|of|around|about) )?{WH}\b(?! ?not\b| ?[?.!]| ?$))|"
    rf",? (?:and|n|&|plus|also)(?: also)? (?=(?:(?:what|who|where|when|how)'s [a-z]|{WH} (?:[a-z]+ )?(?:is|are|was|were|does|do|did|can|many|much|long|often|old|big|tall|heavy|fast|far|colou?r|kind)\b|how (?:long|big|large|heavy|old)(?=[?.! ]*$)|whats\b|wheres\b|what happens\b|"
    rf"what about\b|how about\b|(?:what|who) (?:in|on|under|behind|next to|near) (?:the|his|her|its|their)\b|(?:is|are|was|were|does|do|did|can|has) {PRONOUN}\b|(?:are|do|have) (?:people|children|men|women|[a-z]{{3,}}s)\b|would (?:you|u) say\b))",
    re.IGNORECASE,
)
# "How many men how many women?"
_TWO_COUNTS = re.compile(
    rf"^(?P<first>{MARKERS}how many [a-z]+),? (?P<second>how many [a-z]+)[?.! ]*$", re.IGNORECASE
)
_OF_SEVERAL = re.compile(r"[a-z]+ of (?:them|these|those|the [a-z]+) ", re.IGNORECASE)
_QUESTION_WORD_LAST = re.compile(
    rf"^(?P<first>{MARKERS}(?:{AUX}|(?:what|which) [a-z]+ (?:is|are|do|does|can)|(?:what|who) (?:is|are)) .+?),? and (?:if (?:so|yes),? )?(?P<word>where|when|why|how)(?: exactly)?[?.! ]*$",
    re.IGNORECASE,
)
_NEXT_INDIRECT = re.compile(
    rf",? and (?:also )?(?=(?:if|whether) |{WH} (?:[a-z]+ ){{0,3}}(?:it|he|she|they|there|this|that|(?:the|his|her|its|their) [a-z]+) (?:is|are|was|were|has|have|does|do|[a-z]+s)\b)",
    re.IGNORECASE,
)
# "Are there any bees or insects?" becomes two questions.
_EITHER = re.compile(
    rf"^{MARKERS}(?:(?P<be>(?:are|is|was|were) there|(?:do|can) you see|does (?:he|she|it) have|do they have) )?"
    r"(?:(?:any(?! (?:idea|guess|clue|chance)\b)|(?(be)some|(?!))) (?P<first>[a-z]+(?:, [a-z]+)*),? or (?:any )?(?P<second>(?!(?:nah?|naw|no|nope|not|none|nothing|something|what)\b)[a-z]+)(?P<rest>(?: (?:in|on|at) [a-z ]+)?)|"
    r"(?(be)|(?!))(?:an? |some )?(?P<a>[a-z]+(?: [a-z]+)?) or (?:an? |some )?(?P<b>[a-z]+(?: [a-z]+)?)(?P<place> (?:any|some)where\b[a-z ]*))[?.! ]*$",
    re.IGNORECASE,
)
_FACT = "resolution|res|fps|frame rate|length|duration|size|file size|codec|format|bitrate|bit rate|name|file name"
_PROPERTY = rf"(?:[a-z]+ )?(?:{'|'.join(sorted(PROPERTY_NOUNS))}|gender)"
# "What's the resolution and fps?", "shirt color + hair color?", "size and color of the dog?"
_TWO_FACTS = re.compile(
    rf"^{MARKERS}(?:i mean )?(?:(?:what is|what's|whats|what are|tell me|give me) )?(?:(?P<owner>the|its|his|her|their) )?(?P<first>{_FACT}|{_PROPERTY}),? ?(?:\band\b|&|\+) ?(?:(?:the|its|his|her|their) )?(?P<second>{_FACT}|{_PROPERTY}|any [a-z]+s)(?P<of> of .+?)?(?:,? (?:please|pls))?[?.! ]*$",
    re.IGNORECASE,
)
_NOUN_PHRASE = r"(?:the|his|her|its|their|this|that|these|those) (?:[a-z'-]+ ){0,2}?[a-z-]+"
# "What colour are the fridge and the cupboards?"
_TWO_COLORS = re.compile(
    rf"^(?P<ask>{MARKERS}(?:(?:tell me|and) )?(?:what|which)(?:'s|s)? (?:(?:is |are )?the colou?rs? of|colou?rs?(?: (?:is|are|do|does))?)) "
    rf"(?P<first>{_NOUN_PHRASE}),? and (?P<second>{_NOUN_PHRASE}(?: (?:in|on|at|near|behind|next to) {_NOUN_PHRASE})?)(?P<verb> is| are| have| has)?[?.! ]*$",
    re.IGNORECASE,
)
# "What does the ground look like, any leaves?"
_ANY_LAST = re.compile(
    rf"^(?P<first>{MARKERS}(?:what|how|where|which) (?:[a-z]+ ){{0,2}}?{AUX}\b [^,]+), any (?P<noun>(?!idea|more|chance|thing|one|guess)[a-z]+s(?: [^,]+)?)[?.! ]*$",
    re.IGNORECASE,
)
# "Is he waving to someone, can you see anybody else?"
_TWO_QUESTIONS = re.compile(
    rf"^(?P<first>(?:(?:i mean|so|and|but|ok) )?{AUX} .+?), (?:and |but )?(?P<second>(?:(?:can|could|do) (?:you|u|we) (?:see|tell|spot|notice)|{AUX} (?:he|she|it|they|the [a-z]+|anyone|someone) [a-z]+) ?.*)$",
    re.IGNORECASE,
)
# "What does he do, when does he step in?", "is it a ball, what colour is it"
_WH_AFTER_COMMA = re.compile(
    rf"^(?P<first>{MARKERS}(?:{WH} (?:[a-z]+ ){{0,3}}?)?{AUX}\b .+?), (?P<second>{WH} (?:[a-z]+ )?(?:is|are|was|were|does|do|did|has|have) {PRONOUN}\b.*)$",
    re.IGNORECASE,
)
# "How does it end, is the man still there?"; with "or" the second offers options.
_WH_THEN_YES_NO = re.compile(
    rf"^(?P<first>{MARKERS}(?:(?:when|where) (?:is|are|was|were|does|do|did)|(?:what|who|where|why|how)'s|"
    r"(?:what|which|who|whose|why|how(?= (?:is|are|was|were|does|do|did|can)\b| (?:many|much|long|often|old|big|tall|far|fast|high|heavy)\b))"
    rf"(?: (?!(?:he|she|it|they|the|you|i|we|this|that)\b)[a-z-]+){{0,3}}? (?:is|are|was|were|does|do|did|can|has|have))\b [^,]+), "
    r"(?P<second>(?!(?:do|can|could) (?:you|u|we) (?:know|tell|see|hear|count|read|recogni[sz]e|translate|say)(?: (?:it|them|her|him|that|me))?[?.! ]*$)(?!does (?:it|he|she|the [a-z]+) (?:say|show|tell)\b)"
    r"(?:is|are|was|were|does|do|did|has|have|can|could) (?:there|you|u|we|any(?:one|body|thing)|some(?:one|body|thing)|the [a-z]+|any|his [a-z]+|her [a-z]+|(?:(?<=does )|(?<=do )|(?<=did ))(?:it|he|she|they))\b(?!.* or (?!not\b)).* [a-z].*)$",
    re.IGNORECASE,
)
# "Is anyone stealing something or is it just a fight?"
_OR_CLAUSE = re.compile(
    rf"^(?P<first>.+?),? or (?P<second>(?:is|are|was|were|does|do|did) (?P<subject>{PRONOUN} ?(?:else |[a-z]+ (?=[a-z]+ing\b))?)\b ?.+)$",
    re.IGNORECASE,
)
# "Is he typing or what is he doing?", unlike "is it a cat or what is it?"
_OR_WH = re.compile(
    rf"^(?P<first>{MARKERS}{AUX} .+?),? or (?P<second>(?:what|where|who|why|how) (?:(?:is|are|was|were|does|do|did|can) {PRONOUN} (?!exactly\b|then\b|like\b|supposed\b|called\b)[a-z]+|(?:it|he|she|they|there)(?:'s| is| are)? (?!exactly\b|then\b)[a-z]+).*)$",
    re.IGNORECASE,
)
_OTHER_AUXILIARY = re.compile(
    rf"^(?P<first>(?:is|are|was|were) .+?),? or (?P<second>(?:does|do|did) (?:{PRONOUN}|[a-z]+(?<!s)s) .+)$|^(?P<a>(?:does|do|did) .+?),? or (?P<b>(?:is|are|was|were) {PRONOUN} .+)$",
    re.IGNORECASE,
)


def split_questions(sentence: str) -> list[str]:
    """Split a question or request into the questions that it asks, at least one, in order.

    "Is it red and how many are there?" -> "Is it red", "how many are there?". The parts keep their
    words, also pronouns and fragments such as "where?"; some get a question mark, an indirect
    question "tell me", and "what is the resolution and fps?" becomes two whole questions, as does
    "who is there at the start and at the end?". Options, "is it a cat or is it a dog?", stay one
    question.

    Args:
        sentence: a question or request, without a remark before or after it.
    """
    return [
        clause
        for question in _split_conjunctions(sentence)
        for part in _split_clauses(question.strip(" ,"))
        for half in split_halves(part)
        for clause in split_two_times(half)
    ]


def asks_two_facts(sentence: str) -> bool:
    """Whether a sentence names two properties: "shirt color + hair color", "size and color of the dog"."""
    return _TWO_FACTS.match(sentence) is not None


def split_halves(question: str) -> list[str]:
    """Split a question about the clothes of both halves of a body: "what is she wearing, top and bottom".

    The result is "what is she wearing on her upper body?", "what is she wearing on her legs?", or
    with a color, "what color is her top?", "what color are her trousers?". A question of another
    form is the only one of the list.

    Args:
        question: one question, as typed.
    """
    words = question.lower().strip(" ?.!").replace(",", "").split()
    verb = next((n for n, word in enumerate(words) if word in _WORN), 0)
    auxiliary = next((n for n in range(verb) if words[n] in _WITH_WORN), 0)
    halves = [word for word in words[verb + 1 :] if word not in _OF_HALF]
    question_words = words[:auxiliary]
    if (
        not auxiliary
        or " ".join(halves) not in _HALVES
        or not {"what", "which"} & set(question_words)
    ):
        return [question]
    subject = " ".join(words[auxiliary + 1 : verb])
    owner = _OWNERS.get(subject, f"{subject}'s")
    color = next((word.removesuffix("s") for word in question_words if word.startswith("colo")), "")
    if color:
        return [f"what {color} is {owner} top?", f"what {color} are {owner} trousers?"]
    owner = _OWNERS.get(subject, "the")
    clause = " ".join(words[: verb + 1])
    return [f"{clause} on {owner} upper body?", f"{clause} on {owner} legs?"]


_WORN = frozenset({"wear", "wearing", "dressed", "have", "got"})
_WITH_WORN = frozenset("is are was were does do did has have".split())
_OF_HALF = frozenset("on the at both for in up down his her their half part body of it".split())
_HALVES = frozenset(
    f"{first} and {second}"
    for pair in ("top bottom", "above below", "upper lower", "top below")
    for first, second in (pair.split(), pair.split()[::-1])
)
_OWNERS = {"he": "his", "she": "her", "they": "their"}


def _split_conjunctions(sentence: str) -> list[str]:
    """Split a sentence where "and" begins a further question: "is it red and how many are there"."""
    question_word = _QUESTION_WORD_LAST.match(sentence)
    if question_word is not None:
        # "Is there a dog, and where?"
        return [f"{question_word['first']}?", f"{question_word['word']}?"]
    counts = _TWO_COUNTS.match(sentence)
    if counts is not None:
        return [f"{counts['first']}?", f"{counts['second']}?"]
    first, *others = _NEXT_QUESTION.split(sentence)
    questions = [
        first,
        *(as_question(other) if _OF_SEVERAL.match(other) else other for other in others),
    ]
    if not BEGINS_REQUEST.match(sentence):
        return questions
    # "Tell me what it is and whether it is new."
    return [
        clause if number == 0 else f"tell me {clause}"
        for question in questions
        for number, clause in enumerate(_NEXT_INDIRECT.split(question))
    ]


def _split_clauses(question: str) -> list[str]:
    """Split a text into its questions: "is he alone, can you see anyone?"; at least one.

    "What is the resolution and fps?" gives one for each fact, and so do two colors. "Or" separates two questions only if
    the clause after it has another subject: "is it a cat or is it a dog?" stays whole.
    """
    either = _EITHER.match(question)
    if either is not None:
        first = either["first"] or either["a"]
        nouns = *first.split(", "), either["second"] or either["b"]
        rest = either["rest"] or either["place"] or ""
        return [f"{either['be'] or 'are there'} any {noun}{rest}?" for noun in nouns]
    facts = _TWO_FACTS.match(question)
    if facts is not None:
        owner, of = facts["owner"] or "the", facts["of"] or ""
        names = facts["first"], facts["second"]
        return [
            f"are there {name}?" if name.startswith("any ") else f"what is {owner} {name}{of}?"
            for name in names
        ]
    colors = _TWO_COLORS.match(question)
    if colors is not None:
        nouns = colors["first"], colors["second"]
        return [
            agree_verb(f"{colors['ask']} {noun}{colors['verb'] or ''}?", without_determiner(noun))
            for noun in nouns
        ]
    any_of_it = _ANY_LAST.match(question)
    if any_of_it is not None:
        return [f"{any_of_it['first']}?", f"are there any {any_of_it['noun']}?"]
    or_wh = _OR_WH.match(question)
    if or_wh is not None:
        return [f"{or_wh['first']}?", or_wh["second"]]
    offers_options = options_of(normalized_wording(question)) is not None
    two = _TWO_QUESTIONS.match(question) if not offers_options else None
    if two is not None and len(two["second"].split()) > _TAG_WORDS:
        return [f"{two['first']}?", *_split_clauses(two["second"])]
    wh = _WH_AFTER_COMMA.match(question)
    if wh is not None:
        return [f"{wh['first']}?", wh["second"]]
    pair = _WH_THEN_YES_NO.match(question)
    if pair is not None:
        return [f"{pair['first']}?", pair["second"]]
    if offers_options or offers_to_refuse(question) or presence_time(question) is not None:
        return [question]
    other = _OTHER_AUXILIARY.match(question)
    if other is not None:
        # "Is he bald, or does he have long hair?"
        first, second = filter(None, other.groups())
        return [f"{first.rstrip(' ,')}?", second]
    match = _OR_CLAUSE.match(question)
    if match is None or _has_same_subject(match["first"], match["second"]):
        return [question]
    return [f"{match['first'].rstrip(' ,')}?", match["second"]]


def _has_same_subject(first: str, second: str) -> bool:
    """Whether the subject of a second question is a word of the first one; its noun behind "the"."""
    words = second.lower().split()[1:]
    subject = words[1] if words[0] in DETERMINERS and len(words) > 1 else words[0]
    return subject in first.lower().split()
