"""Texts about the video that is displayed: player, timeline, coverage, second looks."""

from __future__ import annotations

VIEWING_TEXTS: dict[str, tuple[str, str]] = {
    "not_playable": (
        "Your browser cannot play this file ({codec}), but I have read it. Click a frame on the timeline to see it here.",
        "你的浏览器无法播放此文件（{codec}），但我已经读取了它。点击时间线上的画面即可在此查看。",
    ),
    "preview_progress": (
        "I am making a copy that your browser can play: {share:.0%}",
        "正在制作浏览器可以播放的副本：{share:.0%}",
    ),
    "preview_failed": (
        "I could not make a copy that your browser can play. You can ask all the same.",
        "无法制作浏览器可以播放的副本，但你仍然可以提问。",
    ),
    "frames_empty": (
        "The frames that the model looks at will appear here with their times. Click a frame to jump to it.",
        "模型查看的画面及其时间会显示在这里。点击画面即可跳转。",
    ),
    "look": ("Look closer here", "细看此处"),
    "draw": ("Ask about a box", "框选提问"),
    "draw_hint": (
        "Draw a box around what you mean. Escape cancels.",
        "在你要问的内容周围画一个框。按 Esc 取消。",
    ),
    "region": ("About the box at {time}", "关于 {time} 处的方框"),
    "forget_region": ("Ask about the whole picture again", "重新询问整个画面"),
    "whole": ("Show the whole video", "查看整个视频"),
    "coverage": (
        "I looked at {count} of {total} frames.",
        "我看了 {total} 帧中的 {count} 帧。",
    ),
    "coverage_without_total": ("I looked at {count} frames.", "我看了 {count} 帧。"),
    "coverage_one": ("I looked at its only frame.", "我看了唯一的一帧。"),
    "coverage_without_total_one": ("I looked at {count} frame.", "我看了 {count} 帧。"),
    "coverage_gap": (
        "I may have missed what is seen for less than {gap}.",
        "出现不到{gap}的内容可能被我漏掉。",
    ),
    "in_seconds": ("{count} seconds", "{count} 秒"),
    "in_seconds_one": ("{count} second", "{count} 秒"),
    "in_minutes": ("{count} minutes", "{count} 分钟"),
    "in_minutes_one": ("{count} minute", "{count} 分钟"),
    "range": (
        "I only looked at the part from {start} to {end}.",
        "我只查看了 {start} 至 {end} 的部分。",
    ),
    "damaged": (
        "The file is damaged. I could read it up to {time}.",
        "文件已损坏，只能读到 {time}。",
    ),
    "timeline": (
        "Timeline of the video: arrow keys move along a lane, choose an item to jump to it, drag to look at a part",
        "视频时间线：方向键可在轨道上移动，选择一项即可跳转，拖动可查看一个部分",
    ),
    "part_number": ("Part {number}", "第 {number} 部分"),
    "overview_pending": (
        "I am finding out what this video shows: {share:.0%}",
        "正在了解视频内容：{share:.0%}",
    ),
    "seen_things": (
        "I see {things}, but I can't tell what happens. Ask about what you see.",
        "我看到：{things}，但看不出发生了什么。请就画面提问。",
    ),
    "shot_number": ("Shot {number}", "镜头 {number}"),
    "lane_frames": ("Frames", "画面"),
    "lane_shots": ("Shots", "镜头"),
    "lane_chapters": ("Chapters", "章节"),
    "lane_evidence": ("Evidence", "依据"),
    "lane_hits": ("Search", "搜索"),
    "lane_speech": ("Speech", "语音"),
    "lane_screen": ("Screen text", "屏幕文字"),
    "refining": (
        "I am looking at more of the video, you can ask meanwhile: {share:.0%}",
        "正在查看视频的更多画面，你可以同时提问：{share:.0%}",
    ),
    "refining_stopped": (
        "I stopped looking at more of the video.",
        "已停止查看更多画面。",
    ),
    "refine_stop": ("That is enough", "足够了"),
    "refine_resume": ("Look at the rest", "查看其余部分"),
}
"""Each key with its English and its Chinese text."""
