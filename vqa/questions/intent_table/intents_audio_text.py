"""Entries of the intent table about on-screen text, speech and sounds of the video."""

from __future__ import annotations

from vqa.questions.intent_table.intents import Intent

_SOUNDS = "music|sound|sounds|noise|noises|song|songs|background music|barking|soundtrack|melody|tune|laughter|applause"
_TALK = "talk|talks|talking|speak|speaks|speaking|say anything|say something|say a word|says anything|says something|saying anything|saying something|chat|counting down|narrate|narrating"
_SPEECH = "talking|speech|speaking|voice|voices|dialogue|dialog|narration|conversation|conversations|spoken words|spoken word|spoken text|narrator|voiceover|voice over|commentary"
_BEARER = "sign|signs|label|labels|text|banner|board|screen|shirt|t-shirt|jersey|slide|slides|poster|caption|title|page|paper|book|wall|bus|train|truck|van|hat|cap|box|bottle|tag|display|plate|clock|watch|menu|note|letter|card|button|door|flag|billboard|sticker|building|subtitle|subtitles|chart|scoreboard|headline|whiteboard|blackboard|newspaper|package|cake|store|shop|it|that|this"
_NAME_OWNERS = "airline|band|bank|batter|boat|book|brand|city|company|hotel|movie|product|restaurant|road|school|ship|shop|show|song|station|store|street|team|town"

AUDIO_TEXT: tuple[Intent, ...] = (
    Intent(
        name="read_text",
        needs="transcript",
        templates=(
            f"what (does|do|did) [the|this|that|his|her|its|their|all] [{{adjective}}] ({_BEARER}) [{{rest}}] (say|read|spell|says|show as text)",
            f"what (does|do) [the] {{owner}} ({_BEARER}) (say|read)",
            f"what (does|do) [the] ({_BEARER}) on {{thing}} (say|read)",
            "what [is] it say (on|in) {subject}",
            "(what|which) (text|word|words|letter|letters|writing|title|sentence|phrase) (is|are|can|appears|appear|stands|do|does) [{rest}]",
            "what (is|are|was|were) (written|printed|spelled|painted) [<here>|(on|in|at) {subject}]",
            "what (can|could) (be|you|one|i) read [{rest}]",
            "(read|spell) [out] [me|to me] [it|the|this|that|out|what] {subject} [to me|for me|out]",
            "(read|spell) (it|this|that|out) [out] [to me|for me|please]",
            "(can|could) you [please] (read|spell) [out] [me] (it|the|this|that|his|her|what|any|out) [{subject}]",
            "what (is|are) on (the|this|that|his|her) [{owner}] (sign|label|billboard|signs|labels|slide|poster|banner|t-shirt|display) [{rest}]",
            "what brand name (is|does|of) {subject}",
            "(what|which) (number|numbers|name|names|price|date|time|year|phone number|website|license plate|licence plate|number plate|slogan|headline|score|logo) (is|are|does|do|can) [written|printed|shown|displayed|visible|on|be|seen|it|read|he|she] [{subject}]",
            "what is the (price|number|name|brand|score|date|license plate|licence plate|number plate|phone number|website|slogan|headline|url|address|plate) [number] (on|of|in) [the|this|that] {subject}",
            f"what is the name of (the|this|that) ({_NAME_OWNERS})",
            f"[the] name of (the|this|that|his|her) ({_NAME_OWNERS})",
            "what time (is it|is shown|is displayed|does the (clock|watch) (show|say)) [on the clock|in <it>|on {rest}]",
            "(ocr|read text|text please|read the text|the text)",
            "what is (his|her|the) (jersey|shirt|car|bus|train|player|license|licence|plate|house) number",
            "(what|which) (airline|company|sponsor|logo) {rest}",
        ),
        examples=(
            "what does the sign say?",
            "read the text on the slide",
            "what is written on his t-shirt?",
            "what's the license plate?",
            "what number is on it?",
            "read it to me",
        ),
        counter_examples=(
            "what does the man say?",
            "is there any text?",
            "what is the man reading?",
        ),
    ),
    Intent(
        name="has_text",
        needs="transcript",
        templates=(
            "(is|are|was|were) there [any|some|a|no] [visible|readable|written|on-screen|on screen] <text> [or numbers] [<here>|visible|on screen|at all|anywhere|to be seen|to read|(in|on) {subject}]",
            "(is|are) there [any|a] (word|writing|letter|number|caption|title|subtitle|text|sign with text) [<here>|(on|in) {subject}|at all]",
            "(is|was|are) (something|anything|nothing|any text|some text|text|a text) [be] (written|printed|readable|shown|displayed|visible) [anywhere|somewhere|<here>|(on|in) {subject}]",
            "(is|are) there (something|anything|nothing) (written|to read|printed|readable) [anywhere|somewhere|<here>|(on|in) {subject}]",
            "(does|do|did) [any|some|the] (text|writing|words|letters|title|caption|captions|subtitles) (appear|show up|exist|come) [{rest}]",
            "<can> <you> (see|find|spot) [any|some] (text|writing|letters|words) [<here>|on {subject}]",
            "[any|no] (text|writing|words|letters|captions|subtitles|lettering) [at all|<here>|anywhere|to read|visible|on {subject}]",
            "anything written [anywhere|somewhere|<here>|on {subject}]",
            "(is|are) (text|words|letters) visible",
        ),
        examples=(
            "is there any text?",
            "is something written on the bus?",
            "anything written anywhere?",
            "any text on it?",
        ),
        counter_examples=("what does the text say?", "is there a sign?"),
    ),
    Intent(
        name="speech_content",
        needs="transcript",
        templates=(
            "what (does|do|did) [the] {subject} (say|tell|talk about|speak about|explain|mention|talk|answer|ask|announce|discuss|report|read aloud) [<here>|about {topic}|{rest}]",
            "what (is|are|was|were) [the] {subject} (saying|telling|talking about|speaking about|explaining|mentioning|discussing|teaching|talking|asking) [<here>|about {topic}|{rest}]",
            "what (is|was|are|were|gets) [being] (said|spoken|told|discussed|talked about|mentioned|explained) [about {topic}|<here>]",
            "what (is|are) (the (lecture|talk|speech|conversation|dialogue|discussion|interview|presentation|podcast|narration)) [all] about",
            "what (is|was|are|were) the (topic|subject|first words|last words|first word|last word|message) [of {rest}|that are spoken|spoken|said]",
            "what are the (first|last) words [that] [are] [spoken|said]",
            "(which|what) language (is|are|do|does|did) [it|they|he|she|the {subject}|spoken|being spoken|used] [speak|speaking|talk|in|spoken|use]",
            "(is|was) <it> in (english|spanish|french|german|chinese|japanese|italian|hindi|arabic|portuguese|russian)",
            "(does|do|did|is|are) {subject} (mention|mentions|explain|say|talk about|speak about|mentioning|name) {topic}",
            "(about) (which|what) (topic|subject) (does|do|is|are) {subject} (speak|talk|speaking|talking)",
            "(can|could) you tell me what (they|he|she|the {subject}) (say|says|are saying|is saying|said)",
            "what (words|sentence|sentences) (are|is) (spoken|said)",
        ),
        examples=(
            "what does the woman say?",
            "what is the lecture about?",
            "what is he talking about?",
            "what was said?",
            "do they mention the price?",
            "which language do they speak?",
        ),
        counter_examples=(
            "what does the sign say?",
            "is anyone talking?",
            "can you transcribe it?",
        ),
    ),
    Intent(
        name="has_speech",
        needs="transcript",
        templates=(
            f"(does|do|did|is|are|was|were|can) <someone> [else] ({_TALK}) [<here>|at all|in <it>|to the camera]",
            "(does|do|did|is|are|was|were) [the] {subject} (talk|talks|talking|speak|speaks|speaking|saying anything|say anything|say something|saying something) [<here>|at all|to the camera]",
            f"(is|are|was|were) there [any|a|an|some|no] ({_SPEECH}) [<here>|at all|in <it>|to hear]",
            f"[any|no] ({_SPEECH}) [at all|<here>]",
            "(does|do|did) <it> (have|contain|include) [any|a] (speech|dialogue|narration|talking|spoken words|voice over|voiceover|voices)",
            "(nobody|no one|anyone|anybody|someone) (talking|talks|speaking|speaks|says anything|saying anything)",
            "(is|are) (nobody|no one) (talking|speaking|saying anything)",
            "<can> <you> hear (a|any|the) (voice|voices|speech|talking|dialogue|someone talking|anyone talking|anyone|someone)",
        ),
        examples=(
            "does anyone talk in this video?",
            "is somebody speaking?",
            "is there any speech?",
            "nobody talking?",
        ),
        counter_examples=("what do they say?", "is there music?"),
    ),
    Intent(
        name="sound",
        needs="transcript",
        templates=(
            "what (can|could|do|did|should) (you|we|i|one|u) [all] hear [<here>]",
            f"(is|are|was|were) there [any|a|some|no|an] [loud|background|other] ({_SOUNDS}) [<here>|at all|to hear|playing|(in|from|of) {{subject}}]",
            f"(does|do|did|doesn't) <it> (have|contain|include|come with|feature) [any|a|some] ({_SOUNDS}) [or not|at all|in it]",
            f"[any|no] ({_SOUNDS}) [at all|<here>|playing]",
            f"(what|which) [kind of|type of|sort of|style of|genre of] ({_SOUNDS}) (is|are|does|do|did|can|was) [{{rest}}]",
            f"(what|how) (is|are) the ({_SOUNDS}) [like] [<here>|called|about]",
            "(can|could|do|did) (you|we|i|one) hear [a|an|any|the|some] {subject} [<here>]",
            "(can|could|is|are) [a|an|any|the] {subject} (be heard|audible) [<here>]",
            "what (does|do|did) {subject} sound like",
            "how (does|do) {subject} sound",
            "(does|do|did|is|are) {subject} (bark|barking|meow|meowing|roar|roaring|make (a|any|some) (noise|sound|sounds)|make noise|purr|growl|whistle) [<here>]",
            "(what|which) (noise|sound|sounds|noises) (does|do|did|is|are) {subject} (make|making)",
            "(what|which) (song|music|tune|chords|melody|genre|chord|notes) (is|are|does|do|did) [{rest}]",
            "(is it|how) (loud|quiet|noisy) [<here>]",
            "what is the (name of the song|song|music|tune) [called|playing|in <it>]",
        ),
        examples=(
            "what can you hear?",
            "is there background music?",
            "does the dog bark?",
            "how's the music?",
            "what song is that?",
            "which chords is he playing",
        ),
        counter_examples=("does it have sound?", "what do they say?", "is the man playing music?"),
    ),
)
