"use strict";
const panel = document.getElementById("panel"), shown = document.getElementById("shown");
const search = document.getElementById("search");
const read = []; // the stacks' data, read when something is first chosen: the page opens sooner
let chosen = null; // what was chosen, and gets the focus back
let shared = null; // the resources that share the chosen box, if there are several

function resources(stack) {
  if (!read.length) read.push(...JSON.parse(document.getElementById("data").textContent));
  return read[stack].resources;
}
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
    const button = add(add(all, "li"), "button", resources(stack)[number].name);
    button.dataset.stack = stack;
    button.dataset.number = number;
    add(button, "small", " " + resources(stack)[number].kind);
  }
}
function bill(resource) {
  if (resource.usd !== null) return resource.usd.toFixed(2) + " USD a month";
  return { "": "not billed by AWS", free: "free", priced: "priced", "by use": "by use alone" }[resource.charge] || resource.charge;
}
function show(stack, number) {
  const resource = resources(stack)[number];
  shown.replaceChildren();
  if (shared) add(shown, "button", "← all " + shared.numbers.length + " of this box", "back");
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
  links("Gives values to", stack, resources(stack).flatMap((each, i) => (each.uses.includes(number) ? [i] : [])));
  add(shown, "p", resource.urn, "severity");
  reveal();
}
function offer() { // all that share a box, to choose one of
  shown.replaceChildren();
  add(shown, "h2", shared.numbers.length + " resources share this box");
  links("Choose one", shared.stack, shared.numbers);
  reveal();
  shown.querySelector("button").focus();
}
function reveal() {
  panel.hidden = false;
  panel.scrollTop = 0;
  if (!panel.contains(document.activeElement)) panel.focus(); // Tab goes on from there
}
function choose(element) {
  if (element.closest(".back")) return offer();
  const button = element.closest("button[data-number]");
  if (button) {
    if (!panel.contains(button)) [chosen, shared] = [button, null];
    return show(Number(button.dataset.stack), Number(button.dataset.number));
  }
  const box = element.closest(".picture [data-urn]");
  if (!box) return;
  const stack = Number(box.closest(".picture").dataset.stack);
  const urns = new Set(box.dataset.urn.split(/ (?=urn:)/)); // a name may have blanks
  const numbers = resources(stack).flatMap((each, i) => (urns.has(each.urn) ? [i] : []));
  if (!numbers.length) return;
  document.querySelectorAll(".chosen").forEach((each) => each.classList.remove("chosen"));
  box.classList.add("chosen");
  chosen = box;
  shared = numbers.length > 1 ? { stack, numbers } : null;
  if (shared) offer();
  else show(stack, numbers[0]);
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
  const found = [...document.querySelectorAll(".tree li:not([hidden]) > button.resource")].filter((each) => each.offsetParent);
  document.getElementById("found").textContent = word === "" ? "" : found.length + " found";
  if (word !== "" && found.length) found[0].closest(".tree").scrollIntoView(); // it stands below all else
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
  const box = event.target.dataset && event.target.dataset.urn; // a button, but not to the browser
  if (box && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); choose(event.target); }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && document.activeElement.closest(".tree")) { event.preventDefault(); move(step); }
});
for (const box of document.querySelectorAll(".picture [data-urn]")) {
  box.setAttribute("tabindex", "0");
  box.setAttribute("role", "button");
}
window.addEventListener("beforeprint", () => document.querySelectorAll("details:not(.component)").forEach((each) => (each.open = true)));
