"""How the page looks in light and dark, and the few lines of script that seek the player."""

from __future__ import annotations

import gradio as gr

_FONTS = ["system-ui", "Segoe UI", "Roboto", "Noto Sans CJK SC", "PingFang SC", "sans-serif"]


def theme() -> gr.themes.Base:
    """Calm teal on paper and on slate; fonts of the reader's own machine, nothing fetched."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        radius_size="lg",
        font=_FONTS,
        font_mono=["ui-monospace", "monospace"],
    ).set(
        background_fill_primary_dark="#142023",
        background_fill_secondary_dark="#101a1d",
        body_background_fill="#f6f8f8",
        body_background_fill_dark="#0d1416",
        body_text_color="#142326",
        body_text_color_dark="#e6eef0",
        body_text_color_subdued="#46595d",
        body_text_color_subdued_dark="#a9babe",
        block_background_fill="#ffffff",
        block_background_fill_dark="#142023",
        block_border_color="#d5dfe0",
        block_border_color_dark="#2a3b3f",
        block_label_background_fill="#e3eeee",
        block_label_background_fill_dark="#1d2e32",
        block_label_text_color="#1b4a50",
        block_label_text_color_dark="#bfe3e6",
        block_title_text_color="#1b4a50",
        block_title_text_color_dark="#bfe3e6",
        border_color_primary="#c6d4d5",
        border_color_primary_dark="#33484c",
        input_background_fill="#ffffff",
        input_background_fill_dark="#0f191b",
        input_placeholder_color="#5b6e72",
        input_placeholder_color_dark="#93a5a9",
        button_primary_background_fill="#0f6a70",
        button_primary_background_fill_hover="#0b565b",
        button_primary_background_fill_dark="#2fa5ac",
        button_primary_background_fill_hover_dark="#45bcc3",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#06181a",
        button_secondary_background_fill="#e6eeee",
        button_secondary_background_fill_hover="#d7e4e4",
        button_secondary_background_fill_dark="#1e2e32",
        button_secondary_background_fill_hover_dark="#294046",
        button_secondary_text_color="#142326",
        button_secondary_text_color_dark="#e6eef0",
        link_text_color="#0b5a60",
        link_text_color_hover="#063c40",
        link_text_color_visited="#0b5a60",
        link_text_color_dark="#6fd3da",
        link_text_color_hover_dark="#a4e8ec",
        link_text_color_visited_dark="#6fd3da",
        color_accent="#0f6a70",
        color_accent_soft="#e0f0f0",
        color_accent_soft_dark="#17363a",
        border_color_accent_subdued="#b5d8da",
        border_color_accent_subdued_dark="#24565b",
    )


CSS = """
.gradio-container .main.app { max-width: 1560px !important; margin: 0 auto; padding: 10px 24px; }
.gradio-container .html-container { padding: 0 !important; }
.dark { --color-accent: #45bcc3; }
.gradio-container footer { color: var(--body-text-color-subdued); }
#vqa-head { align-items: center; flex-wrap: nowrap; }
#vqa-title h1 { margin: 0; font-size: 1.55rem; line-height: 1.2; }
#vqa-title p { margin: .15rem 0 0; color: var(--body-text-color-subdued); }
#vqa-language { flex: 0 0 auto; min-width: 110px !important; width: 110px; }
#vqa-player .video-container:has(video) { display: flex; flex-direction: column; }
#vqa-player .video-container:has(video) > .wrap { flex: 1 1 0; min-height: 0; height: auto !important; }
#vqa-player .mirror-wrap { height: 100%; }
#vqa-player video { background: #000; height: 100%; }
#vqa-status { min-height: 1.7rem; font-size: .92rem; color: var(--body-text-color); }
#vqa-status progress { width: 7rem; height: .7rem; vertical-align: middle; accent-color: var(--color-accent); }
.vqa-alarm { display: inline-block; padding: .35rem .6rem; border-radius: 8px; border-left: 4px solid #b3261e;
  background: #fdecea; color: #5f1410; }
.dark .vqa-alarm { background: #3b1714; color: #ffd9d4; border-left-color: #ff8a7d; }
.vqa-hint { margin: 0; color: var(--body-text-color-subdued); font-size: .92rem; }
.vqa-notice { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; padding: .7rem 1rem; border-radius: 10px;
  background: var(--block-background-fill); border: 1px solid var(--block-border-color); }
.vqa-notice svg { width: 120px; height: 120px; background: #fff; }
#vqa-frames { min-height: 104px; }
.vqa-strip { display: flex; gap: .4rem; overflow-x: auto; padding: 3px 3px 8px; align-items: center; }
.vqa-label { flex: 0 0 auto; font-size: .85rem; color: var(--body-text-color); }
#vqa-chat .message * { opacity: 1; }
a.vqa-frame { position: relative; flex: 0 0 auto; border-radius: 8px; overflow: hidden; display: block; line-height: 0;
  padding: 0 !important; }
a.vqa-frame img { height: 88px; width: auto; max-width: none !important; display: block; margin: 0 !important;
  border-radius: 0 !important; }
a.vqa-frame span { position: absolute; right: 4px; bottom: 4px; padding: 2px 6px; border-radius: 5px; line-height: 1.25;
  font-size: .75rem; font-weight: 600; color: #fff; background: rgba(0, 0, 0, .8); }
#vqa-chat a.vqa-frame img { height: 68px; }
a.vqa-frame:hover, a.vqa-frame:focus-visible, a.vqa-moment:hover img, a.vqa-moment:focus-visible img {
  outline: 3px solid var(--color-accent); outline-offset: -1px; }
#vqa-chat a { text-decoration: underline; }
.vqa-moments { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: .7rem; padding: 4px;
  margin: 0; list-style: none; }
.vqa-moments li { margin: 0; }
a.vqa-moment { display: block; padding: 0 !important; text-decoration: none; font-weight: 600; }
a.vqa-moment img { width: 100%; border-radius: 8px; display: block; margin-bottom: .2rem; }
.vqa-doubt { display: inline-block; padding: .05rem .55rem; border-radius: 99px; font-size: .82rem; cursor: help;
  border: 1px solid currentColor; }
.vqa-sure { color: #0b5f3a; } .vqa-fairly_sure { color: #0b5a60; } .vqa-guess { color: #7a4b00; } .vqa-absent { color: #8c1d18; }
.dark .vqa-sure { color: #7fe0ae; } .dark .vqa-fairly_sure { color: #7fd6dc; } .dark .vqa-guess { color: #f2c46d; }
.dark .vqa-absent { color: #ffb1a8; }
.vqa-buttons { gap: .5rem !important; flex-wrap: wrap; }
.vqa-buttons button, .vqa-buttons > * { min-width: 84px !important; flex: 1 1 84px; }
#vqa-chat .placeholder { padding: 1rem 1.2rem; text-align: center; }
#vqa-chat .message { overflow-wrap: anywhere; }
#vqa-chat table, #vqa-details table { width: 100%; }
@media (max-width: 640px) {
  .gradio-container .main.app { padding: 8px 10px; }
  .gradio-container .row:not(#vqa-head):not(.vqa-buttons) > .column { flex: 1 1 100% !important; min-width: 0 !important; }
  #vqa-title p, .gradio-container footer .divider { display: none; }
  #vqa-player { height: 290px !important; }
  a.vqa-frame img { height: 64px; }
  #vqa-frames { min-height: 80px; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
"""

# A click on any link to a time seeks the player; "/" goes to the question.
HEAD = """
<script>
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href*="#t="]');
  if (!link) return;
  event.preventDefault();
  const video = document.querySelector('#vqa-player video');
  if (!video) return;
  video.pause();
  video.currentTime = parseFloat(link.getAttribute('href').split('#t=')[1]);
  video.scrollIntoView({block: 'nearest', behavior: 'smooth'});
}, true);
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
  const box = document.querySelector('#vqa-question textarea');
  if (box) { event.preventDefault(); box.focus(); }
});
</script>
"""
