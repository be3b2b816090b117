// A form with data-draft="KEY" never loses what was typed. It is kept in this tab's sessionStorage, put back when the form
// comes again, and forgotten when a message says "accepted:KEY", after half a day, and at signing out.
// Such a form is sent only while the server answers: without a line the page stays as it is.
// Passwords, files and hidden inputs are not kept (hidden ones with data-keep are), nor what stands under data-draft-skip.

const HALF_A_DAY = 12 * 3600 * 1000;
const PREFIX = `draft:${document.body.dataset.actor}:`;
const placeOf = (form) => PREFIX + form.dataset.draft;
const waiting = new Map(); // form → timer

function fields(form) {
  return [...form.elements].filter(
    (one) =>
      one.name && one.name !== "csrfmiddlewaretoken" && !one.closest("[data-draft-skip]") && !one.matches("button, fieldset") &&
      !["password", "file", "submit"].includes(one.type) && (one.type !== "hidden" || "keep" in one.dataset),
  );
}

const chosen = (one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : true);

function read(form) {
  return fields(form).filter(chosen).flatMap((one) =>
    one.matches("select[multiple]") ? [...one.selectedOptions].map((option) => [one.name, option.value]) : [[one.name, one.value]],
  );
}

function write(form, pairs) {
  const left = [...pairs];
  const take = (name, value) => {
    const at = left.findIndex(([one, what]) => one === name && (value === undefined || what === value));
    return at < 0 ? undefined : left.splice(at, 1)[0][1];
  };
  for (const one of fields(form)) {
    if (one.type === "radio" || one.type === "checkbox") one.checked = take(one.name, one.value) !== undefined;
    else if (one.matches("select[multiple]")) for (const option of one.options) option.selected = take(one.name, option.value) !== undefined;
    else one.value = take(one.name) ?? one.value;
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

// --- Keeping ---

function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  sessionStorage.setItem(placeOf(form), JSON.stringify({ at: Date.now(), pairs: read(form) }));
}

function keepSoon(event) {
  const form = event.isTrusted && event.target.form?.closest("[data-draft]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(keep, 300, form));
}

document.addEventListener("input", keepSoon);
document.addEventListener("change", keepSoon);
window.addEventListener("pagehide", () => [...waiting.keys()].forEach(keep));

// --- Putting back and forgetting ---

function forget(test) {
  for (const place of Object.keys(sessionStorage)) if (place.startsWith("draft:") && test(place)) sessionStorage.removeItem(place);
}

function putBack(form) {
  const kept = JSON.parse(sessionStorage.getItem(placeOf(form)));
  const refused = form.querySelector("[aria-invalid=true], .wrong, .errors"); // the server gave back what it got
  if (!kept || refused || JSON.stringify(kept.pairs) === JSON.stringify(read(form))) return;
  write(form, kept.pairs);
  const notice = document.getElementById("draft-restored").content.firstElementChild.cloneNode(true);
  const time = notice.querySelector("time");
  time.dateTime = new Date(kept.at).toISOString();
  time.textContent = new Date(kept.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  form.prepend(notice);
}

function look(root) {
  for (const one of root.querySelectorAll('[data-tags*="accepted:"]'))
    for (const [, key] of one.dataset.tags.matchAll(/accepted:(\S+)/g)) sessionStorage.removeItem(PREFIX + key);
  root.querySelectorAll("form[data-draft]").forEach(putBack);
}

forget((place) => JSON.parse(sessionStorage.getItem(place)).at < Date.now() - HALF_A_DAY);
look(document);
document.addEventListener("htmx:afterSettle", (event) => look(event.detail.elt));

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-draft-discard]")?.form;
  if (!form) return;
  sessionStorage.removeItem(placeOf(form));
  event.target.closest(".notice").remove();
  form.reset();
});

// --- Sending ---

const sending = new WeakSet();
const asking = new WeakSet(); // a second press within a second sends nothing

async function answers() {
  const address = document.body.dataset.versionUrl;
  if (!address) return navigator.onLine;
  return fetch(address, { cache: "no-store", signal: AbortSignal.timeout(5000) }).then(() => true, () => false);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-drafts-end]")) return forget(() => true);
  if (!form.matches("[data-draft]") || event.defaultPrevented || sending.delete(form)) return;
  event.preventDefault();
  if (asking.has(form)) return;
  asking.add(form);
  setTimeout(() => asking.delete(form), 1000);
  keep(form);
  const submitter = event.submitter;
  if (await answers()) {
    sending.add(form);
    form.requestSubmit(submitter);
  } else {
    document.dispatchEvent(new Event("bihuan:lost"));
  }
});
