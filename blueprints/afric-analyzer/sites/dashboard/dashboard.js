// Figures and alerts of the tenant whose token the session holds.
const { api } = document.documentElement.dataset;
const ask = async (path) => {
  const answer = await fetch(api + path, { headers: { Authorization: `Bearer ${sessionStorage.getItem("token")}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};
const add = (list, kind, text) => document.getElementById(list).appendChild(document.createElement(kind)).append(text);

for (const [severity, count] of Object.entries(await ask("/stats"))) {
  add("stats", "dt", severity);
  add("stats", "dd", String(count));
}
for (const each of await ask("/alerts")) add("alerts", "li", `${each.severity}: ${each.reason}`);
