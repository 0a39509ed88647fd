// The Push Message Widget: what the system shows of a push, one notification a dialog.

// Of more dialogs than this the oldest are put together.
const MOST = 4;
// Of one dialog.
const LINES = 4;
const SUMMARY = "kith";

// Said where no texts are to be had: nobody is logged in.
const NOBODY = { app: "Kith", news: "New messages" };

export async function show(push, texts) {
  const { user, conversation, seq, expires_at: expires } = push;
  const tag = conversation;
  const [before] = await self.registration.getNotifications({ tag });
  const told = before?.data ?? { lines: [], seq: 0 };
  const again = seq <= told.seq;
  const over = expires && expires <= Date.now();
  const line = over ? texts.news : said(push, texts);
  const lines = again ? told.lines : [...told.lines, line].slice(-LINES);
  const title = push.title ?? texts.app;
  const picture = push.avatar ?? (push.group ? null : push.sender?.avatar);
  await self.registration.showNotification(title, {
    tag,
    body: lines.join("\n"),
    icon: picture ? `/api/v1/files/${picture}` : "/touch_icon.png",
    badge: "/touch_icon.png",
    timestamp: push.sent_at,
    renotify: !again,
    silent: again,
    data: { user, conversation, seq: Math.max(seq, told.seq), lines, title, at: push.sent_at },
    actions: [
      { action: "answer", title: texts.answer, type: "text", placeholder: texts.placeholder },
      { action: "read", title: texts.read },
    ],
  });
  await collapse(push.unread, texts);
}

// Something that says nothing: it can't be read, or is for somebody else.
export async function showNothing(texts = NOBODY) {
  await self.registration.showNotification(texts.app, { tag: SUMMARY, body: texts.news, icon: "/touch_icon.png" });
}

export async function showTest(texts) {
  const options = { tag: "kith-test", body: texts.test, icon: "/touch_icon.png" };
  await self.registration.showNotification(texts.app, options);
}

// What was read elsewhere, or deleted.
export async function close(closed) {
  for (const { conversation, seq } of closed) {
    const shown = await self.registration.getNotifications({ tag: conversation });
    shown.filter((it) => it.data?.seq <= seq).forEach((it) => it.close());
  }
}

async function collapse(unread, texts) {
  const shown = (await self.registration.getNotifications()).filter((it) => it.data?.conversation);
  if (shown.length <= MOST) return;
  shown.sort((one, other) => one.data.at - other.data.at);
  shown.slice(0, -MOST).forEach((it) => it.close());
  const body = texts.chats.replace("%{count}", Math.max(unread, shown.length));
  await self.registration.showNotification(texts.app, { tag: SUMMARY, body, silent: true, icon: "/touch_icon.png" });
}

function said(push, texts) {
  const by = push.group && push.sender ? `${push.sender.display_name}: ` : "";
  return by + what(push, texts);
}

function what({ kind, text, files = [], message }, texts) {
  if (kind === "poll") return texts.poll.replace("%{text}", text ?? "");
  if (kind === "sticker") return texts.sticker.replace("%{emoji}", text ?? "");
  if (text) return text;
  const [first] = files;
  if (files.length > 1) return texts.files.replace("%{count}", files.length);
  if (first === "audio" || first === "file") {
    return texts.named.replace("%{name}", message?.body.files?.[0]?.name ?? "");
  }
  return texts[first] ?? texts.news;
}
