// Live pages. Every five seconds, while the tab is seen, the server is asked for its version number; when that has moved,
// elements with data-live (and an id) are fetched again: data-live="URL" from there, bare data-live from this page.
// data-live-every="60" does so at least each 60 seconds as well, since the time that is left runs on by itself.
// Elements with data-live-along (and an id) are renewed whenever this page is fetched anyway.
// An element in which somebody types, or has opened something, waits. When the line is lost it says so and asks more rarely.

// Whoever may be called, to a customer or by a telephone, asks every second (data-version-every) and in hidden tabs too:
// when the second number has moved, #called is fetched from its data-called and shows where they are wanted.

const PATIENCE = 5000;
const EVERY = Number(document.body.dataset.versionEvery) || 5000;
const AT_MOST = 60000;
const banners = document.getElementById("called");
const address = document.body.dataset.versionUrl;
const fetched = new Map(); // id → when
const loaded = Date.now();
let version = null;
let called = null;
let wait = EVERY;
let timer = 0;
let owing = false; // something changed and somebody was in the way

const say = (id, shown) => (document.getElementById(id).hidden = !shown);
const soon = (after) => {
  clearTimeout(timer);
  timer = setTimeout(ask, after);
};

async function ask() {
  if (document.hidden && !banners) return;
  try {
    const answer = await fetch(address, { cache: "no-store", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected || [401, 403].includes(answer.status)) return say("signed-out", true);
    if (!answer.ok) throw new Error(answer.statusText);
    const told = await answer.json();
    summon(told.called);
    heard(told.version);
  } catch {
    lost();
  }
}

function heard(now) {
  const moved = (version !== null && now !== version) || wait > EVERY;
  version = now;
  wait = EVERY;
  say("lost", false);
  if (!document.hidden) refresh(moved || owing);
  else owing ||= moved;
  soon(EVERY);
}

function lost() {
  say("lost", true);
  wait = Math.min(wait * 2, AT_MOST);
  soon(wait);
}

// --- Being called ---

const title = document.title;

function summon(now) {
  if (!banners || now === called || banners.contains(document.activeElement)) return;
  called = now;
  htmx.ajax("GET", banners.dataset.called, { source: banners, target: banners, swap: "innerHTML" });
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target !== banners) return;
  document.title = banners.querySelector(".notice") ? `● ${title}` : title;
});

// --- Fetching again: one request for each address, whatever the number of elements it feeds ---

const inTheWay = (one) => {
  const at = document.activeElement;
  return one.querySelector("details[open], dialog[open]") || (one.contains(at) && (!at.id || at.matches("input, textarea, select")));
};

const due = (one, moved) => {
  const every = Number(one.dataset.liveEvery) * 1000;
  return moved || (every && Date.now() - (fetched.get(one.id) ?? loaded) >= every);
};

function refresh(moved) {
  const found = [...document.querySelectorAll("[data-live][id]")].filter((one) => due(one, moved));
  const free = found.filter((one) => !inTheWay(one));
  owing = moved && free.length < found.length;
  for (const from of new Set(free.map((one) => one.dataset.live))) get(from, free.filter((one) => one.dataset.live === from));
}

function get(from, [first, ...others]) {
  if (!from) others.push(...[...document.querySelectorAll("[data-live-along][id]")].filter((one) => !inTheWay(one)));
  for (const one of [first, ...others]) fetched.set(one.id, Date.now());
  const selectOOB = others.map((one) => `#${one.id}:outerHTML`).join(",");
  const headers = from ? {} : { "HX-Request": "false" }; // of this page the whole is wanted, not the fragment its view may give
  htmx.ajax("GET", from || location.href, { source: first, target: first, swap: "outerHTML ignoreTitle:true", select: `#${first.id}`, selectOOB, headers });
}

// A page without the element (it was answered otherwise) must not take it away.
document.addEventListener("htmx:beforeSwap", (event) => {
  const one = event.detail.target;
  if (one.matches?.("[data-live]") && !event.detail.serverResponse.includes(`id="${one.id}"`)) event.detail.shouldSwap = false;
});

document.addEventListener("bihuan:lost", lost);
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:timeout", lost);
document.addEventListener("visibilitychange", () => document.hidden || soon(0));
window.addEventListener("online", () => soon(0));
window.addEventListener("offline", lost);
soon(Math.random() * EVERY * 0.2);
