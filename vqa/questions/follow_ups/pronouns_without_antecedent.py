"""Pronouns that refer to no thing: "is it raining?", "where does it take place?"."""

from __future__ import annotations

import re

from vqa.english import MASS_NOUNS, VIDEO


def lacks_mentioned_noun(question: str) -> bool:
    """Whether a pronoun refers to no mentioned noun: "is it cold?", "is it a dog?", "what is it?".

    So are "it" and "this" where they mean what the video shows, "what is it?".
    """
    return _EXPLETIVE.match(question) is not None


# "Does it look cold out?"
_WEATHER = r"^.*\bit (?:(?:is|was|looks?|feels?|seems?|gets?|be|really|very|quite|pretty|so|too) )+(?:cold|hot|warm|windy|sunny|rainy|cloudy|foggy|humid|chilly|freezing|raining|snowing|dark|bright|late|early)(?: out| outside| out there)[?.! ]*$"
# Pronouns without an antecedent: weather, time, place, and "it" or "this" for the video's contents.
_EXPLETIVE = re.compile(
    r"^(?:is|was) it (?:a |an )?(?:rain|snow|hail|day|night|morning|evening|noon|afternoon|dark|light|at night|at day|daytime|nighttime|sunny|cloudy|foggy|windy|warm|cold|hot|summer|winter|spring|autumn|fall|"
    r"tennis|golf|football|baseball|basketball|soccer|volleyball|cricket|rugby|hockey|badminton|karate|judo|yoga|gymnastics|wrestling|boxing|"
    r"in(?:doors?|side)|out(?:doors?|side)|raining|snowing|possible|true|correct|real|safe|early|late|christmas|noisy|loud|quiet|(?:filmed |shot )?in (?:black and white|colou?r)|filmed|recorded|edited|slowed down|sped up|(?:in )?slow motion|(?:in )?real time|staged|black and white|photo|painting|cartoon|animated)|"
    r"^(?:what|which) (?:time|season|day|year|month|sport|game|place|country|city|animal|vehicle|kind|type|breed|fruit|object|instrument)\b.* (?:(?:is|was) it\b|it (?:is|was)[?.! ]*$)|"
    r"\bthey (?:film|shoot|shot|record|make|made)(?:ed)? (?:it|this|that)\b|"
    rf"{_WEATHER}|"
    r"^what is (?:it|that|this)[?.! ]*$|^(?:is|was) it [a-z]+ that (?:the|he|she|they|there|it)\b|"
    # "Is it the camera that moves?", "are those clouds or is it smoke?"
    r"^.*\b(?:is|was)(?:n't)? it (?:not )?(?:(?:the|an?|his|her) )?[a-z]+ (?:that|who|which)\b|"
    r"^(?:is|are|was|were) (?:that|this|those|these)\b.* or (?:is|was|are|were) (?:it|they)\b|"
    r"^(?:what|which) (?!one\b|colou?r\b|side\b|hand\b|way\b|direction\b|brand\b|model\b|make\b|size\b|shape\b|material\b|condition\b|position\b|pattern\b|language\b)[a-z]+ (?:is|was|are|were) (?:it|that|this|these|those)(?: do you think| would you say)?(?:[?.!,]|$)|"
    r"^(?:what|which) (?:kind|type|sort|breed)s? of [a-z]+(?: [a-z]+)? (?:is|are|was|were) (?:it|this|that|they|these|those)(?: do you think| would you say)?(?:[?.!,]|$)|"
    rf"^(?:is|was) it (?:{'|'.join(sorted(MASS_NOUNS))}) in(?:side)?\b|"
    r"^(?:is|are|was|were) (?:it|they|this|that|these|those) (?:(?:only|just|really) )?(?:(?:his|her|its|their|my)(?= [a-z])|a|an|some|the same(?! one)|the(?! (?:same|other)\b)|another|one(?= of\b| [a-z]+ or\b)|(?<=it )one|two|three|several) |"
    r"^(?:what )?(?:does|did) it (?:say|read)\b|"
    rf"^(?:does|did) it (?:look|seem|feel) like (?:an? )?(?:[a-z]+ )?{VIDEO}\b|"
    r"^where (?:does|did|do|was|is) (?:it|this|that) (?:take place|happen|play|go on|filmed|shot|recorded|taken|made|set)\b|"
    r"^(?:does|did|will) it (?:happen|go on|continue|repeat|loop|end|finish|(?:ever |then )?(?:change|cut|switch)(?: scenes?)?(?=[?.! ]*$))\b|"
    r"^(?:is|was) it (?:from|by|on|off|shot with|filmed with|recorded with) (?:an? |the )?(?:[a-z]+ )?(?:camera|cam|drone|phone|movie|film|tv|television|show|news|game|dashcam|webcam|cctv)\b|"
    r"^who (?:starts?|started|began|begins) it\b|"
    r"^(?:is|was) it (?:the )?[a-z]+ or (?:the )?[a-z]+ (?:who|that|[a-z]+ing)\b|"
    r"^when (?:was|did|does|is|do) (?:it|this|that|they|you) (?:film|film this|record|record this|make|shoot|end|ends|start|starts|begin|stop|finish|over|filmed|recorded|taken|made|shot)\b",
    re.IGNORECASE,
)
