// Opens the app without the network: keeps the files it is made of, all of one version. A new version is fetched beside the
// old one, and takes its place when a page asks for it, or once no page is open. What a page is made of is named by what is in
// it, and the version before is kept until the next one comes: so an open page goes on with its own files.
const PAGE = "/";
const PREFIX = "kith-";

export function keepShell(version, files) {
  const name = PREFIX + version;
  self.addEventListener("install", (event) => {
    event.waitUntil(Promise.all([keepFiles(name, files), passBy(event, name, files)]));
  });
  self.addEventListener("activate", (event) => {
    event.waitUntil(Promise.all([dropOldFiles(name), self.clients.claim()]));
  });
  self.addEventListener("message", (event) => {
    if (event.data?.kind === "take_over") event.waitUntil(self.skipWaiting());
    if (event.data?.kind === "check") event.waitUntil(completeFiles(name, files));
  });
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (files.length === 0 || request.method !== "GET" || url.origin !== self.location.origin) return;
    if (url.pathname.startsWith("/api/") || url.pathname === "/healthz") return;
    if (files.includes(url.pathname)) {
      event.respondWith(fromCache(name, url.pathname, request));
    } else if (request.mode === "navigate") {
      event.respondWith(fromCache(name, PAGE, request));
    } else if (url.pathname.startsWith("/client-")) {
      event.respondWith(fromCache(undefined, url.pathname, request));
    }
  });
}

async function keepFiles(name, files) {
  const cache = await caches.open(name);
  await cache.addAll(files.map((file) => new Request(file, { cache: "no-cache" })));
}

// A browser that needs room may have taken some. All or none: the server may be of another version by now.
async function completeFiles(name, files) {
  const kept = await (await caches.open(name)).keys();
  if (kept.length < files.length) await keepFiles(name, files).catch(() => {});
}

// Where the browser can, it takes the files from the cache without asking this worker, which need not even be started.
async function passBy(event, name, files) {
  const source = { cacheName: name };
  const route = (file) => ({ condition: { urlPattern: file, requestMethod: "get" }, source });
  try {
    await event.addRoutes?.(files.map(route));
  } catch {
    // Then it asks.
  }
}

// Those before the one before; what stands behind is being fetched.
async function dropOldFiles(own) {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const old = names.slice(0, Math.max(0, names.indexOf(own) - 1));
  await Promise.all(old.map((name) => caches.delete(name)));
}

// Of this version; without a name, of any that is kept.
async function fromCache(name, path, request) {
  try {
    const kept = await (name ? await caches.open(name) : caches).match(path);
    if (kept) return kept;
  } catch {
    // What is kept can't be read.
  }
  return fetch(request);
}
