async function picture(width, height, type) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const sky = context.createLinearGradient(0, 0, width, height);
  sky.addColorStop(0, "#f6d365");
  sky.addColorStop(0.5, "#fda085");
  sky.addColorStop(1, "#0c6a66");
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#ffffff";
  context.beginPath();
  context.arc(width / 3, height / 3, height / 8, 0, 7);
  context.fill();
  return new Promise((done) => canvas.toBlob(done, type, 0.95));
}

const file = (parts, name, type) => new File(parts, name, { type });

// As a camera writes it: with the place in it.
async function photo(name, width, height) {
  const bytes = new Uint8Array(await (await picture(width, height, "image/jpeg")).arrayBuffer());
  const place = new TextEncoder().encode("Exif\0\0MM\0*\0\0\0\b\0\0 GPS 52.5 13.4");
  const segment = new Uint8Array([0xff, 0xe1, 0, place.length + 2, ...place]);
  return file([bytes.slice(0, 2), segment, bytes.slice(2)], name, "image/jpeg");
}

// Says it has ten thousand million pixels.
function bomb() {
  const head = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
  return file([new Uint8Array([...head, 0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 2, 0, 0, 0])], "bomb.png", "image/png");
}

// Bytes that follow from where they are.
function bytes(length, name) {
  const all = new Uint32Array(length / 4).map((_, at) => Math.imul(at, 2654435761));
  return file([all], name, "application/x-unknown");
}

const carried = (files) => {
  const data = new DataTransfer();
  files.forEach((file) => data.items.add(file));
  return data;
};

async function choose(...made) {
  const input = document.querySelector(".composer__files");
  input.files = carried(await Promise.all(made)).files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

async function paste(...made) {
  const clipboardData = carried(await Promise.all(made));
  const pasted = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector(".composer__input").dispatchEvent(pasted);
}

async function drop(...made) {
  const dataTransfer = carried(await Promise.all(made));
  const drag = (kind) => new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
  const place = document.querySelector(".dialog__log");
  place.dispatchEvent(drag("dragover"));
  await new Promise(requestAnimationFrame);
  const shown = document.querySelector(".dialog--drags") !== null;
  place.dispatchEvent(drag("drop"));
  return shown;
}

// What the server has of the newest message, and of its first file.
async function newest() {
  const [, conversation] = location.pathname.match(/^\/c\/([^/]+)/);
  const answer = await fetch(`/api/v1/conversations/${conversation}/messages`);
  const message = (await answer.json()).messages.at(-1);
  const [first] = message.body.files;
  const whole = await (await fetch(`/api/v1/files/${first.file}`)).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  return {
    files: message.body.files,
    text: message.body.text,
    named: [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("") === first.file,
    place: new TextDecoder("latin1").decode(whole).includes("GPS"),
    bytes: whole.byteLength,
  };
}

// A second of a picture that changes, as the browser films it.
async function film(name) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const context = canvas.getContext("2d");
  let frame = 0;
  const draw = () => {
    frame += 1;
    context.fillStyle = `hsl(${frame * 5} 60% 60%)`;
    context.fillRect(0, 0, 640, 360);
  };
  draw();
  const drawing = setInterval(draw, 40);
  const camera = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm;codecs=vp8" });
  const parts = [];
  camera.ondataavailable = ({ data }) => parts.push(data);
  const done = new Promise((stopped) => (camera.onstop = stopped));
  camera.start();
  setTimeout(() => camera.stop(), 1000);
  await done;
  clearInterval(drawing);
  return file(parts, name, "video/webm");
}
