"use strict";
// Everything works without this file; it only saves clicks and waiting.

// Moodle listens for the height where it can; elsewhere the page scrolls by itself.
function tellHeight() {
  if (window.parent === window) return;
  const height = document.documentElement.scrollHeight;
  window.parent.postMessage({ subject: "lti.frameResize", height: height }, "*");
}
addEventListener("load", tellHeight);
new ResizeObserver(tellHeight).observe(document.documentElement);

// A form is sent once, and a dangerous button asks first.
document.addEventListener("submit", (event) => {
  const asked = event.submitter && event.submitter.dataset.confirm;
  if (asked && !confirm(asked)) {
    event.preventDefault();
    return;
  }
  if (!event.target.matches("form[data-once]")) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => delete event.target.dataset.sent, 8000);
});
// Back from the browser's cache the form is fresh again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  navigator.clipboard.writeText(button.dataset.copy).then(() => {
    const before = button.textContent;
    button.textContent = button.dataset.copied || "✓";
    setTimeout(() => { button.textContent = before; }, 1500);
  });
});

// A page that waits for background work asks once a second and reloads when it is done.
const waiting = document.querySelector("[data-progress]");
if (waiting) {
  const bar = waiting.querySelector(".progress-bar");
  const words = waiting.querySelector("[data-progress-words]");
  const ask = async () => {
    try {
      const answer = await fetch(waiting.dataset.progress, { headers: { Accept: "application/json" } });
      const state = await answer.json();
      if (state.finished) { location.reload(); return; }
      if (bar) bar.style.width = state.percent + "%";
      if (bar) bar.parentElement.setAttribute("aria-valuenow", state.percent);
      if (words && state.words) words.textContent = state.words;
    } catch { /* the next second may be better */ }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 700);
}
