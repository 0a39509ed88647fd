// Starts the app in its user's language, and offers a new version of it once the service worker has fetched one.
import { speak } from "./language.js";

const HOUR = 3_600_000;

export async function start(app, languages) {
  try {
    await speak(languages);
    await app();
  } catch (error) {
    console.warn(error);
    dispatchEvent(new Event("broken"));
    return;
  }
  dispatchEvent(new Event("started"));
  const workers = navigator.serviceWorker;
  if (workers) watch(workers, await workers.ready);
}

function watch(workers, registration) {
  // The app shows it, and says when it is wanted.
  const offer = () => registration.waiting && dispatchEvent(new Event("update"));
  const look = () => registration.installing?.addEventListener("statechange", offer);
  registration.addEventListener("updatefound", look);
  look();
  offer();
  addEventListener("take_update", () => {
    if (!registration.waiting) return location.reload();
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage({ kind: "take_over" });
  });
  registration.active?.postMessage({ kind: "check" });
  // An app may stay open for weeks.
  setInterval(() => registration.update().catch(() => {}), HOUR);
}
