"""Text-speak and missing apostrophes, by a table: "wats" -> "what is", "theres" -> "there is"."""

from __future__ import annotations

import re

# Abbreviations, spelling variants and frequent typing errors with their replacements. "Colour" and
# "grey" are kept, because the embedded model's training data contains them.
TEXT_SPEAK = {
    "upto": "up to", "hotdog": "hot dog", "hw": "how", "any1": "anyone", "some1": "someone", "every1": "everyone", "nxt": "next",
    "hoody": "hoodie", "eachother": "each other",
    "u": "you", "r": "are", "ur": "your", "y": "why", "n": "and", "w": "with", "k": "ok", "b4": "before",
    "pls": "please", "plz": "please", "thx": "thanks", "wat": "what", "wut": "what", "waht": "what", "whta": "what",
    "wats": "what is", "wuts": "what is", "wots": "what is", "wot": "what", "whut": "what", "whuts": "what is", "whats": "what is", "wheres": "where is", "whos": "who is", "whoes": "whose", "hows": "how is", "whens": "when is",
    "whys": "why is", "wht": "what", "abut": "about", "helo": "hello", "hte": "the", "thats": "that is", "theres": "there is", "thers": "there is", "hes": "he is", "shes": "she is",
    "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "werent": "weren't", "doesnt": "doesn't", "dont": "don't",
    "didnt": "didn't", "hasnt": "hasn't", "havent": "haven't", "cant": "can't", "couldnt": "couldn't", "wont": "won't",
    "wouldnt": "wouldn't", "im": "I am", "youre": "you are", "theyre": "they are", "ive": "I have", "id": "I would",
    "teh": "the", "da": "the", "dis": "this", "dat": "that", "iz": "is", "wich": "which", "whch": "which", "wen": "when",
    "wehn": "when", "whr": "where", "wher": "where", "ppl": "people", "vid": "video", "vids": "videos", "pic": "picture",
    "doin": "doing", "wearin": "wearing", "waring": "wearing", "siting": "sitting", "grownup": "adult", "grownups": "adults", "doggo": "dog", "doggy": "dog", "kitty": "cat", "thier": "their", "whatcolor": "what color",
    "meny": "many", "indors": "indoors", "outdors": "outdoors", "gonna": "going to", "wanna": "want to", "cuz": "because",
    "bc": "because", "hav": "have", "rite": "right", "colr": "color", "clr": "color", "abt": "about", "sth": "something",
    "smth": "something", "smb": "somebody", "sec": "second", "secs": "seconds", "tho": "though", "becuase": "because",
    "dosent": "doesn't", "dosnt": "doesn't", "whos's": "who is", "whatis": "what is", "howmany": "how many", "alot": "a lot",
    "aint": "isn't", "ain't": "isn't", "recognise": "recognize",
    "lil": "little", "lill": "little", "doggie": "dog", "doggos": "dogs", "doggies": "dogs", "kitties": "cats", "pupper": "puppy", "kiddo": "kid", "kiddos": "kids", "peeps": "people", "lemme": "let me", "gimme": "give me", "ya": "you", "rly": "really", "rlly": "really", "prolly": "probably", "cos": "because", "coz": "because", "pix": "pictures", "pics": "pictures", "tryna": "trying to", "gotta": "have to", "whatcha": "what are you", "watcha": "what are you", "sumthing": "something", "sumone": "someone", "sumbody": "somebody", "wer": "where", "cloths": "clothes", "colar": "collar", "glases": "glasses", "ppls": "people", "chlidren": "children", "childs": "children", "wearn": "wearing", "goin": "going", "standin": "standing", "sittin": "sitting", "runnin": "running", "holdin": "holding", "playin": "playing", "lookin": "looking",
    "summarise": "summarize", "favourite": "favorite", "b&w": "black and white", "thru": "through", "nite": "night",
    "horiz": "horizontal", "vert": "vertical", "subs": "subtitles", "res": "resolution", "approx": "approximately",
}  # fmt: skip
_CONTRACTIONS = {
    word: phrase
    for word, phrase in TEXT_SPEAK.items()
    if phrase.endswith((" is", " are", " am", " have", " would", "n't"))
}
# "Its" that means "it is".
ITS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"\bits (?=(?:an?|the|not|only|really|just|very|too|so|still|in|on|at|from|like|me|my|his|her|our|"
            r"(?!racing|hunting|riding|building|clothing|lining|painting|railing|opening|bedding|training|ceiling)[a-z]{2,}ing)\b)",
            re.IGNORECASE,
        ),
        "it is ",
    ),
    # "She says its cricket"
    (
        re.compile(
            r"\b(says?|thinks?|claims?|bets?|because|that) its (?![a-z-]+ (?:is|are|was|were|looks?|has)\b)",
            re.IGNORECASE,
        ),
        r"\1 it is ",
    ),
)
# "U" is "you", but not in "U.S." and "E.U.".
WORD = re.compile(
    r"(?<!\w)(?:[a-z][a-z'&]*[a-z0-9]|(?<!\bthe )(?<!\bletter )(?<!\b[a-z]\.)[a-z](?!\.[a-z]))(?!\w)",
    re.IGNORECASE,
)
# The end of a text after which a noun or an adjective follows, but no preposition.
DETERMINER_LAST = re.compile(r"\b(?:the|an?|his|her|its|their|any|some|no) $", re.IGNORECASE)


def expand_text_speak(text: str) -> str:
    """Replace text-speak by a table: "wat r u doin" -> "what are you doing".

    The table has abbreviations and frequent typing errors; other words are unchanged.
    """
    return WORD.sub(lambda match: TEXT_SPEAK.get(match[0].lower(), match[0]), text)


def with_apostrophes(text: str) -> str:
    """Write out contractions without an apostrophe: "theres a dog, its wet" -> "there is a dog, it is wet".

    Other words keep their spelling. "Its" is written out only where "it is" must be meant.
    """
    text = WORD.sub(
        lambda match: (
            match[0]
            if DETERMINER_LAST.search(text, 0, match.start())
            else _CONTRACTIONS.get(match[0].lower(), match[0])
        ),
        text,
    )
    for pattern, replacement in ITS:
        text = pattern.sub(replacement, text)
    return text
