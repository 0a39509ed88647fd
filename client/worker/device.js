// What this worker needs of Device Storage, which the app makes: see client/src/device/. A user who is not logged in here has
// none, and none is made.

// Opens a user's, with the texts the app left for us in their language; null where there is none.
export async function enter(user) {
  const db = await open(`kith-${user}`);
  if (!db) return null;
  const texts = await ask(db, "meta", "readonly", (meta) => meta.get("push_texts")).catch(() => null);
  if (!texts || !db.objectStoreNames.contains("pushed")) {
    db.close();
    return null;
  }
  return { db, texts: JSON.parse(texts) };
}

function open(name) {
  return new Promise((resolve) => {
    const asked = indexedDB.open(name);
    // It is not there: whoever it was of has logged out.
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = (event) => {
      event.preventDefault();
      resolve(null);
    };
    asked.onsuccess = () => {
      const db = asked.result;
      db.onversionchange = () => db.close();
      resolve(db);
    };
  });
}

// One request, done once what it wrote is stored.
export function ask(db, store, mode, request) {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode);
    const asked = request(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

// Leaves something for the app, which takes it in when it is opened; at once where it is open.
export async function leaveForApp(db, key, left) {
  await ask(db, "pushed", "readwrite", (pushed) => pushed.put(JSON.stringify(left), key));
  await tellPages({ kind: "pushed" });
}

export async function pages() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

export async function tellPages(said) {
  (await pages()).forEach((page) => page.postMessage(said));
}
