"""Split a chat message into its questions, and the topics and remarks before them.

"ok back to the dog. is it on a leash and what color is it?" -> topic "dog", questions "is it on a
leash" and "what color is it?". A remark such as "My sister loves dogs." is kept only before a
question, whose pronouns can refer to its nouns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from vqa.questions.normalize import SENTENCE_END, offers_to_refuse
from vqa.questions.options import options_of
from vqa.questions.run_ons import split_remark, with_topic

PartKind = Literal["question", "topic", "remark"]

_MAX_QUESTIONS = 4
_TAG_WORDS = 2
_PRONOUN = r"(?:it|he|she|they|there|you|we|this|that|these|those|(?:any|some|every|no)(?:one|body|thing)|either|neither|both|one|the|his|her|its|their|any|a|an)"
_AUX = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|isnt|arent|doesnt|dont|didnt|r)"
_WH = r"(?:what|whats|what's|wat|wats|which|who|whos|who's|whose|where|wheres|where's|when|whens|why|how|hows)"
# Discourse markers and fillers before a question or a noun phrase.
DISCOURSE_MARKERS = "hang on|hold on|wait|and|but|so|or|also|then|well|now|ok|okay|k|hm+|oh|ah|lol|haha|yeah|fine|right|anyway|noted|alright"
_MARKERS = rf"(?:(?:{DISCOURSE_MARKERS}|yes|no|please|pls)\b[ ,]*)*"
_MARKERS_ALONE = re.compile(
    rf"^(?:(?:{DISCOURSE_MARKERS}|yes|no|please|pls|thanks)[ ,]*)+$", re.IGNORECASE
)
_BEGINS_QUESTION = re.compile(
    rf"^{_MARKERS}(?:(?:in|on|at|for|from|to|with|by|of) )?(?:{_WH}\b|{_AUX} {_PRONOUN}\b|(?:is|are|was|were|does|do|did|can|could) [a-z]+ )",
    re.IGNORECASE,
)
_BEGINS_REQUEST = re.compile(
    rf"^{_MARKERS}(?:tell|show|describe|count|find|list|name|give|read|summari[sz]e|explain|translate|transcribe|make|jump|go to|caption|identify|say|compare)\b",
    re.IGNORECASE,
)
# "is it red and how many are there": a further question begins after "and" or a comma.
_NEXT_QUESTION = re.compile(
    rf", and (?:(?:roughly|also|then|maybe) )?(?=(?:(?:in|on|at|for|from|to|with|by|of) )?{_WH}\b(?! ?not\b| ?[?.!]| ?$))|"
    rf",? (?:and|n|&|plus|also)(?: also)? (?=(?:(?:what|who|where|when|how)'s [a-z]|{_WH} (?:[a-z]+ )?(?:is|are|was|were|does|do|did|can|many|much|long|often|old|big|tall|heavy|fast|far|colou?r|kind)\b|how (?:long|big|large|heavy|old)(?=[?.! ]*$)|whats\b|wheres\b|what happens\b|"
    rf"what about\b|how about\b|(?:what|who) (?:in|on|under|behind|next to|near) (?:the|his|her|its|their)\b|(?:is|are|was|were|does|do|did|can|has) {_PRONOUN}\b))",
    re.IGNORECASE,
)
# "Are there any bees or insects?" becomes two questions.
_EITHER = re.compile(
    rf"^{_MARKERS}(?P<be>(?:are|is) there|(?:do|can) you see|does (?:he|she|it) have|do they have) (?:any|some) (?P<first>[a-z]+) or (?:any )?(?P<second>[a-z]+)(?P<rest>(?: (?:in|on|at) [a-z ]+)?)[?.! ]*$",
    re.IGNORECASE,
)
_FACT = "resolution|fps|frame rate|length|duration|size|file size|codec|format|bitrate|bit rate|name|file name"
# "What's the resolution and fps?"
_TWO_FACTS = re.compile(
    rf"^{_MARKERS}(?:what is|what's|whats|what are|tell me|give me) (?:the |its )?(?P<first>{_FACT}),? (?:and|&) (?:the |its )?(?P<second>{_FACT})(?: of .+)?[?.! ]*$",
    re.IGNORECASE,
)
# "Is he waving to someone, can you see anybody else?"
_TWO_QUESTIONS = re.compile(
    rf"^(?P<first>(?:(?:i mean|so|and|but|ok) )?{_AUX} .+?), (?:and |but )?(?P<second>(?:(?:can|could|do) (?:you|u|we) (?:see|tell|spot|notice)|{_AUX} (?:he|she|it|they|the [a-z]+|anyone|someone) [a-z]+) ?.*)$",
    re.IGNORECASE,
)
# "What does he do, when does he step in?"
_WH_AFTER_COMMA = re.compile(
    rf"^(?P<first>{_MARKERS}{_WH} (?:[a-z]+ ){{0,3}}?{_AUX}\b .+?), (?P<second>{_WH} (?:[a-z]+ )?(?:is|are|was|were|does|do|did|has|have) {_PRONOUN}\b.*)$",
    re.IGNORECASE,
)
# "How does the other one react, does he hit back or just stand there?"
_BEFORE_CHOICE = re.compile(
    rf"^(?P<remark>{_MARKERS}(?:how|what|why) (?:is|are|was|were|does|do|did) [^,]+), (?P<question>(?:is|are|was|were|does|do|did) (?:it|he|she|they|this|that|these|those) [^,]+ or [^,]+)$",
    re.IGNORECASE,
)
# "Is anyone stealing something or is it just a fight?"
_OR_CLAUSE = re.compile(
    rf"^(?P<first>.+?),? or (?P<second>(?:is|are|was|were|does|do|did) (?P<subject>{_PRONOUN} ?(?:else |[a-z]+ (?=[a-z]+ing\b))?)\b ?.+)$",
    re.IGNORECASE,
)
_OTHER_AUXILIARY = re.compile(
    rf"^(?P<first>(?:is|are|was|were) .+?),? or (?P<second>(?:does|do|did) {_PRONOUN} .+)$|^(?P<a>(?:does|do|did) .+?),? or (?P<b>(?:is|are|was|were) {_PRONOUN} .+)$",
    re.IGNORECASE,
)
# "The dog or the cat, which is bigger?" begins with options, not with a remark.
_CONDITION = re.compile(r"\b(?:or|if|when|where|who|which|whether)\b|\bmean", re.IGNORECASE)
_TOPIC = re.compile(
    rf"^(?:(?:{DISCOURSE_MARKERS}|serious|seriously|actually|thanks|thank you)\b[ ,]*)*"
    r"(?:(?:(?:let us|let's|lets|can we|please) )?(?:go(?:ing)? |get(?:ting)? |com(?:e|ing) )?back (?:to|on)|(?:re)?turning to|speaking of|regarding|concerning|as for|(?:(?:what|how) )?about) "
    r"(?:the |that |this |his |her |its |their )?(?P<noun>[a-z][a-z'-]*(?: [a-z'-]+){0,2})[.?!, ]*$",
    re.IGNORECASE,
)
# "Her jacket, is it denim?": a noun phrase before the question about it.
_NOUN_FIRST = re.compile(
    rf"^{_MARKERS}(?P<phrase>(?:(?:the|that|this|those|these|his|her|its|their) )?(?P<noun>[a-z][a-z'-]*(?: [a-z'-]+){{0,2}}?)"
    rf"(?: (?:in|on|with|at|of|next to|behind|near|from) [a-z' -]+?| (?:behind|outside|inside|above|below))?), +(?P<question>(?:{_WH}|{_AUX})\b.+)$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    rf"\b(?:{_AUX}|{_WH}|am|be|i|i'm|im|it|he|she|they|you|u|we|me|them|or|and|if|first|last|second|third|before|after|during|until|since|"
    r"so|too|very|such|looks?|seems?|bye|good|ok|okay|hi|hello|hey|yes|no|not|please|pls|sorry|thanks|excuse|dear|sir|bro|dude|mate|buddy|hm+|well|now|then|just|really|quick|question|"
    r"in|on|at|from|with|behind|one|ones|video|clip|film|picture|scene|kidding|joking|lol|wow|omg|oh|ah|here|there|again|today|mistake|bad|fault|pardon|opinion|guess)\b",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"^(?:right|no|yes|yeah|correct|true|ok|eh|huh|or not|is (?:that|this|it) (?:right|true|correct|so)|am i right|isn't (?:it|that so))[?!. ]*$",
    re.IGNORECASE,
)
_WANTS_TO_KNOW = r"i(?:'d like| would like| want| need|'d love| would love) to know"
# "Barista here, which hand has the kettle", "Hi, I sell furniture, what is behind her?"
_PREFACE = re.compile(
    rf"^(?P<remark>(?:(?:so|well|and|but|also|right|yeah),? )?(?:(?:hi|hello|hey|omg|wow|lol|ok|good (?:morning|evening|day))[,! ]+)?(?:(?:i|i'm|im|i am|we|my|the|there's|there is|it's|it is|omg|wow|lol|haha|nice|love|lovely|great) [^?.!;:]*?|[a-z ]{{2,25}} here|[a-z]{{4,}}(?= ?:)|sorry|why not|(?:somebody|someone|an? [a-z]+) (?:is|was) [^?.!;:,]+|"
    # "And then he does a trick, is that a flip?"
    rf"(?:and )?then (?:he|she|it|they) (?!(?:is|are|was|were|has|have|can|could|will|would)\b)[a-z]+ [^?.!;:,]+)) ?[,:;-]+ ?"
    rf"(?:(?:and |but |so )?{_WANTS_TO_KNOW} )?"
    # "There is no cat, is there?" is one question.
    rf"(?P<question>(?!(?:{_AUX}) there[?.! ]*$)(?:but |so |and |then )?(?:{_WH}|{_AUX})\b ?.+)$",
    re.IGNORECASE,
)
# "What a lovely dog!"
_EXCLAMATION = re.compile(r"^(?:what an?|how) [^?]*!$", re.IGNORECASE)
# "The one in red? What did he do?"
_NOUN_ALONE = re.compile(
    r"^(?:the|this|that) [a-z-]+(?: [a-z-]+)?(?: (?:in|on|at|with|behind) (?:the )?[a-z-]+(?: [a-z-]+)?)?\?$",
    re.IGNORECASE,
)
# A remark after a question that belongs to it: "What is it? Answer in one word."
_CLARIFIES = re.compile(
    r"^(?:i mean|i meant|like|such as|for example|e\.g|answer|reply|respond|in one|in a|be |only|just|use|write|choose|pick|options?|not |the |on |at |or )",
    re.IGNORECASE,
)
_INTERJECTION = re.compile(
    r"^(?:huh|what|oh|really|hm+|sorry|pardon|eh|hello|hi|only (?:that|this)|(?:is )?that(?:'s| is)? (?:it|all)|no way|seriously|see|"
    r"how (?!many\b|much\b|long\b|often\b|old\b|big\b|tall\b|far\b|fast\b|high\b|heavy\b|come\b|(?:is|are|was|were|do|does|did|can)\b)[a-z]+(?:, [^?]*)?)[?!. ]*$",
    re.IGNORECASE,
)


# "Is it wool ? Or silk?", "Is it a gym? Or is it a kitchen?"
_OR_AGAIN = re.compile(
    rf"(?P<question>(?:^|[.!?] +){_MARKERS}{_AUX} [^.!?]+?) ?\?+ *(?P<option>or (?!tell|describe|just|how|what|which|who|where|when|why)[^.!?]+(?:\?|$))",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class MessagePart:
    """A question, topic or remark in a message.

    Args:
        kind: `question` to answer, `topic` that the following questions are about, or `remark`.
        text: the words of a question or remark as typed; of a topic the noun in lower case, without
            article but with a possessive: "dog", "her jacket".
    """

    kind: PartKind
    text: str


def split_message(text: str) -> tuple[MessagePart, ...]:
    """Split a message into its questions and the topics and remarks before them, in order.

    "My dog is old. Is this one old? Nice!" -> a remark and a question: the last part is always a
    question, what follows it is dropped. The whole message is returned as one question if it

    - has no question or request, or more than four,
    - has one question, followed by a topic or by a remark that belongs to it ("I mean the left
      one.", "Answer in one word.").

    Args:
        text: the message; runs of white space count as one space, an empty text is one empty
            question.
    """
    text = _OR_AGAIN.sub(_join_option, " ".join(text.split()))
    parts: list[MessagePart] = []
    for sentence in filter(None, SENTENCE_END.split(text)):
        parts += _split_sentence(sentence)
    parts = _join_names(_join_tags(parts))
    last = max((n for n, part in enumerate(parts) if part.kind == "question"), default=-1)
    if last < 0:
        return (MessagePart(kind="question", text=text),)
    questions = [part for part in parts[: last + 1] if part.kind == "question"]
    is_followed = len(questions) == 1 and any(
        part.kind != "remark" or _CLARIFIES.match(part.text) for part in parts[last + 1 :]
    )
    if len(questions) > _MAX_QUESTIONS or is_followed:
        return (MessagePart(kind="question", text=text),)
    return tuple(parts[: last + 1])


def _join_option(match: re.Match[str]) -> str:
    """Return "is it wool or silk?" for a match of "is it wool? Or silk?"."""
    return f"{match['question']} {match['option'][0].lower()}{match['option'][1:]}"


def questions_of(text: str) -> tuple[str, ...]:
    """Split a message into one text per question, with the topic and remarks right before it.

    "As for the dog, is it brown? And is it big?" -> "back to the dog. is it brown?", "And is it
    big?". A topic is worded as "back to the ..."; a remark without punctuation at its end gets a
    full stop. At least one text, in order; see `split_message`.

    Args:
        text: the message as typed.
    """
    texts: list[str] = []
    before = ""
    for part in split_message(text):
        words = f"back to the {part.text}." if part.kind == "topic" else part.text
        if part.kind == "question":
            texts.append(f"{before} {words}".strip())
            before = ""
        else:
            end = "" if words.endswith((".", "!", "?")) else "."
            before = f"{before} {words}{end}".strip()
    return tuple(texts)


def _join_tags(parts: list[MessagePart]) -> list[MessagePart]:
    """Join question tags such as "right?" with the part before; make "huh?" a remark.

    "He is old.", "right?" -> "He is old, right?". An interjection, "huh?", and a noun alone, "the
    one in red?", become remarks unless they are the last part. A tag that is the first part stays a
    question.
    """
    whole_parts: list[MessagePart] = []
    for part in parts:
        if part.kind == "question" and _TAG.match(part.text) and whole_parts:
            tag = part.text if len(part.text.split()) == 1 else "right?"
            whole_parts[-1] = MessagePart(
                kind="question", text=f"{whole_parts[-1].text.rstrip(' .')}, {tag}"
            )
        elif (
            part.kind == "question"
            and part is not parts[-1]
            and any(form.match(part.text) for form in (_INTERJECTION, _NOUN_ALONE, _ASSERTS))
        ):
            whole_parts.append(MessagePart(kind="remark", text=part.text))
        else:
            whole_parts.append(part)
    return whole_parts


# "I was told there is a horse??", unlike "I think it is a horse?"
_ASSERTS = re.compile(
    r"^(?:(?:ok|so|well|hi|hello|hey)[, ]+)*(?:i'm|im|my|we|i (?!think|thought|guess|believe|see|saw|bet|mean|meant|wonder|assume|suppose)[a-z]+) [^?]+\?+$",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"^(?:i|we|my)\b", re.IGNORECASE)
# "School? Hospital?"
_NAME_ALONE = re.compile(
    r"^(?:or )?(?:(?:an?|the) )?(?P<name>[a-z-]+(?: [a-z-]+)?)\?$", re.IGNORECASE
)


def _join_names(parts: list[MessagePart]) -> list[MessagePart]:
    """Join adjacent questions of one or two words: "school?", "mall?" -> "school or mall?"."""
    whole_parts: list[MessagePart] = []
    names: list[str] = []
    for part in parts:
        match = _NAME_ALONE.match(part.text) if part.kind == "question" else None
        name = "" if match is None or _NO_NOUN.search(match["name"]) else match["name"]
        if not (name and names):
            names = [name] if name else []
            whole_parts.append(part)
            continue
        names.append(name)
        text = f"{', '.join(names[:-1])} or {names[-1]}?"
        whole_parts[-1] = MessagePart(kind="question", text=text)
    return whole_parts


def _split_sentence(sentence: str) -> list[MessagePart]:
    """Split a sentence into its topics, remarks and questions, at least one part."""
    sentence = with_topic(sentence)
    topic = _TOPIC.match(sentence)
    if topic is not None:
        return [MessagePart(kind="topic", text=topic["noun"].lower())]
    noun_first = _NOUN_FIRST.match(sentence)
    if noun_first is not None and _TOPIC.match(noun_first["phrase"]) is None:
        noun = noun_first["noun"]
        if not _NO_NOUN.search(noun) and _BEGINS_QUESTION.match(noun_first["question"]):
            determiner = re.match(r"^(?:his|her|its|their) ", noun_first["phrase"], re.IGNORECASE)
            owned_noun = f"{determiner[0] if determiner else ''}{noun}".lower()
            return [
                MessagePart(kind="topic", text=owned_noun),
                *_split_sentence(noun_first["question"]),
            ]
    preface = _PREFACE.match(sentence)
    if (
        preface is not None
        and _BEGINS_QUESTION.match(preface["question"])
        and not _CONDITION.search(preface["remark"])
    ):
        return [
            MessagePart(kind="remark", text=f"{preface['remark']}."),
            *_split_sentence(preface["question"]),
        ]
    offer = _BEFORE_CHOICE.match(sentence)
    if offer is not None:
        remark = MessagePart(kind="remark", text=f"{offer['remark']}.")
        return [remark, MessagePart(kind="question", text=offer["question"])]
    if _EXCLAMATION.match(sentence):
        return [MessagePart(kind="remark", text=sentence)]
    run_on = _split_run_on(sentence)
    if run_on:
        return run_on
    either = _EITHER.match(sentence)
    if either is not None:
        return [
            MessagePart(kind="question", text=f"{either['be']} any {either[noun]}{either['rest']}?")
            for noun in ("first", "second")
        ]
    topic_parts = _split_topic(sentence)
    if topic_parts:
        return topic_parts
    if not (
        sentence.rstrip().endswith("?")
        or _BEGINS_QUESTION.match(sentence)
        or _BEGINS_REQUEST.match(sentence)
    ):
        return [MessagePart(kind="remark", text=sentence)]
    if not (_BEGINS_QUESTION.match(sentence) or _BEGINS_REQUEST.match(sentence)):
        return [MessagePart(kind="question", text=sentence)]
    return [
        MessagePart(kind="question", text=clause)
        for question in _NEXT_QUESTION.split(sentence)
        if not _MARKERS_ALONE.match(question)
        for clause in _split_questions(question.strip(" ,"))
    ]


def _split_topic(sentence: str) -> list[MessagePart]:
    """Split "what about the dog, is it brown?" at its comma; empty for other sentences."""
    head, comma, rest = sentence.partition(", ")
    topic = _TOPIC.match(head)
    if not comma or topic is None:
        return []
    if _BEGINS_QUESTION.match(rest):
        return [MessagePart(kind="topic", text=topic["noun"].lower()), *_split_sentence(rest)]
    if _FIRST_PERSON.match(rest):
        # "What about flowers, I think I see some."
        return [
            MessagePart(kind="question", text=f"{head}?"),
            MessagePart(kind="remark", text=rest),
        ]
    return []


def _split_run_on(sentence: str) -> list[MessagePart]:
    """Split a question and a remark without punctuation between them; empty for others."""
    run_on = split_remark(sentence)
    if run_on is None:
        return []
    remark, question, is_first = run_on
    remark_part = MessagePart(kind="remark", text=f"{remark}.")
    parts = _split_sentence(question)
    return [remark_part, *parts] if is_first else [*parts, remark_part]


def _split_questions(question: str) -> list[str]:
    """Split a text into its questions: "is he alone, can you see anyone?"; at least one.

    "What is the resolution and fps?" gives one for each fact. "Or" separates two questions only if
    the clause after it has another subject: "is it a cat or is it a dog?" stays whole.
    """
    facts = _TWO_FACTS.match(question)
    if facts is not None:
        return [f"what is the {facts['first']}?", f"what is the {facts['second']}?"]
    two = _TWO_QUESTIONS.match(question)
    if two is not None and len(two["second"].split()) > _TAG_WORDS:
        return [f"{two['first']}?", *_split_questions(two["second"])]
    wh = _WH_AFTER_COMMA.match(question)
    if wh is not None:
        return [f"{wh['first']}?", wh["second"]]
    if options_of(question) is not None or offers_to_refuse(question):
        return [question]
    other = _OTHER_AUXILIARY.match(question)
    if other is not None:
        # "Is he bald, or does he have long hair?"
        first, second = filter(None, other.groups())
        return [f"{first.rstrip(' ,')}?", second]
    match = _OR_CLAUSE.match(question)
    subject = "" if match is None else match["subject"].split()[0].lower()
    if match is None or not subject or subject in match["first"].lower().split():
        return [question]
    return [f"{match['first'].rstrip(' ,')}?", match["second"]]
