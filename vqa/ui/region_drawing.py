"""Box that a visitor draws on the picture: its button, its script, and the chosen box as HTML."""

from __future__ import annotations

import html

from vqa.timecode import format_time
from vqa.types import Clip
from vqa.ui.frames import thumbnail
from vqa.ui.i18n import Language, translate
from vqa.ui.session_state import SessionState

# Runs once for the element of the button. A press displays an overlay on the picture of the player, or on the frame that
# is displayed instead. A box is drawn there with a pointer, or moved and resized with the arrow keys. Escape, the
# overlay's button and a changed layout cancel. The server reads the box, in fractions of the picture.
DRAW_REGION = """
const MIN_SIDE_PX = 8, STEP = 0.02;
let overlay = null, box = null, from = null;
const target = () => [...document.querySelectorAll('#vqa-preview img'), document.querySelector('#vqa-player video')]
  .find((one) => one && one.getClientRects().length);
const pictureBox = (picture) => {
  const outer = picture.getBoundingClientRect();
  const width = picture.videoWidth || picture.naturalWidth, height = picture.videoHeight || picture.naturalHeight;
  const scale = Math.min(outer.width / width, outer.height / height);
  return {left: outer.left + (outer.width - width * scale) / 2, top: outer.top + (outer.height - height * scale) / 2,
    width: width * scale, height: height * scale};
};
const close = () => {
  if (!overlay) return;
  overlay.remove();
  overlay = box = from = null;
  window.removeEventListener('resize', close);
  element.querySelector('.vqa-draw')?.setAttribute('aria-pressed', 'false');
};
const paint = () => {
  const mark = overlay.querySelector('.vqa-box');
  mark.hidden = !box;
  if (!box) return;
  Object.assign(mark.style, {left: `${box.left * 100}%`, top: `${box.top * 100}%`,
    width: `${(box.right - box.left) * 100}%`, height: `${(box.bottom - box.top) * 100}%`});
};
const point = (event) => {
  const area = overlay.getBoundingClientRect(), inside = (share) => Math.min(1, Math.max(0, share));
  return {x: inside((event.clientX - area.left) / area.width), y: inside((event.clientY - area.top) / area.height)};
};
const finish = () => {
  const picture = target(), chosen = box;
  const time_s = picture.tagName === 'VIDEO' ? picture.currentTime : parseFloat(picture.dataset.time);
  close();
  trigger('select', {time_s, ...chosen});
  document.querySelector('#vqa-question textarea')?.focus();
};
const move = (key, resizes) => {
  box = box || {left: 0.3, top: 0.3, right: 0.7, bottom: 0.7};
  const dx = {ArrowLeft: -STEP, ArrowRight: STEP}[key] || 0, dy = {ArrowUp: -STEP, ArrowDown: STEP}[key] || 0;
  const next = {left: box.left + (resizes ? 0 : dx), right: box.right + dx,
    top: box.top + (resizes ? 0 : dy), bottom: box.bottom + dy};
  const fits = next.left >= 0 && next.top >= 0 && next.right <= 1 && next.bottom <= 1;
  if (fits && next.right - next.left >= 2 * STEP && next.bottom - next.top >= 2 * STEP) box = next;
  paint();
};
const open = () => {
  const picture = target(), button = element.querySelector('.vqa-draw');
  if (!picture || !(picture.videoWidth || picture.naturalWidth)) return;
  picture.pause?.();
  picture.scrollIntoView({block: 'nearest'});
  const area = pictureBox(picture);
  overlay = document.createElement('div');
  overlay.className = 'vqa-draw-overlay';
  overlay.tabIndex = 0;
  overlay.setAttribute('role', 'application');
  overlay.setAttribute('aria-label', button.dataset.hint);
  Object.assign(overlay.style, {left: `${area.left + window.scrollX}px`, top: `${area.top + window.scrollY}px`,
    width: `${area.width}px`, height: `${area.height}px`});
  const mark = document.createElement('div'), hint = document.createElement('span'), cancel = document.createElement('button');
  mark.className = 'vqa-box';
  mark.hidden = true;
  hint.textContent = button.dataset.hint;
  cancel.type = 'button';
  cancel.textContent = button.dataset.cancel;
  cancel.addEventListener('click', () => { close(); button.focus(); });
  overlay.append(mark, hint, cancel);
  element.closest('.gradio-container').append(overlay);
  overlay.addEventListener('pointerdown', (event) => {
    if (event.target === cancel || event.button !== 0) return;
    event.preventDefault();
    overlay.setPointerCapture(event.pointerId);
    overlay.classList.add('vqa-drawing');
    from = point(event);
  });
  overlay.addEventListener('pointermove', (event) => {
    if (!from) return;
    const to = point(event);
    box = {left: Math.min(from.x, to.x), right: Math.max(from.x, to.x),
      top: Math.min(from.y, to.y), bottom: Math.max(from.y, to.y)};
    paint();
  });
  overlay.addEventListener('pointerup', () => {
    if (!from) return;
    from = null;
    overlay.classList.remove('vqa-drawing');
    const area = overlay.getBoundingClientRect();
    const is_large = box && (box.right - box.left) * area.width >= MIN_SIDE_PX
      && (box.bottom - box.top) * area.height >= MIN_SIDE_PX;
    if (is_large) return finish();
    box = null;
    paint();
  });
  overlay.addEventListener('keydown', (event) => {
    if (event.key.startsWith('Arrow')) { event.preventDefault(); move(event.key, event.shiftKey); }
    else if (event.key === 'Enter' && event.target === overlay && box) { event.preventDefault(); finish(); }
  });
  window.addEventListener('resize', close);
  button.setAttribute('aria-pressed', 'true');
  overlay.focus({preventScroll: true});
};
element.addEventListener('click', (event) => {
  if (!event.target.closest('.vqa-draw')) return;
  if (overlay) close(); else open();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !overlay) return;
  event.preventDefault();
  close();
  element.querySelector('.vqa-draw')?.focus();
});
"""

# Runs once for the element of the chosen box: its button tells the server to forget it.
FORGET_REGION = """
element.addEventListener('click', (event) => { if (event.target.closest('.vqa-forget')) trigger('select', {}); });
"""


def draw_button_html(language: Language) -> str:
    """Return the HTML button that starts drawing a box.

    The script `DRAW_REGION` handles its click.
    """
    text, hint, cancel = (
        html.escape(translate(key, language)) for key in ("draw", "draw_hint", "cancel")
    )
    return (
        f'<button type="button" class="vqa-draw vqa-tool" aria-pressed="false" data-hint="{hint}" '
        f'data-cancel="{cancel}">{text}</button>'
    )


def region_html(state: SessionState, clip: Clip | None = None) -> str:
    """Return the box that the next question is about as HTML: time, thumbnail and Remove button.

    Returns "" without a box.

    Args:
        state: the tab's session state.
        clip: the crop as a clip of one frame; None, without a thumbnail, while it is being decoded.
    """
    region, language = state.region, state.language
    if region is None:
        return ""
    text = html.escape(translate("region", language, time=format_time(region.time_s)))
    picture = f'<img src="{thumbnail(clip.frames[0], 48)}" alt="">' if clip is not None else ""
    forget = html.escape(translate("forget_region", language))
    return (
        f'<span class="vqa-region" role="status">{picture}{text}'
        f'<button type="button" class="vqa-forget" title="{forget}" aria-label="{forget}">✕</button></span>'
    )
