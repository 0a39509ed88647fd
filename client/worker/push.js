// The Push Message Handler: hears pushes and what is pressed on what they show, with the app open or closed.
import { answer, markRead, sendWhatWaits } from "./answer.js";
import { enter, leaveForApp, pages, tellPages } from "./device.js";
import { close, show, showNothing, showTest } from "./notice.js";

// One push is dealt with after the other: what is shown of one depends on what was shown before.
let turn = Promise.resolve();

// What the reply window shows, until it has asked for it.
const asked = new Map();

export function hearPushes() {
  self.addEventListener("push", (event) => {
    const mine = turn.then(() => pushed(event.data));
    turn = mine.catch(() => {});
    event.waitUntil(mine);
  });
  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(pressed(event.action, event.reply, event.notification.data));
  });
  self.addEventListener("message", (event) => {
    event.waitUntil(told(event.data, event.ports[0]));
  });
  sendWhatWaits();
}

async function pushed(data) {
  let push;
  try {
    push = data.json();
  } catch {
    return showNothing();
  }
  const device = await enter(push.user);
  if (!device) return showNothing();
  const { db, texts } = device;
  try {
    await handle(push, device);
  } catch (error) {
    // A browser wants every push to show something.
    await showNothing(texts);
    throw error;
  } finally {
    db.close();
  }
}

async function handle(push, { db, texts }) {
  if (push.type === "test") {
    await showTest(texts);
    return tellPages({ kind: "tested" });
  }
  if (push.type !== "message") return showNothing(texts);
  const { conversation, seq, message } = push;
  if (message) await leaveForApp(db, `${conversation}/${String(seq).padStart(12, "0")}`, { message });
  await close(push.closed ?? []);
  await navigator.setAppBadge?.(push.unread).catch(() => {});
  // Where somebody looks at the app, that tells.
  const seen = (await pages()).some((page) => page.visibilityState === "visible");
  if (!seen) await show(push, texts);
}

async function pressed(action, reply, data) {
  if (!data?.conversation) return openApp("/");
  if (action === "read") return markRead(data);
  if (action !== "answer") return openApp(`/c/${data.conversation}`);
  if (reply?.trim()) return answer(data, reply.trim());
  // The browser has no field in its notifications: a small window has one.
  asked.set(data.conversation, data);
  return self.clients.openWindow(`/reply.html#${data.conversation}`);
}

async function openApp(path) {
  const [page] = await pages();
  if (!page) return self.clients.openWindow(path);
  page.postMessage({ kind: "open", path });
  return page.focus();
}

// From the reply window, and from the app.
async function told(said, port) {
  if (said?.kind === "show") {
    const push = JSON.parse(said.push);
    const device = await enter(push.user);
    if (device) await show(push, device.texts);
    device?.db.close();
  } else if (said?.kind === "asked") {
    const data = asked.get(said.conversation);
    const device = data && (await enter(data.user));
    device?.db.close();
    port?.postMessage(device ? { ...data, texts: device.texts } : null);
  } else if (said?.kind === "answer") {
    const data = asked.get(said.conversation) ?? said;
    asked.delete(said.conversation);
    await answer(data, said.text, (stored) => port?.postMessage(stored));
  }
}
