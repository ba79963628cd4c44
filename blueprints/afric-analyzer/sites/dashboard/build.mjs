// `npm run build`: the page into build/, with the API's address in it. Nothing but Node is needed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const api = process.env.API_BASE_URL ?? "";
if (!/^https:\/\/[a-z0-9.-]+$/.test(api)) {
  console.error(`API_BASE_URL is ${JSON.stringify(api)}; it wants https:// and a host, such as https://api.example.com`);
  process.exit(1);
}
mkdirSync("build", { recursive: true });
const page = readFileSync("index.html", "utf8");
writeFileSync("build/index.html", page.replaceAll("%API_BASE_URL%", api));
writeFileSync("build/dashboard.js", readFileSync("dashboard.js", "utf8"));
