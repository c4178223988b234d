"""CSS and JavaScript of the quiz panel and the monitor panel."""

from __future__ import annotations

WORKFLOW_CSS = """
.vqa-quiz { display: grid; gap: .6rem; justify-items: start; padding: 4px 0; }
.vqa-quiz p, .vqa-quiz ol { margin: 0; }
.vqa-quiz-question { font-size: 1.1rem; font-weight: 600; unicode-bidi: plaintext; }
.vqa-choices { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: .5rem; width: 100%; }
.vqa-choice, .vqa-action { margin: 0 !important; min-height: 44px; padding: .3rem .9rem; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--border-color-primary); background: var(--button-secondary-background-fill);
  color: var(--button-secondary-text-color) !important; }
.vqa-choice:hover:enabled, .vqa-choice:focus-visible, .vqa-action:focus-visible { outline: 2px solid var(--color-accent); outline-offset: 1px; }
.vqa-choice:disabled { cursor: default; } .vqa-choice:is(.vqa-is-right, .vqa-is-wrong) { opacity: 1; border-color: transparent; }
.vqa-action { background: var(--button-primary-background-fill); color: var(--button-primary-text-color) !important; font-weight: 600; }
.vqa-choice.vqa-is-right { box-shadow: 0 0 0 2px #0b5f3a; }
.vqa-choice.vqa-is-wrong { box-shadow: 0 0 0 2px #8c1d18; text-decoration: line-through; }
.dark .vqa-choice.vqa-is-right { box-shadow: 0 0 0 2px #7fe0ae; } .dark .vqa-choice.vqa-is-wrong { box-shadow: 0 0 0 2px #ffb1a8; }
.vqa-right { color: #0b5f3a; font-weight: 600; } .vqa-wrong { color: #8c1d18; font-weight: 600; }
.dark .vqa-right { color: #7fe0ae; } .dark .vqa-wrong { color: #ffb1a8; }
.vqa-reply { display: flex; gap: .5rem; width: 100%; }
.vqa-reply input { flex: 1 1 auto; min-width: 0; min-height: 44px; padding: .3rem .7rem; border-radius: 8px;
  border: 1px solid var(--border-color-primary); background: var(--input-background-fill); color: var(--body-text-color); }
.vqa-reply .vqa-action { flex: 0 0 auto; }
.vqa-cameras, .vqa-events { list-style: none; margin: 0; padding: 4px; display: grid; gap: .7rem; }
.vqa-cameras { grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr)); }
.vqa-events { grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); max-height: 460px; overflow-y: auto; }
:is(.vqa-cameras, .vqa-events) li { display: flex; gap: .7rem; margin: 0; align-items: flex-start; }
:is(.vqa-cameras, .vqa-events) img { width: 112px; border-radius: 8px; display: block; margin: 0 !important; background: #000; }
:is(.vqa-cameras, .vqa-events) :is(b, span, time) { display: block; overflow-wrap: anywhere; }
:is(.vqa-cameras, .vqa-events) :is(span, time) { font-size: .85rem; color: var(--body-text-color-subdued); }
.vqa-events button { min-height: 28px; border-radius: 8px; border: 1px solid var(--border-color-primary); background: none;
  color: inherit; cursor: pointer; padding: .1rem .7rem; margin: .25rem .4rem 0 0; font-size: .85rem; }
.vqa-events button.vqa-clip { padding: 0; margin: 0; border: 0; flex: 0 0 auto; }
.vqa-events button:is(:hover, :focus-visible) { outline: 2px solid var(--color-accent); outline-offset: 1px; }
.vqa-events button[aria-pressed=true] { background: var(--button-primary-background-fill); color: var(--button-primary-text-color); }
"""

# Runs once for the quiz. A click or a typed reply goes to the server; the keyboard focus follows to what comes next.
PLAY_QUIZ = """
let hadFocus = false;
const send = (detail) => {
  hadFocus = element.contains(document.activeElement);
  trigger('select', detail);
};
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-action]');
  if (button) send({action: button.dataset.action, item: parseInt(button.dataset.item || '0'), text: ''});
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = event.target.querySelector('input').value;
  if (text.trim()) send({action: 'reply', item: 0, text});
});
watch('value', () => {
  if (hadFocus) element.querySelector('[data-focus]')?.focus();
  hadFocus = false;
});
"""
