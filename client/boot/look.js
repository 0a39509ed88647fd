// How the user wants the page to look, before anything is painted. The app keeps it as words (`state/settings.rs`), which
// the style sheet goes by, and says when they change; other tabs hear of it by themselves.
{
  const root = document.documentElement;
  const bars = document.querySelectorAll("meta[name=theme-color]");

  const show = () => {
    let look = "";
    try {
      look = localStorage.getItem("kith.look") ?? "";
    } catch {
      // Where nothing may be kept it looks as the device does.
    }
    root.dataset.look = look;
    const chosen = look.split(" ").find((word) => word === "light" || word === "dark");
    ["light", "dark"].forEach((scheme, place) => {
      const device = `(prefers-color-scheme: ${scheme})`;
      bars[place]?.setAttribute("media", chosen ? (chosen === scheme ? "all" : "not all") : device);
    });
  };

  show();
  addEventListener("look", show);
  addEventListener("storage", show);
}
