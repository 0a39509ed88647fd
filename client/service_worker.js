// Opens the app without the network: keeps the files it is made of, all of one version.
// The build writes the version and the list of files here; in development there are none, and nothing is kept.
const VERSION = "dev";
const FILES = [];

const CACHE = `kith-${VERSION}`;
const PAGE = "/";

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([keepFiles(), passBy(event)]));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldFiles());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (FILES.length === 0 || request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/api/") || url.pathname === "/healthz") return;
  if (request.mode === "navigate") {
    event.respondWith(fromCache(PAGE, request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fromCache(url.pathname, request));
  }
});

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })));
  await self.skipWaiting();
}

// Where the browser can, it takes the files from the cache without asking this worker, which need not even be started.
async function passBy(event) {
  const source = { cacheName: CACHE };
  const route = (file) => ({ condition: { urlPattern: file, requestMethod: "get" }, source });
  try {
    await event.addRoutes?.(FILES.map(route));
  } catch {
    // Then it asks.
  }
}

async function dropOldFiles() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("kith-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromCache(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
