"""Parse one question, whose message has been split, into a `Question`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vqa.english import PREPOSITIONS, STOP_WORDS
from vqa.questions.classifiers.intent_classifier import SentenceEncoder, shipped_classifier
from vqa.questions.classifiers.slot_tagger import TaggedPhrase, shipped_tagger
from vqa.questions.conversation.discourse import Discourse, Resolution, read_history
from vqa.questions.conversation.earlier_questions import presupposed_absent
from vqa.questions.conversation.first_messages import lacks_antecedent
from vqa.questions.conversation.reactions import fixed_intent
from vqa.questions.follow_ups.coreference import (
    refers_to_no_noun,
    resolve,
    resolve_follow_up,
    strip_discourse_markers,
)
from vqa.questions.intent_table.intents import (
    IntentMatch,
    intents,
    is_about_frames,
    is_about_video,
    is_search,
    match_intent,
)
from vqa.questions.interpretation.file_facts import file_fact
from vqa.questions.interpretation.intent_decision import decide_intent
from vqa.questions.interpretation.intent_refinement import intent_after, refine_intent
from vqa.questions.interpretation.modality import asks_on_screen_text
from vqa.questions.interpretation.rendering import (
    DESCRIBE,
    answer_kind_of,
    depends_on_all_shots,
    modality_of,
    who_wording,
    with_context,
)
from vqa.questions.interpretation.reply_form import reply_form
from vqa.questions.interpretation.search_phrase import (
    line_position,
    search_phrase,
    spoken_phrase,
    time_edge,
    topic,
)
from vqa.questions.interpretation.slots import fill_slots, find_aspect, find_options, whole_noun
from vqa.questions.interpretation.sound_questions import sound_query
from vqa.questions.messages.remarks import is_statement_on_person
from vqa.questions.messages.scope import detect_language, is_english, is_gibberish
from vqa.questions.normalization.normalize import Normalized, normalize, normalized_wording
from vqa.questions.normalization.statements import as_question
from vqa.questions.nouns.entities import bare_noun, presence_target
from vqa.questions.nouns.mentions import exceptions_of, nouns_of
from vqa.questions.nouns.name_questions import kind_of_thing, name_kind_of
from vqa.questions.nouns.noun_phrases import identification_question, presence_question
from vqa.questions.sentences.clause_options import is_inclusive
from vqa.questions.sentences.options import list_options, selects_person
from vqa.questions.times.part_range import VideoPart, anchor_of
from vqa.questions.times.presence_times import presence_time
from vqa.questions.times.time_range import LENGTH_OF_SHOT, split_time, time_offset
from vqa.questions.times.time_references import split_range
from vqa.questions.words.living_nouns import common_name, is_living, is_person
from vqa.questions.words.spelling import correct_spelling, is_verb
from vqa.text_words import has_words
from vqa.types import Question, TimeRange, Turn

# Intents that a question keeps although it offers options; others of the model become `choice`.
_KEEPS_INTENT_WITH_OPTIONS = frozenset(
    "order compare location count duration resolution file_info certainty opinion safety reason general_knowledge has_audio "
    "when person_identity identity social outside_world command math capabilities translate captions".split()
)
_ORDERS = frozenset({"order", "compare"})
_MAX_ELLIPSIS_WORDS = 6
_MIN_CONVERSATION_PROBABILITY = 0.5
# Intents that are about a thing though no frame answers them: "is it hurt?", "why is it alone?".
_ABOUT_A_THING = frozenset({"safety", "reason", "person_identity"})


def parse_single(
    text: str,
    history: Sequence[Turn],
    parsed_turns: Sequence[Question],
    encode: SentenceEncoder | None,
) -> Question:
    """Parse a text of one question; see `vqa.questions.parse.parse`.

    `parsed_turns` has the parsed question of each turn of `history`.
    """
    normalized_text = _normalize(text)
    discourse = read_history(history, parsed_turns)
    resolution = _resolve(text, normalized_text, discourse, encode, has_history=bool(history))
    is_first = not any(is_about_video(one.intent) for one in parsed_turns)
    if (
        is_first
        and not (discourse.nouns or resolution.is_changed)
        and lacks_antecedent(strip_discourse_markers(normalized_text.text))
    ):
        return unanswerable(text, "unclear")
    query, part, time_range, shot_number = split_range(
        resolution.text, normalized_text.text, history, parsed_turns
    )
    if presence_time(resolution.text) is not None:
        # "Is the dog there from the start?" names no time.
        query, part, time_range, shot_number = resolution.text, None, None, 0
    time_range = resolution.time_range or time_range
    is_rephrased = resolution.is_changed or normalized_text.is_idiom
    wording = resolution.text if is_rephrased else correct_spelling(text)
    encoding = encode(wording) if encode is not None else None
    match, score = decide_intent(text, wording, normalized_text, query, resolution, encoding)
    if match is None:
        language = detect_language(text)
        is_other = language != "en" and not is_gibberish(text)
        intent = "other_language" if is_other else "gibberish"
        return unanswerable(text, intent, language=language)
    if time_range is not None and is_search(match.intent) and _names_nothing(query):
        match = IntentMatch(intent="describe", slots={})
    if part is not None and part.side == "part" and not is_search(match.intent):
        match = IntentMatch(intent="event_duration", slots={})
    if shot_number and query.lower().strip(" ?.!") == LENGTH_OF_SHOT:
        match = IntentMatch(intent="duration", slots={})
    return _question(
        text,
        normalized_text=normalized_text,
        resolution=resolution,
        query=query,
        wording=wording,
        time_range=time_range,
        shot_number=shot_number,
        part=part,
        match=match,
        phrases=shipped_tagger().tag(wording, match.intent, encoding),
        score=score,
        discourse=discourse,
        history=history,
        parsed_turns=parsed_turns,
    )


def _normalize(text: str) -> Normalized:
    """Normalize a text; one of an address alone, "hey bot", keeps its words."""
    normalized_text = normalize(text)
    return (
        normalized_text if has_words(normalized_text.text) else replace(normalized_text, text=text)
    )


def _names_nothing(query: str) -> bool:
    """Whether a question without its time has only verbs and function words: "go to" of "go to 0:05"."""
    words = query.lower().strip(" ?.!").split()
    others = (word for word in words if word not in STOP_WORDS | PREPOSITIONS)
    return not nouns_of(query) and all(map(is_verb, others))


def _resolve(
    text: str,
    normalized_text: Normalized,
    discourse: Discourse,
    encode: SentenceEncoder | None,
    *,
    has_history: bool,
) -> Resolution:
    """Resolve coreference and ellipsis of a question; the wording is unchanged if there are none.

    Pronouns stay unresolved in a question that lists its options, and in an utterance about the
    conversation, a task or a fact of the file other than its duration.
    """
    intent = fixed_intent(text, has_history=has_history)
    if intent:
        return Resolution(text=text, intent=intent)
    offers_list = bool(list_options(normalized_text.text))
    if discourse.question is not None and is_english(text) and not offers_list:
        follow_up = resolve_follow_up(text, discourse, encode)
        if follow_up is not None:
            return follow_up
    for wording in (text, normalized_text.text):
        match = match_intent(wording)
        if match is None or match.is_fallback:
            continue
        needs = intents()[match.intent].needs
        asks_back = match.intent in ("explain", "certainty") and not has_history
        is_fact = needs == "facts" and match.intent != "duration"
        is_request = is_fact or needs == "task" or match.intent == "command"
        if (needs == "conversation" and not asks_back) or is_request:
            return Resolution(text=normalized_text.text)
    if offers_list:
        return Resolution(text=normalized_text.text)
    names_time = (
        time_offset(normalized_text.text) is not None or not split_time(normalized_text.text)[0]
    )
    is_of_person = is_statement_on_person(strip_discourse_markers(normalized_text.text))
    is_remark = has_history and not (names_time or is_of_person)
    if is_remark and _is_conversation(correct_spelling(text), encode):
        return Resolution(text=normalized_text.text)
    return resolve(normalized_text.text, discourse)


def _is_conversation(text: str, encode: SentenceEncoder | None) -> bool:
    """Whether the classifier's best intent is about the conversation or unrelated to the video.

    Examples: "are you sure?", "thanks". False for a probability below 0.5 and without an encoder.
    """
    if encode is None:
        return False
    probabilities = shipped_classifier().classify(text, encode(text))
    intent = next(iter(probabilities))
    if intent in _ABOUT_A_THING:
        return False
    return not is_about_video(intent) and probabilities[intent] >= _MIN_CONVERSATION_PROBABILITY


def _question(
    text: str,
    *,
    normalized_text: Normalized,
    resolution: Resolution,
    query: str,
    wording: str,
    time_range: TimeRange | None,
    shot_number: int,
    part: VideoPart | None,
    match: IntentMatch,
    phrases: Sequence[TaggedPhrase],
    score: float,
    discourse: Discourse,
    history: Sequence[Turn],
    parsed_turns: Sequence[Question],
) -> Question:
    """Build the parsed question from its intent, its tagged phrases and its wordings.

    Args:
        text: the question as typed.
        normalized_text: the normalized text.
        resolution: the self-contained wording.
        query: this wording without the phrase that names a time.
        wording: the text that was classified and tagged; see `decide_intent`.
        time_range: time range that the question names; None if it names none.
        shot_number: number of the shot that the question names; see `vqa.types.Question`.
        part: part of the video that the question names by a thing; None if it names none.
        match: the intent and the slots of its template.
        phrases: the phrases that the slot tagger found in `wording`.
        score: probability of the intent, 0 to 1.
        discourse: state of the earlier turns.
        history: earlier turns, oldest first.
        parsed_turns: the question of each of these turns.
    """
    intent = match.intent
    # "Did anyone sit or lie down?"
    offers_nothing = is_inclusive(query)
    options = () if offers_nothing else find_options(query, phrases, intent)
    is_choice = intent not in _KEEPS_INTENT_WITH_OPTIONS and intents()[intent].needs == "model"
    is_of_persons = intent == "person_identity" and selects_person(query, options)
    if options and (is_choice or is_of_persons):
        intent = "choice"
    if intent == "choice" and (offers_nothing or not (options or " or " in query)):
        intent = "verify"
    if intent in ("verify", "identify") and presence_target(query):
        intent = "presence"
    intent = refine_intent(intent, query, phrases, discourse.answer)
    before = parsed_turns[-1].intent if parsed_turns else ""
    if asks_on_screen_text(intent, query, before):
        intent = "read_text"
    intent = intent_after(before, intent, query, names_thing=bool(phrases))
    modality = modality_of(intent, query)
    kind = answer_kind_of(
        intent, modality, query, options, is_of_part=bool(time_range or shot_number or part)
    )
    slots = fill_slots(
        query,
        wording,
        phrases,
        intent,
        options
        if kind == "choice" or intents()[intent].needs == "facts" or intent in _ORDERS
        else (),
    )
    if intent == "presence" and match.is_fallback and match.slots.get("target"):
        # "Car?", "big dog?"
        noun = bare_noun(match.slots.get("target", ""))
        slots = replace(slots, target=noun, scored_noun=noun, asks_presence=bool(noun))
    # Training questions contain phrases such as "at the end", but no clock times such as "at 0:05".
    keeps_time = time_range is not None and time_range.is_fraction and resolution.time_range is None
    model_wording = DESCRIBE if kind == "description" else resolution.text if keeps_time else query
    who = who_wording(intent, query)
    model_wording, kind = (who, "open") if who else (model_wording, kind)
    if slots.asks_presence and not presence_target(query):
        model_wording = f"{presence_question(slots.target)}?"
        kind = "yes_no"
    elif kind == "yes_no":
        model_wording = as_question(model_wording)
    subject, aspect = find_aspect(match, intent, query, slots.subject)
    subject = whole_noun(subject, query)
    searches = is_search(intent)
    if searches and slots.target:
        slots = replace(slots, target=whole_noun(slots.target, query))
    names_nothing = not (subject or aspect or slots.target or searches or intent == "presence")
    if names_nothing and is_about_frames(intent):
        noun = next(iter(nouns_of(query)), "") if intent in ("color", "describe_part") else ""
        subject = noun or _inherited_subject(text, parsed_turns, discourse)
        if intent == "action" and not is_living(subject):
            subject = ""
    form = reply_form(model_wording, who or query, slots.target or subject, slots.options, text)
    # "Season?" after another question
    is_whole = normalized_text.is_idiom and refers_to_no_noun(model_wording)
    if not (slots.asks_presence or resolution.is_changed or kind == "description" or is_whole):
        model_wording = with_context(model_wording, history, parsed_turns)
    anchor, side = anchor_of(query, intent, part)
    full_wording = resolution.text if resolution.is_changed else text
    subject_matter = topic(intent, query)
    speech = spoken_phrase(query) if intent == "when" else ""
    presence = presence_time(query) if intent == "when" else None
    return Question(
        text=text,
        resolved=full_wording,
        rendered=model_wording,
        intent=intent,
        answer_kind=kind,
        modality=modality,
        subject=subject,
        target=slots.target,
        excluded_names=tuple(sorted(discourse.absent | exceptions_of(query))),
        name_kind=name_kind_of(query, intent) if kind == "open" else "",
        asked_kind=kind_of_thing(query) if intent in ("identify", "location") else "",
        scored_noun=slots.scored_noun if slots.asks_presence else common_name(slots.scored_noun),
        known_present=(slots.scored_noun or subject or "-") in discourse.present
        and not slots.asks_presence,
        asks_presence=slots.asks_presence,
        options=slots.options,
        options_are_things=slots.options_are_things,
        needs_all_frames=kind == "description"
        or depends_on_all_shots(slots.scored_noun if slots.asks_presence else model_wording),
        shot_number=shot_number,
        time_range=time_range,
        anchor=anchor,
        anchor_side=side,
        part_name=part.name if part is not None else "",
        aspect=aspect,
        search_text=presence.thing
        if presence is not None
        else (speech or search_phrase(query, match.slots.get("target", slots.target)))
        if searches
        else "",
        presence=presence,
        time_edge=time_edge(query) if searches else "",
        asks_spoken_time=bool(speech),
        topic=subject_matter,
        fact=file_fact(intent, full_wording),
        sound=sound_query(
            intent, full_wording if time_range is None else model_wording, subject_matter
        ),
        form=form,
        repeats_at_time=resolution.time_range is not None,
        line_position=line_position(query),
        has_negation=normalized_text.has_negation,
        expects_absence=normalized_text.expects_absence,
        absent=resolution.absent or presupposed_absent(query, slots.options, discourse.absent),
        score=score,
    )


def _inherited_subject(text: str, parsed_turns: Sequence[Question], discourse: Discourse) -> str:
    """Return the subject, or else the target, of the previous turn for a short text: "how often?".

    Empty for a longer text, about the place ("where is this?") or an unnamed thing, without
    history, and if the noun was not mentioned or was denied, or is a person but "it" is asked about.
    """
    words = normalized_wording(text).lower().strip(" ?.!").split()
    if (
        not parsed_turns
        or words[:1] == ["who"]
        or len(words) > _MAX_ELLIPSIS_WORDS
        or {"this", "here", "filmed", "recorded", "shot", "taken"} & set(words)
        or identification_question(" ".join(words))
    ):
        return ""
    subject = parsed_turns[-1].subject or parsed_turns[-1].target
    is_wrong = subject not in discourse.nouns or ("it" in words and is_person(subject))
    return "" if is_wrong else subject


def unanswerable(text: str, intent: str, *, language: str = "en") -> Question:
    """Return a question whose intent has a fixed reply, such as `too_long` or `gibberish`."""
    return Question(
        text=text,
        resolved=text,
        rendered=text,
        intent=intent,
        modality="none",
        language=language,
        score=1.0 if intent in ("too_long", "unclear") else 0.0,
    )
