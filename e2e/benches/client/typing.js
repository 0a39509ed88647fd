// The work a message is, from the key that sends it: until its bubble is in the document, and what the next frame takes.
// Waiting for that frame to begin is no work; it is in `shown`.
window.typed = [];
addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    const text = event.target.value, began = performance.now();
    const observer = new MutationObserver(() => {
        const last = [...document.querySelectorAll('.dialog__log .bubble__text')].at(-1);
        if (last?.textContent !== text) return;
        observer.disconnect();
        const drawn = performance.now();
        requestAnimationFrame(() => {
            const frame = performance.now();
            probe.afterFrame(() => {
                const now = performance.now();
                window.typed.push({ work: drawn - began + now - frame, shown: now - began });
            });
        });
    });
    observer.observe(document, { childList: true, characterData: true, subtree: true });
}, true);
