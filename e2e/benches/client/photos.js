// Sends so many photos to the dialog that is open, each another one, with its small picture; as a program would.
window.sendPhotos = async count => {
    const tus = { 'Tus-Resumable': '1.0.0' };
    const bring = async blob => {
        const begun = await fetch('/api/v1/uploads', { method: 'POST', headers: { ...tus, 'Upload-Length': String(blob.size) } });
        const headers = { ...tus, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' };
        const done = await fetch(begun.headers.get('Location'), { method: 'PATCH', headers, body: blob });
        return done.headers.get('Kith-File');
    };
    const draw = (number, width, height) => {
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext('2d');
        for (let x = 0; x < 16; x++) for (let y = 0; y < 12; y++) {
            context.fillStyle = `hsl(${number * 7 + x * 11} ${40 + y * 4}% ${30 + (x * y) % 50}%)`;
            context.fillRect(x * width / 16, y * height / 12, width / 16 + 1, height / 12 + 1);
        }
        return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
    };
    const [, conversation] = location.pathname.match(/^\/c\/([^/]+)/);
    const socket = new WebSocket(`ws://${location.host}/api/v1/socket`);
    await new Promise(open => socket.addEventListener('open', open));
    let left = count;
    const all = new Promise(done => socket.addEventListener('message', ({ data }) => {
        if (/"type":"ack"/.test(data) && --left === 0) done();
    }));
    for (let number = 0; number < count; number++) {
        const [width, height] = number % 3 ? [1600, 1200] : [900, 1200];
        const file = await bring(await draw(number, width, height));
        const thumb = await bring(await draw(number, width / 5, height / 5));
        const files = [{ file, thumb, width, height, kind: 'photo', name: `${number}.jpg` }];
        const body = { kind: 'text', text: '', files };
        socket.send(JSON.stringify({ type: 'send', conversation, client_id: crypto.randomUUID(), body }));
    }
    await all;
    socket.close();
};

// How long after its place in a dialog the newest photo was painted too.
window.pictured = null;
addEventListener('click', event => {
    if (!event.target.closest('.contact-row')) return;
    window.pictured = null;
    const newest = () => [...document.querySelectorAll('.dialog__log .carried__photo')].at(-1);
    probe.painted(newest, placed => {
        const look = () => {
            const image = [...newest().querySelectorAll('img.carried__image')].at(-1);
            // A picture that has come is no change of the document.
            if (!image?.complete || !image.naturalWidth) return requestAnimationFrame(look);
            probe.afterFrame(() => { window.pictured = performance.now() - placed; });
        };
        look();
    });
}, true);
