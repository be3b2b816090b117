// The frame: menus that close, dialogs that open, notices that go, and what htmx must say to people.
// Everything is listened for on the document, so that swapped fragments need no set-up.

const by = (id) => document.getElementById(id);

// --- Menus: <details data-menu>. They open without a script; with one, Escape, a click elsewhere or leaving by Tab closes them. ---

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(except)) menu.open = false;
};

document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// --- <button data-opens="ID"> opens a dialog; <button data-dismiss> removes its notice ("hide": hides it) ---

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    closeMenus(null);
    by(opener.dataset.opens).showModal();
  }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) {
    const notice = dismiss.closest(".notice");
    if (dismiss.dataset.dismiss === "hide") notice.hidden = true;
    else notice.remove();
  }
});

// --- Swapped fragments: an element with data-announce says its words to screen readers when they have changed ---

let said = "";

document.addEventListener("htmx:afterSettle", (event) => {
  const shown = event.detail.elt;
  const teller = shown.closest?.("[data-announce]") ?? shown.querySelector?.("[data-announce]");
  const words = teller?.dataset.announce;
  if (words && words !== said) by("announce").textContent = said = words;
});

// --- A fragment that was answered by another page (signing in) is followed there, never put into this one;
//     what refreshes by itself only says so, since somebody may be typing ---

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const asked = new URL(pathInfo.requestPath, location.href).pathname;
  if (xhr.responseURL && new URL(xhr.responseURL).pathname !== asked) {
    event.detail.shouldSwap = false;
    if (event.detail.target.matches?.("[data-live], [data-called]")) by("signed-out").hidden = false;
    else location.assign(xhr.responseURL);
  }
});

document.addEventListener("htmx:beforeRequest", () => (by("failed").hidden = true));
document.addEventListener("htmx:responseError", (event) => {
  if ([401, 403].includes(event.detail.xhr.status)) by("signed-out").hidden = false;
  else by("failed").hidden = false;
});
