"""Texts of the library panel, in English and Chinese."""

from __future__ import annotations

LIBRARY_TEXTS: dict[str, tuple[str, str]] = {
    "library": ("Library: search in all your films", "影片库：在所有影片中搜索"),
    "library_query": (
        "What are you looking for in all of these films?",
        "要在所有影片中找什么？",
    ),
    "library_none": (
        "Nothing in the library matches “{query}”.",
        "库中没有符合“{query}”的内容。",
    ),
    "library_hits": (
        "Click a picture to open its film at that moment.",
        "点击图片即可在该时刻打开相应影片。",
    ),
    "library_opened": ("{name} is opened in the player at {time}.", "已在播放器中从 {time} 打开 {name}。"),
    "library_films": ("Films in the library ({count})", "库中的影片（{count}）"),
    "library_empty_owner": (
        "The library is empty. Add films, or a folder of films on this computer. Once they are indexed, you can search in all of them.",
        "影片库是空的。请添加影片，或添加本机上的影片文件夹。建立索引后即可在所有影片中搜索。",
    ),
    "library_empty_visitor": (
        "Add films to search in all of them. Nobody else sees them, and they are deleted after your visit.",
        "添加影片后即可在其中搜索。其他人看不到这些影片，访问结束后即删除。",
    ),
    "library_empty_reader": ("The library of this page has no films yet.", "本页面的影片库还没有影片。"),
    "add_films": ("Add films", "添加影片"),
    "add_folder": ("Or a folder of films on this computer", "或本机上的影片文件夹"),
    "add_folder_go": ("Add folder", "添加文件夹"),
    "no_folder": ("Please type the path of a folder first.", "请先输入文件夹的路径。"),
    "indexing_start": ("Looking for new films", "正在查找新影片"),
    "indexing_film": ("Indexing film {number} of {total}: {name}", "正在索引第 {number}/{total} 部影片：{name}"),
    "indexing_done": (
        "Films added to the library: {count}. Films that have not changed are not read again.",
        "已加入影片库：{count} 部。没有变化的影片不会重新读取。",
    ),
    "indexing_cancelled": (
        "I stopped, as you asked. Films added to the library: {count}.",
        "已按你的要求停止。已加入影片库：{count} 部。",
    ),
    "indexing_busy": (
        "Films are being indexed already. Please wait, or cancel that first.",
        "正在索引影片。请等待，或先取消。",
    ),
    "not_a_film": ("{name} is not a video file.", "{name} 不是视频文件。"),
    "not_a_film_cure": ("Please choose files of these kinds: {suffixes}", "请选择以下类型的文件：{suffixes}"),
    "unwritable": ("{folder} cannot be written: {reason}.", "无法写入 {folder}：{reason}。"),
    "unwritable_cure": (
        "Free some disk space, or set VQA_HOME to a writable folder.",
        "请释放磁盘空间，或将 VQA_HOME 设为可写的文件夹。",
    ),
    "film_gone": (
        "This film is not in the library any more. Please search again.",
        "该影片已不在库中，请重新搜索。",
    ),
    "remove": ("Remove", "移除"),
    "remove_film": ("Remove {name} from the library", "将 {name} 从库中移除"),
    "remove_question": (
        "Remove {name} from the library? Your own file stays where it is.",
        "要将 {name} 从库中移除吗？你自己的文件不受影响。",
    ),
}  # fmt: skip
