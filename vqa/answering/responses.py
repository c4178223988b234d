"""Catalog of the fixed sentences that the app answers with; placeholders are in braces."""

from __future__ import annotations

# "I understand English only" in the person's own language; {model} is a larger model that understands it.
ENGLISH_ONLY: dict[str, str] = {
    "zh": "我只听得懂英语。请用英语提问，例如 “What is happening?”。更大的模型（例如 {model}）能听懂中文。",
    "es": "Solo entiendo inglés. Pregunta en inglés, por ejemplo «What is happening?». Un modelo más grande, como {model}, entiende español.",
    "hi": "मैं केवल अंग्रेज़ी समझता हूँ। कृपया अंग्रेज़ी में पूछें, जैसे “What is happening?”। {model} जैसा बड़ा मॉडल हिन्दी समझता है।",
    "ar": "أفهم الإنجليزية فقط. اسأل بالإنجليزية، مثل “What is happening?”. يفهم العربيةَ نموذجٌ أكبر مثل {model}.",
    "pt": "Só entendo inglês. Pergunte em inglês, por exemplo “What is happening?”. Um modelo maior, como {model}, entende português.",
    "fr": "Je ne comprends que l’anglais. Posez la question en anglais, par exemple « What is happening? ». Un modèle plus grand, comme {model}, comprend le français.",
    "de": "Ich verstehe nur Englisch. Bitte fragen Sie auf Englisch, zum Beispiel „What is happening?“. Ein größeres Modell wie {model} versteht Deutsch.",
    "ru": "Я понимаю только английский. Спросите по-английски, например «What is happening?». Более крупная модель, например {model}, понимает русский.",
    "ja": "英語しか分かりません。「What is happening?」のように英語で質問してください。{model} などの大きなモデルは日本語が分かります。",
    "it": "Capisco solo l’inglese. Fai la domanda in inglese, per esempio “What is happening?”. Un modello più grande, come {model}, capisce l’italiano.",
    "en": "I understand English only. Please ask in English, for example “What is happening?”. A larger model, such as {model}, understands more languages.",
}

RESPONSES: dict[str, str] = {
    "greeting": "Hello! Ask me what you would like to know about this video.",
    "thanks": "You're welcome! Ask me anything else about this video.",
    "goodbye": "Goodbye! Your video and our conversation stay on this computer.",
    "acknowledge": "All right. What else would you like to know about this video?",
    "wellbeing": "I'm fine, thank you. What would you like to know about this video?",
    "identity": (
        "I'm a small program that answers questions about videos. It runs on this computer, "
        "looks at sampled frames of your video and sends nothing away."
    ),
    "capabilities": (
        "I can describe the video, name things and people's actions, tell colors, places and numbers, check whether something is there, "
        "find when it is seen, tell the length, size and cuts of the file, and make a summary, chapters, captions or a transcript. "
        "I understand English and open common video files such as MP4, MOV, MKV, WebM and AVI."
    ),
    "limits": (
        "I take videos of any length and size in the common formats, one or several at a time, and as many questions as you like. "
        "A long video only takes longer to read. On a page that is shared, its operator may limit the size of a video."
    ),
    "only_scene": "The video has a single scene.",
    "only_scenes": "The video has only {number} scenes.",
    "no_scene": "None of the scenes, as far as I can see.",
    "every_scene": "Yes, in {number} scenes.",
    "some_scenes": "No, only in {scenes}.",
    "not_any_scene": "No, in none of the scenes.",
    "none_there": "I see none there.",
    "equal_scenes": "They have the same number: {number} each.",
    "first_scene": "Nothing: that is the first scene of the video.",
    "last_scene": "Nothing: that is the last scene of the video.",
    "no_other_event": "I can't tell any other event apart from that one.",
    "still_doing": "As far as I can see, {doer} {action}.",
    "certainty_refusal": "Yes, I'm sure of that: {answer}",
    "certainty_known": "I'm about {percent} % sure of my answer: {answer}",
    "certainty_degree": "I'm only about {percent} % sure of my answer: {answer}",
    "certainty_low": "No, I'm only about {percent} % sure of my answer: {answer}",
    "certainty_none": "No, I'm not sure at all. {answer}",
    "certainty_fact": "Yes, that comes from the file itself: {answer}",
    "certainty_unknown": "I can't put a number on that answer, so please check it in the video: {answer}",
    "explain_frames": "I looked at the frames of the video that fit your question best, at {times}. They led me to this answer: {answer}",
    "explain_fact": "That is stated in the video file itself.",
    "explain_absent": "I compared your question with the frames that I looked at, and none of them shows it clearly.",
    "explain_limit": "That is all that I can do here: {answer}",
    "no_shorter": "I can't say that in fewer words: {answer}",
    "recall": "You asked: “{question}”",
    "explain_other": "I compared your question with the frames that I looked at and gave the answer that fits them best: {answer}",
    "unclear": "I don't know what that refers to. Name it, as in “Where is the dog?”.",
    "description_guess": "I'm not sure, but {description}",
    "scenes_guess": "I'm not sure, but this is what I seem to see: {description}",
    "scene_guess": "maybe {description}",
    "unclear_scene": "a scene that I can't make out",
    "no_part_description": "I can't make out what is seen there. Ask about single things, as in “Is there a car?” or “Is it outdoors?”.",
    "no_description": "I can't tell what happens. Ask about single things, as in “Is there a car?” or “Is it outdoors?”.",
    "denied": "As far as I can see, that is not so, so I can't tell you more about it.",
    "unsure_what": "I'm not sure what you mean. Could you say it in other words, as in “Is there a dog?” or “What is the man doing?”?",
    "measurement": "I can't measure sizes, weights, distances or speeds, as I only see the picture. I can tell you what is seen and where.",
    "compare_what": "I can't tell which one. Name the two things, as in “Is the car or the bus bigger?”.",
    "unknown_kind": "I can't tell the {kind}.",
    "only_seen": ", only that I see {thing}.",
    "only_doing": ", only that {doer} {action}.",
    "certainty_guess": "Yes, partly: I'm only about {percent} % sure of my answer: {answer}",
    "nothing_else": "I can't tell anything else there than {thing}.",
    "only_color": "I can't tell, only that it is {color}.",
    "place_unknown": "I can't tell the place, only that I see {thing}.",
    "cannot_tell": "I can't tell.",
    "cannot_tell_what": "I can't tell {what}.",
    "which_unknown": "I can't tell which one.",
    "event_not_found": "I can't find the moment when that happens.",
    "cannot_time": "I can't tell how long something lasts, as I look at single frames. I can tell you when a thing is seen.",
    "nothing_before": "I haven't answered anything about this video yet. Ask me what you would like to know.",
    "nothing_about": "I haven't said anything about that yet. Ask me what you would like to know.",
    "correction": (
        "Thank you for the correction. I may well be wrong: I look at sampled frames only. "
        "Name a time, as in “What happens at 0:02?”, and I'll look closer there."
    ),
    "opinion": "I can't judge that: it's a matter of taste. I can tell you what is seen in the video.",
    "skill": "I can't judge how well somebody does something, as I look at single frames. I can tell you what is seen in the video.",
    "difference": "I can't compare two things point by point. Ask me about each of them, and compare my answers.",
    "reason": "I can't know what something is for, or the reasons and thoughts behind it. I can tell you what happens.",
    "look_reason": "I can't know the reason. {statement}",
    "person_identity": "I can't tell who somebody is, how people are related, or their name, age or background. I can describe how they look and what they do.",
    "safety": "I can't judge whether something is safe, healthy or allowed. I can tell you what is seen in the video.",
    "general_knowledge": "That goes beyond this video, and I only know what is in it. I can tell you what is seen here.",
    "math": "I don't do calculations. I only answer questions about this video.",
    "outside_world": "I only know this video and nothing of the world outside it. I can tell you what is seen in it.",
    "command": "I can't do that: I only answer questions about the video. I can make a summary, chapters, captions or a transcript.",
    "social": "I can only talk about what is seen in this video. What would you like to know about it?",
    "gibberish": "I didn't understand that. Ask me about the video, as in “What happens?” or “Is there a dog?”.",
    "too_long": "That is too long for a question. Please ask in one or two sentences what you would like to know about the video.",
    "translate": "I can't translate, as I understand English only. I can give you the transcript, or tell you what is seen.",
    "beyond_end": "The video is only {duration} long, so there is nothing at {time}.",
    "known_absent": "I don't see {thing} in this video, so I can't tell you that.",
    "no_transcript": "I have no transcript of this video. Turn on listening to speech when you open the video, and I'll write down what is said.",
    "no_screen_text": "I haven't read the text in this video, so I can't tell what is written. Turn on reading text when you open the video.",
    "no_speech_then": "I hear nobody speak in that part of the video.",
    "no_screen_then": "I read no text in that part of the video.",
    "right_no_sound": "Right, this video has no sound.",
    "no_sound": "No, this video has no sound.",
    "only_no_sound": "This video has no sound.",
    "without_sound": "{answer} I can only look, as this video has no sound.",
    "cannot_listen": "This video has sound, but I can't listen to it: {reason}",
    "sound_unknown": "I tell voices, singing, music, silence and bangs apart, and no other sounds. {sounds}",
    "cannot_count_times": "I can't count how often something happens, as I look at single frames. I can tell you when {thing} is seen.",
    "no_more": "I can't tell more than this: {description}",
    "whole_only": "I can't describe that part by itself. On the whole: {description}",
    "cannot_caption": "This model can't make captions. Ask it to describe the video instead.",
    "file_unknown": "The file doesn't say that. It says: {facts}",
}


def respond(key: str, **values: object) -> str:
    """Return a fixed sentence filled in: "unknown_kind", kind="breed" -> "I can't tell the breed.".

    Args:
        key: a key of `RESPONSES`.
        values: the value of each placeholder, by its name.

    Raises:
        KeyError: there is no such key, or a placeholder has no value.
    """
    return RESPONSES[key].format(**values)
