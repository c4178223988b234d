"""Rules that replace an intent by another, in a table: a pattern for the question, its intents, the new one."""

from __future__ import annotations

import re

from vqa.english import BODY_PART, singular_of
from vqa.questions.intent_table.intents_events import REPETITIONS
from vqa.questions.normalization.equivalent_wordings import STATES_OF_DEGREE
from vqa.questions.times.shot_words import PART_NOUN
from vqa.questions.words.living_nouns import is_living


def corrected_intent(intent: str, query: str) -> str:
    """Return the intent that the first fitting rule gives; `intent` itself without one.

    Args:
        intent: the intent by the classifier or a template.
        query: the self-contained, normalized question.
    """
    return next(
        (
            new_intent
            for intents_before, pattern, new_intent in _REFINEMENTS
            if intent in intents_before.split() and _applies(pattern.search(query))
        ),
        intent,
    )


def _applies(match: re.Match[str] | None) -> bool:
    """Whether a pattern matches and its groups hold what their names say.

    The group `thing` must have no person or animal, the group `living` must have one.
    """
    groups = match.groupdict() if match is not None else {}
    living = {
        name: any(is_living(singular_of(word)) for word in words.lower().split())
        for name, words in groups.items()
        if words
    }
    return match is not None and not living.get("thing", False) and living.get("living", True)


_SPEECH = (
    r"\b(?:talk|speak|spoke|say|said|speech|voice|word|sing|narrat|conversation|dialog|audio|hear|sound|language|shout|whisper|"
    r"comment|tell|chat|discuss|call|yell|scream|laugh|silent|quiet|mute|lyrics|interview|argu)"
)
_UNITS = (
    "kg|kgs|kilos?|kilograms?|grams?|pounds?|lbs?|tons?|meters?|metres?|cm|centimet(?:er|re)s|km|kilomet(?:er|re)s|miles?|"
    "inch(?:es)?|degrees|lit(?:er|re)s|gallons|watts|calories|decibels|mph|kmh"
)


# "Is he doing it right?", but not "on the right".
RIGHT_WAY = (
    r"\b(?:do|doing|hold|holding|perform|performing|use|using|play|playing|throw|throwing) (?:it|this|that|them|the [a-z]+) "
    r"(?:right|rightly|correctly|properly|wrong|well)[?.! ]*$|\bthe (?:right|correct|proper|best|wrong) (?:way|technique|form) to\b"
)
_SHOT = rf"(?:{PART_NOUN}s?)"


def _refinement(
    intents_before: str, pattern: str, new_intent: str
) -> tuple[str, re.Pattern[str], str]:
    """Build a rule: a question of one of these intents that matches gets the new intent.

    Args:
        intents_before: names of intents, separated by spaces.
        pattern: regular expression for the query; for its groups see `_applies`.
        new_intent: name of the intent that replaces them.
    """
    return intents_before, re.compile(pattern, re.IGNORECASE), new_intent


_WRITTEN_ON = r"(?:sign|board|screen|page|paper|label|poster|shirt|t-shirt|jersey|plate|banner|blackboard|whiteboard|display|note|card|box|bottle|book|cover|back)s?"
_REFINEMENTS = (
    # "Does he want to throw it?" is seen, and so is who has the ball.
    _refinement(
        "reason",
        r"^(?:does|do|did) (?:he|she|it|they|(?:the|that|this) [a-z]+) (?:want|plan|intend) to ",
        "verify",
    ),
    _refinement(
        "person_identity",
        r"^who (?:has|have|holds) (?:the|an?|any|some|his|her) (?!name\b)",
        "identify",
    ),
    # "There are three dogs, right?"
    _refinement(
        "presence verify correction acknowledge", r"^how many (?!seconds|minutes)", "count"
    ),
    # "How close are the cars to him?"
    _refinement("compare", r"^how (?:close|near|far)\b", "measurement"),
    # "How full is the glass?", "is the market busy?"
    _refinement(
        "measurement outside_world",
        rf"^(?:is|are|was|were) (?!.*\bor\b).+ (?:{STATES_OF_DEGREE})[?.! ]*$",
        "verify",
    ),
    # "What is the drink called on the sign?"
    _refinement(
        "identify",
        rf"\b(?:called|named|name)\b.* on (?:the|that|this|his|her) (?:[a-z]+ )?{_WRITTEN_ON}[?.! ]*$",
        "read_text",
    ),
    # "Do people have umbrellas?" is seen, "do people usually sleep at night?" is not.
    _refinement(
        "general_knowledge",
        r"^(?:do|are) (?:any |some )?people (?:have|wear|hold|carry|sit|stand|walk|run|dance|[a-z]+ing)\b(?!.*\b(?:usually|normally|often|general|generally|always)\b)",
        "verify",
    ),
    # "Does the cat wake up when the dog comes in?"
    _refinement(
        "when find_moment",
        r"^(?:is|are|was|were|does|do|did|has|have) (?!you\b|we\b|i\b|there\b).+ (?:when|while|as soon as) (?:it|he|she|they|the|his|her|their|somebody|someone) [a-z]",
        "verify",
    ),
    # "Do the animals notice it?"
    _refinement(
        "presence", r"^(?:does|do|did) (?:he|she|they|the [a-z]+) (?:notice|see)\b", "verify"
    ),
    # "Which language are the signs in?"
    _refinement(
        "identify speech_content has_speech sound",
        rf"\blanguage\b.*\b(?:{_WRITTEN_ON}|texts?|titles?|subtitles|captions?|writing|words|letters)\b",
        "read_text",
    ),
    # "How many jumps do you count?"
    _refinement("count", rf"^how many (?:{REPETITIONS})\b(?! (?:are|is) )", "frequency"),
    # "Is it bigger at the end than in the beginning?" is answered by yes or no.
    _refinement(
        "compare",
        r"^(?!.* or )(?:is|are|was|were) (?:it|he|she|they|this|that)\b.* than (?:in|at|before|on|now|then)\b",
        "verify",
    ),
    # "Do you watch the video or just guess?", "am I typing in the right place?"
    _refinement(
        "verify choice opinion acknowledge correction presence identify describe location",
        r"^(?:lol )?(?:(?:do|did|have) )?(?:you|u) (?:actually |really |even )*(?:watch|watched|view|viewed|looked? at) (?:it|the (?:whole |entire )?(?:video|clip|thing)|all of it)(?: at all)?(?:,? or (?:(?:just|only) )?guess(?:ing|ed)?)?[?.! ]*$",
        "explain",
    ),
    _refinement(
        "verify choice opinion acknowledge presence location",
        r"^(?:am i|is this) (?:(?:typing|writing|asking) )?(?:here )?(?:in |at )?the (?:right|correct|wrong) (?:place|chat|box|window|page)\b(?! (?:for|where|of)\b)",
        "capabilities",
    ),
    # "Anything on the floor?" asks for no text.
    _refinement(
        "has_text",
        rf"\bany(?:thing)?(?: else)? (?:on|around|in|under|behind|at) (?:the|his|her|their|the [a-z]+'s) (?!(?:[a-z]+ )?{_WRITTEN_ON}\b)[a-z-]+[?.! ]*$",
        "presence",
    ),
    # "Who is she dressed up as?" asks for a costume.
    _refinement("person_identity", r"\bdress(?:ed|ing)?(?: up)? (?:as|like)\b", "identify"),
    _refinement(
        "identify",
        r"^(?:on |to )?(?:what|which) side of (?:the|this|that|his|her|their) ",
        "location",
    ),
    # "Is that person a woman?" asks for no name.
    _refinement(
        "person_identity",
        r"^(?:is|was|are|were) .+ (?:an? )?(?:man|men|woman|women|boy|girl|child|kid|baby|toddler|teenager|teen|adult|lady|gentleman|guy|male|female|human|grown-?up)s?(?: or not)?[?.! ]*$",
        "verify",
    ),
    # "Is it good for my back?" asks for no opinion.
    _refinement(
        "opinion verify",
        rf"\b(?:good|bad|great|ok|okay|fine|healthy|harmful) for (?:me|you|him|her|them|kids|children|beginners|(?:my|your|his|her|their|the|our|a) (?:{BODY_PART}|health|skin|joints|spine|muscles|heart|posture|age))\b",
        "safety",
    ),
    # "Is someone walking?", "are they fighting or talking?"
    _refinement("has_speech", rf"^(?!.*{_SPEECH})", "verify"),
    _refinement("has_speech", r" or ", "choice"),
    _refinement(
        "safety",
        r"\b(?:is|are|was|were|does|did) .*\b(?:hurt|injured|wounded|bleeding|in pain|dead|unconscious)\b",
        "verify",
    ),
    # "Who is he fighting?" and "who is with the dog?" ask for no name, "what makes the shadow?" for a thing.
    _refinement(
        "person_identity reason",
        r"^what (?:makes|made|causes|caused|is (?:making|causing)) (?:the|this|that|these|those) (?P<thing>[a-z]+(?: [a-z]+)?)[?.! ]*$|"
        r"^who (?:is|are|was|were) (?:(?:he|she|it|they|(?:the|his|her) [a-z ]+?) )?(?!filming|recording|shooting)[a-z]{2,}ing\b|"
        r"^who(?: is| are| was| were|'s) (?:all |else )?(?:there )?(?:with|beside|behind|near|around|by|next to|at|in|on|inside|outside) ",
        "identify",
    ),
    # "What happened before this video?"
    _refinement(
        "order describe action when reason event_duration identify",
        r"\b(?:before|after) (?:this|the) (?:video|clip|film|recording)(?: (?:starts|started|begins|began|ends|ended|stops|stopped|was (?:filmed|recorded|taken)))?[?.! ]*$",
        "outside_world",
    ),
    # "Does it switch?"
    _refinement(
        "verify action",
        r"^(?:does|did|do) (?:it|the (?:picture|scene|view|camera|image|video|clip)) (?:ever |then |really |also )?(?:change|switch|cut)(?: (?:scenes?|at some point|at all|later))?[?.! ]*$",
        "cut_count",
    ),
    # "Who is filming?"
    _refinement(
        "identify action",
        r"^who(?: is| was|'s)? (?:film|shoot|record|(?:hold|mov|us)ing the camera|behind the camera)(?:ing|s|ed)?\b",
        "person_identity",
    ),
    # "Who wears a helmet?", unlike "who makes this bike?"
    _refinement(
        "general_knowledge outside_world person_identity verify",
        r"^who (?!is\b|was\b|does\b|has\b|makes|sells|owns|produces|knows|cares|says|invents)[a-z]+s (?:an? |any |his |her |the )?[a-z-]+(?: [a-z]+)?[?.! ]*$",
        "identify",
    ),
    # "Do you recognize anyone?" asks for a name.
    _refinement(
        "presence verify",
        r"^(?:do|can|could|did) you (?:recogni[sz]e|identify|know) (?:any|some)(?:one|body)\b",
        "person_identity",
    ),
    # "What is the relation of the two?"
    _refinement(
        "identify describe_part compare verify",
        r"\b(?:relation(?:ship)?s?|connection) (?:of|between)\b|\bhow (?:are|is) .+ related\b",
        "person_identity",
    ),
    # "What is the weather in London?", unlike "in the second scene"
    _refinement(
        "describe_part identify verify choice",
        r"\bweather(?: like)? (?:in|for) (?!(?:the|this|that|these|it|here|there|his|her|their|its|general|it's|summer|winter|spring|autumn|black|color|colour|scene|part|shot|clip)\b)[a-z ]+[?.! ]*$",
        "outside_world",
    ),
    # "Any nudity?"
    _refinement(
        "presence verify identify",
        r"\b(?:nudity|violence|gore|swearing|profanity|cursing|adult content|sexual content|inappropriate|explicit|nsfw|sensitive content|offensive)\b",
        "safety",
    ),
    # "Which scene is best for a thumbnail?" asks for an opinion.
    _refinement(
        "identify compare choice find_moment when presence verify describe",
        r"^(?:and |so )*(?:what|which|the|is there|any)?\b.*\b(?:best|nicest|coolest|funniest|worst|most (?:important|interesting|beautiful|dangerous|exciting|impressive|fun)|highlights?)\b(?!.* or )",
        "opinion",
    ),
    # "Look at the goat!"
    _refinement(
        "identify describe_part describe action verify",
        r"^(?:oh |wow |aww? |ha |omg )*(?:just )?look at (?:the|that|this|these|those|him|her|them|his|her)\b(?!.*\b(?:what|where|who|how|which|when|why|is|are|does|do)\b)",
        "acknowledge",
    ),
    # "Is it the same guy?" asks for no name.
    _refinement(
        "person_identity compare",
        r"^(?:is|are|was|were) (?:it|this|that|he|she|they|these|those) (?:all |both |really |still )?the same\b",
        "verify",
    ),
    # "Is that a person?" and "is it a german shepherd?" ask for no name.
    _refinement(
        "person_identity",
        r"^(?:is|are|was|were) (?:it|this|that|he|she|they|these|those|there) (?:an? |any |some |really |just |all )*(?:person|people|human|humans|man|men|woman|women|boy|girl|kid|child|children|baby|somebody|someone|dog|animal)s?[?.! ]*$|"
        r"^(?:is|are|was|were) (?:it|this|that|these|those) (?:an? |some )(?!.*\b(?:famous|known|celebrity|friend|relative|star|actor|actress|singer)s?\b)[a-z -]+[?.! ]*$",
        "verify",
    ),
    # "Name of the street"
    _refinement(
        "identify",
        r"^(?:the )?names? of (?:the|this|that) (?:street|road|shop|store|restaurant|cafe|bar|hotel|company|brand|station|school|ship|boat|town|city|team|band|song|show|movie|product|airline|bank|book)[?.! ]*$",
        "read_text",
    ),
    # "Is that for towels?"
    _refinement(
        "safety",
        r"^(?:is|are|was|were) (?:it|that|this|these|those|they) (?:only |just |meant |used |made |really )*for\b",
        "verify",
    ),
    # "Are any of the dogs brown?", "is at least one of them wet?"
    _refinement(
        "presence count",
        r"^(?:is|are|was|were|do|does|did|has|have|can) (?:(?:at least|more than) )?(?:any|some|one|two|three|both|all|each|either|most|none|half) of (?:the|these|those|his|her|their) [a-z]+ (?!visible\b|shown\b|there\b)[a-z]",
        "verify",
    ),
    # "What trousers is he wearing?"
    _refinement(
        "describe_part",
        r"^(?:what|which)(?: (?:kind|type|sort) of)? (?!clothes\b|clothing\b|outfit\b|else\b|things?\b)[a-z-]+ (?:is|are|was|were|does|do|did) (?:he|she|they|(?:the|this|that) [a-z]+) wear(?:ing)?\b",
        "identify",
    ),
    # "Has somebody painted on it?"
    _refinement("presence", r"^(?:has|have|had) (?:any|some)(?:one|body) [a-z]+", "verify"),
    # "It looks like a park to me.", "that's a bus, right?", "lol she looks so bored"
    _refinement(
        "correction social acknowledge",
        r"^(?!.*\b(?:my|me|i|our|us|your)\b)(?:(?:is|was) (?:it|this|that) an? |(?:is|are|does|do|has|have) (?:he|she|they|the (?P<living>[a-z]+))\b)",
        "verify",
    ),
    # "What does she wear on her feet?" asks for the thing there, not for all clothes.
    _refinement(
        "describe_part",
        rf"^what\b.* wear(?:s|ing)? on (?:his|her|its|their|the) {BODY_PART}\b",
        "identify",
    ),
    # "How many seconds do I have in total?"
    _refinement(
        "count",
        r"^how many (?:seconds|minutes|hours) (?:do|does|did|can|will|would|are|is) (?:i|we|you|there|it|this|that)\b(?!.*\b(?:between|after|before|left|until|till|from)\b)",
        "duration",
    ),
    # "How many seconds does the lady get?"
    _refinement(
        "count",
        r"^how many (?:seconds|minutes) (?:do|does|did|can|are|is) (?!(?:it|this|that|each|every|there)\b)",
        "event_duration",
    ),
    # "How much time is on the clock?"
    _refinement(
        "event_duration measurement count duration",
        r"^how (?:much|long|many (?:minutes|seconds|points|goals))\b.* on (?:the|that|his|her) (?:clock|timer|scoreboard|stopwatch|watch|meter|display)\b",
        "read_text",
    ),
    # "How much of the coffee does he spill?"
    _refinement("event_duration", r"^how much (?!time\b|longer\b)", "identify"),
    # "In which language is it?"
    _refinement(
        "general_knowledge identify", r"^(?:in )?(?:what|which) language\b", "speech_content"
    ),
    # "How do I cook it?"
    _refinement(
        "transcribe action general_knowledge explain identify describe_part event_duration",
        r"^how (?:do|can|could|should|would) (?:i|we|one) (?:cook|make|bake|build|buy|learn|draw|fix|clean|grow|fold|wear)\b",
        "outside_world",
    ),
    # "What is the taller one wearing?"
    _refinement(
        "compare", r"^what (?:is|are) the [a-z]+(?:er|est) [a-z]+ wearing\b", "describe_part"
    ),
    _refinement("compare", r"^what (?:is|are) the [a-z]+(?:er|est) [a-z]+ doing\b", "action"),
    # "What is the dog's name?"
    _refinement(
        "identify read_text",
        r"^what (?:is|are) (?:his|her|their|the (?:dog|cat|horse|bird|animal|man|woman|boy|girl|kid|child|baby|guy|lady|player)'s) names?[?.! ]*$",
        "person_identity",
    ),
    # "Shorter", after a summary
    _refinement("elaborate", r"^(?:make it |a |much )?(?:shorter|briefer)\b", "summarize"),
    # "Is it a hot dog?"
    _refinement(
        "opinion",
        r"^(?:is|are) (?:it|that|this|these|those|there) (?:an? |any )?hot dogs?\b",
        "presence",
    ),
    # "She looks like my cousin."
    _refinement(
        "verify correction", r"\b(?:looks?|reminds?) .*\b(?:me of|like (?:me|my|our))\b", "social"
    ),
    # "Is he stronger than my dad?"
    _refinement("compare", r"\bthan (?:me|my|you|your|i|us|our)\b", "outside_world"),
    # "Who is winning?" asks about this video.
    _refinement(
        "outside_world general_knowledge person_identity identify",
        r"^who (?:is|was|are) (?:winning|losing|ahead|leading)\b",
        "compare",
    ),
    _refinement("verify", RIGHT_WAY, "opinion"),
    # "How many kg?"
    _refinement(
        "count location event_duration verify describe_part",
        rf"^how far apart\b|^how (?:many|much) (?:{_UNITS})\b",
        "measurement",
    ),
    # "Which part is the longest?", "are all scenes the same length?", "how long is each clip?"
    _refinement(
        "compare identify verify choice event_duration duration measurement count opinion",
        rf"\b(?:longest|shortest) {_SHOT}\b|\bwhich(?: one)?(?: of (?:the|these|those|all))?(?: (?:[a-z]+|\d+))?(?: {_SHOT})? (?:is|was|lasts)(?: the)? (?:longest|shortest)\b|"
        rf"\b{_SHOT}\b.*\b(?:same length|equally long|as long as|(?:longer|shorter) than|same duration)\b|\bhow (?:long|many (?:seconds|minutes)(?: long)?) (?:is|are|was|were|does|do|did|has|have) (?:each|every|all|the (?:two|three|four|five|different|single|individual)) (?:of the )?{_SHOT}\b|"
        rf"\b(?:which|what) {_SHOT} (?:is|was) (?:longer|shorter)\b|\b(?:same|equal) length (?:for|in) (?:all|both|each)\b",
        "shot_count",
    ),
    # "How many seconds is it?"
    _refinement(
        "event_duration", r"^how many (?:seconds|minutes)(?: long)? is it[?.! ]*$", "duration"
    ),
    # "After how many seconds does he jump?"
    _refinement("event_duration", r"^when (?:is|are|do|does|did)\b", "when"),
    # "Is it one shot or are there cuts?"
    _refinement(
        "choice verify",
        r"\b(?:one|a single) (?:(?:long|single|continuous) )?(?:shot|take|scene)\b.* or\b|\bor (?:is it )?(?:just |only )?(?:one|a single) (?:(?:long|single|continuous) )?(?:shot|take|scene)\b",
        "shot_count",
    ),
    # "How many different parts are there?"
    _refinement(
        "count",
        rf"^how many (?:different |separate |distinct )?{_SHOT} (?:are there|are in|does|do|has|have|can you see|is it|in)\b(?! (?:the|that) (?!video|clip|film|thing))",
        "shot_count",
    ),
)
