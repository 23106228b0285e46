// A block on the bench: chosen and changed with the mouse, by touch or by keys; Python draws it anew.
// Every act has a number and is sent until Python has said that it saw it, so that none is lost however fast
// they come. Acts speak of what is chosen, and a choice made here is sent before the act that needs it.
const FAR = 6; // pixels that a pointer moves before it drags
const PAUSE = 150; // milliseconds on one part before Python hears that it is chosen
const ORDER = { entry: 0, branch: 1, sum: 2, exit: 3 };
const ACTS = {
  Delete: { act: "remove" }, Backspace: { act: "remove" }, d: { act: "duplicate" }, x: { act: "across" },
  k: { act: "shortcut" }, ",": { act: "shift", by: -1 }, ".": { act: "shift", by: 1 },
};

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".rx-bench");
  const bench = (root.bench ??= made(root, data));
  bench.tell = (acts) => setStateValue("acts", acts);
  bench.data = data;
  bench.acts = bench.acts.filter((one) => one.number > data.seen);
  bench.next = Math.max(bench.next, data.seen);
  if (!bench.acts.length && !bench.unsaid) bench.chosen = data.chosen;
  draw(bench);
  return () => clearTimeout(bench.late);
}

function made(root, data) {
  const find = (name) => root.querySelector(name);
  const bench = { root, acts: [], next: 0, chosen: data.chosen, unsaid: false };
  Object.assign(bench, {
    room: find(".rx-bench-room"), said: find(".rx-bench-said"), formula: find(".rx-bench-formula"),
    buttons: [...root.querySelectorAll("[data-act]")],
  });
  for (const one of root.querySelectorAll("[data-layer]")) {
    const layer = { layer: one.dataset.layer, words: one.textContent };
    one.onclick = () => (bench.dragged ? null : act(bench, { act: "insert", layer: layer.layer }));
    one.onpointerdown = (event) => drag(bench, event, layer);
  }
  for (const one of bench.buttons) {
    one.onclick = () => one.ariaDisabled === "true" || act(bench, JSON.parse(one.dataset.act));
  }
  bench.room.onclick = ({ target }) => {
    const part = target.closest("[data-at]");
    if (part && !bench.dragged) choose(bench, part.dataset.at, true);
  };
  bench.room.onpointerdown = (event) => {
    const part = event.target.closest(".rx-layer");
    if (part) drag(bench, event, { at: part.dataset.at, words: part.querySelector(".rx-name").textContent });
  };
  bench.room.onfocusin = ({ target }) => {
    const part = target.closest("[data-at]");
    if (part && part.dataset.at !== bench.chosen && !bench.dragged) choose(bench, part.dataset.at, false);
  };
  root.onkeydown = (event) => key(bench, event);
  for (const where of [bench.room, bench.formula]) {
    where.onmouseover = ({ target }) => light(bench, target.closest("[data-at], [data-term]"));
    where.onmouseleave = () => light(bench, null);
  }
  bench.formula.onfocusin = ({ target }) => light(bench, target.closest("[data-term]"));
  bench.formula.onfocusout = () => light(bench, null);
  return bench;
}

function draw(bench) {
  const { data, room, formula } = bench;
  const had = room.contains(document.activeElement);
  const whole = data.wide + data.narrow + data.formula;
  if (bench.drawn !== whole) {
    room.innerHTML = `<div class="rx-wide">${data.wide}</div><div class="rx-narrow">${data.narrow}</div>`;
    formula.innerHTML = data.formula;
    bench.drawn = whole;
  }
  mark(bench);
  if (had) part(bench, bench.chosen)?.focus({ preventScroll: true });
}

// What is chosen, in the diagram and on the buttons; one part of the diagram can be reached by Tab.
function mark(bench) {
  const { chosen, data } = bench;
  const parts = seen(bench);
  const stop = parts.find((one) => one.dataset.at === chosen) ?? parts.find((one) => one.dataset.at[0] !== "+") ?? parts[0];
  for (const one of bench.room.querySelectorAll("[data-at]")) {
    one.classList.toggle("rx-chosen", one.dataset.at === chosen);
    one.setAttribute("aria-pressed", String(one.dataset.at === chosen));
    one.tabIndex = one === stop ? 0 : -1;
  }
  const layer = Boolean(chosen) && chosen !== "sum" && chosen[0] !== "+";
  for (const one of bench.buttons) {
    const { act: name } = JSON.parse(one.dataset.act);
    one.ariaDisabled = String(!(data.can[name] ?? layer));
    if (name === "shortcut") one.textContent = data.shortcut;
  }
  light(bench, null);
}

const seen = (bench) => [...bench.room.querySelectorAll("[data-at]")].filter((one) => one.getClientRects().length);
const part = (bench, at) => seen(bench).find((one) => one.dataset.at === at);

// What is pointed at, said in words; a symbol lights up its layers, and a layer its symbols.
function light(bench, target) {
  const { data, chosen, said } = bench;
  const at = target?.dataset.at;
  const lit = target?.dataset.term !== undefined ? data.terms[target.dataset.term].ats : [];
  for (const one of bench.room.querySelectorAll("[data-at]")) {
    one.classList.toggle("rx-lit", lit.includes(one.dataset.at));
  }
  for (const one of bench.formula.querySelectorAll("[data-term]")) {
    one.classList.toggle("rx-lit", at !== undefined && data.terms[one.dataset.term].ats.includes(at));
  }
  const meaning = lit.length || target?.dataset.term !== undefined ? data.terms[target.dataset.term].meaning : "";
  const words = meaning || data.said[at ?? chosen] || data.hint;
  if (said.textContent !== words) said.textContent = words;
}

function choose(bench, at, now) {
  if (at !== bench.chosen) {
    bench.chosen = at;
    bench.unsaid = true;
  }
  part(bench, at)?.focus({ preventScroll: true });
  mark(bench);
  clearTimeout(bench.late);
  const say = () => bench.unsaid && send(bench, []);
  if (now) say();
  else bench.late = setTimeout(say, PAUSE);
}

function act(bench, asked) {
  clearTimeout(bench.late);
  send(bench, [asked]);
}

function send(bench, asked) {
  const whole = bench.unsaid ? [{ act: "choose", at: bench.chosen }, ...asked] : asked;
  bench.unsaid = false;
  for (const one of whole) bench.acts.push({ number: (bench.next += 1), ...one });
  bench.tell([...bench.acts]);
}

function key(bench, event) {
  const { data } = bench;
  if (event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    const letter = event.key.toLowerCase();
    if (letter !== "z" && letter !== "y") return;
    event.preventDefault();
    act(bench, { act: letter === "y" || event.shiftKey ? "redo" : "undo" });
    return;
  }
  if (!bench.room.contains(event.target)) return;
  const go = step(bench, event.key);
  const asked = ACTS[event.key] ?? (data.keys[event.key] && { act: "insert", layer: data.keys[event.key] });
  if (go) choose(bench, go.dataset.at, false);
  else if (event.key === "Enter" || event.key === " ") choose(bench, event.target.dataset.at, true);
  else if (asked) act(bench, asked);
  else return;
  event.preventDefault();
}

// The part that an arrow leads to: along the path, or across to the nearest part of the other one.
function step(bench, pressed) {
  const arrows = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  if (!arrows[pressed]) return null;
  const parts = seen(bench);
  const here = part(bench, bench.chosen) ?? parts[0];
  const main = parts.filter((one) => path(one) !== "shortcut").sort((one, other) => rank(one) - rank(other));
  const shortcut = parts.filter((one) => path(one) === "shortcut").sort((one, other) => rank(one) - rank(other));
  const [first, last] = [middle(main[0]), middle(main[main.length - 1])];
  const right = last[0] - first[0] > last[1] - first[1];
  const [x, y] = arrows[pressed];
  const [along, across] = right ? [x, y] : [y, x];
  const on = path(here) === "shortcut" ? shortcut : main;
  if (along) {
    const next = on[on.indexOf(here) + along];
    return next ?? (on === shortcut && along > 0 ? main.find((one) => one.dataset.at === "sum") : here);
  }
  const other = on === main ? shortcut : main;
  return across && other.length ? nearest(here, other, right ? 0 : 1) : here;
}

const path = (one) => one.dataset.at.replace("+", "").split(".")[0];
function rank(one) {
  const [name, index = "0"] = one.dataset.at.replace("+", "").split(".");
  return (ORDER[name] ?? 0) * 1000 + Number(index) * 2 + (one.dataset.at[0] === "+" ? 0 : 1);
}
function middle(one) {
  // An edge spans its way around the corner; its mark stands where the eye sees it.
  const { left, right, top, bottom } = (one.querySelector(".rx-here") ?? one).getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2];
}
function nearest(here, others, side) {
  const from = middle(here)[side];
  const away = (one) => Math.abs(middle(one)[side] - from);
  return others.reduce((best, one) => (away(one) < away(best) ? one : best));
}

// A layer, or a button for a new one, carried to an edge.
function drag(bench, down, what) {
  if (down.button) return;
  bench.dragged = false;
  const { root } = bench;
  let ghost = null;
  let target = null;
  const aim = (edge) => {
    target?.classList.remove("rx-target");
    target = edge;
    target?.classList.add("rx-target");
  };
  const move = (event) => {
    if (!ghost && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < FAR) return;
    if (!ghost) {
      ghost = Object.assign(document.createElement("div"), { className: "rx-ghost", textContent: what.words });
      root.append(ghost);
      root.classList.add("rx-dragging");
      bench.dragged = true;
    }
    Object.assign(ghost.style, { left: `${event.clientX}px`, top: `${event.clientY}px` });
    aim(document.elementFromPoint(event.clientX, event.clientY)?.closest('.rx-bench [data-at^="+"]') ?? null);
  };
  const end = (event) => {
    for (const [name, listener] of listeners) window.removeEventListener(name, listener);
    ghost?.remove();
    root.classList.remove("rx-dragging");
    const to = target?.dataset.at;
    aim(null);
    setTimeout(() => (bench.dragged = false)); // after the click that ends a drag
    if (!to || event.type !== "pointerup") return;
    act(bench, what.at ? { act: "drop", at: what.at, to } : { act: "insert", layer: what.layer, at: to });
  };
  const escape = (event) => event.key === "Escape" && end(event);
  const listeners = [["pointermove", move], ["pointerup", end], ["pointercancel", end], ["keydown", escape]];
  for (const [name, listener] of listeners) window.addEventListener(name, listener);
}
