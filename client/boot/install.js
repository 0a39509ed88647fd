// The browser's offer to install the app is kept until its user asks for it; the app hears of it, and says when.
{
  let offer;
  const tell = () => offer && dispatchEvent(new Event("installable"));
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    tell();
  });
  addEventListener("started", tell);
  addEventListener("install", () => {
    offer?.prompt();
    offer = undefined;
  });
}
