// data-confirm="what will happen" on a button or link asks first, in the page's own dialog; so does hx-confirm.
// data-confirm-title and data-confirm-yes change the heading and the answer. Without a script nothing is asked:
// what cannot be undone needs a page of its own.

const dialog = () => document.getElementById("confirm");
const agreed = new WeakSet();

function put(words, { title, yes } = {}) {
  const box = dialog();
  const heading = box.querySelector("h2");
  const button = box.querySelector("[value=yes]");
  heading.textContent = title ?? heading.dataset.plain;
  button.textContent = yes ?? button.dataset.plain;
  box.querySelector("p").textContent = words;
  box.returnValue = "no";
  box.showModal();
  return new Promise((tell) => box.addEventListener("close", () => tell(box.returnValue === "yes"), { once: true }));
}

// In the capture phase, so that it comes before htmx and before the form is sent.
document.addEventListener(
  "click",
  async (event) => {
    const one = event.target.closest("[data-confirm]");
    if (!one || agreed.delete(one)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { confirm: words, confirmTitle: title, confirmYes: yes } = one.dataset;
    if (!(await put(words, { title, yes }))) return;
    agreed.add(one);
    one.click();
  },
  true,
);

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await put(event.detail.question)) event.detail.issueRequest(true);
});
