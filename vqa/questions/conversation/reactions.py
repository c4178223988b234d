"""Detection of reactions that ask nothing: thanks, exclamations ("how cute"), corrections."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import PLEASING, singular_of
from vqa.questions.classifiers.follow_up_classifier import classify_follow_up
from vqa.questions.classifiers.intent_classifier import SentenceEncoder, shipped_classifier
from vqa.questions.intent_table.intents import intents, is_about_video, match_intent
from vqa.questions.normalization.normalize import SENTENCE_END, normalized_wording
from vqa.questions.nouns.mentions import marked_words, noun_of, phrase_spans
from vqa.questions.words.living_nouns import is_living, is_vehicle
from vqa.questions.words.rewriting import INTERJECTION, STRIKING
from vqa.types import Question, Turn

# "Awww", "haha"
_INTERJECTION = re.compile(
    rf"^(?:(?:{INTERJECTION}|o+h la la)[,!. ]*)+(?:[:;][a-z()]+)?$",
    re.IGNORECASE,
)
_PLEASING_NOUNS = "|".join(sorted(PLEASING))
_NOUN = r"(?P<noun>[a-z][a-z-]+)"
_WHAT_A = rf"(?:what|such) an? (?:(?:(?:really|very|little|big|huge|tiny|absolute|{STRIKING}) )+{_NOUN}|(?P<thing>[a-z][a-z-]+))"
_THIS_IS = r"(?:(?:it|this|that|everything)(?:'s| is| was| looks| seems) |(?:looks|seems) )?"
_OPENING = rf"^(?:(?:{INTERJECTION}|ha|man|god|ok|well|yeah|but|and|hey)[,!. ]+)*"
# "What a cute pup", "aww so sweet", "this is hilarious", "nice kitchen", "love this clip"
_EXCLAMATION = re.compile(
    rf"{_OPENING}(?:{_WHAT_A}|{_THIS_IS}(?:(?:so|very|really|how|too|absolutely|super|kinda|quite|pretty|just|totally|a bit) )*(?:{STRIKING})|"
    # "Good boys", "clever dog"
    rf"(?:such )?(?:good|clever|smart|brave|lucky|silly|pretty|sweet|happy) (?P<animal>boy|girl|dog|doggy|doggie|pup|puppy|cat|kitty|kitten|horse|bird|baby|lad|lass|kid)s?|"
    # "lol his face"
    rf"(?:lol|lmao|haha+|omg|wow),? (?:his|her|their|its|that|those) [a-z]+|"
    rf"poor (?:thing|things|guy|girl|boy|man|woman|dog|cat|bird|animal|baby|kid)|(?:{_PLEASING_NOUNS}) (?P<name>[a-z][a-z-]+)|(?:i like|(?:i )?(?:love|loving|adore)) (?:it|(?:this|that|the) (?P<object>[a-z][a-z-]+)))"
    r"(?:(?:,? (?:lol|haha+|hehe|omg|wow|man|though|tho|honestly|really))|!|\.| |[:;][a-z()]+)*$",
    re.IGNORECASE,
)
# "Thanks, that helps.", "thank u my friend"; not "thanks, and the cat?".
_THANKS = re.compile(
    r"^(?:very )?(?:good|nice|great|best|clever|smart) (?:bot|robot|assistant)\b[^?]*$|"
    r"^(?:(?:ok|okay|great|good|cool|nice|fine|perfect|many|alright|lovely|wonderful)[,!. ]+)*(?:thanks|thank (?:you|u)|thankyou|thx|ty|cheers)\b"
    r"(?!.*\?)(?!.*\b(?:and|but|what|which|who|where|when|how|is|are|does|do|now|can|could|write|give|tell|show|make|describe|summari[sz]e)\b)",
    re.IGNORECASE,
)
# "It's so dark.", "too blurry for me"
_IMAGE_QUALITY = re.compile(
    rf"{_OPENING}(?:(?:it's|its|it is|this is|that's|everything is|the (?:video|picture|clip|film|image|quality|screen|light|lighting) is) )?"
    r"(?:(?:so|too|very|really|pretty|quite|awfully|extremely|a bit|a little|kinda|rather|way too|a bit too) )+(?:dark|dim|bright|blurry|blurred|grainy|shaky|fuzzy|pixelated|unclear)"
    r"(?: (?:for me|in (?:here|there|it)|here|to (?:see|tell|make out)(?: (?:anything|much|it))?|for my eyes|lol|tho|though|honestly|really))*[.! ]*$",
    re.IGNORECASE,
)
# Words for a correction itself: "you made a mistake".
_NO_CORRECTIONS = frozenset(
    "mistake lie shame pity joke guess problem error bug bit lot correction".split()
)


def is_thanks(text: str) -> bool:
    """Whether a message only thanks: "thanks, that helps"; False for "thanks, and the cat?"."""
    return _THANKS.match(text) is not None


def fixed_intent(text: str, *, has_history: bool) -> str:
    """Return the intent of a message that no earlier turn completes: `thanks`, `shorten`, ...

    `acknowledge` for an exclamation. Empty for a message that is decided with the earlier turns.

    Args:
        text: the message as typed.
        has_history: whether there is an earlier turn, which can be shortened or recalled.
    """
    wording = normalized_wording(text)
    match = match_intent(wording)
    intent = "" if match is None else match.intent
    is_order = intent == "command" and len(text.split()) == 1
    # "On what basis?" and "is that all?" are not completed by the question before.
    asks_basis = intent == "explain" and text.lower().startswith(("on ", "from ", "based "))
    asks_rest = intent == "elaborate" and wording.startswith("is that ")
    if has_history and (intent in ("shorten", "recall") or is_order or asks_basis or asks_rest):
        return intent
    if is_thanks(text):
        is_conversational = bool(intent) and intents()[intent].needs == "conversation"
        return intent if is_conversational else courtesy_intent(text)
    sentences = [one for one in SENTENCE_END.split(text) if one]
    if len(sentences) > 1 and all(is_thanks(one) or is_exclamation(one) for one in sentences):
        return courtesy_intent(text) or "acknowledge"
    return "acknowledge" if is_image_quality_remark(text) or is_exclamation(text) else ""


def courtesy_intent(text: str) -> str:
    """Return `goodbye` or `thanks` for a message with such words; "" for another message.

    "Thanks, bye" is a goodbye.
    """
    if _GOODBYE_WORD.search(text):
        return "goodbye"
    return "thanks" if _THANKS_WORD.search(text) or is_thanks(text) else ""


def is_image_quality_remark(text: str) -> bool:
    """Whether a message only criticizes the image quality: "it's so dark"; False with "?"."""
    return _IMAGE_QUALITY.match(text) is not None


def is_exclamation(text: str) -> bool:
    """Whether a message is only an exclamation: "what a cute pup", "so sad"; False with "?"."""
    return _EXCLAMATION.match(text) is not None or _INTERJECTION.match(text) is not None


def exclamation_noun(text: str) -> str:
    """Return the singular noun that an exclamation names: "what a cute pup" -> "pup".

    Empty for an exclamation without a noun, and for any other message.
    """
    match = _EXCLAMATION.match(text)
    names = filter(None, match.groups()) if match is not None else iter(())
    return singular_of(next(names, "").lower())


def corrected_noun(text: str) -> str:
    """Return the right noun of a correction: "it's a cat not a dog", "I think that's a cat" -> "cat".

    In the singular and in lower case; empty for a message that names none.
    """
    words = marked_words(text.replace("’", "'"))
    for start, end in phrase_spans(words):
        noun = noun_of([word for word in words[start:end] if word not in PLEASING])
        is_name = words[start - 1] in ("a", "an") and words[start - 2] in _BEFORE_NAME
        if is_name and noun and noun not in _NO_CORRECTIONS:
            return noun
    return ""


# Words before the name that a correction gives: "that's a", "it looks like a", "it's clearly a".
_BEFORE_NAME = frozenset(
    "it's its that's thats this's he's hes she's shes is was be like actually really clearly obviously definitely probably".split()
)


def noun_of_reaction(intent: str, text: str) -> str:
    """Return the noun that a later "it" may refer to: "no, it's a fox" -> "fox".

    The noun of a correction or an exclamation; of the latter, only one for an animal, a person or a
    vehicle. Empty without such a noun, and for a message of another intent.

    Args:
        intent: the intent of the message.
        text: the message as typed.
    """
    if intent == "correction":
        return corrected_noun(text)
    noun = exclamation_noun(text) if intent == "acknowledge" else ""
    return noun if is_living(noun) or is_vehicle(noun) else ""


_MIN_CORRECTION = 0.6
# Of the 695 remarks of ten or more words in messages.txt, seven have this probability, four of
# which contradict the answer.
_MIN_CONTRADICTION = 0.65
_THANKS_WORD = re.compile(r"\b(?:thanks|thank (?:you|u|ya)|thankyou|thx|ty|cheers|ta|much obliged|grateful|appreciate[ds]?)\b", re.IGNORECASE)  # fmt: skip
_GOODBYE_WORD = re.compile(r"\b(?:bye|goodbye|good night|good ?bye|see (?:you|ya)|take care(?! of\b)|have a (?:good|nice|great|lovely|wonderful) (?:day|night|evening|afternoon|morning|weekend|week|time|one|rest|trip|holiday|sunday|saturday)|cya|farewell)\b", re.IGNORECASE)  # fmt: skip
_GREETING_WORD = re.compile(r"^(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening|day)|greetings|yo)\b", re.IGNORECASE)  # fmt: skip


def reaction_intent(
    text: str,
    encode: SentenceEncoder | None,
    history: Sequence[Turn],
    parsed_turns: Sequence[Question],
) -> str:
    """Return the intent of a message that asks nothing: `thanks`, `goodbye`, `correction`, ...

    `acknowledge` for a story, an opinion and the like. `goodbye` comes before `thanks`. Without an
    earlier turn, nothing can be corrected.

    Args:
        text: the message.
        encode: sentence encoder, by which corrections are recognized; None recognizes fewer.
        history: earlier turns, oldest first.
        parsed_turns: the parsed question of each turn of `history`.
    """
    sentences = [one for one in SENTENCE_END.split(text) if one]
    if history and any(
        _corrects(one, encode, parsed_turns[-1].intent, history[-1].answer.text)
        for one in sentences
    ):
        return "correction"
    courtesy = courtesy_intent(text)
    if courtesy:
        return courtesy
    return "greeting" if _GREETING_WORD.match(text) and not history else "acknowledge"


def _corrects(sentence: str, encode: SentenceEncoder | None, intent: str, answer: str) -> bool:
    """Whether a sentence says that the last answer is wrong, by the classifiers.

    The intent classifier finds "that's wrong"; the follow-up classifier "they look orange to me",
    which contradicts an answer about the video.

    Args:
        sentence: one sentence of a message.
        encode: sentence encoder or None.
        intent: intent of the last question.
        answer: text of the last answer.
    """
    encoding = encode(sentence) if encode is not None else None
    if shipped_classifier().classify(sentence, encoding)["correction"] >= _MIN_CORRECTION:
        return True
    if not is_about_video(intent):
        return False
    operations = classify_follow_up(normalized_wording(sentence), intent, answer, encode)
    return operations["correct"] >= _MIN_CONTRADICTION
