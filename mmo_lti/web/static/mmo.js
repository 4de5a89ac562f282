"use strict";
// Everything works without this file; it only saves clicks, waiting and typing.
const words = document.body.dataset;
const every = (selector, within = document) => [...within.querySelectorAll(selector)];

// Moodle listens for the height where it can; elsewhere the page scrolls by itself.
function tellHeight() {
  if (window.parent === window) return;
  const height = document.documentElement.scrollHeight;
  window.parent.postMessage({ subject: "lti.frameResize", height: height }, "*");
}
addEventListener("load", tellHeight);
new ResizeObserver(tellHeight).observe(document.documentElement);

// Browsers forbid confirm() inside another site's frame, so the question is part of the page.
function ask(question, yes) {
  const box = document.createElement("dialog");
  box.className = "mmo-ask";
  const text = document.createElement("p");
  text.textContent = question;
  const buttons = document.createElement("div");
  for (const [value, label, kind] of [["", words.cancel, "outline-secondary"], ["yes", yes, "primary"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-" + kind;
    button.textContent = label;
    button.addEventListener("click", () => box.close(value));
    buttons.append(button);
  }
  box.append(text, buttons);
  document.body.append(box);
  box.showModal();
  return new Promise((answer) => box.addEventListener("close", () => { box.remove(); answer(box.returnValue === "yes"); }));
}

// What was typed and not saved: forms that people write long in are marked data-keep.
const kept = () => every("form[data-keep][data-changed]");
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.matches("[data-keep]")) form.dataset.changed = "1";
});
addEventListener("beforeunload", (event) => {
  if (!words.leaving && kept().length) event.preventDefault();
});

// A form may take along what was typed in another one.
function takeAlong(form, other) {
  if (!other || !other.dataset.changed) return;
  for (const [name, value] of new FormData(other)) {
    if (name === "csrf_token" || form.elements.namedItem(name) && !form.querySelector(`[data-along="${CSS.escape(name)}"]`)) continue;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    field.dataset.along = name;
    form.append(field);
  }
}

// «Открыть в отдельной вкладке»: the tab opens at once, its one-time address follows; else the form shows a link.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-own-tab]") || form.dataset.plain) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const tab = window.open("", "_blank");
  try {
    if (!tab) throw new Error("no tab");
    tab.opener = null;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
    tab.location = new URL((await answer.json()).url, location.href);
  } catch {
    if (tab) tab.close();
    form.dataset.plain = "1";
    form.submit();
  }
});

// A form is sent once; a dangerous button asks first, and so does one that would lose text typed elsewhere.
document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  if (form.dataset.sent) { event.preventDefault(); return; }
  const other = form.dataset.with && document.getElementById(form.dataset.with);
  const asked = button && button.dataset.confirm;
  const loses = form.method === "post" && kept().some((one) => one !== form && one !== other);
  if ((asked || loses) && !form.dataset.sure) {
    event.preventDefault();
    ask(asked || words.unsaved, asked ? button.textContent : words.goOn).then((yes) => {
      if (!yes) return;
      form.dataset.sure = "1";
      form.requestSubmit(button);
    });
    return;
  }
  delete form.dataset.sure;
  takeAlong(form, other);
  words.leaving = "1";
  if (!form.matches("[data-once]")) return;
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; delete words.leaving; }, 8000);
});
// Back from the browser's cache the form is fresh again.
addEventListener("pageshow", () => {
  delete words.leaving;
  every("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// On a phone the tabs may be wider than the screen: the own one is in sight.
const tab = document.querySelector(".mmo-tab.active");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 12;

// After a refusal people read first what is wrong.
const wrong = document.querySelector("[data-look]");
if (wrong) wrong.focus();

// What works only with this script is hidden without it.
every("[data-filter], [data-tick], [data-untick], [data-add-row], [data-put], [data-print]").forEach((one) => { one.hidden = false; });

// Inside Moodle's frame a page may not write to the clipboard: there what is shown is selected and copied.
const copyFrom = (button) => {
  const done = () => {
    const before = button.textContent;
    button.textContent = button.dataset.copied || "✓";
    setTimeout(() => { button.textContent = before; }, 1500);
  };
  const select = () => {
    const shown = button.closest(".mmo-duty, p")?.querySelector("code");
    getSelection().selectAllChildren(shown || button.parentElement);
    if (shown && document.execCommand("copy")) done();
  };
  if (navigator.clipboard) navigator.clipboard.writeText(button.dataset.copy).then(done, select);
  else select();
};

document.addEventListener("click", (event) => {
  const on = (name) => event.target.closest(`[data-${name}]`);
  const copy = on("copy"), put = on("put"), row = on("add-row"), tick = on("tick") || on("untick");
  if (on("print")) print();
  if (copy) copyFrom(copy);
  if (put) {
    const field = document.querySelector(put.dataset.put);
    field.value = (field.value.trim() ? field.value.trimEnd() + "\n" : "") + put.dataset.words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
  if (row) {
    const rows = row.form.querySelector("[data-rows]");
    const fresh = rows.lastElementChild.cloneNode(true);
    every("input", fresh).forEach((field) => {
      field.value = "";
      const label = field.getAttribute("aria-label");
      if (label) field.setAttribute("aria-label", label.replace(/\d+$/, rows.children.length + 1));
    });
    rows.append(fresh);
    fresh.querySelector("input:not([type=hidden])").focus();
  }
  if (tick) {
    const boxes = every("input[type=checkbox]", document.querySelector(tick.dataset.tick || tick.dataset.untick));
    boxes.filter((box) => !box.closest("label").hidden).forEach((box) => { box.checked = "tick" in tick.dataset; });
    tally(tick.form);
  }
});

// A long list: narrowed by typing, ticked and counted.
const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
document.addEventListener("input", (event) => {
  const wanted = event.target.dataset.filter;
  if (!wanted) return;
  const sought = plain(event.target.value).split(/\s+/);
  every(wanted).forEach((one) => { one.hidden = !sought.every((word) => plain(one.textContent).includes(word)); });
});
function tally(form) {
  const shown = form && form.querySelector("[data-count]");
  if (shown) shown.textContent = every("input[type=checkbox]:checked", form).length;
}
document.addEventListener("change", (event) => {
  tally(event.target.form);
  const limit = Number(event.target.dataset.max);
  if (limit) {
    const big = [...event.target.files].some((file) => file.size > limit);
    event.target.setCustomValidity(big ? words.tooBig : "");
    event.target.reportValidity();
  }
});

// Fields that only one kind of thing has: data-shown-for="kind=publication".
function showFields() {
  every("[data-shown-for]").forEach((part) => {
    const [name, value] = part.dataset.shownFor.split("=");
    part.hidden = part.closest("form").elements[name].value !== value;
  });
}
document.addEventListener("change", showFields);
showFields();

// A page that waits for background work asks once a second and reloads when it is done.
const waiting = document.querySelector("[data-progress]");
if (waiting) {
  const bar = waiting.querySelector(".progress-bar");
  const told = waiting.querySelector("[data-progress-words]");
  const look = async () => {
    try {
      const answer = await fetch(waiting.dataset.progress, { headers: { Accept: "application/json" } });
      const state = await answer.json();
      if (state.finished) { location.reload(); return; }
      if (bar) bar.style.width = state.percent + "%";
      if (bar) bar.parentElement.setAttribute("aria-valuenow", state.percent);
      if (told && state.words && told.textContent !== state.words) told.textContent = state.words;
    } catch { /* the next second may be better */ }
    setTimeout(look, 1000);
  };
  setTimeout(look, 700);
}
