"""How the page looks, and the few lines of script that seek the player."""

from __future__ import annotations

CSS = """
.gradio-container { max-width: 1500px !important; margin: 0 auto; }
#vqa-title h1 { margin: 0; font-size: 1.6rem; }
#vqa-title p { margin: .2rem 0 0; opacity: .85; }
.vqa-strip { display: flex; gap: .4rem; overflow-x: auto; padding: .3rem 0 .5rem; align-items: flex-end; min-height: 2rem; }
.vqa-label { align-self: center; font-size: .85rem; opacity: .85; white-space: nowrap; }
.vqa-frame { position: relative; flex: 0 0 auto; border-radius: 8px; overflow: hidden; display: block; line-height: 0; }
.vqa-frame img { height: 84px; width: auto; display: block; margin: 0 !important; }
.vqa-frame span { position: absolute; right: 4px; bottom: 4px; padding: 2px 6px; border-radius: 5px; line-height: 1.2;
  font: 600 .75rem system-ui, sans-serif; color: #fff; background: rgba(0, 0, 0, .78); }
.vqa-frame:hover, .vqa-frame:focus-visible { outline: 3px solid var(--color-accent); outline-offset: -3px; }
.vqa-status { font-size: .9rem; min-height: 1.4rem; }
.vqa-doubt { font-size: .85rem; opacity: .9; border-bottom: 1px dotted currentColor; cursor: help; }
@media (max-width: 640px) { .vqa-frame img { height: 64px; } .gradio-container { padding: 8px !important; } }
"""

# A click on any link to a time seeks the player; "/" goes to the question.
HEAD = """
<script>
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href*="#t="]');
  if (!link) return;
  const video = document.querySelector('#vqa-player video');
  if (!video) return;
  event.preventDefault();
  video.currentTime = parseFloat(link.getAttribute('href').split('#t=')[1]);
  video.pause();
  video.scrollIntoView({block: 'nearest', behavior: 'smooth'});
}, true);
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
  const box = document.querySelector('#vqa-question textarea');
  if (box) { event.preventDefault(); box.focus(); }
});
</script>
"""
