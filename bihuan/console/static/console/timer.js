// <… data-timer data-start data-target data-due data-now>: the time since data-start, by the server's clock: data-now is what that
// showed when the fragment was made. Nothing is decided here; it counts on, changes its words, and says each full minute.

const apart = new WeakMap(); // timer → how far the server's clock is ahead of this one, in milliseconds
const spoken = new Map(); // start → the last minute that was said
const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function ahead(timer) {
  if (!apart.has(timer)) apart.set(timer, Date.parse(timer.dataset.now) - Date.now());
  return apart.get(timer);
}

function say(timer, minute) {
  const { start } = timer.dataset;
  const before = spoken.get(start);
  spoken.set(start, minute);
  if (before === undefined || before === minute) return;
  const words = [...timer.querySelectorAll("[data-while]")].find((one) => !one.hidden).textContent;
  document.getElementById("announce").textContent = `${timer.dataset.minute.replace("#", minute)} · ${words}`;
}

function tick(timer) {
  const now = Date.now() + ahead(timer);
  const { start, target, due } = timer.dataset;
  const seconds = Math.max(0, Math.floor((now - Date.parse(start)) / 1000));
  const state = now > Date.parse(due) ? "overdue" : now > Date.parse(target) ? "soon" : "open";
  timer.querySelector("[data-passed]").textContent = shown(seconds);
  for (const one of [timer, timer.closest(".talk-strip")])
    if (one) one.className = one.className.replace(/\bis-(open|soon|overdue)\b/, `is-${state}`);
  for (const one of timer.querySelectorAll("[data-while]")) one.hidden = one.dataset.while !== state;
  say(timer, Math.floor(seconds / 60));
}

const all = () => document.querySelectorAll("[data-timer]").forEach(tick);

setInterval(all, 1000);
document.addEventListener("htmx:afterSettle", all);
all();
