"""Noun and verb categories for question generation: people, animals, clothes, places, sports."""

from __future__ import annotations

MALE = frozenset(
    "man boy guy gentleman father dad fisherman businessman policeman cowboy male".split()
)
FEMALE = frozenset("woman girl lady mother mom bride female".split())
CHILDREN = frozenset("child kid toddler baby boy girl infant".split())
PEOPLE = (
    MALE
    | FEMALE
    | CHILDREN
    | frozenset(
        "person people player skateboarder biker cyclist surfer climber skier snowboarder runner dancer worker "
        "swimmer hiker rider couple crowd team group family friend student teenager adult officer performer singer "
        "musician goalie athlete racer wrestler driver someone individual spectator soldier fan motorcyclist".split()
    )
)
# Collective nouns: the members act, not the group.
GROUP_NOUNS = frozenset("group crowd couple pair bunch team".split())
ANIMALS = frozenset(
    "dog puppy cat kitten horse pony cow bull calf sheep lamb goat pig elephant giraffe zebra bear bird duck goose "
    "seagull pigeon parrot eagle owl penguin swan heron crane flamingo ostrich chicken rooster fish shark dolphin "
    "whale seal turtle frog snake lizard monkey gorilla lion tiger leopard wolf fox deer rabbit squirrel camel "
    "kangaroo greyhound poodle terrier dalmatian retriever collie beagle butterfly bee spider insect animal".split()
)
DOGS = frozenset("puppy greyhound poodle terrier dalmatian retriever collie beagle".split())
VEHICLES = frozenset(
    "car truck van bus train tram boat ship sailboat canoe plane airplane jet helicopter motorcycle bike bicycle "
    "scooter tractor taxi jeep balloon".split()
)
# Verbs whose subject is the vehicle itself; riding and steering are done by its driver.
VEHICLE_VERBS = frozenset(
    "drive travel move park sit fly sail float go race pull stop turn wait land pass cross roll speed approach take".split()
)
ACTORS = PEOPLE | ANIMALS
CLOTHES = frozenset(
    "shirt t-shirt tshirt jacket coat dress skirt shorts pants trouser jeans hat cap helmet sweater sweatshirt "
    "hoodie suit uniform vest swimsuit bikini trunk shoe boot sneaker sandal glove scarf tie sunglass glass goggle "
    "costume outfit jersey robe apron mask backpack top wetsuit bandana wig gown blouse collar".split()
)
PLACES = frozenset(
    "beach street road park field snow water pool river lake ocean sea mountain hill forest wood woods desert sand "
    "grass yard garden kitchen bedroom bathroom room stage gym court track rock cliff sidewalk bench couch bed "
    "chair table floor bridge boat train bus car store shop restaurant library office church city parking_lot "
    "playground stadium zoo farm barn station airport lot dock pier trail path stair staircase ramp wave air "
    "tree fence wall rink arena market fountain stream shore dirt mud ice slope skatepark canyon cave lawn".split()
)
OUTDOORS = frozenset(
    "beach street road park field snow river lake ocean sea mountain hill forest woods desert grass yard garden "
    "cliff sidewalk trail slope wave sky shore lawn meadow surf canyon waterfall hillside snowbank pasture".split()
)
INDOORS = frozenset(
    "kitchen bedroom bathroom couch sofa carpet gym office bowling sink bathtub ceiling refrigerator indoors "
    "classroom library restaurant bed mall living".split()
)
SPORTS = {
    "soccer": "soccer", "basketball": "basketball", "football": "football", "baseball": "baseball",
    "tennis": "tennis", "hockey": "hockey", "volleyball": "volleyball", "rugby": "rugby", "surfboard": "surfing",
    "surfer": "surfing", "skateboard": "skateboarding", "skateboarder": "skateboarding", "snowboard": "snowboarding",
    "snowboarder": "snowboarding", "ski": "skiing", "skier": "skiing", "frisbee": "frisbee", "golf": "golf",
    "lacrosse": "lacrosse", "karate": "karate", "kayak": "kayaking", "cricket": "cricket", "wrestling": "wrestling",
    "gymnastics": "gymnastics", "climber": "climbing",
}  # fmt: skip
VAGUE = frozenset(
    "air front side top background group body way day time thing something one other part end middle area set pair "
    "distance view back bunch mouth face head hand arm leg foot hair eye ear tongue tail nose picture photo image "
    "camera lot kind type piece look while edge trick scene corner bit line row place position left right foreground ground waters pile splash".split()
)
# Captions often leave these out, so that a missing mention does not mean absence.
UNMENTIONED_NOUNS = frozenset(
    "tree grass sky wall floor window building shirt shoe hair house street road rock plant leaf light shadow fence "
    "clothing pants jeans cloud door bush water ground dirt sidewalk sign pole finger necklace bracelet jewelry "
    "sock belt button pocket room hill city land".split()
)
# Groups of related words: if one is visible, presence of the others is ambiguous.
RELATED_WORDS = tuple(
    frozenset(family.split())
    for family in (
        "dog puppy greyhound poodle terrier dalmatian retriever collie beagle animal lab pet",
        "cat kitten animal", "horse pony animal", "bird duck goose seagull pigeon parrot crane heron animal",
        "cow bull calf animal", "bike bicycle motorcycle dirtbike cycle motorbike biker cyclist",
        "ball soccer football basketball baseball tennis volleyball toy game", "car vehicle truck van suv traffic bus",
        "water river lake ocean sea pool stream pond wave beach shore surf wading", "grass field lawn yard park meadow",
        "rock cliff mountain hill boulder stone ledge", "street road sidewalk path trail track city pavement",
        "building house structure home wall window city", "tree forest wood woods log branch bush leaf plant",
        "shirt jacket top coat sweater sweatshirt jersey vest outfit t-shirt uniform clothes suit",
        "hat cap helmet hood", "pants jeans shorts trouser", "snow ice winter slope mountain ski snowboard",
        "chair bench seat couch sofa", "boat kayak canoe raft ship", "stick branch pole bat",
        "glass sunglass goggle", "skateboard ramp skatepark skateboarder", "surfboard board wave surfer",
        "table desk", "toy stuffed doll", "food plate meal", "phone cellphone camera", "sign poster banner",
        "bag backpack purse", "shoe boot sneaker", "sand beach desert dirt",
    )
)  # fmt: skip
QUESTION_VERBS = (
    "run jump sit stand walk swim climb ride play sleep eat sing dance surf ski throw smile read drink cook paint "
    "crawl fight skateboard fish drive".split()
)


def related_words(word: str) -> set[str]:
    """Return a word with its synonyms, hypernyms and words that often describe the same scene.

    The word is in lower case and singular. The result is the word alone if no group of
    `RELATED_WORDS` contains it.
    """
    related_group = {word}
    for family in RELATED_WORDS:
        if word in family:
            related_group |= family
    return related_group
