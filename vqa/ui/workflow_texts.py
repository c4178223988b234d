"""Texts of the quiz panel, the monitor panel, films and notes, in English and Chinese."""

from __future__ import annotations

WORKFLOW_TEXTS: dict[str, tuple[str, str]] = {
    "quiz": ("Quiz: questions about this video", "测验：关于此视频的问题"),
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
    "story": ("Make a film of a story: one sentence for each moment", "把故事做成影片：每句话对应一个片段"),
    "story_hint": (
        "A cat sits on a sofa. A train leaves the station.", "一只猫坐在沙发上。火车离开车站。"
    ),
    "story_empty": ("The story has no sentence. Write one for each moment.", "故事没有句子。请为每个片段写一句。"),
    "make_film": ("Make the film", "制作影片"),
    "make_reel": ("Join the results to a film", "将结果合成影片"),
    "making_film": ("Making the film: {share:.0%}", "正在制作影片：{share:.0%}"),
    "title_card": ("title card", "字幕卡"),
    "make_notes": ("Make notes", "生成笔记"),
    "making_notes": ("Looking for slides: {share:.0%}", "正在查找幻灯片：{share:.0%}"),
    "notes_slides": ("The notes have the slides: {count}.", "笔记包含幻灯片：{count}。"),
    "notes_chapters": (
        "There are no slides. The notes have the chapters: {count}.", "没有幻灯片。笔记包含章节：{count}。"
    ),
    "save_notes_html": ("Save notes as HTML", "保存笔记为 HTML"),
    "save_notes_pdf": ("Save notes as PDF", "保存笔记为 PDF"),
    "monitor": ("Cameras: what they have seen", "摄像头：看到了什么"),
    "monitor_cameras": ("Cameras", "摄像头"),
    "monitor_conditions": ("What to look for", "要发现的情况"),
    "monitor_none": ("Nothing has happened yet.", "尚未发生任何事件。"),
    "monitor_clip": ("Play the seconds before: {condition}, {time}", "播放此前几秒：{condition}，{time}"),
    "monitor_right": ("Right", "正确"),
    "monitor_wrong": ("Wrong", "错误"),
    "monitor_right_label": ("Right: {condition}, {time}", "正确：{condition}，{time}"),
    "monitor_wrong_label": ("Wrong: {condition}, {time}", "错误：{condition}，{time}"),
    "monitor_judged": (
        "Thank you. “{condition}” is now reported from a probability of {threshold:.0%} on.",
        "谢谢。现在概率达到 {threshold:.0%} 时才会报告“{condition}”。",
    ),
    "monitor_kept": (
        "Thank you. “{condition}” is still reported from a probability of {threshold:.0%} on.",
        "谢谢。概率达到 {threshold:.0%} 时仍会报告“{condition}”。",
    ),
    "monitor_gone": ("This event is not kept any more.", "该事件已不再保留。"),
    "monitor_confidence": ("probability {value:.0%}", "概率 {value:.0%}"),
    "monitor_watching": ("is being watched", "正在监看"),
    "monitor_waiting": ("no picture yet", "尚无画面"),
    "monitor_idle": ("waits for videos", "等待视频"),
    "monitor_stalled": ("no new picture for {seconds:.0f} s", "{seconds:.0f} 秒没有新画面"),
    "monitor_picture": ("Last picture of {camera}", "{camera} 的最新画面"),
    "monitor_player": ("The seconds before the event", "事件前几秒"),
    "save_quiz_md": ("Save as Markdown", "保存为 Markdown"),
    "save_quiz_json": ("Save quiz as JSON", "保存测验为 JSON"),
    "save_quiz_apkg": ("Save for Anki", "保存为 Anki 卡片"),
}  # fmt: skip
