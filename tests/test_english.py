from __future__ import annotations

import pytest

from vqa.english import (
    MASS_NOUNS,
    base_form,
    has_determiner,
    ing_form,
    is_doing,
    is_plural,
    is_plural_noun,
    names_noun,
    names_plural,
    plural_of,
    singular_of,
    third_person,
    with_article_if_countable,
)
from vqa.models.fused.kind_names import read_kind_names
from vqa.text_words import is_denial, is_first_person


def test_singular_of() -> None:
    many = "dogs buses ladies children wolves teddy_bears benches boxes shoes horses skis glasses taxis"
    one = "dog bus lady child wolf teddy_bear bench box shoe horse skis glasses taxi"
    assert [singular_of(name.replace("_", " ")) for name in many.split()] == [
        name.replace("_", " ") for name in one.split()
    ]
    for name in ("dog", "bus", "dress", "grass", "red car", "tennis", "cactus"):
        assert singular_of(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "dog", "man", "person", "bus", "wine glass", "knife", "cookie", "skis", "scissors", "quiz", "waltz",
        "snowman", "old man", "young person", "human", "", "  ",
    ],
)  # fmt: skip
def test_singular_of_plural_of_is_the_identity(name: str) -> None:
    assert singular_of(plural_of(name)) == name


def test_kinds_keep_their_singular_and_their_plural() -> None:
    names = sorted(
        {name for kind in read_kind_names().values() for name in kind.names} - MASS_NOUNS
    )
    assert len(names) > 300
    for name in names:
        is_one = singular_of(name) == name
        assert (
            singular_of(plural_of(name)) == name if is_one else plural_of(singular_of(name)) == name
        )


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("zombie", "zombies"), ("necktie", "neckties"), ("magpie", "magpies"), ("selfie", "selfies"), ("puppy", "puppies"),
        ("tie", "ties"), ("moustache", "moustaches"), ("headache", "headaches"), ("watch", "watches"), ("axe", "axes"),
        ("octopus", "octopuses"), ("walrus", "walruses"), ("cactus", "cactuses"), ("house", "houses"), ("blouse", "blouses"),
        ("fuse", "fuses"), ("mantis", "mantises"), ("nose", "noses"), ("horseshoe", "horseshoes"), ("canoe", "canoes"),
        ("fireman", "firemen"), ("milkman", "milkmen"), ("stuntwoman", "stuntwomen"), ("human", "humans"),
        ("ottoman", "ottomans"), ("grandchild", "grandchildren"), ("red wine glass", "red wine glasses"),
        ("magnifying glass", "magnifying glasses"), ("chest of drawers", "chests of drawers"), ("bookshelf", "bookshelves"),
        ("specimen", "specimens"),
    ],
)  # fmt: skip
def test_the_singular_and_the_plural_of_a_noun(one: str, many: str) -> None:
    assert (plural_of(one), singular_of(many)) == (many, one)
    assert singular_of(one) == one


def test_a_second_spelling_of_a_plural() -> None:
    assert singular_of("mosquitoes") == singular_of("mosquitos") == "mosquito"
    assert singular_of("flamingoes") == singular_of("flamingos") == "flamingo"


@pytest.mark.parametrize(
    "noun",
    "pliers tweezers overalls tongs bagpipes dungarees underpants trousers".split(),
)
def test_a_noun_without_a_singular_takes_are(noun: str) -> None:
    assert singular_of(noun) == plural_of(noun) == noun
    assert is_plural(f"the {noun}")


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("old man", "old men"), ("big red knife", "big red knives"), ("young person", "young people"),
        ("policewoman", "policewomen"), ("human", "humans"), ("quiz", "quizzes"), ("waltz", "waltzes"),
        ("black sheep", "black sheep"), ("wine glass", "wine glasses"), ("toy bus", "toy buses"), ("", ""), (" ", " "),
    ],
)  # fmt: skip
def test_the_last_word_of_a_phrase_becomes_plural(noun: str, many: str) -> None:
    assert plural_of(noun) == many


@pytest.mark.parametrize(
    ("base", "third"),
    [
        ("carry", "carries"), ("fly", "flies"), ("play", "plays"), ("die", "dies"), ("go", "goes"), ("moo", "moos"),
        ("fix", "fixes"), ("touch", "touches"), ("wash", "washes"), ("kiss", "kisses"), ("buzz", "buzzes"),
        ("freeze", "freezes"), ("use", "uses"), ("close", "closes"), ("see", "sees"), ("have", "has"), ("be", "is"),
        ("do", "does"), ("ache", "aches"), ("focus", "focuses"), ("juggle", "juggles"), ("run", "runs"),
    ],
)  # fmt: skip
def test_the_third_person_of_a_verb_and_back(base: str, third: str) -> None:
    assert third_person(base) == third
    assert base_form(third) == base


@pytest.mark.parametrize("verb", ["kiss", "carry", "focus", "run", "watching", ""])
def test_the_base_form_of_another_form_is_unchanged(verb: str) -> None:
    assert base_form(verb) == verb


def test_a_plural_takes_are() -> None:
    assert all(map(is_plural, ("the men", "her trousers", "they", "these", "red cars", "people")))
    assert all(map(is_plural, ("the two", "the other three")))
    assert not any(
        map(
            is_plural,
            (
                "shot two",
                "the other one",
                "this",
                "his",
                "its",
                "the bus",
                "the woman",
                "that",
                "it",
            ),
        )
    )


@pytest.mark.parametrize(
    ("phrase", "is_many"),
    [
        ("the man in shorts", False), ("the woman wearing glasses", False), ("the one on the stairs", False),
        ("the man who likes dogs", False), ("a glass of chips", False), ("one of the men", False), ("the running man", False),
        ("the men in a hat", True), ("people who run", True), ("those that run", True), ("two of the men", True),
        ("some of the men", True), ("some of the water", False), ("a lot of people", True), ("all of them", True),
        ("the man and the woman", True), ("the black and white dog", False), ("the man in a hat and a scarf", False),
        ("hers", False), ("theirs", False), ("the man's", False), ("", False), (" ", False),
    ],
)  # fmt: skip
def test_the_noun_before_what_describes_it_decides_on_are(phrase: str, is_many: bool) -> None:
    assert is_plural(phrase) is is_many


@pytest.mark.parametrize(
    "forms",
    [
        "jog jogging, run running, sit sitting, hug hugging, chop chopping, squat squatting, grin grinning, drum drumming",
        "trek trekking, yap yapping, quiz quizzing, up upping",
        "look looking, eat eating, help helping, sing singing, bring bringing, swing swinging, kneel kneeling, kiss kissing",
        "fix fixing, show showing, mow mowing, play playing, ski skiing, try trying",
        "ride riding, smile smiling, see seeing, be being, age aging, dye dyeing, canoe canoeing, lie lying, tie tying",
        "open opening, listen listening, enter entering, visit visiting, whisper whispering, follow following",
        "begin beginning, forget forgetting, prefer preferring, unzip unzipping, babysit babysitting, zigzag zigzagging",
        "panic panicking, mimic mimicking, picnic picnicking",
    ],
)
def test_ing_form(forms: str) -> None:
    for pair in forms.split(", "):
        verb, form = pair.split()
        assert ing_form(verb) == form
        assert is_doing(form)


@pytest.mark.parametrize(
    "words",
    [
        "bring string spring king thing wing ring sing ping fling cling sting swing sling wring ing",
        "ceiling building morning evening wedding clothing lightning awning railing earring pudding sibling dumpling during",
        "something anything nothing everything plaything painting drawing crossing upswing offspring shoestring",
        "run red ink singer kings",
    ],
)
def test_a_word_that_ends_like_a_participle_is_none(words: str) -> None:
    assert [word for word in words.split() if is_doing(word)] == []


def test_participles_end_in_thing_and_ring_too() -> None:
    words = "breathing bathing soothing sunbathing bringing stringing springing clinging starring firing going lying using aging"
    assert all(map(is_doing, words.split()))


def test_a_number_and_a_pronoun_are_no_plural_nouns() -> None:
    assert all(map(is_plural_noun, ("dogs", "her trousers", "people", "red cars")))
    assert not any(
        map(is_plural_noun, ("two", "these", "both", "they", "hers", "man's", "dog", ""))
    )


@pytest.mark.parametrize(
    "phrase",
    ["his room", "the man's hat", "one man", "12 men", "twelve men", "Another dog", "no dog", "each dog", "my cup", "this"],
)  # fmt: skip
def test_a_phrase_with_a_determiner_gets_no_article(phrase: str) -> None:
    assert has_determiner(phrase)
    assert with_article_if_countable(phrase) == phrase


def test_a_phrase_without_a_determiner_gets_an_article() -> None:
    assert not any(map(has_determiner, ("man's hat", "red hat", "onesie", "")))
    assert with_article_if_countable("man's hat") == "a man's hat"


def test_a_time_of_day_gets_no_article() -> None:
    for word in ("morning", "evening", "night", "noon"):
        assert with_article_if_countable(word) == word


def test_a_text_names_a_noun_by_whole_words() -> None:
    assert names_noun("the men on the left", "man")
    assert names_noun("The tall man's hat", "man")
    assert names_noun("the man's shoe", "man's shoe")
    assert names_noun("the boys' red shoes", "boy's shoe")
    assert not names_noun("the man's hat", "man's shoe")
    assert not names_noun("the woman", "man")
    assert not names_noun("the red bus and the car", "red hat")
    assert not names_noun("the dog", "")


@pytest.mark.parametrize(
    ("text", "noun", "is_many"),
    [
        ("Two men at work", "man", True), ("the men's shoes", "man", True), ("the boys' room", "boy", True),
        ("three wine glasses, all full", "wine glass", True), ("his trousers are blue", "trousers", True),
        ("the people there", "person", True), ("is that T-shirts", "t-shirt", True),
        ("at the moment", "man", False), ("a man with documents", "man", False), ("the plants", "ant", False),
        ("the carson sign", "car", False), ("a dog's hat", "dog", False), ("a man", "man", False), ("the sheep", "sheep", False),
        ("his shirt", "trousers", False), ("two men", "", False), ("", "man", False),
    ],
)  # fmt: skip
def test_a_text_names_the_plural_of_a_noun_by_whole_words(
    text: str, noun: str, is_many: bool
) -> None:
    assert names_plural(text, noun) is is_many


@pytest.mark.parametrize(
    ("answer", "denies", "is_of_app"),
    [
        ("no", True, False),
        ("No, not as far as I can see.", True, False),
        ("north", False, False),
        ("noodles", False, False),
        ("nobody", False, False),
        ("I can't tell.", False, True),
        ("I'm not sure.", False, True),
        ("in a park", False, False),
        ("", False, False),
        ("3 dogs", False, False),
    ],
)
def test_the_first_word_of_an_answer_decides(answer: str, denies: bool, is_of_app: bool) -> None:
    assert (is_denial(answer), is_first_person(answer)) == (denies, is_of_app)
