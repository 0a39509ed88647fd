const TUS = { "Tus-Resumable": "1.0.0" };

async function bring(blob) {
  const begin = { method: "POST", headers: { ...TUS, "Upload-Length": String(blob.size) } };
  const begun = await fetch("/api/v1/uploads", begin);
  const type = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0" };
  const done = await fetch(begun.headers.get("Location"), { method: "PATCH", headers: { ...TUS, ...type }, body: blob });
  return done.headers.get("Kith-File");
}

function photo(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const sky = context.createLinearGradient(0, 0, width, height);
  sky.addColorStop(0, "#f6d365");
  sky.addColorStop(1, "#0c6a66");
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const made = new Promise((done) => canvas.toBlob(done, "image/png"));
  return made.then((blob) => ({ blob, kind: "photo", name: "sea.png" }));
}

// Says it is a photo, and is a page that would run.
const page = () => ({ blob: new Blob(["<!doctype html><script>alert(1)</script>"]), kind: "photo", name: "cat.png" });
const note = () => ({ blob: new Blob(["hello"]), kind: "file", name: "note.txt" });

async function send(text, made) {
  const files = [];
  for (const { blob, kind, name } of await Promise.all(made)) files.push({ file: await bring(blob), kind, name });
  const socket = new WebSocket(`ws://${location.host}/api/v1/socket`);
  await new Promise((open) => socket.addEventListener("open", open));
  const [, conversation] = location.pathname.match(/^\/c\/([^/]+)/);
  const answered = new Promise((done) => socket.addEventListener("message", ({ data }) => {
    if (/"type":"(ack|error)"/.test(data)) done(data);
  }));
  const body = { kind: "text", text, files };
  socket.send(JSON.stringify({ type: "send", conversation, client_id: crypto.randomUUID(), body }));
  const answer = await answered;
  socket.close();
  return answer;
}
