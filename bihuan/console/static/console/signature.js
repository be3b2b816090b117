// [data-signature]: a canvas to sign on, whose drawing goes as a PNG data URL into the hidden input beside it.
// What the server gives back after a refusal is drawn again. The form offers paper or a photo to who cannot draw.

async function draw(canvas, address) {
  const bytes = Uint8Array.from(atob(address.split(",")[1]), (char) => char.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" })); // an <img> of data: is forbidden by the policy
  const { width, height } = canvas.getBoundingClientRect();
  canvas.getContext("2d").drawImage(image, 0, 0, width, height);
}

function setUp(box) {
  const canvas = box.querySelector("canvas");
  const kept = box.querySelector("input[type=hidden]");
  const pad = new SignaturePad(canvas, { backgroundColor: "#fff", penColor: "#111827" });

  const fit = () => {
    const { width, height } = canvas.getBoundingClientRect();
    const scale = Math.max(devicePixelRatio, 1);
    if (!width || canvas.width === Math.round(width * scale)) return;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d").scale(scale, scale);
    pad.clear();
    if (kept.value) draw(canvas, kept.value);
  };

  pad.addEventListener("endStroke", () => {
    kept.value = pad.toDataURL("image/png");
    kept.dispatchEvent(new Event("change", { bubbles: true }));
  });
  box.querySelector("[data-signature-clear]").addEventListener("click", () => {
    pad.clear();
    kept.value = "";
    kept.dispatchEvent(new Event("change", { bubbles: true }));
  });
  new ResizeObserver(fit).observe(canvas);
  box.dataset.signature = "ready";
}

const look = (root) => root.querySelectorAll("[data-signature='']").forEach(setUp);

look(document);
document.addEventListener("htmx:afterSettle", (event) => look(event.detail.elt));
