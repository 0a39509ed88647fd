// Scrolls a long conversation, a step in every frame, at different speeds, both ways, and with jumps of the scrollbar.
window.scrollThrough = frames => new Promise(done => {
    const log = document.querySelector('.dialog__log');
    // Pixels a frame, for a second each: from slow reading to as fast as a wheel can.
    const speeds = [-10, -40, 20, -120, 60, -300, 120, -1000, 300, -60, 1000, -20];
    const jumps = [0.5, 0.1, 0.9, 0.3];
    const scrolled = { intervals: [], work: [], nodes: 0, empty: 0 };
    const rows = log.querySelector('.dialog__rows');
    let step = 0, before = null;
    const frame = began => {
        if (before !== null) scrolled.intervals.push(began - before);
        before = began;
        scrolled.nodes = Math.max(scrolled.nodes, log.querySelectorAll('*').length);
        const [seen, drawn] = [log.getBoundingClientRect(), rows.getBoundingClientRect()];
        if (drawn.bottom <= seen.top || drawn.top >= seen.bottom || !rows.querySelector('.bubble')) scrolled.empty++;
        if (step === frames) return done(scrolled);
        // Half a second before the speed changes for the fourth time, and so on.
        if (step % 240 === 210) log.scrollTop = log.scrollHeight * jumps[Math.floor(step / 240) % jumps.length];
        else log.scrollTop += speeds[Math.floor(step / 60) % speeds.length];
        step++;
        // The app hears of scrolling in the next frame, before this is called: that it has begun then is in `began`.
        probe.afterFrame(() => scrolled.work.push(performance.now() - began));
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
});
