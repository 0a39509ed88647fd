// When the Contact List was painted, since the navigation began.
window.opened = null;
probe.painted(() => document.querySelector('.contact-row'), at => { window.opened = at; });

// How long after the click the messages of a conversation were painted. Its name begins each of them.
addEventListener('click', event => {
    const name = event.target.closest('.contact-row')?.querySelector('.contact-row__name').textContent;
    if (!name) return;
    window.shown = null;
    const isThere = () => document.querySelector('.dialog__log .bubble__text')?.textContent.startsWith(`${name}:`);
    probe.painted(isThere, at => { window.shown = at - event.timeStamp; });
}, true);
