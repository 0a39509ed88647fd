// What measures have in common. It is in the page before the app is.
window.probe = {
    // The memory of the client's module, which the browser does not count among the page's.
    module: null,

    // Calls back with the time at which what is looked for has been painted: it is in the document, and the next frame
    // is drawn. A message to oneself is heard right after that.
    painted(isThere, then) {
        const look = () => {
            if (!isThere()) return false;
            requestAnimationFrame(() => probe.afterFrame(() => then(performance.now())));
            return true;
        };
        if (look()) return;
        const observer = new MutationObserver(() => { if (look()) observer.disconnect(); });
        observer.observe(document, { attributeFilter: ['class'], childList: true, characterData: true, subtree: true });
    },

    afterFrame(then) {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { port1.close(); then(); };
        port2.postMessage(null);
    },

    // How many records a store of Device Storage holds.
    async stored(store = 'messages') {
        const name = (await indexedDB.databases()).map(({ name }) => name).find(name => name.startsWith('kith-'));
        if (!name) return 0;
        const open = indexedDB.open(name);
        await new Promise((yes, no) => { open.onsuccess = yes; open.onerror = no; });
        const counting = open.result.transaction(store).objectStore(store).count();
        await new Promise((yes, no) => { counting.onsuccess = yes; counting.onerror = no; });
        open.result.close();
        return counting.result;
    },
};

for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
        const made = await original.apply(WebAssembly, given);
        const { exports } = made.instance ?? made;
        probe.module = Object.values(exports).find(it => it instanceof WebAssembly.Memory) ?? probe.module;
        return made;
    };
}
