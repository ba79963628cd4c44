"use strict";
const stacks = JSON.parse(document.getElementById("data").textContent);
const panel = document.getElementById("panel"), shown = document.getElementById("shown");
const search = document.getElementById("search");
let chosen = null; // what was chosen, and gets the focus back

function add(parent, tag, text, kind) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  parent.append(element);
  return element;
}
function list(title, lines) {
  if (!lines.length) return;
  add(shown, "h3", title);
  const all = add(shown, "ul");
  for (const [text, kind] of lines) add(all, "li", text, kind);
}
function links(title, stack, numbers) {
  if (!numbers.length) return;
  add(shown, "h3", title);
  const all = add(shown, "ul");
  for (const number of numbers) {
    const button = add(add(all, "li"), "button", stacks[stack].resources[number].name);
    button.dataset.stack = stack;
    button.dataset.number = number;
    add(button, "small", " " + stacks[stack].resources[number].kind);
  }
}
function bill(resource) {
  if (resource.usd !== null) return resource.usd.toFixed(2) + " USD a month";
  return { "": "not billed by AWS", free: "free", priced: "priced", "by use": "by use alone" }[resource.charge] || resource.charge;
}
function show(stack, number) {
  const resource = stacks[stack].resources[number];
  shown.replaceChildren();
  add(shown, "h2", resource.name);
  add(shown, "p", resource.kind + (resource.protect ? ", protected" : ""));
  add(shown, "h3", "Cost");
  add(shown, "p", bill(resource), "cost");
  list("Findings", resource.findings.map((each) => [each.rule + ": " + each.text + (each.fix ? " → " + each.fix : ""), each.as]));
  list("Routes", resource.routes.map((text) => [text]));
  const names = Object.keys(resource.properties);
  if (names.length) {
    add(shown, "h3", "Properties");
    const all = add(shown, "dl", undefined, "properties");
    for (const name of names) {
      const value = resource.properties[name];
      add(all, "dt", name);
      add(all, "dd", typeof value === "object" ? JSON.stringify(value, null, 1) : String(value));
    }
  }
  links("Has values of", stack, resource.uses);
  links("Gives values to", stack, stacks[stack].resources.flatMap((each, i) => (each.uses.includes(number) ? [i] : [])));
  add(shown, "p", resource.urn, "severity");
  panel.hidden = false;
  panel.scrollTop = 0;
}
function choose(element) {
  const button = element.closest("button[data-number]");
  if (button) {
    if (!panel.contains(button)) chosen = button;
    show(Number(button.dataset.stack), Number(button.dataset.number));
    return true;
  }
  const box = element.closest(".picture [data-urn]");
  if (!box) return false;
  const stack = Number(box.closest(".picture").dataset.stack);
  const number = stacks[stack].resources.findIndex((each) => each.urn === box.dataset.urn);
  if (number < 0) return false;
  document.querySelectorAll(".chosen").forEach((each) => each.classList.remove("chosen"));
  box.classList.add("chosen");
  chosen = box;
  show(stack, number);
  return true;
}
function close() {
  panel.hidden = true;
  if (chosen) chosen.focus();
}
function find() {
  const word = search.value.trim().toLowerCase();
  for (const button of document.querySelectorAll("button.resource"))
    button.closest("li").hidden = word !== "" && !button.textContent.toLowerCase().includes(word);
  for (const part of [...document.querySelectorAll(".component")].reverse()) {
    const any = word === "" || part.querySelector("li:not([hidden]) > button.resource");
    const own = part.querySelector("summary").textContent.toLowerCase().includes(word);
    if (word !== "" && own && !any) part.querySelectorAll("li").forEach((each) => (each.hidden = false));
    part.hidden = !any && !own;
    part.open = word !== "" && (Boolean(any) || own);
  }
}
function move(step) {
  const all = [...document.querySelectorAll("summary, button.resource")].filter((each) => each.offsetParent !== null);
  const next = all[all.indexOf(document.activeElement) + step];
  if (next) next.focus();
}
document.addEventListener("click", (event) => choose(event.target));
document.getElementById("close").addEventListener("click", close);
search.addEventListener("input", find);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return panel.hidden ? ((search.value = ""), find()) : close();
  if (event.target === search) return;
  if (event.key === "/") { event.preventDefault(); search.focus(); }
  if (event.key === "Enter" && event.target.dataset && event.target.dataset.urn) choose(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && document.activeElement.closest(".tree")) { event.preventDefault(); move(step); }
});
for (const box of document.querySelectorAll(".picture [data-urn]")) {
  box.setAttribute("tabindex", "0");
  box.setAttribute("role", "button");
}
window.addEventListener("beforeprint", () => document.querySelectorAll("details:not(.component)").forEach((each) => (each.open = true)));
