// What runs beside the app, and without it. Each thing it does is a file in `worker/`; the build makes one script of them.
// The build writes the version and the list of files here; in development there are none, and nothing is kept.
import { hearPushes } from "./worker/push.js";
import { takeShares } from "./worker/share.js";
import { keepShell } from "./worker/shell.js";

const VERSION = "dev";
const FILES = [];

takeShares();
keepShell(VERSION, FILES);
hearPushes();
