// Fetches the texts of the language the user wants: what they have chosen, which `look.js` has as a word on the page, or what
// their browser asks for. The app brings English itself.
const BUILT_IN = "en";
// Whoever opens the app waits no longer for words; kept ones come at once.
const PATIENCE = 5_000;
const root = document.documentElement;

export function speak(files) {
  let spoken = BUILT_IN;
  const wanted = () => {
    const words = [...root.dataset.look.split(" "), ...navigator.languages.map((tag) => tag.split("-")[0])];
    return words.find((word) => word === BUILT_IN || files[word]) ?? BUILT_IN;
  };
  const change = async () => {
    const language = wanted();
    if (language === spoken) return;
    const texts = language === BUILT_IN ? undefined : await fetchTexts(language, files[language]);
    // What was chosen meanwhile is fetched by itself.
    if (texts === null || language !== wanted()) return;
    globalThis.kithTexts = texts;
    spoken = root.lang = language;
    dispatchEvent(new Event("texts"));
  };
  addEventListener("look", change);
  addEventListener("storage", change);
  return change();
}

// Null where they don't come, or something else comes in their place: then it stays as it is until the next opening.
async function fetchTexts(language, file) {
  try {
    const answer = await fetch(file, { signal: AbortSignal.timeout(PATIENCE) });
    const texts = await answer.text();
    if (answer.ok && texts.startsWith(`${language}\n`)) return texts;
  } catch (error) {
    console.warn(error);
  }
  return null;
}
