from __future__ import annotations

import pytest

from tests.questions.messages import sentence_encoder
from vqa.questions.parse import parse
from vqa.types import Answer, Turn

MODALITIES = {
    "greeting": "none", "reading": "screen", "hearing": "speech", "sound": "sound", "when": "date",
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Can you describe the video?", "description"),
        ("Will you summarize it?", "description"),
        ("What do you see first, a dog or a cat?", "choice"),
        ("Could you tell me what color the dog is?", "open"),
        ("Do you know what animal this is?", "open"),
        ("Can you count the people?", "open"),
        ("Can you see a dog?", "yes_no"),
        ("Didn't he fall?", "yes_no"),
        ("Is it raining or not?", "yes_no"),
        ("Is it raining or snowing?", "choice"),
        ("Is it red, green or blue?", "choice"),
        ("Can you read the sign?", "reading"),
        ("What is the woman saying?", "hearing"),
        ("When was this filmed?", "when"),
        ("What do you see?", "description"),
        ("What do you see on the table?", "open"),
        ("Tell me about this video", "description"),
        ("What happens at the end?", "description"),
        ("Is there any music?", "sound"),
        ("Hello!", "greeting"),
        ("hey bot", "greeting"),
        ("Hey bot!", "greeting"),
        ("Thank you", "greeting"),
        ("Hello, what is it?", "open"),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, kind: str) -> None:
    parsed = parse(question)
    if kind in ("choice", "description", "yes_no"):
        assert (parsed.answer_kind, parsed.modality) == (kind, "sight")
    else:
        assert parsed.answer_kind == "open"
        assert parsed.modality == MODALITIES.get(kind, "sight")


@pytest.mark.parametrize(
    "question", ["What is happening?", "What happens at the end?", "Tell me about it", "summarize"]
)
def test_descriptions_are_asked_for_in_words_that_were_taught(question: str) -> None:
    assert parse(question).rendered == "Describe the video."


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("when do the cuts happen?", "cut_count"),
        ("what time does the scene change?", "cut_count"),
        ("at what point does it change", "cut_count"),
        ("at which second does it cut", "cut_count"),
        ("is it one shot or are there cuts", "shot_count"),
        ("several scenes or just one scene?", "shot_count"),
        ("list the scenes", "captions"),
        ("give me a quick overview of the scenes", "captions"),
        ("what has changed?", "describe"),
        ("which of the scenes has grass", "when"),
        ("what sec does it switch", "cut_count"),
        ("can you call the police", "command"),
        ("pause", "command"),
        ("louder", "command"),
        ("I'm new, how do I start?", "capabilities"),
        ("its so dark can u see anything", "describe"),
        ("what happened before this video", "outside_world"),
        ("what happens after the clip ends", "outside_world"),
        ("describe it scene by scene", "captions"),
        ("does it switch at some point?", "cut_count"),
        ("who is filming", "person_identity"),
        ("how far apart are they", "measurement"),
        ("cheers bye", "goodbye"),
        ("thx, see ya", "goodbye"),
        ("what are the different parts", "captions"),
        ("which scenes are there", "captions"),
        ("what happens in each scene", "captions"),
        ("describe every single shot", "captions"),
        ("go through the scenes one by one", "captions"),
        ("which scene has the fridge", "when"),
        ("in which part is the dog", "when"),
        ("which scene is the man in", "when"),
        ("how long is the first scene", "duration"),
        ("how long does the last shot last", "duration"),
        ("when does she cut the onion?", "when"),
        ("how many frames are there?", "file_info"),
        ("how many wooden picture frames hang on the wall?", "count"),
        ("how many secs do i have in total", "duration"),
        ("how many minutes do we get", "duration"),
    ],
)
def test_facts_of_the_file_are_told_from_what_is_seen(text: str, intent: str) -> None:
    assert parse(text).intent == intent


@pytest.mark.parametrize(
    ("text", "edge", "search_text"),
    [
        ("When does the cat disappear?", "end", ""),
        ("when is the car last seen", "end", ""),
        ("When does the cat appear?", "start", "the cat"),
        ("when does the bus come into view", "start", "the bus"),
        ("what second does the ball enter the picture", "start", "the ball"),
        ("at which second do the birds show up?", "start", "the bird"),
        ("roughly which second does the skier come in", "start", "the skier"),
        ("when exactly does the food come on screen?", "start", "the food"),
        ("when does the show start?", "start", "the show"),
        ("when does the dog start running", "start", "the dog start running"),
        ("when does the video switch from the beach to the street", "start", "the street"),
        ("when is the dog visible", "", "the dog"),
        ("when do the boys go to the door", "", "the boys go to the door"),
    ],
)
def test_a_question_of_time_asks_for_a_start_or_an_end(
    text: str, edge: str, search_text: str
) -> None:
    question = parse(text)
    assert question.time_edge == edge
    assert not search_text or question.search_text == search_text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Was ist in dem Video zu sehen?", "de"),
        ("Elle porte quoi ?", "fr"),
        ("Che animale è?", "it"),
        ("wuts goin on", "en"),
        ("is it 4k", "en"),
    ],
)
def test_other_languages_that_look_like_english(text: str, language: str) -> None:
    assert parse(text).language == language


def test_a_follow_up_after_an_opinion_stands_alone() -> None:
    before = Turn(question="is it cute?", answer=Answer(text="I can't judge that."))
    assert parse("would it bite me?", [before]).rendered == "would it bite me?"


def test_a_noun_before_its_question_word() -> None:
    before = Turn(question="when does the cup appear?", answer=Answer(text="At 0:04."))
    assert parse("and the astronaut, when?", [before]).resolved == "when does the astronaut appear?"


def test_somebody_in_it_asks_for_a_person() -> None:
    for text in ("is there someone in it", "anyone in it", "anybody?"):
        question = parse(text)
        assert (question.intent, question.target) == ("presence", "person")
        assert question.asks_presence


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("man?", "is there a man?"),
        ("yo-yo?", "is there a yo-yo?"),
        ("tricks?", "is there a trick?"),
        ("dancing?", "is anyone dancing?"),
        ("is it two videos stuck together", "is it two videos stuck together"),
        ("he hit somebody?", "does he hit somebody"),
        ("someone walking right", "is someone walking right"),
        ("is he helping or what?", "is he helping?"),
        ("is it a cat or what?", "is it a cat?"),
        ("her hair, brown?", "is her hair brown?"),
        ("his shoes, black?", "are his shoes black?"),
        ("there's somebody at the back, can you see his face", "can you see the person's face"),
        ("which arm he use", "which arm does he use"),
        ("where they are", "where are they"),
        ("what position is she in", "what is she doing"),
        ("the shirt have a logo?", "does the shirt have a logo?"),
    ],
)
def test_short_and_unusual_wordings(text: str, rendered: str) -> None:
    assert parse(text).rendered.rstrip("?") == rendered.rstrip("?")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("does it say where this was filmed", "read_text"),
        ("does anyone come to help", "verify"),
        ("is he doing it right?", "opinion"),
        ("how many kg?", "measurement"),
        ("how far apart are they?", "measurement"),
        ("who is he fighting", "identify"),
        ("is anyone hurt?", "verify"),
        ("someone walking right", "verify"),
        ("are they fighting or just talking", "choice"),
        ("who's there", "identify"),
    ],
)
def test_intents_of_ordinary_questions(text: str, intent: str) -> None:
    assert parse(text).intent == intent


def test_why_after_an_answer_about_a_thing_asks_for_its_grounds() -> None:
    before = Turn(question="is there a cat?", answer=Answer(text="no"))
    assert parse("why?", [before]).intent == "explain"


def test_a_tag_behind_there_is_no_question_of_its_own() -> None:
    question = parse("there's no dog, is there?")
    assert (question.intent, question.target, question.has_negation) == ("presence", "dog", True)


def test_when_after_a_denial() -> None:
    before = Turn(question="does he fall?", answer=Answer(text="no"))
    assert parse("when?", [before]).intent == "denied"


def test_an_owner_without_anything_owned_before_is_unclear() -> None:
    before = Turn(question="how many kids are there", answer=Answer(text="2"))
    assert parse("hers?", [before]).intent == "unclear"


@pytest.mark.parametrize(
    "text",
    ["could you sum up the events in two or three sentences", "a summary in a sentence or two", "write me three or four lines about what happens"],
)  # fmt: skip
def test_a_number_of_sentences_is_no_option(text: str) -> None:
    question = parse(text)
    assert (question.intent, question.options) == ("summarize", ())


@pytest.mark.parametrize(
    ("text", "intent"),
    [("it's so dim", "acknowledge"), ("too bright for me", "acknowledge"), ("the picture is really grainy lol", "acknowledge"), ("is it so dim?", "verify")],
)  # fmt: skip
def test_a_remark_on_the_picture_asks_nothing(text: str, intent: str) -> None:
    assert parse(text).intent == intent


@pytest.mark.parametrize(
    ("text", "indirect"),
    [
        ("I taught dance for years, long ago, and I would like to know what sport is shown.", "what sport is shown"),
    ],
)  # fmt: skip
def test_an_indirect_request_names_what_is_asked(text: str, indirect: str) -> None:
    assert parse(text).form.indirect == indirect


@pytest.mark.parametrize("time", ["for the second time", "the fifth time", "for the last time"])
def test_the_number_of_an_event_is_no_part_of_what_is_searched(time: str) -> None:
    assert parse(f"when does the man fall {time}?").search_text == "the man fall"


@pytest.mark.parametrize(
    ("earlier", "answer", "text", "wording"),
    [
        ("is he a puppy or an old dog?", "puppy", "is he asleep?", "is the puppy asleep?"),
        ("what is she doing?", "holding a child", "what color are her eyes?", "what color are the woman's eyes?"),
        ("is there a cat?", "yes", "is it filmed at night?", "is it filmed at night?"),
        ("what is on the table?", "a cup", "does it look cold out?", "does it look cold out?"),
        ("is there a hat?", "yes", "tell me what the girl in red does", "what does the girl in red do"),
    ],
)  # fmt: skip
def test_pronouns_refer_to_the_subject_and_not_to_the_weather(
    earlier: str, answer: str, text: str, wording: str
) -> None:
    history = [Turn(question=earlier, answer=Answer(text=answer), parsed=parse(earlier))]
    question = parse(text, history)
    assert wording in (question.resolved, question.rendered)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("qué hace el gato en este video y de qué color es", "other_language"),
        ("ich möchte gerne wissen was der Mann da in dem Video macht", "other_language"),
        ("asdf qwer zxcv hjkl uiop bnm qwerty asdfgh zxcvb poiu", "gibberish"),
    ],
)  # fmt: skip
def test_a_long_message_that_is_no_english_is_no_remark(text: str, intent: str) -> None:
    assert parse(text).intent == intent


@pytest.mark.parametrize(
    ("text", "rendered", "shot_number"),
    [
        ("The last picture puzzles me. It is silver and round, what on earth is it?", "what is in the video?", -1),
        ("The second scene is odd. Is she dancing?", "Is she dancing?", 2),
        ("is the second picture in colour?", "is the second picture in colour?", 2),
        ("whats the 2nd part about", "describe the video.", 2),
        ("what is in the third photo?", "what is in the video?", 3),
        ("okay now back to the first scene, is there a lamp in it?", "is there a lamp?", 1),
    ],
)  # fmt: skip
def test_a_shot_that_a_remark_or_the_subject_names(
    text: str, rendered: str, shot_number: int
) -> None:
    question = parse(text, encoder=sentence_encoder())
    assert question.rendered.lower() == rendered.lower()
    named = question.scene.shot_number if question.scene is not None else question.shot_number
    assert named == shot_number


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("is it a sheep or something else entirely?", "is it a sheep?"),
        ("is it a cat or is it something bigger?", "is it a cat?"),
    ],
)  # fmt: skip
def test_wordings_of_a_chatty_question(text: str, rendered: str) -> None:
    assert parse(text, encoder=sentence_encoder()).rendered.lower().rstrip("?") == rendered.rstrip(
        "?"
    )


@pytest.mark.parametrize(
    ("text", "intent", "rendered"),
    [
        ("do you see who is at the door", "identify", "who is at the door"),
        ("can you see what's on the table", "identify", "what is on the table"),
        ("can you tell us what's on the table?", "identify", "what is on the table?"),
        ("can you tell him where the dog is", "location", "where is the dog"),
        ("that's a bus right", "verify", "is that a bus?"),
    ],
)
def test_a_request_asks_the_question_in_it(text: str, intent: str, rendered: str) -> None:
    question = parse(text, encoder=sentence_encoder())
    assert (question.intent, question.rendered) == (intent, rendered)


@pytest.mark.parametrize(
    ("text", "intent", "rendered"),
    [
        ("is what he's holding a phone", "verify", "is he holding a phone"),
        ("is the thing he is holding a knife?", "verify", "is he holding a knife?"),
        ("what city might that be in", "location", "what city is that in"),
        ("What sort of place is that supposed to be?", "identify", "What sort of place is that?"),
        ("how full is the glass", "verify", "is the glass full"),
        ("how busy is the market", "verify", "is the market busy"),
        ("how big is the dog", "measurement", "how big is the dog"),
        ("do people carry umbrellas", "verify", "do people carry umbrellas"),
        ("does the cat wake up when the dog comes in", "verify", "does the cat wake up when the dog comes in"),
        ("what's the sign saying", "read_text", "what does the sign say"),
        ("which language is the poster in", "read_text", "which language is the poster in"),
        ("what are the letters saying", "read_text", "what do the letters say"),
        ("what is the man saying", "speech_content", "what is the man saying"),
        ("what is the story", "describe", "Describe the video."),
        ("which rooms do you see in the video", "identify", "what rooms are there"),
        ("what foods can be seen", "identify", "what foods are there"),
        ("what is the drink called on the sign", "read_text", "what is the drink called on the sign"),
        ("what does the pitcher have on", "describe_part", "what is the pitcher wearing"),
        ("what has she got on", "describe_part", "what is she wearing"),
        ("so that means he is alone?", "verify", "is he alone?"),
    ],
)  # fmt: skip
def test_first_messages(text: str, intent: str, rendered: str) -> None:
    question = parse(text)
    assert (question.intent, question.rendered) == (intent, rendered)


@pytest.mark.parametrize(
    ("text", "intent", "rendered"),
    [
        ("whos got the ball", "identify", "who has the ball"),
        ("so he wants to throw it?", "verify", "does he want to throw it?"),
        ("go back to the dog is it black or brown", "choice", "is the dog black or brown"),
        ("then theres a dog right what kind", "identify", "what kind of dog is it?"),
        ("which animals appear?", "identify", "what animals are there?"),
        ("who is at the door", "identify", "who is at the door"),
        ("do we see the frisbee flying away", "verify", "is the frisbee flying away"),
        ("can you see the man in the hat sitting", "verify", "is the man in the hat sitting"),
        ("do you see the building in the back", "presence", "do you see the building in the back"),
        (
            "what has the man in front on his head",
            "identify",
            "what does the man in front have on his head",
        ),
    ],
)
def test_questions_as_people_type_them(text: str, intent: str, rendered: str) -> None:
    question = parse(text, encoder=sentence_encoder())
    assert (question.intent, question.rendered) == (intent, rendered)


@pytest.mark.parametrize("text", ["On what basis?", "based on what", "on what grounds"])
def test_the_basis_of_an_answer_is_explained(text: str) -> None:
    history = [Turn(question="is the bear in a zoo", answer=Answer(text="yes"))]
    assert parse(text, history, encoder=sentence_encoder()).intent == "explain"
