// The map of a network as a tree grid: a click, Enter or the arrows open and close parts; Python draws the rows.
export default function ({ parentElement, data, setTriggerValue }) {
  const room = parentElement.querySelector(".rx-map-room");
  const focused = room.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.name : null;
  if (draw(room, data)) {
    const rows = rowsOf(room);
    const current = rows.find((row) => row.dataset.name === (focused ?? room.current)) ?? rows[0];
    become(room, current);
    if (focused) current.focus({ preventScroll: true });
  }
  const toggle = (row) => {
    if (!row.hasAttribute("aria-expanded")) return;
    become(room, row);
    row.focus({ preventScroll: true });
    setTriggerValue("toggled", row.dataset.name);
  };
  room.onclick = (event) => {
    const row = event.target.closest("tbody tr");
    if (row && !event.target.closest("a")) toggle(row);
  };
  room.onkeydown = (event) => {
    const row = event.target.closest("tbody tr");
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target !== row && (event.key === "Enter" || event.key === " ")) return; // a link in the row
    const go = step(event.key, row, rowsOf(room), toggle);
    if (go === undefined) return;
    event.preventDefault();
    if (go) {
      become(room, go);
      go.focus();
    }
  };
}

// Brings the table to these rows and leaves those that stay as they are; tells whether anything changed.
function draw(room, { frame, rows }) {
  if (room.frame !== frame) {
    room.innerHTML = frame;
    room.frame = frame;
    room.drawn = new Map();
  } else if (rows.length === room.drawn.size && rows.every((row) => room.drawn.has(row))) {
    return false;
  }
  const body = room.querySelector("tbody");
  const fresh = document.createElement("tbody");
  fresh.innerHTML = rows.filter((row) => !room.drawn.has(row)).join("");
  const made = [...fresh.children];
  const drawn = new Map(rows.map((row) => [row, room.drawn.get(row) ?? made.shift()]));
  for (const [row, element] of room.drawn) if (!drawn.has(row)) element.remove();
  let next = body.firstElementChild;
  for (const element of drawn.values()) {
    if (element === next) next = next.nextElementSibling;
    else body.insertBefore(element, next);
  }
  room.drawn = drawn;
  return true;
}

const rowsOf = (room) => [...room.querySelectorAll("tbody tr")];
const level = (row) => Number(row.getAttribute("aria-level"));

// One row at a time can be reached by Tab, and with it the link in it.
function become(room, row) {
  for (const one of room.querySelectorAll('[tabindex="0"]')) one.tabIndex = -1;
  room.current = row.dataset.name;
  row.tabIndex = 0;
  for (const link of row.querySelectorAll("a")) link.tabIndex = 0;
}

// The row that a key leads to; null where the key does something else, undefined where it is not ours.
function step(key, row, rows, toggle) {
  const place = rows.indexOf(row);
  const isOpen = row.getAttribute("aria-expanded");
  switch (key) {
    case "ArrowDown":
      return rows[place + 1] ?? null;
    case "ArrowUp":
      return rows[place - 1] ?? null;
    case "Home":
      return rows[0];
    case "End":
      return rows[rows.length - 1];
    case "ArrowRight":
      if (isOpen === "false") toggle(row);
      return isOpen === "true" ? rows[place + 1] : null;
    case "ArrowLeft":
      if (isOpen === "true") toggle(row);
      if (isOpen === "true") return null;
      return rows.slice(0, place).reverse().find((one) => level(one) < level(row)) ?? null;
    case "Enter":
    case " ":
      toggle(row);
      return null;
  }
  return undefined;
}
