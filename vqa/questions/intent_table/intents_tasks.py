"""Entries of the intent table about tasks: summary, chapters, captions, transcript, search."""

from __future__ import annotations

from vqa.questions.intent_table.intents import Intent

TASKS: tuple[Intent, ...] = (
    Intent(
        name="summarize",
        needs="task",
        templates=(
            "[can|could|will|would] [you] [please] (summarize|summarise|sum up|summarize up|recap|sum) [<it>|up|everything|the whole thing|all of it|it up|the {subject}|it all] [for me|please] [in {n} (sentences|sentence|words|word|lines|line|points)] [in {n}]",
            "[can|could] [i|you] [please] [give me|get|have|write|make|need|want|i want|i need] [me] [a|the|an] [short|brief|quick|longer|long|one sentence|one line|{n} sentence|{n} line|good] (summary|recap|synopsis|tldr|abstract|gist|digest) [of <it>|of the {subject}|in {n} (sentences|sentence|words|lines|line)] [for me|please]",
            "[can|could|will|would] [you] [please] (write|give|draft|type|make) [me|us] [for (me|us)] [a few|some|{n}|a|the] [simple|easy|short|brief|nice] (sentences|lines|words|sentence|line|word|paragraph) (about|on) (<it>|what (happens|is happening|happened|goes on|is going on|is shown|you see)) [{rest}]",
            "[can|could|will|would] [you] [please] (suggest|write|give|think of|make|come up with|find|invent) [me|us] (a|an|some|the) [short|catchy|funny|good|nice|cheerful|cute|nice short|short and catchy] (title|titles|headline|label) [for (<it>|the {subject}|my {subject}|{subject})] [{rest}]",
            "[can|could] [you] [please] [give me|get|make] [a|an|the] [short|quick|brief] (overview|rundown|run through|walkthrough|breakdown|outline of what happens) [of <it>|of what happens|please]",
            "(tldr|tl dr|summary|in short|in brief|briefly)",
            "[make it short] what are the (main|key|most important) (points|things|events|ideas|takeaways)",
            "what would be a [good|nice|catchy|short|funny] (title|headline|label) [for <it>|for the {subject}]",
            "[can|could|will|would] [you] [please] (run|walk|talk|take|guide) (me|us) through (<it>|the (clips|scenes|shots|parts|story|whole thing)|it all|what (happens|is happening|happened|goes on|is shown|you see)) [in order|step by step|from start to finish|from beginning to end|please]",
            "can you put that in (one sentence|two sentences|a sentence|fewer words|short)",
            "[now] in (two|a few|five|three) (words|sentences) [please]",
            "[now] in one sentence [please]",
        ),
        examples=(
            "summarize the video",
            "can I get a summary?",
            "tldr",
            "what are the main points?",
            "sum it up",
            "a one line summary of it please",
            "could you suggest a catchy title for it?",
            "write one line about it",
        ),
        counter_examples=("describe the video",),
    ),
    Intent(
        name="chapters",
        needs="task",
        templates=(
            "[can|could] [you] [ok] [then] [please] [make|give|create|show|generate|list|add|i want|i need] [me|us] [the|some|a] [video|youtube] (chapters|chapter|chapter markers|sections|table of contents|outline|chapter list|timeline|segments|chapter marks|an outline) [with (times|time stamps|timestamps|titles)] [of <it>|please|for <it>|for me|then|too]",
            "[ok] [then] (chapters|outline|sections|table of contents|timeline)",
            "what are the (sections|chapters|parts|segments) [of <it>|of the {subject}|of this {subject}]",
            "outline with (time stamps|times|timestamps)",
        ),
        examples=(
            "make chapters",
            "give me chapter markers with times",
            "what are the sections of this lecture?",
            "outline with time stamps",
        ),
    ),
    Intent(
        name="captions",
        needs="task",
        templates=(
            "[can|could] [you] [please] [make|give|create|show|generate|add|write|export|download|i want|i need|get|produce] [me|us] [the|some|a] (subtitles|subtitle|captions|caption|closed captions|srt|vtt|subtitle file|srt file|vtt file|caption file) [in english] [too|please|for <it>|to <it>|of <it>|as (srt|vtt)|in {language}] [{rest}]",
            "[please] (caption|subtitle) (<it>|the video)",
            "(captions|subtitles|caption|subtitle) [please|file]",
        ),
        examples=("create subtitles for this video", "caption it", "export vtt", "add captions"),
    ),
    Intent(
        name="transcribe",
        needs="task",
        templates=(
            "[can|could] [you] [please] (transcribe|transcript|transcribe me) [<it>|the {subject}|what {rest}|everything|all|that] [please|for me]",
            "[can|could|give me|i want|i need|make|show|get|create] [you|i|me] [please] [give me|get|have|show] [the|a|an|me] [full|complete|whole|written] (transcript|transcription) [of <it>|please|of the {subject}|of what {rest}]",
            "(type|write) (out|down|up) [what|everything|all|the] {rest}",
            "[can|could] you (type|write) (out|down) {rest}",
        ),
        examples=(
            "transcribe the video",
            "full transcript please",
            "write down what is said",
            "type out what the woman says",
        ),
        counter_examples=("what does she say?",),
    ),
    Intent(
        name="translate",
        needs="task",
        templates=(
            "[can|could] [you] [please] translate [<it>|the {subject}|everything|what {rest}|that|this|them] [to|into|in|for] [me|{language}] [please]",
            "what does (that|this|it) mean [in {language}]",
            "[now] [the same|and|that|it|this] (in|into) (english|spanish|french|german|chinese|italian|japanese|hindi|portuguese|russian|arabic) [please]",
            "[can you] (say|tell me|give me|repeat) (that|it|this) in {language}",
            "(translation|translate) [please]",
        ),
        examples=(
            "translate it into Spanish",
            "translate the speech to Chinese",
            "what does that mean in English?",
            "in French please",
        ),
    ),
    Intent(
        name="find_moment",
        needs="search",
        templates=(
            "[can|could|would] [you] [please] (show|find|search|search for|look for|locate|get) [me|us] (where|when|the (moment|moments|part|parts|scene|scenes|place|bit|clip|point|spot) [where|when|with|of|in which|that shows|that show]|all [the] (moments|scenes|parts) [with|where|when|of]) {target} [<here>]",
            "[can|could] [you] [please] (jump|go|skip|seek|take me|forward|fast forward|bring me|move|scroll|navigate|rewind|play from) [to|back to|from] [the (moment|part|scene|point|place|bit) [where|when|with|of]] [the|a|where|when] {target} [please]",
            "[i] (want|would like|need) to see (the (scene|part|moment|bit) (with|where|when|of) {target}|{target} [again])",
            "(find|search for|search|look for|locate|spot) [me] [a|an|the|any|all] {target} [<here>]",
            "(show|find) [me] [the|a|an] {target}",
            "show me {target}",
            "(jump|go|take me|skip) (there|to it|to that|to this) [please|now]",
            "(show me|take me there|jump there|go there|jump to it|jump to that|show me that|show it|show it to me|show me that [part|moment]|play that|play it)",
            "(play|watch) the (part|scene|moment) (with|where|when) {target}",
        ),
        examples=(
            "show me where the dog jumps",
            "jump to the rocket launch",
            "find the cat",
            "go to the part where she cuts the tomato",
            "take me there",
            "find all the moments with a child",
        ),
        counter_examples=("show me what you see", "find other videos"),
    ),
)
