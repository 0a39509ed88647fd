// How long after a word was typed the first message that has it was painted.
window.found = null;
addEventListener('input', event => {
    const word = event.target.value;
    window.found = null;
    if (!word) return;
    const isThere = () => document.querySelector('.contact-row__preview mark')?.textContent.startsWith(word);
    probe.painted(isThere, at => { window.found = at - event.timeStamp; });
}, true);
window.search = word => {
    const field = document.querySelector('input[type="search"]');
    field.value = word;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
};
