"""All texts of the page, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from vqa.errors import install_command
from vqa.ui.library_texts import LIBRARY_TEXTS
from vqa.ui.model_texts import MODEL_TEXTS
from vqa.ui.viewing_texts import VIEWING_TEXTS
from vqa.ui.workflow_texts import WORKFLOW_TEXTS

Language = Literal["en", "zh"]

# Without the path of this Python, which visitors of a shared page need not see.
_INSTALL_SPEECH = install_command("speech", pip="pip")
# Each key with its English and its Chinese text. Questions stay English, because the embedded model reads English.
_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Ask a video", "问视频"),
    "introduction": (
        "Open a video, ask a question about it, and see the frames that each answer is based on.",
        "打开一个视频，提出问题，并查看每个回答所依据的画面。",
    ),
    "language": ("Language", "语言"),
    "video": ("Video", "视频"),
    "videos": ("Your videos", "你的视频"),
    "videos_before": ("Go back to one of your videos", "返回之前的视频"),
    "example_parrot": ("A parrot", "一只鹦鹉"),
    "example_cat": ("A cat", "一只猫"),
    "example_shots": ("Cat, cup, astronaut", "猫、杯子、宇航员"),
    "examples": (
        "No video at hand? Try one of these, or click a suggested question.",
        "手边没有视频？试试这些，或点击一个建议的问题。",
    ),
    "chat_tab": ("Chat", "对话"),
    "conversation": ("Conversation", "对话"),
    "chat_empty": (
        "### Ask about anything you can see\n\n"
        "This works offline: your video stays on this computer. The small built-in model gives short answers in English and says when it "
        "is not sure; larger models are under “Settings: model and frames”. It hears speech, singing and music, but not the words; "
        f"`{_INSTALL_SPEECH}` in a terminal adds them.",
        "### 询问画面中的任何内容\n\n"
        "可离线使用：你的视频不会离开这台电脑。内置的小模型用英文简短作答，没有把握时会说明；“设置：模型与画面”中有更大的模型。"
        f"它能听出说话、唱歌和音乐，但听不懂内容；在终端运行 `{_INSTALL_SPEECH}` 可添加此功能。",
    ),
    "chat_empty_public": (
        "### Ask about anything you can see\n\n"
        "Your video goes to the computer that serves this page, to nobody else, and is deleted after your visit. The model there "
        "gives short answers in English and says when it is not sure. It hears speech, singing and music, but not the words.",
        "### 询问画面中的任何内容\n\n"
        "你的视频只会发送到提供本页面的电脑，访问结束后即删除。那里的模型用英文简短作答，没有把握时会说明。它能听出说话、唱歌和音乐，但听不懂内容。",
    ),
    "any_question_1": ("What is happening?", "What is happening?"),
    "any_question_2": ("Is there a person?", "Is there a person?"),
    "any_question_3": ("How long is the video?", "How long is the video?"),
    "question": ("Your question", "你的问题"),
    "question_hint": (
        "Ask about the video",
        "就视频提问（内置模型只懂英文）",
    ),
    "send": ("Ask", "提问"),
    "stop": ("Stop", "停止"),
    "retry": ("Try again", "重新回答"),
    "clear": ("Clear chat", "清空对话"),
    "another": ("Another video", "另一个视频"),
    "remedy_frames": ("Use {frames} frames", "改用 {frames} 帧"),
    "remedy_model": ("Use the model {model}", "改用模型 {model}"),
    "transcripts": ("Also transcribe", "同时转录"),
    "transcript_speech": ("speech", "语音"),
    "transcript_screen": ("text on the screen", "屏幕文字"),
    "export": ("Save chat", "保存对话"),
    "export_json": ("Save JSON", "保存 JSON"),
    "right_answer": ("What would be right? (if you like)", "正确答案是什么？（可选）"),
    "keep_correction": ("Keep it", "保存"),
    "feedback_kept": (
        "Thank you. I keep your judgment on this computer, in {folder}. The model can be trained with it.",
        "谢谢。你的评价保存在本机的 {folder}，可用于训练模型。",
    ),
    "feedback_kept_public": (
        "Thank you. I keep your judgment. The model can be trained with it.",
        "谢谢。你的评价已保存，可用于训练模型。",
    ),
    "feedback_wrong": (
        "Thank you. If you say what would be right, the model can learn it later.",
        "谢谢。如果你写出正确答案，模型以后可以学习。",
    ),
    "feedback_shared": (
        "If you judge an answer with a thumb, your question, the answer and one picture are kept on the computer of this page.",
        "如果你用拇指评价回答，你的问题、该回答和一幅画面会保存在本页面所在的电脑上。",
    ),
    "no_answer_to_judge": ("This answer is not there any more.", "该回答已不存在。"),
    "settings": ("Settings: model and frames", "设置：模型与画面"),
    "num_frames": (
        "Maximum number of frames (0 leaves it to the model)",
        "最多画面数（0 表示由模型决定）",
    ),
    "strategy": ("Which frames", "选取哪些画面"),
    "strategy_model": ("The model chooses", "由模型决定"),
    "strategy_shots": ("From every shot", "取自每个镜头"),
    "strategy_uniform": ("Evenly spread", "均匀分布"),
    "apply": ("Read the video again", "重新读取视频"),
    "max_tokens": ("Longest answer, in tokens", "回答的最大长度（词元）"),
    "moments_tab": ("Moments", "片段"),
    "moments_query": ("What are you looking for?", "你在找什么？"),
    "moments_hint": ("a cat, someone smiling, a red car", "a cat, someone smiling, a red car"),
    "moments_go": ("Find", "查找"),
    "moments_none": (
        "None of the {count} frames I looked at matches “{query}”.",
        "在我看过的 {count} 帧中，没有符合“{query}”的内容。",
    ),
    "moments_none_one": (
        "The frame I looked at does not match “{query}”.",
        "我看过的那一帧不符合“{query}”。",
    ),
    "save": ("Save", "保存"),
    "save_displayed": ("Save this moment", "保存此片段"),
    "save_displayed_hint": (
        "Save the range of the time that you have clicked, or the shot at which the player stands, as a video",
        "将所点击时间的范围或播放器所在的镜头保存为视频",
    ),
    "save_range": ("Save {span} as a video", "将 {span} 保存为视频"),
    "save_video": ("Download the video", "下载视频"),
    "download_range": ("Download {span}", "下载 {span}"),
    "cutting": ("Cutting the video: {share:.0%}", "正在剪辑视频：{share:.0%}"),
    "no_query": ("Please type what you are looking for first.", "请先输入要找的内容。"),
    "captions_tab": ("Captions", "字幕"),
    "captions_go": ("Write captions", "生成字幕"),
    "captions_done": (
        "You can change every cell. The files and the player follow your changes.",
        "可修改任意单元格，文件和播放器会随之更新。",
    ),
    "captions_empty": (
        "You get one sentence per shot. You can change it, save it, and display it in the player.",
        "每个镜头一句话：可以修改、保存，并在播放器中显示。",
    ),
    "caption_start": ("Start", "开始"),
    "caption_end": ("End", "结束"),
    "caption_text": ("Caption", "字幕"),
    "save_srt": ("Save as .srt", "保存为 .srt"),
    "save_vtt": ("Save as .vtt", "保存为 .vtt"),
    "bad_time": ("“{time}” is not a time.", "“{time}”不是时间。"),
    "bad_time_cure": (
        "Please write it like 0:03 or 1:02.5.",
        "请写成 0:03 或 1:02.5 的形式。",
    ),
    "searching": ("Searching the video", "正在搜索视频"),
    "summarizing": ("Summarizing the video: {share:.0%}", "正在生成摘要：{share:.0%}"),
    "composing": ("Writing the summary", "正在撰写摘要"),
    "captioning": ("Captioning the shots: {share:.0%}", "正在为各镜头生成字幕：{share:.0%}"),
    "cancelling": ("Stopping after this step", "将在完成这一步后停止"),
    "waiting_turn": ("Waiting for other requests", "正在等待其他请求"),
    "seconds_left": ("{text}, about {seconds} s left", "{text}，约剩 {seconds} 秒"),
    "minutes_left": ("{text}, about {minutes} min left", "{text}，约剩 {minutes} 分钟"),
    "captions_unsure": (
        "I am not sure enough about any shot to caption it.",
        "我对任何镜头都没有足够把握，因此没有生成字幕。",
    ),
    "summary_unsure": (
        "I can't tell what happens in this video. You can still ask about what you see.",
        "我看不出视频中发生了什么。你仍然可以就画面提问。",
    ),
    "summary_tab": ("Summary", "摘要"),
    "summary_go": ("Summarize", "生成摘要"),
    "summary_empty": (
        "You get a short summary of the video, and chapters to click.",
        "你会得到视频的简短摘要，以及可点击的章节。",
    ),
    "save_chapters": ("Save the chapters", "保存章节"),
    "chapters": ("Chapters", "章节"),
    "scenes": ("{count} scenes", "{count} 个场景"),
    "scenes_one": ("{count} scene", "{count} 个场景"),
    "details_tab": ("Details", "详情"),
    "details_empty": (
        "Ask a question first. Then you can see here how the answer was made.",
        "请先提问，之后这里会显示回答是如何得出的。",
    ),
    "reading": ("Decoding the video: {share:.0%}", "正在解码视频：{share:.0%}"),
    "encoding": ("Encoding the frames", "正在编码画面"),
    "transcribing": ("Transcribing the video: {share:.0%}", "正在转录视频：{share:.0%}"),
    "bad_range": (
        "There is no part from {start} to {end}.",
        "不存在从 {start} 到 {end} 的部分。",
    ),
    "bad_range_cure": (
        "Please choose an end that is after the start.",
        "请让终点在起点之后。",
    ),
    "no_video": ("Please choose a video first.", "请先选择视频。"),
    "no_video_cure": ("Drop a video onto the player.", "把视频拖到播放器上。"),
    "no_question": ("Please type a question first.", "请先输入问题。"),
    "nothing_to_retry": (
        "You have not asked anything yet.",
        "你还没有提过问题。",
    ),
    "cancel": ("Cancel", "取消"),
    "url": ("Or the address of a video", "或输入视频网址"),
    "fetching_url": ("Downloading the video: {share:.0%}", "正在下载视频：{share:.0%}"),
    "cancelled": (
        "I stopped, as you asked.",
        "已按你的要求停止。",
    ),
    "undo": ("Undo", "撤销"),
    "confidence": ("Confidence {value:.0%}", "置信度 {value:.0%}"),
    "sure": ("sure", "确定"),
    "fairly_sure": ("fairly sure", "比较确定"),
    "guess": ("a guess", "猜测"),
    "absent_in_frames": (
        "not seen in the {count} frames I looked at",
        "在我看过的 {count} 帧中未看到",
    ),
    "absent_in_frames_one": ("not seen in the frame I looked at", "在我看过的那一帧中未看到"),
    "absent": ("not seen in the video", "视频中未看到"),
    "stopped": ("stopped", "已停止"),
    "evidence": ("Based on these frames", "依据这些画面"),
    "evidence_one": ("Based on this frame", "依据这个画面"),
    "frame_alt": ("Frame at {time}", "{time} 的画面"),
    "seconds": ("{value:.2f} seconds", "{value:.2f} 秒"),
    "invalid_request": (
        "The page cannot read this request. Reload the page; programs find the form of requests at /gradio_api/info.",
        "页面无法读取此请求。请重新加载页面；程序可在 /gradio_api/info 查看请求的格式。",
    ),
    "unexpected": (
        "Sorry, something went wrong: {error}. You can go on using the page.",
        "抱歉，出现了错误：{error}。页面仍可继续使用。",
    ),
    "rate_limit": (
        "You have sent more than {count} requests within a minute.",
        "你在一分钟内发送了超过 {count} 次请求。",
    ),
    "rate_limit_one": (
        "You have sent more than {count} request within a minute.",
        "你在一分钟内发送了超过 {count} 次请求。",
    ),
    "rate_limit_cure": ("Please wait {seconds} seconds.", "请等待 {seconds} 秒。"),
    "rate_limit_cure_one": ("Please wait {seconds} second.", "请等待 {seconds} 秒。"),
    "too_large": (
        "The file has {size} MB, but this page accepts at most {limit} MB.",
        "文件为 {size} MB，本页面最多接受 {limit} MB。",
    ),
    "too_long": (
        "The video is {length} long, but this page accepts at most {limit}.",
        "视频时长为 {length}，本页面最多接受 {limit}。",
    ),
    "too_large_cure": (
        "Please cut the video, or run the app on your own machine.",
        "请剪短视频，或在自己的电脑上运行本应用。",
    ),
    "ahead": (
        "waiting: {count} ahead of you; questions being answered: {running}, videos being read: {reading}",
        "等待中：前面还有 {count} 个请求；正在回答 {running} 个，正在读取 {reading} 个视频",
    ),
    "reading_ahead": (
        "Waiting to read the video: {count} ahead of you.",
        "等待读取视频：前面还有 {count} 个。",
    ),
    "page_stopping": (
        "The page is being stopped; the answer ends here.",
        "页面正在停止，回答到此为止。",
    ),
    "page_full": (
        "The page has no room for another video now. Please try again in a few minutes.",
        "页面目前没有空间容纳更多视频，请几分钟后再试。",
    ),
    "upload_quota": (
        "You have uploaded {limit} MB within an hour, as much as this page accepts. Please wait {minutes} minutes.",
        "你在一小时内已上传 {limit} MB，达到本页面的上限。请等待 {minutes} 分钟。",
    ),
    "upload_quota_one": (
        "You have uploaded {limit} MB within an hour, as much as this page accepts. Please wait {minutes} minute.",
        "你在一小时内已上传 {limit} MB，达到本页面的上限。请等待 {minutes} 分钟。",
    ),
    "no_place": (
        "You have sent many requests that are not finished. Please wait until they are.",
        "你有许多请求尚未完成，请等待它们完成。",
    ),
    "too_many_requests": (
        "You send too many requests. Please wait a minute.",
        "你发送的请求过多，请等待一分钟。",
    ),
    "request_too_large": ("The request is too large.", "请求过大。"),
    "request_too_slow": ("The request takes too long to arrive.", "请求发送过慢。"),
    "foreign_origin": (
        "The request comes from a page of another site.",
        "该请求来自其他网站的页面。",
    ),
    "foreign_host": (
        "This page is served to this computer alone. Open it as http://127.0.0.1, or start it with --limits.",
        "本页面仅供本机使用。请用 http://127.0.0.1 打开，或用 --limits 启动。",
    ),
    "no_such_address": ("There is nothing at this address.", "此地址没有内容。"),
    "login": ("Log in", "登录"),
    "account_name": ("Name", "用户名"),
    "password": ("Password", "密码"),
    "login_required": ("Please log in first.", "请先登录。"),
    "login_wrong": ("Name or password is wrong.", "用户名或密码错误。"),
    "login_wait": (
        "There were too many wrong passwords. Please wait {seconds} seconds.",
        "密码错误次数过多，请等待 {seconds} 秒。",
    ),
    "login_wait_one": (
        "There were too many wrong passwords. Please wait {seconds} second.",
        "密码错误次数过多，请等待 {seconds} 秒。",
    ),
    "metrics_token": (
        "The metrics need the token of VQA_METRICS_TOKEN.",
        "读取指标需要 VQA_METRICS_TOKEN 中的令牌。",
    ),
    "no_accounts": (
        "Warning: everybody who reaches this address can use the page. Add --auth-file FILE to ask for an account.",
        "警告：能访问此地址的任何人都可以使用本页面。添加 --auth-file FILE 可要求登录。",
    ),
    "local_address": ("Ask a video: {address}", "问视频：{address}"),
    "public_address": (
        "Anyone can open it for up to a week at {address}",
        "任何人在一周内都可通过此地址打开：{address}",
    ),
    "how_to_stop": ("Press Ctrl+C to stop it.", "按 Ctrl+C 停止。"),
    "no_public_link": (
        "I could not make a public link, because Gradio's share server cannot be reached. The page itself works.",
        "无法创建公开链接，因为连接不到 Gradio 的共享服务器。页面本身可以使用。",
    ),
    "on_network": (
        "On this network, open {address}",
        "在本地网络中请打开 {address}",
    ),
    "not_on_network": (
        "To open the page to this network, start it with --host 0.0.0.0. You find other ways in docs/sharing.md.",
        "如需在本地网络中访问，请用 --host 0.0.0.0 启动。其他方式见 docs/sharing.md。",
    ),
    "qr_alt": ("QR code of the address", "地址的二维码"),
    "export_title": ("Conversation about {video}", "关于 {video} 的对话"),
    "question_mark": ("Question", "问题"),
    "answer_mark": ("Answer", "回答"),
}

_ALL_TEXTS = _TEXTS | LIBRARY_TEXTS | MODEL_TEXTS | VIEWING_TEXTS | WORKFLOW_TEXTS
TRANSLATIONS: dict[Language, dict[str, str]] = {
    "en": {key: english for key, (english, _) in _ALL_TEXTS.items()},
    "zh": {key: chinese for key, (_, chinese) in _ALL_TEXTS.items()},
}
# Texts of Gradio's own parts, by its keys, where its wording differs from that of the page.
GRADIO_TEXTS = {
    "upload_text.drop_video": "Drop a video here",
    "upload_text.click_to_upload": "click to choose a file",
}
_NUMBERS = ("count", "total", "seconds", "minutes")  # placeholders that decide the plural
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}


def translate(key: str, language: Language = "en", **values: object) -> str:
    """Return the text of a translation key in a language, with its placeholders replaced by values.

    If all of `count`, `total`, `seconds` and `minutes` among the values are 1, it is the text of
    the key with `_one` behind it, if there is one: "1 frame". The text is not escaped for HTML.

    Raises:
        KeyError: the key does not exist, or a placeholder has no value.
    """
    texts = TRANSLATIONS[language]
    numbers = {str(values[name]) for name in _NUMBERS if name in values}
    is_singular = numbers == {"1"} and f"{key}_one" in texts
    return texts[f"{key}_one" if is_singular else key].format(**values)


def join_list(items: Sequence[str], language: Language) -> str:
    """Join items as a list in a sentence: "a, b and c", or "a、b、c" for `zh`; "" without items."""
    if language == "zh":
        return "、".join(items)
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def language_of(accept_language: str | None) -> Language:
    """Return the page's language for an Accept-Language header; None counts as an empty one.

    It is `zh` if the header starts with zh, in upper or lower case, else `en`; weights are ignored.
    """
    is_chinese = (accept_language or "").strip().lower().startswith("zh")
    return "zh" if is_chinese else "en"
