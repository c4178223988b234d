"""Every sentence the page says, in English and in Chinese."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]

# Each key with its English and its Chinese words. The embedded model reads English: example questions stay English.
_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Ask a video", "问视频"),
    "lead": (
        "Drop in a video, ask about it, and see the frames each answer rests on.",
        "放入一个视频，提出问题，并查看每个答案所依据的画面。",
    ),
    "language": ("Language", "语言"),
    "video": ("Video", "视频"),
    "videos": ("Your videos", "你的视频"),
    "example_cat": ("A cat", "一只猫"),
    "example_shots": ("Cat, cup, astronaut", "猫、杯子、宇航员"),
    "example_launch": ("A rocket launch", "火箭发射"),
    "examples": ("No video at hand? Take one of these:", "手边没有视频？试试这些："),
    "frames": ("Frames the model saw", "模型看到的画面"),
    "frames_empty": (
        "The frames the model looks at appear here, each with its time. Click one to go there.",
        "模型查看的画面及其时间会显示在这里。点击画面可跳转。",
    ),
    "chat": ("Chat", "对话"),
    "conversation": ("Conversation", "对话"),
    "chat_empty": (
        "### Ask about anything you can see\n\nA time in an answer is a link into the video.",
        "### 询问画面中的内容\n\n答案中的时间可以点击跳转。",
    ),
    "example_cat_question_1": ("What animal is this?", "What animal is this?"),
    "example_cat_question_2": ("What colour is the cat?", "What colour is the cat?"),
    "example_cat_question_3": ("Is there a dog?", "Is there a dog?"),
    "example_shots_question_1": ("What animal is this?", "What animal is this?"),
    "example_shots_question_2": ("What is the woman wearing?", "What is the woman wearing?"),
    "example_shots_question_3": ("When do you see a cup?", "When do you see a cup?"),
    "example_launch_question_1": ("What is happening?", "What is happening?"),
    "example_launch_question_2": ("When do you see a rocket?", "When do you see a rocket?"),
    "example_launch_question_3": ("Is there a cat?", "Is there a cat?"),
    "any_question_1": ("What is happening?", "What is happening?"),
    "any_question_2": ("Where is this?", "Where is this?"),
    "any_question_3": ("Is there a person?", "Is there a person?"),
    "question": ("Your question", "你的问题"),
    "question_hint": (
        "Ask about the video: Enter sends",
        "就视频提问（模型读英文），回车发送",
    ),
    "send": ("Ask", "提问"),
    "stop": ("Stop", "停止"),
    "retry": ("Again", "重答"),
    "clear": ("Clear", "清空"),
    "here": ("Ask about this moment", "询问此刻"),
    "another": ("Another video", "另一个视频"),
    "cure_frames": ("Use {frames} frames", "改用 {frames} 帧"),
    "cure_model": ("Use the model {model}", "改用模型 {model}"),
    "hear": ("Read beside the picture", "同时读取"),
    "hear_speech": ("speech", "语音"),
    "hear_screen": ("text on the screen", "屏幕文字"),
    "here_question": ("What is happening?", "What is happening?"),
    "export": ("Save", "保存"),
    "model": ("Model", "模型"),
    "model_size": ("{millions:.0f} M", "{millions:.0f} M"),
    "model_memory": ("{gigabytes:.1f} GB memory", "内存 {gigabytes:.1f} GB"),
    "model_fits": ("fits this machine", "适合本机"),
    "model_too_big": ("too big for this machine", "超出本机内存"),
    "model_here": ("on disk", "已在本机"),
    "model_elsewhere": ("{gigabytes:.1f} GB to download", "需下载 {gigabytes:.1f} GB"),
    "model_forbidden": (
        "“{model}” cannot be chosen on this page.",
        "本页面不能选择“{model}”。",
    ),
    "model_forbidden_cure": ("Choose one of: {known}.", "可选：{known}。"),
    "advanced": ("Model and frames", "模型与画面"),
    "num_frames": ("Frames at most (0: as the model likes)", "最多画面数（0：由模型决定）"),
    "strategy": ("Which frames", "选取画面"),
    "strategy_model": ("as the model likes", "由模型决定"),
    "strategy_shots": ("every shot", "每个镜头"),
    "strategy_uniform": ("evenly spread", "均匀分布"),
    "from": ("From, in seconds", "起点（秒）"),
    "to": ("To, in seconds (0: the end)", "终点（秒，0 表示结尾）"),
    "apply": ("Look again", "重新查看"),
    "max_tokens": ("Longest answer, in tokens", "答案最长（词元）"),
    "closer": ("Look closer", "细看"),
    "whole": ("Whole video", "整个视频"),
    "moments": ("Moments", "片段"),
    "moments_words": ("What are you looking for?", "要找什么？"),
    "moments_hint": ("a cat, someone smiling, a red car", "a cat, someone smiling, a red car"),
    "moments_go": ("Find", "查找"),
    "moments_none": ("Nothing in this video fits “{words}”.", "视频中没有符合“{words}”的内容。"),
    "no_words": ("Type what you are looking for first.", "请先输入要找的内容。"),
    "library": ("All indexed videos", "所有已索引的视频"),
    "library_words": ("What are you looking for in all of them?", "在所有视频中找什么？"),
    "library_none": ("Nothing in the library fits “{words}”.", "库中没有符合“{words}”的内容。"),
    "library_found": (
        "Click a picture: its video opens there.",
        "点击图片即可打开相应视频。",
    ),
    "captions": ("Captions", "字幕"),
    "captions_go": ("Caption every shot", "为每个镜头配字幕"),
    "captions_done": (
        "Change any cell; the files and the player follow.",
        "可修改任意单元格，文件和播放器会随之更新。",
    ),
    "captions_empty": (
        "A sentence for every shot, to change, to save, and to read in the player.",
        "每个镜头一句话：可修改、保存，并在播放器中显示。",
    ),
    "caption_start": ("From", "开始"),
    "caption_end": ("To", "结束"),
    "caption_text": ("Caption", "字幕"),
    "save_srt": ("Save .srt", "保存 .srt"),
    "save_vtt": ("Save .vtt", "保存 .vtt"),
    "bad_time": ("“{time}” is not a time.", "“{time}”不是时间。"),
    "bad_time_cure": ("Write it like 0:03 or 1:02.5.", "请写成 0:03 或 1:02.5 的形式。"),
    "summary": ("Summary", "摘要"),
    "summary_go": ("Summarise", "生成摘要"),
    "summary_empty": (
        "A paragraph about the video, and chapters to click.",
        "一段关于视频的文字，以及可点击的章节。",
    ),
    "save_chapters": ("Save the chapters", "保存章节"),
    "chapters": ("Chapters", "章节"),
    "details": ("Details", "详情"),
    "details_empty": ("Ask something; what it took stands here.", "提问之后，这里会显示所用时间。"),
    "reading": ("Reading the video, {share:.0%}", "正在读取视频，{share:.0%}"),
    "loading": ("Loading the model {model}", "正在加载模型 {model}"),
    "fetching": ("Fetching the model {model}, {share:.0%}", "正在下载模型 {model}，{share:.0%}"),
    "looking": ("Looking at the frames", "正在查看画面"),
    "saw": (
        "Saw {seen} of {all} frames, longest gap {gap:.1f} s.",
        "看了 {all} 帧中的 {seen} 帧，最长间隔 {gap:.1f} 秒。",
    ),
    "saw_unknown": (
        "Saw {seen} frames, longest gap {gap:.1f} s.",
        "看了 {seen} 帧，最长间隔 {gap:.1f} 秒。",
    ),
    "part": ("Only {start} to {end} is looked at.", "只查看 {start} 至 {end}。"),
    "damaged": (
        "The file is damaged; it could be read up to {time}.",
        "文件已损坏，只能读到 {time}。",
    ),
    "bad_part": (
        "A part from {start} to {end} seconds is not possible.",
        "无法查看从 {start} 秒到 {end} 秒的部分。",
    ),
    "bad_part_cure": ("Let it end after it begins.", "终点必须在起点之后。"),
    "no_video": ("Choose a video first.", "请先选择视频。"),
    "no_video_cure": ("Drop one on the player.", "把视频拖到播放器上。"),
    "no_question": ("Type a question first.", "请先输入问题。"),
    "nothing_to_retry": (
        "There is no question to ask again yet.",
        "还没有可以重新提问的问题。",
    ),
    "still_answering": (
        "An answer is still being given. Stop it, or wait for it.",
        "正在回答中，请停止或等待。",
    ),
    "confidence": ("Confidence {value:.0%}", "置信度 {value:.0%}"),
    "sure": ("sure", "确定"),
    "fairly_sure": ("fairly sure", "比较确定"),
    "guess": ("a guess", "猜测"),
    "absent": ("not seen in the video", "视频中未看到"),
    "stopped": ("stopped", "已停止"),
    "evidence": ("Rests on", "依据"),
    "frame_alt": ("Frame at {time}", "{time} 的画面"),
    "seconds": ("{value:.2f} s", "{value:.2f} 秒"),
    "detail_what": ("What", "项目"),
    "detail_value": ("Value", "数值"),
    "detail_model": ("Model", "模型"),
    "detail_device": ("Device", "设备"),
    "detail_file": ("File", "文件"),
    "detail_length": ("Length", "时长"),
    "detail_decoder": ("Decoder", "解码器"),
    "detail_read": ("Reading", "读取"),
    "detail_encode": ("Encoding", "编码"),
    "detail_first_token": ("First word after", "首词用时"),
    "detail_total": ("Whole answer after", "完整回答用时"),
    "detail_rate": ("Pieces a second", "每秒词元数"),
    "unexpected": (
        "Something went wrong that should not have: {error}. The page goes on working.",
        "发生了不该发生的错误：{error}。页面仍可继续使用。",
    ),
    "busy": (
        "That is more than {limit} requests within a minute.",
        "一分钟内的请求超过了 {limit} 次。",
    ),
    "busy_cure": ("Wait {seconds} s.", "请等待 {seconds} 秒。"),
    "too_large": (
        "The file has {size} MB; this page takes {limit} MB.",
        "文件为 {size} MB，本页面最多接受 {limit} MB。",
    ),
    "too_long": (
        "The video runs {length}; this page takes {limit}.",
        "视频时长为 {length}，本页面最多接受 {limit}。",
    ),
    "too_large_cure": (
        "Cut it, or run the app on your own machine.",
        "请剪短视频，或在自己的电脑上运行。",
    ),
    "at": ("Ask a video: {address}", "问视频：{address}"),
    "at_public": ("For everyone, up to a week: {address}", "公开地址（最长一周）：{address}"),
    "to_stop": ("Stop it with Ctrl+C.", "按 Ctrl+C 停止。"),
    "no_public": (
        "A public link could not be made: Gradio's share server cannot be reached. The page itself works.",
        "无法创建公开链接：连接不到 Gradio 的共享服务器。页面本身可以使用。",
    ),
    "on_network": ("On this network it is at {address}", "在本地网络中的地址：{address}"),
    "not_on_network": (
        "To open it to this network, start it with --host 0.0.0.0; other ways are in docs/sharing.md.",
        "如需在本地网络中访问，请用 --host 0.0.0.0 启动；其他方式见 docs/sharing.md。",
    ),
    "qr_alt": ("QR code of the address", "地址的二维码"),
    "export_title": ("Conversation about {video}", "关于 {video} 的对话"),
    "question_mark": ("Question", "问题"),
    "answer_mark": ("Answer", "回答"),
}

ALL: dict[Language, dict[str, str]] = {
    "en": {key: english for key, (english, _) in _WORDS.items()},
    "zh": {key: chinese for key, (_, chinese) in _WORDS.items()},
}
NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}


def say(key: str, language: Language = "en", **values: object) -> str:
    """The sentence of that key with its values filled in."""
    return ALL[language][key].format(**values)


def language_of(accepted: str | None) -> Language:
    """The language for a browser's Accept-Language header."""
    return "zh" if (accepted or "").strip().lower().startswith("zh") else "en"
