// Keys. Any element with data-key="x" is pressed by x (an input gets the focus); "mod+enter" works while typing too.
// J and K walk over [data-row]; Enter opens, since the row's link has the focus. ? shows what there is.
// F1 to F12 work while typing, too, as they are no characters.
// Single keys can be switched off (WCAG 2.1.4) and never fire while somebody types or an input method composes.

const OFF = "keys-off";
const ALIKE = { "？": "?", "／": "/", "、": "/" }; // what Chinese punctuation makes of the same keys
const NO_TEXT = ["radio", "checkbox", "button", "submit", "reset", "range", "color", "file"];

const typing = (at) =>
  at.isContentEditable || at.matches("textarea, select") || (at.matches("input") && !NO_TEXT.includes(at.type));
const visible = (one) => one.getClientRects().length > 0;
const scope = () => document.querySelector("dialog[open]") ?? document;

function nameOf(event) {
  if (event.altKey) return "";
  if (event.ctrlKey || event.metaKey) return event.key === "Enter" ? "mod+enter" : "";
  return ALIKE[event.key] ?? event.key.toLowerCase();
}

function bound(key) {
  const found = [...scope().querySelectorAll(`[data-key="${CSS.escape(key)}" i]`)];
  return found.find(visible) ?? found.find((one) => one.matches("nav a"));
}

function press(one) {
  if (!one.matches("input:not([type=radio], [type=checkbox], [type=submit]), textarea, select")) return one.click();
  one.focus();
  one.select?.();
}

function walk(step) {
  const rows = [...scope().querySelectorAll("[data-row]")].filter(visible);
  const here = rows.indexOf(document.activeElement.closest("[data-row]"));
  const row = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step];
  const link = row?.querySelector("[data-open], a, button");
  link?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function act(key) {
  const one = bound(key);
  if (one) press(one);
  else if (key === "j" || key === "k") walk(key === "j" ? 1 : -1);
  else if (key === "?") show();
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const key = nameOf(event);
  const single = key !== "mod+enter" && !/^f\d+$/.test(key);
  if (!key || (event.repeat && !"jk".includes(key)) || (single && (typing(event.target) || localStorage.getItem(OFF)))) return;
  if (act(key)) event.preventDefault();
});

// --- The dialog lists this page's keys ---

function show() {
  const dialog = document.getElementById("keys");
  if (dialog.open) return;
  list(dialog.querySelector("dl"));
  dialog.querySelector("[data-keys-on]").checked = !localStorage.getItem(OFF);
  dialog.showModal();
}

function list(under) {
  for (const old of under.querySelectorAll("[data-found]")) old.remove();
  const seen = new Set();
  for (const one of document.querySelectorAll("[data-key]")) {
    const key = one.dataset.key.toUpperCase();
    if (seen.has(key) || !(visible(one) || one.matches("nav a"))) continue;
    seen.add(key);
    under.append(entry("dt", "kbd", key.replace("MOD+", "Ctrl / ⌘ ")), entry("dd", "span", wordsOf(one)));
  }
}

function entry(outer, inner, words) {
  const made = document.createElement(outer);
  made.dataset.found = "";
  made.append(document.createElement(inner));
  made.firstChild.textContent = words;
  return made;
}

function wordsOf(one) {
  if (one.dataset.keyLabel || one.ariaLabel) return one.dataset.keyLabel ?? one.ariaLabel;
  const copy = one.cloneNode(true);
  for (const hint of copy.querySelectorAll("kbd, .count")) hint.remove();
  return copy.textContent.trim();
}

document.addEventListener("click", (event) => event.target.closest("[data-opens=keys]") && list(document.querySelector("#keys dl")));
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-on]")) return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});
