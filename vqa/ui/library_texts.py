"""Texts of the library panel, in English and Chinese."""

from __future__ import annotations

LIBRARY_TEXTS: dict[str, tuple[str, str]] = {
    "library": ("Library: search in all your videos", "视频库：在所有视频中搜索"),
    "library_query": (
        "What are you looking for in all of these videos?",
        "要在所有视频中找什么？",
    ),
    "library_none": (
        "Nothing in the library matches “{query}”.",
        "库中没有符合“{query}”的内容。",
    ),
    "library_hits": (
        "Click a picture to open its video at that moment.",
        "点击图片即可在该时刻打开相应视频。",
    ),
    "library_opened": ("{name} is opened in the player at {time}.", "已在播放器中从 {time} 打开 {name}。"),
    "library_videos": ("Videos in the library ({count})", "库中的视频（{count}）"),
    "library_empty_owner": (
        "The library is empty. Add videos, or a folder of videos on this computer. Once they are indexed, you can search in all of them.",
        "视频库是空的。请添加视频，或添加本机上的视频文件夹。建立索引后即可在所有视频中搜索。",
    ),
    "library_empty_visitor": (
        "Add videos to search in all of them. Nobody else sees them, and they are deleted after your visit.",
        "添加视频后即可在其中搜索。其他人看不到这些视频，访问结束后即删除。",
    ),
    "library_empty_reader": ("The library of this page has no videos yet.", "本页面的视频库还没有视频。"),
    "add_videos": ("Add videos", "添加视频"),
    "add_folder": ("Or a folder of videos on this computer", "或本机上的视频文件夹"),
    "add_folder_go": ("Add folder", "添加文件夹"),
    "no_folder": ("Please type the path of a folder first.", "请先输入文件夹的路径。"),
    "indexing_start": ("Looking for new videos", "正在查找新视频"),
    "indexing_video": ("Indexing video {number} of {total}: {name}", "正在索引第 {number}/{total} 个视频：{name}"),
    "indexing_done": (
        "Videos added to the library: {count}. Videos that have not changed are not read again.",
        "已加入视频库：{count} 个。没有变化的视频不会重新读取。",
    ),
    "indexing_cancelled": (
        "I stopped, as you asked. Videos added to the library: {count}.",
        "已按你的要求停止。已加入视频库：{count} 个。",
    ),
    "indexing_busy": (
        "Videos are being indexed already. Please wait, or cancel that first.",
        "正在索引视频。请等待，或先取消。",
    ),
    "not_a_video": ("{name} is not a video file.", "{name} 不是视频文件。"),
    "not_a_video_cure": ("Please choose files of these kinds: {suffixes}", "请选择以下类型的文件：{suffixes}"),
    "unwritable": ("{folder} cannot be written: {reason}.", "无法写入 {folder}：{reason}。"),
    "unwritable_cure": (
        "Free some disk space, or set VQA_HOME to a writable folder.",
        "请释放磁盘空间，或将 VQA_HOME 设为可写的文件夹。",
    ),
    "video_gone": (
        "This video is not in the library any more. Please search again.",
        "该视频已不在库中，请重新搜索。",
    ),
    "remove": ("Remove", "移除"),
    "remove_video": ("Remove {name} from the library", "将 {name} 从库中移除"),
    "remove_question": (
        "Remove {name} from the library? Your own file stays where it is.",
        "要将 {name} 从库中移除吗？你自己的文件不受影响。",
    ),
}  # fmt: skip
