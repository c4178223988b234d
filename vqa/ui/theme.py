"""Colours, CSS and JavaScript of the page, in light and dark."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

ICON = Path(__file__).parent / "icon.svg"

_FONTS = ["system-ui", "Segoe UI", "Roboto", "Noto Sans CJK SC", "PingFang SC", "sans-serif"]


def theme() -> gr.themes.Base:
    """Return the Gradio theme: teal on white or slate, with fonts of the user's machine; nothing is downloaded."""
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
        table_border_color="#d5dfe0",
        table_border_color_dark="#2a3b3f",
        table_even_background_fill="#ffffff",
        table_even_background_fill_dark="#142023",
        table_odd_background_fill="#f6f8f8",
        table_odd_background_fill_dark="#101a1d",
        table_text_color="#142326",
        table_text_color_dark="#e6eef0",
        color_accent="#0f6a70",
        color_accent_soft="#e0f0f0",
        color_accent_soft_dark="#17363a",
        border_color_accent_subdued="#b5d8da",
        border_color_accent_subdued_dark="#24565b",
    )


CSS = """
.gradio-container { --layout-gap: 12px; }
.gradio-container .main.app { max-width: 1560px !important; margin: 0 auto; padding: 10px 24px; }
.gradio-container .html-container { padding: 0 !important; }
.dark { --color-accent: #45bcc3; }
footer { color: var(--body-text-color-subdued); }
#vqa-head { align-items: center; flex-wrap: nowrap; }
#vqa-title h1 { margin: 0; font-size: 1.55rem; line-height: 1.2; }
#vqa-title p { margin: .15rem 0 0; color: var(--body-text-color-subdued); }
#vqa-language { flex: 0 0 auto; min-width: 110px !important; width: 110px; }
/* The player keeps the shape of a film, so that nothing moves when a video is loaded. */
#vqa-player { aspect-ratio: 16 / 10; max-height: calc(100vh - 330px); min-height: 210px; }
#vqa-player .video-container { height: 100%; }
#vqa-player .video-container:has(video) { display: flex; flex-direction: column; }
#vqa-player .video-container:has(video) > .wrap { flex: 1 1 0; min-height: 0; height: auto !important; }
#vqa-player .mirror-wrap { height: 100%; }
#vqa-player video { background: #000; height: 100%; }
#vqa-player video::cue { font-size: 1.05rem; background: rgba(0, 0, 0, .75); }
/* With a video loaded, hide the other sources, and trimming, which would download a program. */
#vqa-player .video-container:has(> .wrap video) > .source-selection,
#vqa-player button[aria-label="Trim video to selection"], #vqa-player button[aria-label="Reset video to initial value"] { display: none; }
#vqa-status { min-height: 1.7rem; font-size: .92rem; color: var(--body-text-color); }
#vqa-status progress { width: 7rem; height: .7rem; vertical-align: middle; appearance: none; border: 0;
  border-radius: 99px; overflow: hidden; background: var(--border-color-primary); }
#vqa-status progress::-webkit-progress-bar { background: var(--border-color-primary); }
#vqa-status progress::-webkit-progress-value { background: var(--color-accent); }
#vqa-status progress::-moz-progress-bar { background: var(--color-accent); }
#vqa-status progress:not([value]) { background: linear-gradient(90deg, var(--border-color-primary), var(--color-accent)); }
.vqa-alert { display: inline-block; padding: .35rem .6rem; border-radius: 8px; border-left: 4px solid #b3261e;
  background: #fdecea; color: #5f1410; }
.dark .vqa-alert { background: #3b1714; color: #ffd9d4; border-left-color: #ff8a7d; }
.vqa-hint { margin: 0; color: var(--body-text-color-subdued); font-size: .92rem; }
.vqa-notice { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; padding: .7rem 1rem; border-radius: 10px;
  background: var(--block-background-fill); border: 1px solid var(--block-border-color); }
.vqa-notice svg { width: 120px; height: 120px; background: #fff; }
.vqa-strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(94px, 1fr)); gap: .4rem; max-height: 232px;
  overflow-y: auto; padding: 3px; }
.vqa-label { grid-column: 1 / -1; font-size: .85rem; color: var(--body-text-color-subdued); }
a.vqa-frame { position: relative; border-radius: 6px; overflow: hidden; display: block; line-height: 0; background: #000;
  padding: 0 !important; }
a.vqa-frame img { width: 100%; height: auto; aspect-ratio: 16 / 9; object-fit: contain; max-width: none !important; display: block;
  margin: 0 !important; border-radius: 0 !important; }
a.vqa-frame span { position: absolute; right: 3px; bottom: 3px; padding: 1px 5px; border-radius: 5px; line-height: 1.25;
  font-size: .72rem; font-weight: 600; color: #fff; background: rgba(0, 0, 0, .8); }
a.vqa-frame:hover, a.vqa-frame:focus-visible, a.vqa-moment:hover img, a.vqa-moment:focus-visible img {
  outline: 3px solid var(--color-accent); outline-offset: -1px; }
#vqa-chat a { text-decoration: underline; }
#vqa-chat .message { overflow-wrap: anywhere; }
#vqa-chat .message * { opacity: 1; }
#vqa-chat .placeholder { padding: 1rem 1.2rem; text-align: center; }
#vqa-chat .examples { grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); max-width: none; padding: 0 1rem 1rem; }
#vqa-chat .bubble-wrap { padding-top: 14px; }
#vqa-chat .message-row { margin: 4px 12px 2px; }
#vqa-chat .bot-row:not(:has(.component)) { max-width: calc(100% - 64px); }
#vqa-chat .bot-row .flex-wrap { max-width: 100%; }
#vqa-chat .message-buttons-left { align-self: flex-end; margin: -34px 12px 6px 0; }
#vqa-chat .bot-row:has(.component) { margin-bottom: 14px; }
#vqa-chat .bot-row:has(.component) .bot { border: 0; background: none; box-shadow: none; padding: 0; margin: 0; width: 100%; }
#vqa-chat .bot-row:has(.component) .flex-wrap { max-width: 100%; width: 100%; }
#vqa-chat .vqa-strip { grid-template-columns: repeat(3, minmax(0, 136px)); }
.vqa-moments { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: .7rem; padding: 4px;
  margin: 0; list-style: none; }
.vqa-moments li { margin: 0; }
a.vqa-moment { display: block; padding: 0 !important; text-decoration: none; font-weight: 600; }
a.vqa-moment img { width: 100%; border-radius: 8px; display: block; margin-bottom: .2rem; }
.vqa-badge { display: inline-block; padding: .05rem .55rem; border-radius: 99px; font-size: .82rem; cursor: help;
  border: 1px solid currentColor; }
.vqa-sure { color: #0b5f3a; } .vqa-fairly_sure { color: #0b5a60; } .vqa-guess { color: #7a4b00; } .vqa-absent { color: #8c1d18; }
.dark .vqa-sure { color: #7fe0ae; } .dark .vqa-fairly_sure { color: #7fd6dc; } .dark .vqa-guess { color: #f2c46d; }
.dark .vqa-absent { color: #ffb1a8; }
.vqa-remedies:not(:has(button)) { display: none; }
.vqa-buttons { gap: .5rem !important; flex-wrap: wrap; }
.vqa-buttons button, .vqa-buttons > * { min-width: 84px !important; flex: 1 1 84px; }
.vqa-search { align-items: stretch; flex-wrap: nowrap !important; }
.vqa-search button { flex: 0 0 auto; }
.vqa-start { align-self: flex-start; }
#vqa-table, #vqa-table table, #vqa-table td, #vqa-table th { font-family: var(--font) !important; }
#vqa-chat table, #vqa-details table { width: 100%; }
#vqa-details table, #vqa-details th, #vqa-details td { border-color: var(--table-border-color) !important; }
@media (max-width: 640px) {
  .gradio-container { --layout-gap: 8px; }
  .gradio-container .main.app { padding: 8px 10px; }
  #vqa-title p { display: none; }
  /* One column; the player stays visible above the conversation. */
  #vqa-columns { flex-direction: column; flex-wrap: nowrap; }
  #vqa-columns > .column { display: contents; }
  #vqa-columns > .column > * { width: 100%; }
  #vqa-player { position: sticky; top: 0; z-index: 5; aspect-ratio: 16 / 9; max-height: 32vh; min-height: 180px; }
  #vqa-player:not(:has(video)) { aspect-ratio: auto; height: 250px !important; max-height: none; }
  #vqa-frames:has(.vqa-hint) { display: none; }
  #vqa-frames .vqa-strip { display: flex; overflow-x: auto; }
  #vqa-frames .vqa-strip a { flex: 0 0 auto; }
  #vqa-frames .vqa-strip img { width: auto; aspect-ratio: auto; min-width: 40px; height: 56px; }
  #vqa-chat { height: max(300px, calc(100vh - 450px)) !important; }
  #vqa-chat:has(.placeholder) { height: auto !important; }
  #vqa-chat .message-row { margin: 4px 4px 2px; }
  .vqa-buttons button, .vqa-buttons > * { min-width: 64px !important; flex: 1 1 64px; padding-left: 4px; padding-right: 4px; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
"""

# Gradio applies CSS to the page's content only; the footer is outside. The script seeks the player when a time link is
# clicked, and moves the focus to the question box when "/" is pressed.
HEAD = """
<style>@media (max-width: 640px) { footer .divider { display: none !important; } }</style>
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
