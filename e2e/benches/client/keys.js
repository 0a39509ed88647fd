// The work a key is in the composer: until nothing that it made happen is left to run, and what the next frame takes.
// A message to oneself would not do here: after a key the browser lets it wait for that frame.
window.keys = [];
// Microtasks that come one from the other, at least as many as a key makes.
const HOPS = 50;
let began = 0;
addEventListener('keydown', () => { began = performance.now(); }, true);
addEventListener('input', event => {
    if (!event.target.closest('.composer')) return;
    let done = 0;
    const hop = left => {
        done = performance.now();
        if (left) queueMicrotask(() => hop(left - 1));
    };
    queueMicrotask(() => hop(HOPS));
    requestAnimationFrame(() => {
        const frame = performance.now();
        probe.afterFrame(() => window.keys.push(done - began + performance.now() - frame));
    });
});
