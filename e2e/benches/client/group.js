// How long after the click a group's dialog, and then its details, were painted.
window.opened = null;
addEventListener('click', event => {
    const isThere = [
        ['.contact-row', () => document.querySelector('.dialog__log .bubble__text')],
        ['[aria-label^="Details of"]', () => document.querySelector('.members .person-row__name')],
    ].find(([pressed]) => event.target.closest(pressed))?.[1];
    if (!isThere) return;
    window.opened = null;
    probe.painted(isThere, at => { window.opened = at - event.timeStamp; });
}, true);
