"""Theme and CSS of the page, for light and dark mode."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

ICON = Path(__file__).parent / "icon.svg"

_FONTS = ["system-ui", "Segoe UI", "Roboto", "Noto Sans CJK SC", "PingFang SC", "sans-serif"]


def theme() -> gr.themes.Base:
    """Return the Gradio theme: teal accent on white in light mode, on slate in dark mode.

    It uses system fonts, so that no font is downloaded.
    """
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
.gradio-container .main.app { max-width: 1880px !important; margin: 0 auto; padding: 10px 24px; }
.gradio-container .html-container { padding: 0 !important; }
.dark { --color-accent: #45bcc3; }
#vqa-head { align-items: center; flex-wrap: nowrap; }
#vqa-title h1 { margin: 0; font-size: 1.55rem; line-height: 1.2; }
#vqa-title p { margin: .15rem 0 0; color: var(--body-text-color-subdued); }
#vqa-language { flex: 0 0 auto; min-width: 110px !important; width: 110px; }
/* The player keeps the shape of a video, so that nothing moves when a video is loaded. */
#vqa-player { aspect-ratio: 16 / 10; max-height: calc(100vh - 450px); min-height: 210px; }
#vqa-player .video-container { height: 100%; }
#vqa-player .video-container:has(video) { display: flex; flex-direction: column; }
#vqa-player .video-container:has(video) > .wrap { flex: 1 1 0; min-height: 0; height: auto !important; }
#vqa-player .mirror-wrap { height: 100%; }
/* Without a video, the row of sources stands inside the frame, below the area to drop a file on. */
#vqa-player .video-container:has(> .source-selection) { display: flex; flex-direction: column; }
#vqa-player .video-container > .upload-container { flex: 1 1 0; min-height: 0; height: auto !important; margin: 0; }
#vqa-player .upload-container > button { height: 100%; min-height: 0; }
#vqa-player .source-selection { flex: 0 0 auto; }
#vqa-player .source-selection .icon { min-width: 28px; min-height: 28px; padding: 4px; margin: 4px; }
#vqa-player video { background: #000; height: 100%; }
#vqa-player .controls:focus-within { opacity: 1; }
/* The time that `scripts.HEAD` writes, in place of Gradio's. */
#vqa-player .controls .time[data-time] { font-size: 0; }
#vqa-player .controls .time[data-time]::after { content: attr(data-time); font-size: .85rem; }
#vqa-player video::cue { font-size: 1.05rem; background: rgba(0, 0, 0, .75); }
/* With a video loaded, hide the other sources, and trimming, which would download a program. */
#vqa-player .video-container:has(> .wrap video) > .source-selection,
#vqa-player button[aria-label="Trim video to selection"], #vqa-player button[aria-label="Reset video to initial value"] { display: none; }
#vqa-refining { font-size: .92rem; }
#vqa-refining_row, #vqa-overview_row { flex-wrap: nowrap; align-items: center; }
#vqa-refining_row:not(:has(#vqa-refining span)), #vqa-overview_row:not(:has(#vqa-overview .prose > *)), .vqa-examples:not(:has(button)), .vqa-status:not(:has(.prose > *)):not(:has(button:not(.hidden):not(.hide))), :is(#vqa-preview, #vqa-preview_progress, #vqa-summary_status, #vqa-quiz_status, #vqa-notes_status):not(:has(.prose > *)) { display: none; }
#vqa-status { min-height: 1.7rem; font-size: .92rem; color: var(--body-text-color); }
.gradio-container progress { width: 7rem; height: .7rem; vertical-align: middle; appearance: none; border: 0;
  border-radius: 99px; overflow: hidden; background: var(--border-color-primary); }
.gradio-container progress::-webkit-progress-bar { background: var(--border-color-primary); }
.gradio-container progress::-webkit-progress-value { background: var(--color-accent); }
.gradio-container progress::-moz-progress-bar { background: var(--color-accent); }
.gradio-container progress:not([value]) { background: linear-gradient(90deg, var(--border-color-primary), var(--color-accent)); }
.vqa-alert { display: inline-block; padding: .35rem .6rem; border-radius: 8px; border-left: 4px solid #b3261e;
  background: #fdecea; color: #5f1410; }
.dark .vqa-alert { background: #3b1714; color: #ffd9d4; border-left-color: #ff8a7d; }
.vqa-hint { margin: 0; color: var(--body-text-color-subdued); font-size: .92rem; }
.vqa-notice { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; padding: .7rem 1rem; border-radius: 10px;
  background: var(--block-background-fill); border: 1px solid var(--block-border-color); }
.vqa-notice svg { width: 120px; height: 120px; background: #fff; }
.vqa-timeline { position: relative; display: grid; gap: 3px; padding: 4px 2px 6px; user-select: none; }
.vqa-lane { display: grid; grid-template-columns: 76px minmax(0, 1fr); gap: 6px; align-items: center; }
.vqa-lane-label { font-size: .76rem; color: var(--body-text-color-subdued); text-align: end; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; }
.vqa-track { position: relative; height: 24px; border-radius: 5px; background: var(--background-fill-secondary);
  overflow: hidden; cursor: pointer; }
.vqa-lane-frames .vqa-track { height: 54px; background: var(--block-label-background-fill); cursor: crosshair; }
.vqa-track a { position: absolute; top: 0; bottom: 0; min-width: 6px; padding: 0 !important; overflow: hidden; }
.vqa-track a.vqa-frame { position: absolute; border-radius: 0; border-right: 1px solid #000; }
.vqa-track a.vqa-frame img { height: 100%; width: 100%; aspect-ratio: auto; object-fit: cover; }
.vqa-track a.vqa-item { display: block; border-radius: 4px; border: 1px solid var(--background-fill-primary); min-width: 8px;
  background: var(--color-accent-soft); color: var(--body-text-color); font-size: .76rem; line-height: 22px;
  text-decoration: none; white-space: nowrap; }
.vqa-track a.vqa-item span { padding: 0 5px; }
.vqa-lane-shots a.vqa-item:nth-child(even) { background: var(--block-label-background-fill); }
.vqa-lane-evidence a.vqa-item { background: #b7791f; } .vqa-lane-hits a.vqa-item { background: #276749; }
.vqa-lane-hits a.vqa-item span { color: #fff; }
/* A label that does not fit ends with an ellipsis; where no word fits (`scripts.HEAD`), it stands in the tooltip alone. */
.vqa-track a.vqa-item { container-type: inline-size; }
.vqa-track a.vqa-item span { display: block; overflow: hidden; text-overflow: ellipsis; }
.vqa-lane-evidence a.vqa-item span { display: none; }
.vqa-track a:hover, .vqa-track a:focus-visible { outline: 3px solid var(--color-accent); outline-offset: -3px; z-index: 2; }
.vqa-overlay { position: absolute; top: 0; bottom: 0; left: 84px; right: 2px; pointer-events: none; }
.vqa-playhead { position: absolute; top: 0; bottom: 0; width: 2px; left: 0; background: #e11d48; }
.vqa-selection { position: absolute; top: 0; bottom: 0; background: rgba(15, 106, 112, .22);
  border: 2px solid var(--color-accent); border-radius: 3px; }
.vqa-preview img { width: 100%; max-height: 60vh; object-fit: contain; background: #000; border-radius: 8px; }
#vqa-columns:has(#vqa-preview img) #vqa-player { display: none; }
.vqa-draw-overlay { position: absolute; z-index: 1000; cursor: crosshair; touch-action: none; outline: 3px solid #45bcc3;
  background: rgba(0, 0, 0, .25); overflow: hidden; user-select: none; }
.vqa-draw-overlay > span { position: absolute; left: 8px; top: 8px; padding: 2px 8px; border-radius: 6px; font-size: .85rem;
  color: #fff; background: rgba(0, 0, 0, .8); pointer-events: none; max-width: calc(100% - 110px); }
.vqa-draw-overlay > button { position: absolute; right: 8px; top: 8px; min-height: 28px; padding: 2px 12px; border-radius: 6px;
  color: #06181a !important; background: #fff !important; cursor: pointer; }
.vqa-draw-overlay.vqa-drawing > button, .vqa-draw-overlay.vqa-drawing > span { visibility: hidden; }
.vqa-box { position: absolute; border: 2px solid #fff; box-shadow: 0 0 0 2px #0f6a70, 0 0 0 9999px rgba(0, 0, 0, .35); pointer-events: none; }
.vqa-buttons > :is(#vqa-draw, #vqa-moment) { padding: 0; }
.vqa-buttons > :is(#vqa-draw, #vqa-moment) :is(.html-container, .prose) { height: 100%; }
.vqa-tool { width: 100%; height: 100%; padding: var(--button-small-padding); border-radius: var(--button-small-radius); cursor: pointer;
  font-size: var(--button-small-text-size); font-weight: var(--button-small-text-weight); background: var(--button-secondary-background-fill); color: var(--button-secondary-text-color); }
.vqa-tool:hover { background: var(--button-secondary-background-fill-hover); }
.vqa-region { display: inline-flex; align-items: center; gap: .5rem; padding: 2px 4px 2px 10px; border-radius: 99px; font-size: .9rem;
  background: var(--color-accent-soft); color: var(--body-text-color); border: 1px solid var(--border-color-accent-subdued); }
.vqa-region img { height: 28px; border-radius: 5px; margin: 0 !important; }
.vqa-forget { min-width: 28px; min-height: 28px; border-radius: 99px; cursor: pointer; background: none; color: inherit; }
#vqa-region:not(:has(span.vqa-region)) { display: none; }
#vqa-overview p { margin: .2rem 0; }
/* Its place stays while its sentence is not there yet, so that the timeline does not move. */
#vqa-columns:has(.vqa-timeline) #vqa-overview_row { display: flex; min-height: 2.5rem; }
#vqa-overview { font-size: .92rem; }
.vqa-waiting { font-size: .82rem; color: var(--body-text-color-subdued); }
.vqa-busy { margin-inline-start: .15em; animation: vqa-busy 1.2s ease-in-out infinite alternate; }
@keyframes vqa-busy { to { opacity: .35; } }
/* What is not answered yet cannot be copied or judged. */
#vqa-chat .bot-row:has(.vqa-busy) + .message-buttons-left { display: none; }
.vqa-confirmation { padding: 4px 12px; } #vqa-status_row, .vqa-status { flex-wrap: nowrap; align-items: center; }
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
/* As dir="auto" on each paragraph and input: text in Arabic or Hebrew starts at the right. */
#vqa-chat .message :is(p, li, td, th, h1, h2, h3), .gradio-container :is(textarea, input:not([type=range], [type=number])),
#vqa-table td span, .vqa-item span, .vqa-alert, .vqa-hint, #vqa-overview p, #vqa-summary :is(p, li) {
  unicode-bidi: plaintext; text-align: start; }
#vqa-chat .message { overflow-wrap: anywhere; }
#vqa-chat .message * { opacity: 1; }
#vqa-chat .placeholder { padding: 1rem 1.2rem; text-align: center; }
#vqa-chat .examples { grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); width: 100%; max-width: none;
  padding: 0 1rem 1rem; box-sizing: border-box; }
#vqa-chat .example { padding: 10px 14px; }
#vqa-chat .bubble-wrap { padding-top: 14px; }
#vqa-chat .scroll-down-button-container button { background: var(--button-secondary-background-fill); }
#vqa-chat .message-row { margin: 4px 12px 2px; }
#vqa-chat .bot-row .flex-wrap { max-width: 100%; }
/* "Clear chat" below the conversation does the same, can be undone, and covers nothing. */
.gradio-container .icon-button { min-width: 24px; min-height: 24px; justify-content: center; }
/* The whole line of a closed panel opens it. */
.gradio-container .label-wrap { padding: 8px 0; margin: -8px 0; }
#vqa-chat .icon-button-wrapper.top-panel { display: none; }
#vqa-chat .icon-button-wrapper { margin: 0; }
/* The buttons of an answer stand on the line of its badge, so that they cover no text. */
#vqa-chat .message-buttons-left { align-self: flex-end; margin: 2px 12px 4px; }
#vqa-chat .message-buttons-right { margin-right: 12px; }
#vqa-chat .message-buttons-left:has(+ .bot-row .component) { margin-bottom: -32px; position: relative; z-index: 1; }
#vqa-chat .bot-row .vqa-badge { margin: 4px 0; }
#vqa-chat .bot-row:has(.component) { margin-bottom: 14px; }
#vqa-chat .bot-row:has(.component) + .message-buttons-left { display: none; }
#vqa-chat .bot-row:has(.component) .bot { border: 0; background: none; box-shadow: none; padding: 0; margin: 0; width: 100%; }
#vqa-chat .bot-row:has(.component) .flex-wrap { max-width: 100%; width: 100%; }
#vqa-chat .vqa-strip { grid-template-columns: repeat(3, minmax(0, 136px)); }
.vqa-moments { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: .7rem; padding: 4px;
  margin: 0; list-style: none; }
.vqa-moments li { margin: 0; }
a.vqa-moment { display: block; padding: 0 !important; text-decoration: none; font-weight: 600; }
a.vqa-moment img { width: 100%; border-radius: 8px; display: block; margin-bottom: .2rem; }
.vqa-save { border: 1px solid var(--border-color-primary); border-radius: 6px; padding: .1rem .6rem; margin-top: .2rem;
  min-height: 28px; cursor: pointer; background: none; color: inherit; font-size: .82rem; }
.vqa-match { display: block; width: 100%; padding: 0; border: 0; background: none; color: inherit; text-align: start;
  cursor: pointer; font: inherit; }
.vqa-match img { width: 100%; border-radius: 8px; display: block; margin-bottom: .2rem; }
.vqa-match bdi, .vqa-match > span, .vqa-match q { display: block; overflow-wrap: anywhere; }
.vqa-match .vqa-video_name { font-weight: 600; }
.vqa-match > span, .vqa-match q, .vqa-match small { font-size: .85rem; color: var(--body-text-color-subdued); }
.vqa-match:hover img, .vqa-match:focus-visible img { outline: 3px solid var(--color-accent); outline-offset: -1px; }
.vqa-match:hover .vqa-video_name { text-decoration: underline; }
.vqa-match:focus-visible { outline: 2px solid var(--color-accent); outline-offset: 2px; border-radius: 6px; }
.vqa-search, .vqa-adding { align-items: flex-end !important; }
.vqa-adding { flex-wrap: wrap; }
.vqa-search button, .vqa-adding button { flex: 0 0 auto; min-height: 44px; margin-bottom: 1px; }
/* Beside a button, the border is that of the field and not that of the block around field and label. */
:is(.vqa-search, .vqa-adding) :is(.form, .form > .block) { border: 0 !important; padding: 0; background: none; overflow: visible !important; }
:is(.vqa-search, .vqa-adding) :is(textarea, input) { border: 1px solid var(--border-color-primary) !important; min-height: 44px; }
#vqa-settings .secondary-wrap input { text-overflow: ellipsis; margin-right: 1.6rem; }
.vqa-library_videos-heading { font-size: .95rem; margin: .6rem 0 .2rem; }
.vqa-library_videos { list-style: none; margin: 0; padding: 0; max-height: 300px; overflow-y: auto; display: grid; gap: 0 1.2rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); }
.vqa-library_videos li { display: flex; gap: .6rem; align-items: center; padding: .35rem .2rem; margin: 0;
  border-bottom: 1px solid var(--border-color-primary); }
.vqa-library_videos .vqa-save { flex: 0 0 auto; margin: 0; }
.vqa-badge { display: inline-block; padding: .05rem .55rem; border-radius: 12px; font-size: .82rem; cursor: help;
  border: 1px solid currentColor; }
.vqa-sure { color: #0b5f3a; } .vqa-fairly_sure { color: #0b5a60; } .vqa-guess { color: #7a4b00; } .vqa-absent { color: #8c1d18; }
.dark .vqa-sure { color: #7fe0ae; } .dark .vqa-fairly_sure { color: #7fd6dc; } .dark .vqa-guess { color: #f2c46d; }
.dark .vqa-absent { color: #ffb1a8; }
.vqa-confirmation:not(:has(span)), .vqa-remedies:not(:has(button)) { display: none; }
.vqa-buttons { gap: .5rem !important; flex-wrap: wrap; align-items: stretch !important; }
.vqa-buttons button, .vqa-buttons > * { min-width: 84px !important; flex: 1 1 84px; }
#vqa-ask { flex-wrap: wrap !important; }
#vqa-question_alert { flex: 1 0 100%; }
#vqa-question_alert:not(:has(.vqa-alert)) { display: none; }
#vqa-ask { position: relative; } /* Stop stands in the question box, so that nothing moves when it appears. */
#vqa-ask #vqa-stop { position: absolute; inset-inline-end: calc(89px + var(--layout-gap)); bottom: 5px; min-height: 34px; margin: 0; z-index: 1; }
#vqa-ask:has(#vqa-stop:not(.hidden, .hide)) textarea { padding-inline-end: 96px; }
.vqa-examples button { flex-wrap: nowrap; text-align: start; justify-content: flex-start; gap: .7rem; padding: 6px 10px;
  white-space: normal; line-height: 1.25; min-width: 0 !important; }
.vqa-examples { display: grid !important; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); }
.vqa-examples button img { width: 84px; height: 56px; object-fit: cover; border-radius: 6px; margin: 0; }
.vqa-search { flex-wrap: nowrap !important; } .vqa-start { width: fit-content !important; min-width: 160px !important; transition: none; }
/* The button of a running task. */
.vqa-start:disabled::before { content: ""; flex: 0 0 auto; width: .9em; height: .9em; margin-inline-end: .5em; border-radius: 50%;
  border: 2px solid currentColor; border-top-color: transparent; animation: vqa-turn 1s linear infinite; }
.vqa-late { animation: vqa-appear 0s 1s both; }
@keyframes vqa-appear { from { visibility: hidden; } to { visibility: visible; } }
@keyframes vqa-turn { to { transform: rotate(1turn); } }
#vqa-table, #vqa-table table, #vqa-table td, #vqa-table th { font-family: var(--font) !important; }
/* The captions take the width that the times leave. */
#vqa-table :is(.header-table, .virtual-body) { width: 100% !important; }
#vqa-table .header-table :is(th, td):last-child { width: auto !important; min-width: 0 !important; max-width: none !important; }
#vqa-table .body-cell:last-child { flex: 1 1 0 !important; min-width: 0; }
#vqa-chat table, #vqa-details table { width: 100%; }
#vqa-details table, #vqa-details th, #vqa-details td { border-color: var(--table-border-color) !important; }
@media (min-width: 641px) { /* Every panel is as high as the chat, so that what is below does not move. */
  #vqa-tabs .tabitem { min-height: calc(max(320px, 100vh - 452px) + 107px); } }
@media (min-width: 1400px) { /* Pictures use the room. */
  #vqa-chat .vqa-strip { grid-template-columns: repeat(3, minmax(0, 200px)); }
  .vqa-moments { grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); } }
@media (max-width: 1000px) { /* All tabs fit beside each other. */
  #vqa-tabs .tab-container button { padding: 0 6px; font-size: .84rem; }
  .vqa-buttons button, .vqa-buttons > * { min-width: 64px !important; flex: 1 1 64px; padding-left: 4px; padding-right: 4px; }
  #vqa-tools { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 640px) {
  .gradio-container { --layout-gap: 8px; }
  #vqa-title p { display: none; }
  /* One column; the player stays visible above the conversation. */
  #vqa-columns { flex-direction: column; flex-wrap: nowrap; }
  #vqa-columns > .column { display: contents; }
  #vqa-columns > .column > * { width: 100%; }
  #vqa-columns { --player-height: max(180px, min(32vh, (100vw - 20px) * 9 / 16)); }
  #vqa-player { position: sticky; top: 0; z-index: 60; aspect-ratio: auto; height: var(--player-height) !important; min-height: 0; max-height: none;
    box-shadow: 0 4px 8px -4px rgba(0, 0, 0, .4); }
  #vqa-player:not(:has(video)) { height: 180px !important; box-shadow: none; }
  #vqa-frames:has(.vqa-hint) { display: none; }
  .vqa-lane { grid-template-columns: 60px minmax(0, 1fr); }
  .vqa-overlay { left: 68px; }
  /* Between the player and the question, the tabs and the conversation have room, and nothing else that the player would cut. */
  #vqa-chat { height: max(300px, calc(100vh - var(--player-height) - 110px)) !important; }
  /* The question stays in reach while the page scrolls below the player. */
  #vqa-ask #vqa-stop { bottom: 11px; }
  #vqa-ask { position: sticky; bottom: 0; z-index: 50; padding: 6px 0; background: var(--body-background-fill); }
  #vqa-chat:has(.placeholder) { height: auto !important; }
  #vqa-columns:has(.vqa-timeline) #vqa-overview_row { min-height: 3.4rem; } #vqa-overview progress { width: 3rem; }
  .vqa-examples { grid-template-columns: repeat(3, 1fr); }
  .vqa-examples button { flex-direction: column; padding: 6px 4px; gap: 4px;
    font-size: .78rem; text-align: center; } .vqa-examples button img { width: 66px; height: 44px; }
  .vqa-buttons:has(#vqa-undo:not(.hidden, .hide)) button { font-size: .7rem; padding-inline: 2px !important; }
  /* The suggested questions stand before the explanation, where they are visible without scrolling. */
  #vqa-chat :is(.placeholder, .placeholder .md) { display: contents; }
  #vqa-chat .placeholder-content { text-align: center; }
  #vqa-chat .placeholder h3 { margin: 8px 12px; }
  #vqa-chat .placeholder p { order: 1; margin: 0 16px 12px; }
  #vqa-columns:has(#vqa-player video) #vqa-chat .placeholder h3 { display: none; }
  #vqa-chat .examples { display: flex; flex-wrap: wrap; gap: 6px; padding: 10px 12px; }
  #vqa-chat .example { flex: 0 1 auto; width: auto; min-height: 34px; padding: 5px 12px; border-radius: 99px; }
  #vqa-chat .example .example-text { font-size: .9rem; }
  #vqa-chat .message-row { margin: 4px 4px 2px; }
  #vqa-chat .bot-row .vqa-badge { max-width: calc(100vw - 150px); }
  #vqa-settings .form > * { min-width: 100% !important; } .vqa-confirmation { flex-wrap: wrap; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
"""
