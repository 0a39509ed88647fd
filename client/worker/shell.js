// Opens the app without the network: keeps the files it is made of, all of one version.
const PAGE = "/";

export function keepShell(version, files) {
  const name = `kith-${version}`;
  self.addEventListener("install", (event) => {
    event.waitUntil(Promise.all([keepFiles(name, files), passBy(event, name, files)]));
  });
  self.addEventListener("activate", (event) => {
    event.waitUntil(dropOldFiles(name));
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
    }
  });
}

async function keepFiles(name, files) {
  const cache = await caches.open(name);
  await cache.addAll(files.map((file) => new Request(file, { cache: "no-cache" })));
  await self.skipWaiting();
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

async function dropOldFiles(kept) {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("kith-") && name !== kept);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromCache(name, path, request) {
  const cache = await caches.open(name);
  return (await cache.match(path)) ?? fetch(request);
}
