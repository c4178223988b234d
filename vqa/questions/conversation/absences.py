"""Things that earlier answers found absent, and questions that presuppose them."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.questions.conversation.discourse import Discourse
from vqa.questions.words.living_nouns import is_person


def presupposed_absent(wording: str, options: Sequence[str], discourse: Discourse) -> str:
    """Return a noun that a question presupposes and an earlier answer denied: "ball"; or "".

    "Where is the ball?" after "is there a ball?", "no" -> "ball"; where the options are persons, "is
    it a man or a woman?" after "is there a person?", "no" -> "person".

    Args:
        wording: the self-contained question.
        options: the options of the question, in the singular.
        discourse: state of the earlier turns.
    """
    text = f"{wording.lower().strip(' ?.!')} "
    nouns = [noun for noun in sorted(discourse.absent) if f"the {noun} " in text]
    if nouns:
        return nouns[0]
    are_persons = bool(options) and all(
        is_person(option) or option in ("male", "female") for option in options
    )
    return "person" if are_persons and "person" in discourse.absent else ""
