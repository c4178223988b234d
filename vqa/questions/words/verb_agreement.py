"""Agreement of an auxiliary verb with its noun: "where are the hat" -> "where is the hat"."""

from __future__ import annotations

import re

from vqa.english import is_plural

# The plural and the singular forms of auxiliary verbs.
PLURAL_VERBS = {"is": "are", "was": "were", "does": "do", "has": "have"}
SINGULAR_VERBS = {plural: singular for singular, plural in PLURAL_VERBS.items()}


def agree_verb(question: str, noun: str) -> str:
    """Inflect the verb before a noun to agree with it: "where are the hat" -> "where is the hat".

    Only "is/are", "was/were", "does/do" and "has/have" change, to lower case, at the first place
    where they stand right before the noun or before "the", "his", "her", "its", "their", "a" or
    "an" and the noun; not before its genitive ("the hat's"). Otherwise the question is returned
    unchanged.

    Args:
        question: the question.
        noun: the noun as in the question, without article; its form decides the number.
    """
    forms = dict(PLURAL_VERBS if is_plural(noun) else SINGULAR_VERBS)
    if _DO.search(question):
        # "Does he have a hat" keeps its infinitive.
        forms = {form: other for form, other in forms.items() if form not in ("has", "have")}
    pattern = re.compile(
        rf"\b({'|'.join(forms)}) (?=(?:(?:the|his|her|its|their|a|an) )?{re.escape(noun)}\b(?!'))",
        re.IGNORECASE,
    )
    return pattern.sub(lambda match: f"{forms[match[1].lower()]} ", question, count=1)


_DO = re.compile(r"\b(?:does|do|did)\b.* have\b", re.IGNORECASE)
