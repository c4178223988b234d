"""Normalization: rewrite equivalent wordings of a question to one, by regular expressions.

"Could you tell me what's on the table, please?" -> "what is on the table?", "Isn't there a cat?" ->
"Is there a cat?". Each rule has a name and an example; the tests run the examples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from vqa.english import (
    DETERMINERS,
    PREPOSITIONS,
    base_form,
    does_or_do,
    is_doing,
    is_or_are,
    is_plural,
)
from vqa.questions.normalization.agreement import with_agreement
from vqa.questions.normalization.articles import with_articles
from vqa.questions.normalization.auxiliary_order import AUXILIARY_ORDER, SUBJECT
from vqa.questions.normalization.equivalent_wordings import EQUIVALENT_WORDINGS
from vqa.questions.normalization.idioms import IDIOMS
from vqa.questions.normalization.learners_english import OMITTED_WORDS
from vqa.questions.normalization.negation import NEGATION, is_negated, without_negation
from vqa.questions.normalization.politeness import POLITENESS
from vqa.questions.normalization.statements import as_question
from vqa.questions.words.rewriting import (
    AUXILIARY,
    BE,
    END,
    TAG,
    WH,
    RewriteRule,
    apply_rules,
    rule,
)
from vqa.questions.words.spelling import correct_spelling, is_adjective, is_property, is_verb

_NOUN = r"(?:an?|the|this|that|these|those|any|some|his|her|it|he|she|they|(?:any|some|every)(?:one|body|thing)|people)\b"


# The end of a sentence; not the point of a number, of an abbreviation such as "St." or "U.S.", or of
# an initial.
SENTENCE_END = re.compile(
    r"(?<!\bno\.)(?<!\bvs\.)(?<!\bmr\.)(?<!\bmrs\.)(?<!\bdr\.)(?<!\bst\.)(?<!\bapprox\.)(?<!\bsec\.)(?<!\bmin\.)"
    r"(?<!\b[a-z]\.[a-z]\.)(?<!\b(?-i:[A-HJ-Z])\.)(?<=[.?!]) +",
    re.IGNORECASE,
)


_IS_IT_TRUE = re.compile(
    r"^(?:(?:so |and )?(?:does )?(?:this|that|it) means? (?:that )?(?=(?:it|he|she|they|there|the|his|her|these|those|nobody|somebody|someone) [a-z])|(?:am i right|is it (?:right|true|correct)|isn't it true|is it the case|would you say|can you confirm) (?:that |in saying (?:that )?))",
    re.IGNORECASE,
)
_WOULD_CALL = re.compile(
    r"^would you (?:call|say|guess|think) (?:it|that|this)(?: is| was|'s)? ", re.IGNORECASE
)
_TELL_TWICE = re.compile(
    r"^(?:tell me )+(?:if you could )?(?=tell me\b|the time (?:at which|when) )|^(?:can|could|may) i (?:please )?(?:have|get|know) (?=the time (?:at which|when)\b)",
    re.IGNORECASE,
)
_TELL_THE = re.compile(
    r"^(?:(?:can|could|will|would) you )?(?:tell|say)(?: to)? me (?=the (?:colou?r|number|name|time|length|duration)\b)",
    re.IGNORECASE,
)


def _its(match: re.Match[str]) -> str:
    """Return "on its " for "what is on it's back"; the match for "from minute two on it's dark".

    There the preposition is an adverb that ends the words of a time or a clause before "it is".
    """
    before, follows = match.string[: match.start()].lower().split(), match["follows"].lower()
    ends_time = match[1].lower() == "on" and (
        "from" in before or before[-1:] in (["later"], ["early"])
    )
    ends_clause = before[:1] in _OPEN_CLAUSE and not re.match(AUXILIARY, " ".join(before[1:2]))
    begins_clause = follows in _AFTER_IT_IS or is_doing(follows)
    return match[0] if ends_time or ends_clause or begins_clause else f"{match[1]} its "


def _with_negated_auxiliary(match: re.Match[str]) -> str:
    """Return "he is not smiling" for "he not smiling", "he does not smile" for "he not smile"."""
    subject, word = match["np"], match["next"].lower()
    if is_doing(word) or (is_adjective(word) and not is_verb(word)):
        return f"{subject} {is_or_are(subject)} not {match['next']}"
    if not (is_verb(base_form(word)) or word in ("have", "has")):
        return match[0]
    return f"{subject} {does_or_do(subject)} not {base_form(word)}"


def _with_is_behind_noun(match: re.Match[str]) -> str:
    """Return "his jacket is green" for "his jacket's green"; not for "his jacket's green buttons"."""
    first, *others = (
        re.split(rf",? {TAG}(?=[?.! ]*$)", match["rest"])[0].lower().strip(" ?.!").split()
    )
    is_state = is_property(first) and (not others or others[0] in PREPOSITIONS)
    is_predicate = first in _AFTER_IT_IS or (
        first in PREPOSITIONS and not match.string.endswith("?")
    )
    return f"{match['np']} is {match['rest']}" if is_state or is_predicate else match[0]


_OPEN_CLAUSE = (["when"], ["while"], ["once"], ["if"], ["as"])
_AFTER_IT_IS = DETERMINERS | frozenset(
    "only just still not very really so too also now already".split()
)
_CONTRACTIONS: tuple[RewriteRule, ...] = (
    rule(
        "negation without auxiliary",
        rf"^(?P<np>{SUBJECT}) (?:not|no) (?P<next>(?!(?:one|body|longer|more|only|just|sure|in|on|at|the|a|an)\b)[a-z]+)",
        _with_negated_auxiliary,
        "she no wear shoes?",
        "she does not wear shoes?",
    ),
    rule("has got, contracted", r"\b(he|she|it|who|that)'s got\b", r"\1 has", "he's got a hat on", "he has a hat on"),
    rule(
        "its, written as it's",
        r"\b(in|on|at|of|with|behind|under|near|from|to|around|by) it's (?=(?P<follows>[a-z]+))",
        _its,
        "what is on it's back",
        "what is on its back",
    ),
    rule("has been, contracted", r"\b(it|he|she|that|there|what|who)'s been\b", r"\1 has been", "it's been cut", "it has been cut"),
    rule("is", r"\b(what|where|who|when|how|which|there|that|it|he|she)'s\b", r"\1 is", "what's it?", "what is it?"),
    rule(
        "is, behind one and color",
        r"\b((?:which|that|this) one|nobody|everybody|everyone|(?:what|who) else|(?:what|which) colou?r)'s\b(?! (?:hat|shirt|face|hand|head|bag))",
        r"\1 is",
        "which one's on the left",
        "which one is on the left",
    ),
    rule(
        "is, behind a noun",
        r"^(?P<np>(?:(?:so|but),? )?(?:the|this|that|his|her|its|their) [a-z-]+)'s (?P<rest>.+)$",
        _with_is_behind_noun,
        "his jacket's green right",
        "his jacket is green right",
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
        r"(?:does|do|has|have) (he|she|they|the [a-z]+)(?: (?:have|wear)(?: on)?)?[?.! ]*$",
        r"what kind of \1 does \2 have?",
        "what shoes does he have on",
        "what kind of shoes does he have?",
    ),
)  # fmt: skip
_PLACE = r"(?:between|next to|in|on|at|under|behind|near|beside|around|above|by)"
_PRONOUN = r"(?:there|it|this|that|he|she|they|you|one|any)"
_MANY = r"two|three|four|five|six|\d+"
_TEXT = r"sentence|word|line|paragraph|phrase|bullet point"
_PLAIN: tuple[RewriteRule, ...] = (
    rule(
        "question tag",
        rf"^(there|it|this|that|he|she|they) ({BE}) (?!not\b)(.+?)(?<! or),? {TAG}{END}",
        r"\2 \1 \3?",
        "There is a dog, right?",
        "is There a dog?",
    ),
    rule(
        "examples of a kind",
        r"(?P<kind>(?:^|(?<=\w) )(?:any|some)(?:thing)?\b[^,?]*)[,?] (?:like|such as|for example|for instance|say|maybe) [^?]*(?=[?.! ]*$)",
        r"\g<kind>",
        "is she wearing any jewelry, like a ring or a bracelet?",
        "is she wearing any jewelry?",
    ),
    rule(
        "or not",
        rf",? (?:just )?yes or no(?=[?.! ]*$)|,? or(?=[?.! ]*$)|,? or (?:not|no|nope|nah|naw|na)(?: really| at all| quite)?(?=[?.! ]*$)|,? or (?:{AUXILIARY}n't|{AUXILIARY}nt) {_PRONOUN}(?=[?.! ]*$)",
        "",
        "Is it raining or not?",
        "Is it raining?",
    ),
    rule(
        "or something",
        rf",? or (?:(?:is (?:it|this|that) |are they )?something (?:more )?(?:else [a-z]+|[a-z]+er)|(?:something|anything|stuff|so|what|whatever|neither|none|some other [a-z]+|another [a-z]+)(?: (?:else|similar|in between|of (?:them|these|those|the two)|(?:like|of) (?:that|this|it)(?: (?:kind|sort))?))?)(?: (?:am|are) (?:i|we) (?:looking at|seeing))?(?=[?.! ]*$|,? {_PLACE} )",
        "",
        "is there a lamp or something between the beds?",
        "is there a lamp between the beds?",
    ),
    rule(
        "him or her",
        r"\b(?:him or her(?=[?.! ]*$)|(?:she or he|he or she)(?= [a-z]))",
        "the man or the woman",
        "who is on the left, him or her?",
        "who is on the left, the man or the woman?",
    ),
    rule(
        "or both",
        r"(\bor\b[^?]+?),? or (?:both|a mix)(?: of (?:them|those|these))?(?=[?.! ]*$)",
        r"\1",
        "is he sitting or standing or both?",
        "is he sitting or standing?",
    ),
    rule(
        "opinion beside a noun",
        r"(?<=[a-z]),? (?:i (?:think|guess|believe|suppose|reckon|assume|presume|imagine|hope|am (?:guessing|assuming|hoping|thinking))(?: (?:so|not))?|ish)(?=[?.! ]*$)|(?<=[a-z]) maybe(?=,? or )|(?<=\bor )(?:any|some)thing like (?=an? )",
        "",
        "a kite i think",
        "a kite",
    ),
)
_OFFERED_REFUSALS = (
    rule(
        "or not to be told",
        r",? or (?:(?:can't|cant|cannot|can not|couldn't|couldnt|could not) (?:you|we|one|u) (?:even |really )?(?:say|tell|see|know)(?: (?:it|that|this|them|him|her))?|can you not (?:say|tell|see|know)|do(?:n't|nt) you know|"
        r"(?:is|are) (?:there|it) (?:no way|not possible|impossible|hard|too hard|unclear)(?: (?:of|to|for you to) (?:say|tell|see|know|saying|telling|knowing)(?: that)?)?|"
        r"(?:is )?(?:it|that) (?:impossible|hard|too hard|not possible) to (?:say|tell|see|know)|(?:is )?(?:it |that |this )?(?:not|un) ?clear|not (?:possible|sure|known)(?: to (?:say|tell|see|know))?)(?: (?:from|in|by|with|on|here|now|because|due|through|at) ?[^,?]*)?(?=[?.! ]*$)",
        "",
        "was it damaged, or is there no way to tell?",
        "was it damaged?",
    ),
)
# "Sum it up in a sentence or two"
_LENGTH = (
    rule(
        "number of sentences",
        rf"\b(?:an?|one|two|three|four|five|\d+) or ({_MANY}) ((?:short |brief |simple |plain )?(?:{_TEXT})s)\b",
        r"\1 \2",
        "in two or three sentences",
        "in three sentences",
    ),
    rule(
        "a sentence or so",
        rf"\b(?:an?|one) ((?:short |brief |simple |plain )?(?:{_TEXT})) or ({_MANY}|so|more)\b",
        lambda match: f"{match[2]} {match[1]}s" if match[2].lower() not in ("so", "more") else f"one {match[1]}",
        "in a sentence or two",
        "in two sentences",
    ),
)  # fmt: skip
_REQUEST = re.compile(
    r"^(?:(?:can|could|would|will) you |(?:do )?you (?!know what(?:[?.!,]| i\b))|i (?:want|would like) (?:to )?|i )?(?:please |kindly )?(?:to )?"
    rf"(?:(?:tell|say|explain)(?: to)? (?:me|us|him|her|them)|(?:show|let) (?:me|us|him|her|them)(?: know| see)?|tell|say|explain|know|see|check|find out|make out|work out|figure out|identify|confirm|guess|wonder|give (?:me|us))(?: please| exactly| again| briefly| quickly| roughly| in detail| in short| step by step| precisely)*,? (?={WH}\b)",
    re.IGNORECASE,
)


def _action_question(match: re.Match[str]) -> str:
    """Return "what does she wear" for a match of "what she wears"; the match for other verbs.

    Past tenses, "what he said", and a verb in the subject, "what the dog looks like", are others.
    """
    subject, form = match[2].lower(), match[3].lower()
    verb = base_form(form)
    *others, last = subject.split()
    has_verb = len(others) > 1 and last.endswith("s") and is_verb(base_form(last))
    is_present = verb != form or (is_plural(subject) and not form.endswith("ed"))
    if has_verb or not is_present or not (is_verb(verb) or verb in ("do", "have")):
        return match[0]
    return f"{match[1]} {does_or_do(subject)} {match[2]} {verb}"


_REPORTED_ACTION = rule(
    "reported action",
    rf"^(what|where|how|who) (it|he|she|they|this|that|(?:any|some|every)(?:one|body)|people|(?:an?|the|this|that|these|those|his|her|their) [a-z-]+(?: (?!in\b|on\b|with\b|at\b|has\b|have\b|can\b|{BE}\b)[a-z-]+)??(?: (?:in|on|with|at) (?:the |a |an )?[a-z-]+)?) (?!{BE}\b|has\b|have\b|can\b)([a-z]+)(?= (?:in|on|at|to|from|with|for|about|during|after|before|then|there|next|first|last)\b|[?.! ]*$)",
    _action_question,
    "what she wears",
    "what does she wear",
)
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
        rf"^(?:if|whether) ({_NOUN}(?:(?! or ).)*?) ({BE}|has|have|can|does|do) (?=\w)",
        r"\2 \1 ",
        "whether the dog is running",
        "is the dog running",
    ),
    rule(
        "if with another verb",
        rf"^(?:if|whether) ((?:{_NOUN}).+)$",
        lambda match: as_question(match[1]),
        "whether the dog runs",
        "does the dog run?",
    ),
    rule(
        "reported question",
        rf"^((?:what|which)(?: colou?r| kind of \w+| (?!the\b|an?\b|his\b|her\b|its\b|their\b|th(?:is|at|ese|ose)\b)\w+)?|where|when|who) ({_NOUN}.*?) ({BE})( (?:\w+ing|located|parked)\b.*?)?([?.! ]*)$",
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
    _REPORTED_ACTION,
    rule(
        "reported time",
        rf"^when ({_NOUN}.*?) (\w+[^s\W]s)([?.! ]*)$",
        lambda match: f"when does {match[1]} {base_form(match[2])}{match[3]}",
        "when the dog appears",
        "when does the dog appear",
    ),
)
RULES: tuple[RewriteRule, ...] = (
    *POLITENESS,
    *_CONTRACTIONS,
    *(one for one, _ in NEGATION),
    *_OFFERED_REFUSALS,
    *_LENGTH,
    *_PLAIN,
    *OMITTED_WORDS,
    *_REPORTED_QUESTIONS,
    *EQUIVALENT_WORDINGS,
    *IDIOMS,
)


@dataclass(frozen=True, kw_only=True)
class Normalized:
    """Normalized question.

    Args:
        text: the normalized wording, without negation if a rule could remove it.
        has_negation: whether the question contained a negation.
        expects_absence: whether "yes" to the original means "no" to `text`: True for "are there no
            cats?", whose `text` is "are there any cats?".
        is_idiom: whether a rule of `IDIOMS` or `OMITTED_WORDS` applied, so that `text` says more
            than the original.
    """

    text: str
    has_negation: bool = False
    expects_absence: bool = False
    is_idiom: bool = False


def offers_to_refuse(question: str) -> bool:
    """Whether a question ends with "or can't you tell" or "or is there no way to tell"."""
    text = " ".join(question.split())
    return apply_rules(_OFFERED_REFUSALS, text) != text


def normalized_wording(question: str) -> str:
    """Return the wording of `normalize`: without greeting, politeness, contraction and negation.

    "Hey, isn't it a cat?" -> "is it a cat?".
    """
    return normalize(question).text


@lru_cache(maxsize=512)
def normalize(question: str) -> Normalized:
    """Correct the spelling of a question and rewrite its wording by the rules of this module.

    "hey, are there no cats?" -> text "are there any cats?" with `has_negation` and
    `expects_absence`. Upper and lower case and final punctuation are kept; a text that no rule
    matches only gets its spelling corrected.

    Args:
        question: the question as typed; runs of white space count as one space.
    """
    spaced_text = re.sub(r",(?=[a-z])", ", ", " ".join(question.split()))
    plain = apply_rules(_CONTRACTIONS, apply_rules(POLITENESS, correct_spelling(spaced_text)))
    plain = apply_rules(POLITENESS, plain)
    plain = _IS_IT_TRUE.sub("", plain)
    plain = _TELL_THE.sub("", _TELL_TWICE.sub("", _WOULD_CALL.sub("is it ", plain)))
    plain = apply_rules((*_OFFERED_REFUSALS, *_LENGTH), plain)
    has_negation = is_negated(plain)
    plain = apply_rules(_PLAIN[:1], plain)
    plain, expects_absence = without_negation(plain)
    plain = apply_rules(_PLAIN[1:], plain)
    query = _REQUEST.sub("", plain)
    is_request = query != plain
    typed_query = with_articles(query)
    query = apply_rules(
        (*_REPORTED_QUESTIONS, *AUXILIARY_ORDER) if is_request else OMITTED_WORDS, typed_query
    )
    is_corrected = query != typed_query and not is_request
    query = query if is_request else apply_rules((_REPORTED_ACTION,), query)
    plain_text = with_agreement(apply_rules(EQUIVALENT_WORDINGS, query))
    text = apply_rules(IDIOMS, plain_text)
    return Normalized(
        text=text,
        has_negation=has_negation,
        expects_absence=expects_absence,
        is_idiom=text != plain_text or is_corrected,
    )
