"""JavaScript that keeps the newest answer of the conversation on the screen while it grows."""

from __future__ import annotations

# Two elements scroll: the conversation, and on small screens the page, on which the question line is fixed at the bottom.
FOLLOW_ANSWER = """
<script>
(() => {
  const BY_HAND_MS = 1000, TOLERANCE_PX = 24;
  const SCROLL_KEYS = /^(Tab|Home|End|PageUp|PageDown|ArrowUp|ArrowDown)$/;
  let isFollowing = false, isAsked = false, wasBusy = false, numQuestions = 0, handMs = -BY_HAND_MS, lastLogY = 0, lastPageY = 0;
  const find = (selector) => document.querySelector(selector);
  // How far the end of the conversation is below the visible part of the page, in pixels.
  const hiddenPx = () => {
    const chat = find('#vqa-chat').getBoundingClientRect(), ask = find('#vqa-ask').getBoundingClientRect();
    return chat.bottom - Math.min(ask.top, window.innerHeight);
  };
  const showEnd = (log) => {
    log.scrollTop = log.scrollHeight;
    lastLogY = log.scrollTop;
  };
  const follow = () => {
    const log = find('#vqa-chat .bubble-wrap');
    if (!log || !log.offsetParent || !find('#vqa-ask')) return;
    const isBusy = Boolean(log.querySelector('.vqa-busy'));
    const count = log.querySelectorAll('.user-row').length;
    // The answer may be there before the browser has displayed the question.
    const isAdded = count === numQuestions + 1 && (isAsked || numQuestions > 0);
    if ((isBusy && !wasBusy) || isAdded) {  // a question was sent, edited or repeated
      isFollowing = true;
      isAsked = false;
    } else if (!isBusy && count !== numQuestions) {  // another conversation
      isFollowing = false;
      if (count) showEnd(log);
    }
    [wasBusy, numQuestions] = [isBusy, count];
    if (!isFollowing) return;
    showEnd(log);
    if (hiddenPx() > 0) {
      window.scrollBy({top: hiddenPx(), behavior: 'instant'});
      lastPageY = window.scrollY;
    }
  };
  const onHand = () => { handMs = performance.now(); };
  const listen = (type, handler) => document.addEventListener(type, handler, {capture: true, passive: true});
  for (const type of ['wheel', 'touchmove']) listen(type, onHand);
  listen('click', (event) => { isAsked = isAsked || Boolean(event.target.closest?.('#vqa-send, #vqa-chat button')); });
  listen('keydown', (event) => {
    if (event.key === 'Enter' && event.target.closest?.('#vqa-question')) isAsked = true;
    if (SCROLL_KEYS.test(event.key) && !event.target.closest?.('#vqa-ask')) onHand();
  });
  listen('pointerdown', (event) => {
    onHand();  // on a scroll bar
    if (!wasBusy && !event.target.closest?.('#vqa-ask')) isFollowing = false;
  });
  listen('scroll', () => {
    const log = find('#vqa-chat .bubble-wrap'), now = performance.now();
    if (!log || now - handMs > BY_HAND_MS || (log.scrollTop === lastLogY && window.scrollY === lastPageY)) return;
    handMs = now;  // a swipe goes on after the finger has left
    [lastLogY, lastPageY] = [log.scrollTop, window.scrollY];
    const isAtEnd = log.scrollHeight - log.clientHeight - log.scrollTop < TOLERANCE_PX && hiddenPx() < TOLERANCE_PX;
    isFollowing = isAtEnd && (isFollowing || wasBusy);
  });
  new MutationObserver(follow).observe(document, {childList: true, subtree: true, characterData: true});
})();
</script>
"""
