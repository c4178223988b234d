"""JavaScript of the page, and the content of its `<head>`."""

from __future__ import annotations

VIDEO_FILE_TYPES = ["video", ".gif", ".ts", ".ogv", ".ogg"]
"""What the file dialogs of the page offer, as Gradio's `file_types`."""

# Runs once for the timeline's element. A click on a lane seeks the player; a drag selects a range, which the server reads.
SELECT_RANGE = """
const MIN_DRAG_PX = 8;
let drag = null;
const share = (event) => {
  const box = element.querySelector('.vqa-overlay').getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
};
const place = () => {
  const timeline = element.querySelector('.vqa-timeline'), video = document.querySelector('#vqa-player video');
  if (!timeline || !video) return;
  const done = Math.min(1, video.currentTime / parseFloat(timeline.dataset.duration));
  const style = timeline.querySelector('.vqa-playhead').style, left = `${Math.round(done * 10000) / 100}%`;
  if (style.left !== left) style.left = left;
};
new MutationObserver(place).observe(element, {childList: true, subtree: true, attributeFilter: ['style']});
element.addEventListener('keydown', (event) => {
  const step = {ArrowLeft: -1, ArrowRight: 1}[event.key], item = event.target.closest('.vqa-track a');
  const next = step && item && (step > 0 ? item.nextElementSibling : item.previousElementSibling);
  if (!next) return;
  event.preventDefault();
  item.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
element.addEventListener('dragstart', (event) => event.preventDefault());
element.addEventListener('pointerdown', (event) => {
  if (event.button === 0 && event.target.closest('.vqa-track')) drag = {x: event.clientX, from: share(event), moved: false};
});
window.addEventListener('pointermove', (event) => {
  const timeline = element.querySelector('.vqa-timeline');
  if (!drag || !timeline) return;
  drag.moved = drag.moved || Math.abs(event.clientX - drag.x) > MIN_DRAG_PX;
  if (!drag.moved) return;
  const mark = element.querySelector('.vqa-selection'), to = share(event);
  mark.hidden = false;
  mark.style.left = `${Math.min(drag.from, to) * 100}%`;
  mark.style.width = `${Math.abs(to - drag.from) * 100}%`;
});
window.addEventListener('pointerup', (event) => {
  const timeline = element.querySelector('.vqa-timeline'), was = drag;
  drag = null;
  if (!was || !timeline) return;
  const duration = parseFloat(timeline.dataset.duration), to = share(event);
  if (was.moved) {
    element.addEventListener('click', (click) => { click.preventDefault(); click.stopPropagation(); },
      {once: true, capture: true});
    trigger('select', {start_s: Math.min(was.from, to) * duration, end_s: Math.max(was.from, to) * duration});
  } else if (!event.target.closest('a')) {
    const video = document.querySelector('#vqa-player video');
    if (video) video.currentTime = to * duration;
  }
});
"""

# Runs once for a list of moments or chapters: its Save buttons tell the server which range to save.
SAVE_MOMENT = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('.vqa-save');
  if (button) trigger('select', {start_s: parseFloat(button.dataset.start), end_s: parseFloat(button.dataset.end)});
});
"""

# Runs once for the button "Save this moment": the server reads the range of the time link that was clicked last, if the player is still in it,
# and the player's time. What the browser does not play stands at the time of the displayed frame.
SAVE_PLAYER_MOMENT = """
element.addEventListener('click', (event) => {
  if (!event.target.closest('button')) return;
  const video = document.querySelector('#vqa-player video');
  const frame = document.querySelector('#vqa-preview img:not([hidden])');
  const time_s = frame ? parseFloat(frame.dataset.time) : (video?.currentTime || 0);
  const [start_s, end_s, duration] = window.vqaRange || [];
  const is_current = duration === document.querySelector('#vqa-frames .vqa-timeline')?.dataset.duration;
  const is_inside = is_current && end_s !== undefined && (frame || (time_s >= start_s - 0.1 && time_s < end_s));
  trigger('select', is_inside ? {time_s, start_s, end_s} : {time_s, start_s: -1, end_s: -1});
});
"""

# Runs once for a list whose buttons have an action and the position of their item; some ask for confirmation.
PICK_ITEM = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-action]');
  if (!button || (button.dataset.question && !window.confirm(button.dataset.question))) return;
  trigger('select', {action: button.dataset.action, item: parseInt(button.dataset.item)});
});
"""

# Scrolls to the line below the player, if it is outside of the screen.
SHOW_STATUS = "() => document.querySelector('#vqa-status_row').scrollIntoView({block: 'nearest', behavior: 'smooth'})"

# Gradio applies CSS to the page's content only, without container queries; the margins are outside. The script seeks the player when a time link is
# clicked, and moves the focus to the question box when "/" is pressed.
HEAD = """
<style>
@container (max-width: 40px) { .vqa-item span { display: none !important; } }
@media (max-width: 640px) {
  /* Unlike "hidden", "clip" lets the player and the question stick to the edges of the screen. */
  .gradio-container { overflow: clip !important; }
  .gradio-container .main.app { padding: 8px 10px !important; }
}</style>
<script>
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href*="#t="]');
  if (!link) return;
  event.preventDefault();
  const [time, end] = link.getAttribute('href').split('#t=')[1].split(',').map(parseFloat);
  window.vqaRange = end === undefined ? null : [time, end, timelineOf()?.dataset.duration];
  const pictures = [...document.querySelectorAll('#vqa-preview img')];
  const distance = (picture) => Math.abs(parseFloat(picture.dataset.time) - time);
  const nearest = pictures.reduce((best, one) => (best && distance(best) <= distance(one) ? best : one), null);
  pictures.forEach((picture) => { picture.hidden = picture !== nearest; });
  const video = document.querySelector('#vqa-player video');
  if (!video) return;
  video.pause();
  video.currentTime = time;
  video.scrollIntoView({block: 'nearest', behavior: 'smooth'});
}, true);
// What the browser cannot play is displayed frame by frame, and then as a copy: Gradio's message would only alarm.
document.addEventListener('error', (event) => {
  if (event.target.matches?.('#vqa-player video')) event.stopImmediatePropagation();
}, true);
// Gradio's player takes what the browser calls a video; the server decides by the content, so that it gets every file.
const isFileInput = (element) => element.matches?.('#vqa-player input[type=file]');
const asVideos = (files) => {
  const videos = new DataTransfer();
  const retyped = (file) => new File([file], file.name, {type: 'video/mp4', lastModified: file.lastModified});
  for (const file of files) videos.items.add(file.type.startsWith('video/') ? file : retyped(file));
  return videos;
};
document.addEventListener('click', (event) => {
  if (isFileInput(event.target)) event.target.accept = 'FILE_TYPES';
}, true);
document.addEventListener('change', (event) => {
  if (isFileInput(event.target)) event.target.files = asVideos(event.target.files).files;
}, true);
document.addEventListener('drop', (event) => {
  const files = [...event.dataTransfer.files];
  if (!event.target.closest('#vqa-player') || files.every((file) => file.type.startsWith('video/'))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const dataTransfer = asVideos(files);
  event.target.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer}));
}, true);
document.addEventListener('loadedmetadata', (event) => {
  if (event.target.closest('#vqa-player')) window.vqaRange = null;
}, true);
// As `timecode.format_time`: Gradio's player rounds its times, so that it would disagree with the frames and the answers.
const clock = (seconds) => {
  const whole = Math.floor(seconds + 1e-5), two = (number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
};
const showClock = (event) => {
  const video = event.target, display = video.closest('#vqa-player')?.querySelector('.controls .time');
  if (display && Number.isFinite(video.duration)) display.dataset.time = `${clock(video.currentTime)} / ${clock(video.duration)}`;
};
for (const type of ['loadeddata', 'durationchange', 'seeking', 'seeked', 'timeupdate']) document.addEventListener(type, showClock, true);
const timelineOf = () => document.querySelector('#vqa-frames .vqa-timeline');
document.addEventListener('timeupdate', (event) => {
  const timeline = timelineOf();
  if (!timeline || !event.target.closest('#vqa-player')) return;
  const share = event.target.currentTime / parseFloat(timeline.dataset.duration);
  timeline.querySelector('.vqa-playhead').style.left = `${Math.min(1, share) * 100}%`;
}, true);
// Gradio's player takes each key on its buttons for a click: Tab would start the video and open the full screen.
document.addEventListener('keydown', (event) => {
  if (!event.target.closest?.('#vqa-player .controls [role=button]')) return;
  if (event.key === ' ') event.preventDefault();  // else the page scrolls
  if (event.key !== ' ' && event.key !== 'Enter') event.stopImmediatePropagation();
}, true);
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
  const box = document.querySelector('#vqa-question textarea');
  if (box) { event.preventDefault(); box.focus(); }
});
</script>
""".replace("FILE_TYPES", ",".join(VIDEO_FILE_TYPES).replace("video", "video/*"))
