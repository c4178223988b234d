"""Normalization: rewrite equivalent wordings of a question to one, by regular expressions.

"Could you tell me what's on the table, please?" becomes "what is on the table?", and "Isn't there
a cat?" becomes "Is there a cat?". Each rule has a name and an example; the tests run the examples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqa.english import is_plural_only, singular_of
from vqa.questions.learners_english import LEFT_OUT, WORD_ORDER
from vqa.questions.negation import NEGATION, is_negated, without_negation
from vqa.questions.politeness import POLITENESS
from vqa.questions.rewriting import (
    BE,
    END,
    TAG,
    WH,
    RewriteRule,
    apply_rules,
    rule,
)
from vqa.questions.spelling import correct_spelling

_NOUN = r"(?:an?|the|this|that|these|those|any|some|his|her|it|he|she|they|(?:any|some|every)(?:one|body|thing)|people)\b"


_IS_IT_TRUE = re.compile(
    r"^(?:am i right|is it (?:right|true|correct)|isn't it true|is it the case|would you say|can you confirm) (?:that |in saying (?:that )?)",
    re.IGNORECASE,
)
_WOULD_CALL = re.compile(r"^would you (?:call|say) (?:it|that|this)(?: is| was)? ", re.IGNORECASE)
_TELL_TWICE = re.compile(
    r"^(?:tell me )+(?:if you could )?(?=tell me\b|the time (?:at which|when) )|^(?:can|could|may) i (?:please )?(?:have|get|know) (?=the time (?:at which|when)\b)",
    re.IGNORECASE,
)
_TELL_THE = re.compile(
    r"^tell me (?=the (?:colou?r|number|name|time|length|duration)\b)", re.IGNORECASE
)
_CONTRACTIONS: tuple[RewriteRule, ...] = (
    rule("has got, contracted", r"\b(he|she|it)'s got\b", r"\1 has", "he's got a hat on", "he has a hat on"),
    rule("is, written together", r"^(what|where|who|how|that|there)s\b", r"\1 is", "whats going on", "what is going on"),
    rule("is", r"\b(what|where|who|when|how|which|there|that|it|he|she)'s\b", r"\1 is", "what's it?", "what is it?"),
    rule(
        "is, behind one and color",
        r"\b((?:which|that|this) one|nobody|everybody|everyone|(?:what|who) else|(?:what|which) colou?r)'s\b(?! (?:hat|shirt|face|hand|head|bag))",
        r"\1 is",
        "which one's on the left",
        "which one is on the left",
    ),
    rule("is, behind how", r"^(how (?:long|big|old|tall|far|fast|high|heavy|much|deep|wide))'s\b", r"\1 is", "how long's the clip", "how long is the clip"),
    rule("are", r"\b(what|where|who|how|they|you|we|there|these|those)'re\b", r"\1 are", "they're here", "they are here"),
    rule("will and would", r"\b(i|you|he|she|it|we|they|what|who)'(?:ll|d)\b", r"\1 would", "I'd like it", "I would like it"),
    rule("have", r"\b(i|you|we|they)'ve\b", r"\1 have", "you've seen", "you have seen"),
    rule("am", r"\bi'm\b", "i am", "I'm new", "i am new"),
    rule("has got", r"\b(has|have) (.+?) got\b", r"does \2 have", "how many has it got", "how many does it have"),
    rule("what is it got", r"^what is (it|he|she|they|the [a-z]+) got\b", r"what does \1 have", "what is it got", "what does it have"),
    rule(
        "what hair does she have",
        r"^what (hair|shoes?|shirt|hat|cap|pants|trousers|jeans|shorts|jacket|coat|dress|skirt|glasses|beard|socks|boots|clothes|eyes) "
        r"(?:does|do) (he|she|they|the [a-z]+) (?:have|wear)(?: on)?[?.! ]*$",
        r"what kind of \1 does \2 have?",
        "what shoes does he have on",
        "what kind of shoes does he have?",
    ),
)  # fmt: skip
_PLAIN: tuple[RewriteRule, ...] = (
    rule(
        "question tag",
        rf"^(there|it|this|that|he|she|they) ({BE}) (?!not\b)(.+?),? {TAG}{END}",
        r"\2 \1 \3?",
        "There is a dog, right?",
        "is There a dog?",
    ),
    rule(
        "looks like",
        r"^(?:it |this |that )?(?:looks|seems|sounds) like ((?:an?|the) .+?)(?: to me)?(?=[?.! ]*$)",
        r"is it \1",
        "looks like a park to me",
        "is it a park",
    ),
    rule(
        "or not",
        r",? or (?:not|no|what|something)(?=[?.! ]*$)",
        "",
        "Is it raining or not?",
        "Is it raining?",
    ),
)
_REQUEST = re.compile(
    r"^(?:(?:can|could|would|will) you |do you |i (?:want|would like) to |i )?(?:please |kindly )?"
    rf"(?:tell me|tell|say|explain|show me|know|see|check|find out|confirm|guess|wonder|let me know|give me)(?: please| exactly)?,? (?={WH}\b)",
    re.IGNORECASE,
)
_OWNERS = {"he": "his", "she": "her", "they": "their"}
_REPORTED_QUESTIONS: tuple[RewriteRule, ...] = (
    rule(
        "if there is",
        rf"^(?:if|whether) there ({BE}) ",
        r"\1 there ",
        "if there is a cat",
        "is there a cat",
    ),
    rule(
        "if",
        rf"^(?:if|whether) ({_NOUN}.*?) ({BE}|has|have|can|does|do) (?=\w)",
        r"\2 \1 ",
        "whether the dog is running",
        "is the dog running",
    ),
    rule(
        "reported question",
        rf"^((?:what|which)(?: colou?r| kind of \w+| \w+)?|where|when|who) ({_NOUN}.*?) ({BE})( (?:\w+ing|located|parked)\b.*?)?([?.! ]*)$",
        r"\1 \3 \2\4\5",
        "where the cat is",
        "where is the cat",
    ),
    rule(
        "reported number",
        rf"^(how many .+?) there ({BE})\b",
        r"\1 \2 there",
        "how many dogs there are",
        "how many dogs are there",
    ),
    rule(
        "reported time",
        rf"^when ({_NOUN}.*?) (\w+[^s\W])s([?.! ]*)$",
        r"when does \1 \2\3",
        "when the dog appears",
        "when does the dog appear",
    ),
)
_SHORT: tuple[RewriteRule, ...] = (
    *WORD_ORDER,
    rule(
        "half",
        r"^(?:in )?(?:the )?(first|second|last|final) (half|third|quarter)\b(?: ?[-:,] ?)?",
        r"in the \1 \2 ",
        "first half - what happens?",
        "in the first half what happens?",
    ),
    rule(
        "back",
        r"^(what is |who is )(?:at|in) (?:the )?back(?=[?.! ]*$)",
        r"\1in the background",
        "what is at the back?",
        "what is in the background?",
    ),
    rule(
        "color of what is worn",
        r"^(what|which) (colou?r) ([a-z-]+) (?:is|are|has|have|does|do) (he|she|they|(?:the|this|that) [a-z]+) (?:wearing|got|have|wear|has)(?: on)?(?=[?.! ]*$)",
        lambda match: (
            f"{match[1]} {match[2]} {'are' if match[3].endswith('s') else 'is'} {_OWNERS.get(match[4].lower(), match[4] + chr(39) + 's')} {match[3]}"
        ),
        "what colour top has he got",
        "what colour is his top",
    ),
    rule(
        "only the other",
        r",? or (?:only|just) (?:the|his|her) [a-z]+(?=[?.! ]*$)",
        "",
        "Does the boy jump, or only the girl?",
        "Does the boy jump?",
    ),
    rule(
        "have alone",
        r"^(?:you |it |they |do you |does it )?(?:have|has|got) (?:an? |any )?((?:[a-z-]+ )?[a-z-]+)(?: (?:in|on) (?:it|there|the video))?(?=[?.! ]*$)(?<!sound)(?<!audio)(?<!music)(?<!subtitles)",
        r"is there any \1",
        "have chair?",
        "is there any chair?",
    ),
    rule(
        "i mean before a question",
        r"^(?:no,? |well,? )?i (?:mean|meant|asked|was asking|want to know|wanted to know),? (?=(?:what|which|who|whose|where|when|how|is|are|does|do) )",
        "",
        "i mean which company",
        "which company",
    ),
    rule(
        "same question",
        r"^(?:the )?same (?:question |thing )?(?:for|about|with) (?=(?:the|his|her|their|that|this) )",
        "what about ",
        "same question for the lady",
        "what about the lady",
    ),
    rule(
        "what you see",
        r"^what (you|we|i) (see|notice|find)\b",
        r"what do \1 \2",
        "what you see",
        "what do you see",
    ),
    rule(
        "any",
        r"^any (?=\w)(?!(?:one|body|thing|where|idea|of|sign|cuts?|scene|music|sound|audio|text|talking|speech|spoken|noises?|news|words?|writing|edits?|transitions?)\b)",
        "are there any ",
        "Any dogs?",
        "are there any dogs?",
    ),
    rule(
        "degree of a state",
        r"^how (full|empty|crowded|busy|dark|bright|clean|dirty|happy|sad|angry|calm|windy|sunny|cloudy|foggy|wet|dry|hot|cold|tired|scared|messy|shiny|broken|noisy|quiet|visible|open|close|steep|deep) (is|are|was|were) (?=\w)(?!there\b)(.+?)(?=[?.! ]*$)",
        r"\2 \3 \1",
        "how full is the cup?",
        "is the cup full?",
    ),
    rule(
        "the other one, in a place",
        r"\bthe other one,? (?=(?:in|with|at|on|wearing|who) )",
        "the one ",
        "no, the other one, in white",
        "no, the one in white",
    ),
    rule(
        "the one in a color",
        r"\bthe one (?=(?:in (?:the |a )?(?:red|blue|green|black|white|yellow|orange|pink|gr[ae]y|purple|brown)|(?:on|to) the (?:left|right) (?:is\b|does\b|has\b|[a-z]+ing\b)|wearing|sitting|standing|walking|running|talking|speaking|dancing|fighting|watching|kneeling|holding|carrying|playing|jumping|who)\b)",
        "the person ",
        "the shoes of the one in red",
        "the shoes of the person in red",
    ),
    rule(
        "adjective behind a noun",
        r"^((?:the|his|her|their|its) [a-z]+), (?!(?:what|where|when|who|whose|which|why|how|right|no|yes|ok|okay|too|please|then|maybe|also|again|correct|either)\b)([a-z]+)(?=\?)",
        lambda match: f"{'are' if match[1].endswith('s') else 'is'} {match[1]} {match[2]}",
        "her hair, brown?",
        "is her hair brown?",
    ),
    rule(
        "off to",
        r"^where (is|are|was|were) (.+?) (?:off|headed|heading) to(?=[?.! ]*$)",
        r"where \1 \2 going",
        "where is he off to?",
        "where is he going?",
    ),
    rule(
        "for real",
        r"^(is|was) (it|this|that) for real\b",
        r"\1 \2 real",
        "is this for real?",
        "is this real?",
    ),
    rule(
        "the ones who act",
        r"\bthe ones (?=(?:(?:at|in|on|behind) (?:the )?[a-z]+ )?(?:doing|wearing|watching|sitting|standing|fighting|talking|dancing|who)\b)",
        "the people ",
        "are the ones at the back doing anything",
        "are the people at the back doing anything",
    ),
    rule(
        "how it starts or ends",
        r"^how (?:does|did) (?:it|this|the (?:video|clip|film|story)) (start|begin|end|finish)(?=[?.! ]*$)",
        lambda match: (
            f"what happens at the {'beginning' if match[1] in ('start', 'begin') else 'end'}"
        ),
        "How does it start?",
        "what happens at the beginning?",
    ),
    rule(
        "question word behind a noun",
        r"^((?:the|his|her|their|its) [a-z-]+) (what colou?r|where|when|how many)(?=[?.! ]*$)",
        r"\1, \2",
        "the vest what color",
        "the vest, what color",
    ),
    rule(
        "reflexive",
        r"\b((?:the|this|that|those|these|his|her) [a-z-]+) (?:itself|themselves|himself|herself)\b",
        r"\1",
        "what color is the table itself",
        "what color is the table",
    ),
    rule(
        "colour of",
        r"^(?:the )?(colou?r) of (?:the )?(?=[a-z])(his |her |its |their |this |that )?",
        lambda match: f"what is the {match[1]} of {match[2] or 'the '}",
        "colour of car?",
        "what is the colour of the car?",
    ),
    rule(
        "color behind its noun",
        r"^(?:the |his |her |their )?(?!(?:what|which|who|how|is|are|was|were|does|do|any|same|different|other|one|only|in|full|no|not|true|of|a|an|and|nice|your|my|favou?rite)\b)([a-z-]+(?: [a-z-]+)?) colou?rs?(?=[?.! ]*$)",
        lambda match: (
            f"what color {'are' if singular_of(match[1].lower()) != match[1].lower() or is_plural_only(match[1].split()[-1]) else 'is'} the {match[1]}"
        ),
        "shorts color?",
        "what color are the shorts?",
    ),
    rule(
        "shade",
        r"^(?:what|which) (?:shade|hue|tint|tone)s? (?:of (?!(?:red|blue|green|gr[ae]y|pink|brown|yellow|purple|orange)\b)(.+?) (is|are) (?:that|this|it|these|those|they)|(is|are) (.+?))(?=[?.! ]*$)",
        lambda match: (
            f"what color {match[2] or match[3]} {'the ' + match[1] if match[1] else match[4]}"
        ),
        "what shade of lipstick is that?",
        "what color is the lipstick?",
    ),
    rule(
        "posture",
        r"^(?:what|which) (?:kind of )?(?:position|pose|posture|stance) (is|are) (.+?) in\b",
        r"what \1 \2 doing",
        "what position is he in at the start?",
        "what is he doing at the start?",
    ),
    rule(
        "number of",
        r"^(?:the )?number of (?!(?:(?:different|separate|camera) )?(?:cuts|scenes|shots|edits)\b)(\w[\w ]*?)[?.! ]*$",
        r"how many \1 are there?",
        "number of cars?",
        "how many cars are there?",
    ),
    rule(
        "asked to",
        r"^(?:can|could|would|will) you (?:please |kindly )?(?=(?:describe|summari[sz]e|caption|count|name|list|read|identify|give|transcribe|translate|make|create)\b)",
        "",
        "Can you describe it?",
        "describe it?",
    ),
    rule(
        "reported action",
        r"^(?:describe|explain) what ((?:the |this |that )?[a-z-]+) does\b",
        r"what does \1 do",
        "describe what the man does with his legs",
        "what does the man do with his legs",
    ),
    rule(
        "count",
        r"^count (?:up )?(?:all )?(?:of )?(?:the )?(?!(?:shots|scenes|cuts|how)\b)(\w[^?.!]*?)(?: (?:for me|there|in the \w+))?[?.! ]*$",
        r"how many \1 are there?",
        "count the people",
        "how many people are there?",
    ),
)
RULES: tuple[RewriteRule, ...] = (
    *POLITENESS,
    *_CONTRACTIONS,
    *(one for one, _ in NEGATION),
    *_PLAIN,
    *LEFT_OUT,
    *_REPORTED_QUESTIONS,
    *_SHORT,
)


@dataclass(frozen=True, kw_only=True)
class Normalized:
    """Normalized question.

    Args:
        text: the normalized wording, without negation if a rule could remove it.
        has_negation: whether the question contained a negation.
        expects_absence: whether "yes" to the original wording denies what `text` asks.
    """

    text: str
    has_negation: bool = False
    expects_absence: bool = False


def plainly(question: str) -> str:
    """Return the text of `normalize`: without greeting, politeness, contraction and negation."""
    return normalize(question).text


def normalize(question: str) -> Normalized:
    """Correct the spelling of a question and rewrite it by `RULES`.

    Upper and lower case and final punctuation are kept; a text that no rule matches is only
    corrected.

    Args:
        question: the question as typed; runs of white space count as one space.
    """
    spaced_text = re.sub(r",(?=[a-z])", ", ", " ".join(question.split()))
    plain = apply_rules(_CONTRACTIONS, apply_rules(POLITENESS, correct_spelling(spaced_text)))
    plain = apply_rules(POLITENESS[:1], plain)
    plain = _IS_IT_TRUE.sub("", plain)
    plain = _TELL_THE.sub("", _TELL_TWICE.sub("", _WOULD_CALL.sub("is it ", plain)))
    has_negation = is_negated(plain)
    plain = apply_rules(_PLAIN[:1], plain)
    plain, expects_absence = without_negation(plain)
    plain = apply_rules(_PLAIN[1:], plain)
    query = _REQUEST.sub("", plain)
    query = apply_rules(_REPORTED_QUESTIONS if query != plain else LEFT_OUT, query)
    text = apply_rules(_SHORT, query)
    return Normalized(text=text, has_negation=has_negation, expects_absence=expects_absence)
