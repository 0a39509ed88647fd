// Answers and read marks from notifications. They go through the outbox of Device Storage, as what is written in the app does:
// what can't be sent now is sent later, by whoever is there first, and is one message all the same, by its `client_id`.
import { ask, enter, leaveForApp, tellPages } from "./device.js";

const LATER = "kith-outbox";
const JSON_TYPE = { "content-type": "application/json" };

// Writes an answer, and goes on to send it. `stored` hears when it can't be lost any more; or that nobody is logged in.
export async function answer({ user, conversation, seq }, text, stored = () => {}) {
  const device = await enter(user);
  if (!device) return stored(false);
  const { db } = device;
  const before = await ask(db, "outbox", "readonly", (outbox) => outbox.getAll());
  const place = Math.max(0, ...before.map((written) => written.place)) + 1;
  const written = outgoing(conversation, text, place);
  await ask(db, "outbox", "readwrite", (outbox) => outbox.put(written));
  stored(true);
  await markRead({ user, conversation, seq });
  await sendAll(user, db);
}

// As client/src/state/conversation.rs has it.
function outgoing(conversation, text, place) {
  return {
    conversation,
    client_id: newId(),
    body: { kind: "text", text },
    of: null,
    reaction: null,
    pin: null,
    vote: null,
    closes: false,
    at: null,
    written_at: Date.now(),
    place,
    refused: null,
    uploads: [],
    paused: false,
  };
}

// The user has seen everything up to `seq`: the app knows when it is opened, the server now, or then.
export async function markRead({ user, conversation, seq }) {
  const device = await enter(user);
  if (!device || !seq) return;
  await leaveForApp(device.db, `${conversation}/read`, { conversation, read: seq });
  await reach(`/api/v1/conversations/${conversation}/read`, "PUT", { seq });
  device.db.close();
}

// What waits and was written by itself goes now, in its order. What waits for files, or changes something, is the app's.
async function sendAll(user, db) {
  const written = await ask(db, "outbox", "readonly", (outbox) => outbox.getAll());
  written.sort((one, other) => one.place - other.place);
  for (const { client_id, conversation, body, of, at, refused, uploads } of written) {
    if (of || at || refused || uploads?.length) continue;
    const status = await reach(`/api/v1/conversations/${conversation}/messages`, "POST", { client_id, body });
    if (status === 200) {
      await ask(db, "outbox", "readwrite", (outbox) => outbox.delete(client_id));
    } else if (status === 0 || status >= 500) {
      await later(user);
      break;
    }
    // What the server refuses, the app tells.
  }
  db.close();
  await tellPages({ kind: "outbox" });
}

// The answer's status; 0 where nobody answers.
async function reach(path, method, body) {
  try {
    return (await fetch(path, { method, headers: JSON_TYPE, body: JSON.stringify(body) })).status;
  } catch {
    return 0;
  }
}

// Where the browser can, it wakes this worker once there is a network; else the app sends when it is opened.
async function later(user) {
  try {
    await self.registration.sync.register(`${LATER}-${user}`);
  } catch {
    // Then it does not.
  }
}

export function sendWhatWaits() {
  self.addEventListener("sync", (event) => {
    if (event.tag.startsWith(LATER)) event.waitUntil(sendLater(event.tag.slice(LATER.length + 1)));
  });
}

async function sendLater(user) {
  const device = await enter(user);
  if (device) await sendAll(user, device.db);
}

// A UUIDv7, as the app's messages have.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let at = 0; at < 6; at++) bytes[at] = Math.floor(now / 2 ** (8 * (5 - at))) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
