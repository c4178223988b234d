"""Answers from file metadata: length, resolution, frame rate, shots, audio, name, size, format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from vqa.answering.alternatives import fits_suggestion
from vqa.answering.lookup import LookupResult, middle_frame
from vqa.answering.reply_times import shot_name
from vqa.answering.responses import respond
from vqa.english import NUMBER_NAMES, plural_of
from vqa.questions.times.shot_words import ordinal_name
from vqa.timecode import format_time
from vqa.types import Clip, Question

_MINUTE_S = 60.0
_MEGABYTE = 1e6
_MAX_CUT_TIMES = 11
_MAX_RATIO = 16
# Shots whose lengths differ by at most this are equally long.
_SAME_LENGTH_S = 0.5
# Lowest short side in pixels, and name, of each fact about the size of the picture.
_PICTURE_SIZES = {
    "8k": (4320, "8K"),
    "4k": (2160, "4K"),
    "full_hd": (1080, "Full HD"),
    "hd": (720, "HD"),
}


def answer_fact(
    clip: Clip, question: Question, *, may_decline: bool = False
) -> LookupResult | None:
    """Answer a question about file metadata: "how long is it?" -> "The video is 5 seconds long.".

    The confidence is 1. None for another intent, and for metadata that is unknown.

    Args:
        clip: the sampled frames with the metadata of their file.
        question: the parsed question; its `fact` selects among the facts of its intent.
        may_decline: whether to answer that the file does not state a fact, as unanswerable;
            otherwise None is returned.
    """
    answer = _FACTS.get(question.intent)
    result = None if answer is None else answer(clip, question)
    return None if result is not None and not result.answerable and not may_decline else result


def duration_text(duration_s: float) -> str:
    """Format seconds: 12.5 -> "12.5 seconds", from a minute on 3723 -> "1:02:03 (3723 seconds)".

    Below a minute, rounded to 0.1 s.
    """
    rounded_s = round(duration_s, 1)
    seconds = f"{rounded_s:g} second{'' if rounded_s == 1 else 's'}"
    return (
        seconds
        if duration_s < _MINUTE_S
        else f"{format_time(duration_s)} ({int(duration_s)} seconds)"
    )


def _duration(clip: Clip, question: Question) -> LookupResult | None:
    """Answer with the length of the video, or of the shot that is named; None if it is unknown."""
    number = question.shot_number
    if number and number <= len(clip.shots):
        shot = clip.shots[number - 1 if number > 0 else number]
        text = duration_text(shot.end_s - shot.start_s)
        span = f"from {format_time(shot.start_s)} to {format_time(shot.end_s)}"
        name = shot_name(number).capitalize()
        return _fact(text, f"{name} is {text} long, {span}.")
    if clip.info.duration_s is None:
        return None
    text = duration_text(clip.info.duration_s)
    return _fact(text, f"The video is {text} long.")


def _shots(clip: Clip, question: Question) -> LookupResult | None:
    """Answer with the number of shots or cuts, "yes" or "no", or the length of each shot.

    None if no shots are known, or only a part of the video was sampled.
    """
    plan = clip.plan
    if not clip.shots or plan.start_s > 0 or plan.end_s is not None:
        return None
    number = len(clip.shots)
    evidence = tuple(middle_frame(clip, shot) for shot in clip.shots)
    if question.fact in ("equal_shots", "shot_lengths"):
        return _shot_lengths(clip, asks_equal=question.fact == "equal_shots")
    if question.intent == "shot_count":
        # The word of the question
        text, noun = _number(number), "shot" if "shot" in question.resolved.lower() else "scene"
        if question.answer_kind == "yes_no":
            text = "yes" if (number == 1) != (question.fact == "more_than_one_shot") else "no"
    else:
        text, noun = _number(number - 1), "cut"
        if question.answer_kind == "yes_no":
            # "No cuts at all?": yes means that there are none.
            text = "yes" if (number > 1) != question.expects_absence else "no"
    count = number - (noun == "cut")
    reply = f"The video has {_number(count) if count else 'no'} {noun if count == 1 else plural_of(noun)}."
    cut = _cut_number(question.fact, number - 1)
    if noun == "cut" and cut:
        time = format_time(clip.shots[cut].start_s)
        reply, text = f"The {ordinal_name(cut)} cut is at {time}.", f"At {time}."
    elif noun == "cut" and 1 < number <= _MAX_CUT_TIMES:
        times = ", ".join(format_time(shot.start_s) for shot in clip.shots[1:])
        reply = f"{reply.removesuffix('.')}, at {times}."
    if noun != "cut" and number == 1:
        reply = _ONE_SHOT
    fits = fits_suggestion(question.form, str(count))
    if fits is not None and not cut:
        # "Are there three scenes?"
        text = "yes" if fits else "no"
        reply = f"{text.capitalize()}, {reply[0].lower()}{reply[1:]}"
    return LookupResult(text=text, answerable=True, reply=reply, evidence=evidence)


def _cut_number(fact: str, num_cuts: int) -> int:
    """Return the number of the cut that a question names, from 1; 0 if it names none that exists."""
    if not fact.startswith("cut_"):
        return 0
    number = int(fact.removeprefix("cut_"))
    number = num_cuts if number < 0 else number
    return number if number <= num_cuts else 0


_MAX_LENGTHS = 12
_ONE_SHOT = "The video is one single shot, without cuts."


def _shot_lengths(clip: Clip, *, asks_equal: bool) -> LookupResult:
    """Answer how long each shot is: "The scenes are 4.0, 2.0 and 6.0 seconds long.".

    Args:
        clip: the clip, with at least one shot.
        asks_equal: whether "yes" or "no" begins the answer; lengths that differ by at most 0.5 s
            count as equal.
    """
    lengths_s = [shot.end_s - shot.start_s for shot in clip.shots]
    if len(lengths_s) == 1:
        return _fact("the only one", _ONE_SHOT)
    *lengths, last = (f"{length_s:.1f}" for length_s in lengths_s[:_MAX_LENGTHS])
    rest = "" if len(lengths_s) <= _MAX_LENGTHS else f"first {_MAX_LENGTHS} "
    text = f"{', '.join(lengths)} and {last} seconds"
    reply = f"The {rest}scenes are {text} long."
    if not asks_equal:
        return _fact(text, reply)
    is_equal = max(lengths_s) - min(lengths_s) <= _SAME_LENGTH_S
    return _fact("yes", f"Yes, about: {text}.") if is_equal else _fact("no", f"No: {text}.")


def _resolution(clip: Clip, question: Question) -> LookupResult:
    """Answer with the size in pixels, the orientation, the aspect ratio, or whether it is HD, 4K.

    A larger picture is also HD; low resolution is anything below HD.
    """
    width, height = clip.info.width, clip.info.height
    text = f"{width} × {height} pixels"
    shape = "landscape" if width > height else "portrait" if height > width else "square"
    reply = f"The picture is {text} large."
    if question.fact == "orientation":
        return _fact(shape, f"It is in {shape} format: {text}.")
    if question.fact == "aspect_ratio":
        ratio = Fraction(width, height).limit_denominator(_MAX_RATIO)
        return _fact(
            f"{ratio.numerator}:{ratio.denominator}",
            f"{reply.removesuffix('.')}, about {ratio.numerator}:{ratio.denominator}.",
        )
    if question.answer_kind == "yes_no":
        short_side = min(width, height)
        qualities = [name for height_px, name in _PICTURE_SIZES.values() if short_side >= height_px]
        is_low = question.fact == "low"
        needed_px, _ = _PICTURE_SIZES["hd" if is_low else question.fact or "hd"]
        verdict = "yes" if (short_side >= needed_px) != is_low else "no"
        quality = qualities[0] if qualities else "below HD"
        return _fact(verdict, f"{verdict.capitalize()}, it is {quality}: {text}.")
    return _fact(text, reply)


def _frame_rate(clip: Clip, _: Question) -> LookupResult | None:
    """Answer with the average frame rate; None if it is unknown."""
    if clip.info.fps is None:
        return None
    text = f"{clip.info.fps:.4g} frames per second"
    return _fact(text, f"The video has {text}.")


def _has_audio(clip: Clip, question: Question) -> LookupResult | None:
    """Answer whether the file has an audio track, or whether it has none; None if it is unknown.

    "Yes" or "no" begins the answer, unless the question offers both.
    """
    has_audio = clip.info.has_audio
    if has_audio is None:
        return None
    if question.form.offers_choice:
        # "Is there sound or is it silent?"
        sound = "sound" if has_audio else "no sound"
        return _fact(sound, f"The video has {sound}.")
    asks_silence = question.expects_absence or question.fact == "silence"
    reply = "Yes, the video has sound." if has_audio else "No, the video has no sound."
    if asks_silence:
        reply = "No, the video has sound." if has_audio else "Yes, the video has no sound."
    return _fact("yes" if has_audio != asks_silence else "no", reply)


_ONE_DECIMAL_MB = 0.1


def _file_info(clip: Clip, question: Question) -> LookupResult:
    """Answer with the condition, name, codec, size, format, frame number or bit rate of the file.

    For another fact, the answer lists what is known and is unanswerable.
    """
    info = clip.info
    megabytes = info.size_bytes / _MEGABYTE
    size = (
        f"{megabytes:.1f} MB"
        if megabytes >= _ONE_DECIMAL_MB
        else f"{info.size_bytes / 1000:.0f} kB"
    )
    kind = info.path.suffix.removeprefix(".").upper() or "unknown format"
    facts = f"{info.path.name}, {size}, {kind} with {info.codec} video"
    file_options = [option for option in question.options if option in (kind.lower(), info.codec)]
    if len(file_options) == 1:
        return _fact(file_options[0], f"It is a {kind} file with {info.codec} video.")
    match question.fact:
        case "damage" | "wholeness":
            return _condition(clip, asks_whole=question.fact == "wholeness")
        case "name":
            return _fact(info.path.name, f"The file is called {info.path.name}.")
        case "codec":
            return _fact(info.codec, f"The video is encoded with {info.codec}.")
        case "size":
            return _fact(size, f"The file is {size} large.")
        case "format":
            return _fact(kind, f"It is a {kind} file with {info.codec} video.")
        case "frame_count" if info.duration_s and info.fps:
            text = str(round(info.duration_s * info.fps))
            return _fact(text, f"The video has about {text} frames.")
        case "bit_rate" if info.duration_s:
            rate = f"{info.size_bytes * 8 / info.duration_s / 1000:.0f} kbit/s"
            return _fact(rate, f"The bit rate is about {rate}.")
    return LookupResult(text=respond("file_unknown", facts=facts + "."), answerable=False)


def _condition(clip: Clip, *, asks_whole: bool) -> LookupResult:
    """Answer whether the file is damaged, or whole if `asks_whole`, with the unreadable ranges."""
    gaps = [f"{format_time(start_s)} to {format_time(end_s)}" for start_s, end_s in clip.gaps_s]
    if clip.readable_until_s is not None:
        gaps.append(f"{format_time(clip.readable_until_s)} to the end")
    is_damaged = bool(gaps)
    text = "yes" if is_damaged != asks_whole else "no"
    state = (
        f"the file is damaged: it cannot be read from {', '.join(gaps)}."
        if is_damaged
        else "the file can be read without a fault."
    )
    return _fact(text, f"{text.capitalize()}, {state}")


def _number(count: int) -> str:
    """Return a count up to ten as a word, 3 -> "three", and a larger one in digits."""
    return NUMBER_NAMES.get(count, str(count))


def _fact(text: str, reply: str) -> LookupResult:
    """Return an answerable result with confidence 1."""
    return LookupResult(text=text, answerable=True, reply=reply, confidence=1.0)


_FACTS: Mapping[str, Callable[[Clip, Question], LookupResult | None]] = {
    "duration": _duration,
    "shot_count": _shots,
    "cut_count": _shots,
    "resolution": _resolution,
    "frame_rate": _frame_rate,
    "has_audio": _has_audio,
    "file_info": _file_info,
}
