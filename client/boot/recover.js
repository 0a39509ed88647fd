// A version that does not start, because of its files some are gone or broken: all that was kept of it is removed, and the
// page loaded again from the network. Once: what does not start then either is no matter of what was kept.
{
  const TRIED = "kith.recovered";

  const recover = async () => {
    try {
      if (sessionStorage.getItem(TRIED)) return;
      // Without the network there is nothing better to be had.
      if (!(await fetch("/healthz")).ok) return;
      sessionStorage.setItem(TRIED, "yes");
      const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
      await Promise.all(workers.map((worker) => worker.unregister()));
      const names = (await globalThis.caches?.keys()) ?? [];
      await Promise.all(names.filter((name) => name.startsWith("kith-")).map((name) => caches.delete(name)));
      // Nor is what the browser keeps by itself to be trusted.
      const files = [...document.querySelectorAll("head [href], script[src]")];
      await Promise.all(files.map((file) => fetch(file.href || file.src, { cache: "reload" })));
    } catch {
      return;
    }
    location.reload();
  };

  addEventListener("broken", recover);
  addEventListener("started", () => sessionStorage.removeItem(TRIED));
  // A file of the page's that is not there.
  addEventListener("error", ({ target }) => target.matches?.("script, link[rel=stylesheet]") && recover(), true);
}
