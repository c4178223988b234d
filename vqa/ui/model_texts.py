"""Texts about models: the menu, downloads, their confirmation, details of an answer, in English and Chinese."""

from __future__ import annotations

MODEL_TEXTS: dict[str, tuple[str, str]] = {
    "remedy_download": (
        "Download {model} ({gigabytes:.1f} GB)",
        "下载 {model}（{gigabytes:.1f} GB）",
    ),
    "confirm_download": (
        "The model {model} is not on this computer yet. Its download takes {gigabytes:.1f} GB.",
        "模型 {model} 尚未下载到本机，需要下载 {gigabytes:.1f} GB。",
    ),
    "model": ("Model", "模型"),
    "model_size": ("{millions:.0f} M parameters", "{millions:.0f} M 参数"),
    "model_size_billions": ("{billions:.1f} B parameters", "{billions:.1f} B 参数"),
    "model_memory": ("needs {gigabytes:.1f} GB memory", "需要 {gigabytes:.1f} GB 内存"),
    "model_fits": ("fits this machine", "适合本机"),
    "model_too_big": ("is too big for this machine", "超出本机内存"),
    "model_slow": ("fits this machine, but is slow without a GPU", "适合本机，但没有 GPU 时较慢"),
    "model_recommended": ("recommended for this machine", "推荐本机使用"),
    "recommend_with_gpu": (
        "Recommended: {model}, the newest of these that the GPU of this machine holds; open licenses come first.",
        "推荐：{model}，这是其中本机 GPU 能容纳的最新模型；开放许可证优先。",
    ),
    "recommend_restricted": (
        " Its license is not an open one ({licence}): check what it allows.",
        "其许可证并非开放许可证（{licence}），请确认其允许的用途。",
    ),
    "recommend_without_gpu": (
        "Recommended: {model}, the built-in model. This machine has no GPU, so larger models need minutes for a video.",
        "推荐：内置模型 {model}。本机没有 GPU，较大的模型处理一个视频需要几分钟。",
    ),
    "model_on_disk": ("is on this disk", "已在本机"),
    "model_download": ("needs a download of {gigabytes:.1f} GB", "需下载 {gigabytes:.1f} GB"),
    "model_forbidden": (
        "“{model}” cannot be chosen on this page.",
        "本页面不能选择“{model}”。",
    ),
    "model_forbidden_cure": ("Choose one of these: {models}.", "请选择其中之一：{models}。"),
    "loading": ("Loading the model {model}", "正在加载模型 {model}"),
    "downloading": (
        "Downloading the model {model}: {share:.0%}",
        "正在下载模型 {model}：{share:.0%}",
    ),
    "detail_name": ("About the last answer", "上一个回答"),
    "detail_value": ("Value", "数值"),
    "detail_model": ("Model that answered", "回答所用模型"),
    "detail_embedded": ("{name}, which is part of this app", "{name}（本应用自带）"),
    "detail_device": ("Where it runs", "运行位置"),
    "device_cpu": ("the processor ({device})", "处理器（{device}）"),
    "device_gpu": ("the graphics card ({device})", "显卡（{device}）"),
    "detail_file": ("Video", "视频"),
    "file_format": (
        "{width} × {height}, compressed as {codec}",
        "{width} × {height}，{codec} 编码",
    ),
    "detail_length": ("Length of the video", "视频时长"),
    "detail_decoder": ("Software that decoded its frames", "解码画面的软件"),
    "detail_read": ("Time to decode the video", "解码视频用时"),
    "detail_encode": ("Time to encode the frames", "编码画面用时"),
    "detail_first_token": ("Time to the first word", "首词用时"),
    "detail_total": ("Time to the complete answer", "完整回答用时"),
    "detail_rate": ("Tokens (parts of words) per second", "每秒词元数"),
}
"""Each key with its English and its Chinese text."""
