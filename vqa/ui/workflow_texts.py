"""Texts of the quiz panel, in English and Chinese."""

from __future__ import annotations

WORKFLOW_TEXTS: dict[str, tuple[str, str]] = {
    "quiz": ("Quiz: questions that the video answers", "测验：视频能回答的问题"),
    "make_quiz": ("Make a quiz", "生成测验"),
    "quiz_empty": (
        "You get questions about this video, each with its answer and the time that shows it. The questions are in English.",
        "你会得到关于此视频的问题，每题都有答案和相应的时间。问题为英文。",
    ),
    "making_quiz": ("Making questions: {count} tried", "正在出题：已尝试 {count} 个问题"),
    "quiz_none": (
        "I know no question about this video that I answer with confidence. A larger model may.",
        "对于此视频，没有我能有把握回答的问题。更大的模型也许可以。",
    ),
    "quiz_position": ("Question {number} of {count} · {right} right", "第 {number} 题，共 {count} 题 · 答对 {right} 题"),
    "quiz_reply": ("Your answer", "你的答案"),
    "quiz_check": ("Check", "检查"),
    "quiz_next": ("Next question", "下一题"),
    "quiz_finish": ("See the score", "查看得分"),
    "quiz_right": ("Right.", "答对了。"),
    "quiz_wrong": ("Wrong: the answer is “{answer}”.", "答错了：答案是“{answer}”。"),
    "quiz_see": ("See it at {time}", "查看 {time} 处"),
    "quiz_score": ("You got {right} of {count} right.", "你答对了 {count} 题中的 {right} 题。"),
    "quiz_again": ("Play again", "再玩一次"),
    "save_quiz_md": ("Save as Markdown", "保存为 Markdown"),
    "save_quiz_json": ("Save quiz as JSON", "保存测验为 JSON"),
    "save_quiz_apkg": ("Save for Anki", "保存为 Anki 卡片"),
}  # fmt: skip
