// What other apps share with Kith. It is kept as it came until the app has let one choose where it goes: the app may have to be
// opened for that, or somebody to log in. Works without the network.
const SHARED = "shared";
const POSTED = "/share";
const KEPT = "/shared";

export function takeShares() {
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    if (request.method === "POST" && url.pathname === POSTED) {
      event.respondWith(keep(request));
    } else if (url.pathname === KEPT && request.mode !== "navigate") {
      event.respondWith(request.method === "DELETE" ? forget() : give());
    }
  });
}

async function keep(request) {
  try {
    const headers = { "content-type": request.headers.get("content-type") };
    const cache = await caches.open(SHARED);
    await cache.put(KEPT, new Response(await request.blob(), { headers }));
  } catch {
    // There is no room: the app says that nothing came.
  }
  return Response.redirect(POSTED, 303);
}

async function give() {
  return (await caches.match(KEPT, { cacheName: SHARED })) ?? new Response(null, { status: 404 });
}

async function forget() {
  await caches.delete(SHARED);
  return new Response(null, { status: 204 });
}
