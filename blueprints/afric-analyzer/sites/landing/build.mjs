// `npm run build`: the page into build/. Nothing but Node is needed.
import { cpSync } from "node:fs";

cpSync("index.html", "build/index.html");
