// How long after the network is back all messages are in Device Storage and the app says it is online.
window.awaitMissed = messages => {
    window.caughtUp = null;
    addEventListener('online', () => {
        const began = performance.now();
        probe.painted(() => document.querySelector('.connection--online'), async online => {
            // Only now: counting earlier would be in the way of writing.
            while (await probe.stored() < messages) await new Promise(next => setTimeout(next, 20));
            window.caughtUp = { online: online - began, stored: performance.now() - began };
        });
    }, { once: true });
};
