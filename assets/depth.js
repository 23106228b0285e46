// One layer marked at once in the strip of blocks and in all charts of depth: by pointing at any of them, or by
// the arrow keys on the strip. Python draws the strip and says everything there is to say; nothing goes back.
const SETTLED = 600; // milliseconds after which charts that were drawn again have their svg

export default function ({ parentElement, data }) {
  const room = parentElement.querySelector(".rx-depth-room");
  const strip = room.querySelector(".rx-depth");
  room.data = data;
  if (room.drawn !== data.html) {
    strip.innerHTML = data.html;
    room.drawn = data.html;
  }
  strip.setAttribute("aria-valuemax", data.layers.length);
  for (const [name, value] of Object.entries({ left: data.left, right: data.right, top: data.top, bottom: data.bottom })) {
    room.closest(`.${data.scope}`).style.setProperty(`--rx-depth-${name}`, `${value}px`);
  }
  room.at = room.at ? Math.min(room.at, data.layers.length) : 0;
  wire(room, strip);
  show(room, strip);
  clearTimeout(room.settling);
  room.settling = setTimeout(() => show(room, strip), SETTLED);
  return () => {
    if (room.isConnected) return;
    clearTimeout(room.settling);
    room.wired?.abort();
  };
}

// Listens on what holds the strip and the charts, which may be drawn again inside it at any time.
function wire(room, strip) {
  const scope = room.closest(`.${room.data.scope}`);
  if (room.scope === scope) return;
  room.wired?.abort();
  room.wired = new AbortController();
  room.scope = scope;
  const { signal } = room.wired;
  const point = (event) => {
    const over = event.target.closest(".rx-depth, .js-plotly-plot");
    if (over) move(room, strip, layerAt(room, over, event.clientX));
  };
  scope.addEventListener("pointermove", point, { signal, passive: true });
  scope.addEventListener("pointerdown", point, { signal, passive: true });
  strip.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = step(event.key, room.at, room.data);
    if (to === undefined) return;
    event.preventDefault();
    move(room, strip, to);
  };
  strip.onfocus = () => room.at || move(room, strip, 1);
}

function layerAt(room, over, at) {
  const { left, right, end } = room.data;
  const box = over.getBoundingClientRect();
  return Math.round(((at - box.left - left) / (box.width - left - right)) * end);
}

function step(key, at, { layers, stages }) {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return at + 1;
    case "ArrowLeft":
    case "ArrowDown":
      return at - 1;
    case "Home":
      return 1;
    case "End":
      return layers.length;
    case "PageUp":
      return stages.find((first) => first > at) ?? layers.length;
    case "PageDown":
      return stages.findLast((first) => first < at) ?? 1;
  }
  return undefined;
}

function move(room, strip, layer) {
  const within = Math.max(1, Math.min(room.data.layers.length, layer));
  if (within === room.at) return;
  room.at = within;
  show(room, strip);
}

function show(room, strip) {
  const { layers, end, idle } = room.data;
  const said = layers[room.at - 1];
  strip.setAttribute("aria-valuenow", room.at || 1);
  strip.setAttribute("aria-valuetext", said ? said.sentence : idle);
  const [name, ...rows] = room.querySelectorAll(".rx-depth-said > *");
  name.textContent = said ? said.name : idle;
  rows.forEach((row, at) => {
    row.querySelectorAll("b").forEach((cell, which) => (cell.textContent = said?.rows[at]?.[which] ?? ""));
    row.classList.toggle("rx-depth-empty", !said);
  });
  for (const over of room.scope.querySelectorAll(".rx-depth, .js-plotly-plot")) {
    const mark = over.querySelector(":scope > i.rx-depth-mark") ?? over.appendChild(made());
    mark.hidden = !said;
    mark.style.setProperty("--rx-depth-at", room.at / end);
  }
}

function made() {
  const mark = document.createElement("i");
  mark.className = "rx-depth-mark";
  mark.setAttribute("aria-hidden", "true");
  return mark;
}
