// Asks the worker what is answered, gives it the answer, and closes once that is stored.
const conversation = location.hash.slice(1);
const part = (name) => document.querySelector(name);
const [field, send] = [part("textarea"), part("button")];

async function tell(said) {
  const worker = (await navigator.serviceWorker.ready).active;
  return new Promise((answered) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => answered(data);
    worker.postMessage({ ...said, conversation }, [port2]);
  });
}

const inApp = () => location.replace(conversation ? `/c/${encodeURIComponent(conversation)}` : "/");

const asked = await tell({ kind: "asked" });
// Nobody is logged in, or the worker has started anew since: the app knows more.
if (!asked) inApp();
else show(asked);

function show({ title, lines, texts }) {
  document.title = title;
  part(".reply__title").textContent = title;
  part(".reply__text").textContent = lines.join("\n");
  field.placeholder = texts.placeholder;
  field.ariaLabel = texts.placeholder;
  send.ariaLabel = texts.send;
  part(".reply").hidden = false;
  field.focus();
}

field.addEventListener("input", () => {
  send.disabled = !field.value.trim();
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  field.form.requestSubmit(send);
});
field.form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text || send.disabled) return;
  send.disabled = true;
  const { user, seq } = asked;
  if (!(await tell({ kind: "answer", text, user, seq }))) {
    part(".banner").textContent = asked.texts.unsent;
    part(".banner").hidden = false;
    send.disabled = false;
    return;
  }
  close();
  // A window that no script has opened stays: it goes on in the app.
  setTimeout(inApp, 200);
});
