"""Entries of the intent table about events: their order, times, durations and frequency."""

from __future__ import annotations

from vqa.questions.intent_table.intents import Intent

# Plural nouns for repeated actions, as alternatives of a template or a regular expression.
REPETITIONS = (
    "reps|repetitions|push ups|push-ups|pushups|pull ups|pull-ups|pullups|sit ups|sit-ups|situps|chin ups|chin-ups|squats|lunges|jumping jacks|burpees|laps|kicks|punches|jumps|hops|"
    "spins|turns|flips|rounds|swings|bounces|blinks|strokes|claps|hits|throws|nods"
)
EVENTS: tuple[Intent, ...] = (
    Intent(
        name="order",
        needs="model",
        templates=(
            "what (happens|comes|is shown|is seen|appears|does happen|follows|happened|do you see|can be seen|is there) [next|first|last|right|immediately|directly|just|shortly] (after|before|following) [that|{anchor}]",
            "what (happens|comes|is shown|appears|is|do you see) (next|first|last|then|afterwards|second|third|before that|after that|before|after|at first|in the end)",
            "(what|which|who) (comes|appears|is shown|is seen|is visible|happens|is|do you see|shows up) (first|last|earlier|later|sooner) [{rest}]",
            "(in) (what|which) order (do|does|are|is) {rest}",
            "what (is|was) the (order|sequence) of (events|things|the scenes|the shots|{rest})",
            "what (does|do|did) {subject} do (first|last|next|before|after|afterwards|then|at first|before that|after that) [{rest}]",
            "(is|are|does|do|was|were) {subject} (shown|seen|appear|come|visible) (before|after|earlier than|later than) {anchor}",
            "(and) (then|next|after that|before that|afterwards|what next|what then)",
            "[then] what (happens|is) (afterwards|after|next)",
            "[and] (right|just) (before|after) (it|that)",
        ),
        examples=(
            "what happens after the dog jumps?",
            "which comes first, the onion or the garlic?",
            "what happens next?",
            "in which order do the things happen?",
            "what does she do first?",
        ),
        counter_examples=("what happens at the end?", "when does the dog jump?"),
    ),
    Intent(
        name="when",
        needs="search",
        templates=(
            "(when|[around|about|roughly] [at] [about|around|roughly] (what|which) (time|moment|point|second|minute|timestamp|part)) (is|are|was|were|does|do|did|can|could) [you|we|i] [first|last|exactly|be] [see|find|spot] {target} [<here>|for the (first|last) time|in <it>]",
            "(what|which) (time|second|minute|moment|timestamp|part) (is|are|was|were|does|do|did|can|could) [you|we|i] [first|last] [see|find|spot] {target} [<here>]",
            "(what is|give me|tell me) [the] (time|timestamp|time stamp|moment|second|time code|timecode) [of|when|where|at which|for] {target}",
            "(timestamp|time stamp|time|moment|timecode) of {target}",
            "(from when to when|since when|until when|from when) (is|are|was|were|does|do|can|could) [you|we|i] [see] {target} [visible|seen|shown]",
            "(when|when exactly|at what time|at what time exactly|what time|at which point|when is that|when was that|when does (it|that|this) happen|when did (it|that) happen|around which second|at which second|at what second|what second|which second)",
            "the time (at which|when) {target}",
            "when {target}",
            "(how (soon|early|late)|after how many (seconds|minutes)) (does|do|is|are|can) [you] [see] {target}",
        ),
        examples=(
            "when does the dog jump?",
            "at what time does the rocket take off?",
            "when can you see the cup?",
            "timestamp of the first car?",
            "when does he mention the exam?",
            "when?",
        ),
        counter_examples=(
            "when was this filmed?",
            "when did world war 2 end?",
            "when does the video end?",
        ),
    ),
    Intent(
        name="event_duration",
        needs="model",
        templates=(
            "how long (is|are|was|were|does|do|did|can|could) [you|we] [see] {subject} [for]",
            "for how (long|many seconds|many minutes) (is|are|does|do|did|can|could|was) [you|we] [see] {subject}",
            "how (much time|many seconds|many minutes) (is|are|does|do|did|was) {subject} (spend|spent|take|takes|visible|shown|seen|last) [{rest}]",
            "how long (does|do|did) (it|that) (take|last) [until|for|before|till] [{rest}]",
        ),
        examples=(
            "how long does the dog run?",
            "how long is the car visible?",
            "for how many seconds can you see the rocket?",
        ),
        counter_examples=("how long is the video?", "how long do cats live?"),
    ),
    Intent(
        name="frequency",
        needs="model",
        templates=(
            "how (many times|often) (is|are|does|do|did|was|were|can|has|have) [you] [see] {subject}",
            "count how (often|many times) {subject}",
            "how many {action} (does|do|did) {subject} (make|do|perform|take|score|land)",
            "(does|do|did|is|are) {subject} [{rest}] (more than once|twice|several times|only once|just once|repeatedly|again and again|multiple times|three times)",
            f"(how many|number of) [more] ({REPETITIONS}) [{{rest}}]",
            "how often",
            "how many times",
        ),
        examples=(
            "how many times does the dog jump?",
            "how often does he look up?",
            "does it happen more than once?",
        ),
        counter_examples=("how many dogs are there?",),
    ),
)
