// All maps of a layer, cut out of one picture; each is a button, the arrow keys go from map to map.
export default function ({ parentElement, data, setTriggerValue }) {
  const room = parentElement.querySelector(".rx-maps");
  room.setAttribute("aria-label", data.words);
  if (room.drawn !== data.drawn) {
    const held = room.contains(document.activeElement);
    room.drawn = data.drawn;
    room.style.setProperty("--rx-ratio", `${data.width} / ${data.height}`);
    room.replaceChildren(...data.tiles.map(button));
    const picture = new Image();
    picture.onload = () => room.drawn === data.drawn && draw(room, picture, data);
    picture.src = data.address;
    if (held) current(room, data.chosen)?.focus({ preventScroll: true });
  }
  choose(room, data.chosen);
  room.onclick = (event) => {
    const tile = event.target.closest("button");
    if (!tile) return;
    choose(room, Number(tile.value));
    setTriggerValue("chosen", Number(tile.value));
  };
  room.onkeydown = (event) => {
    const tiles = [...room.children];
    const at = tiles.indexOf(event.target.closest("button"));
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const across = tiles.findIndex((one) => one.offsetTop !== tiles[0].offsetTop);
    const row = across < 0 ? tiles.length : across;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + row, ArrowUp: at - row, Home: 0, End: tiles.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tiles[Math.min(tiles.length - 1, Math.max(0, to))];
    for (const one of tiles) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  };
}

function button({ channel, words, mark }) {
  const made = document.createElement("button");
  made.type = "button";
  made.value = channel;
  made.title = words;
  made.setAttribute("aria-label", words);
  made.append(document.createElement("canvas"));
  if (mark) {
    const said = document.createElement("span");
    said.textContent = mark;
    made.append(said);
  }
  return made;
}

function draw(room, picture, { columns, width, height }) {
  [...room.querySelectorAll("canvas")].forEach((canvas, number) => {
    [canvas.width, canvas.height] = [width, height];
    const [left, top] = [(number % columns) * width, Math.floor(number / columns) * height];
    canvas.getContext("2d").drawImage(picture, left, top, width, height, 0, 0, width, height);
  });
}

const current = (room, channel) => [...room.children].find((one) => one.value === String(channel));

function choose(room, channel) {
  const focused = room.contains(document.activeElement) ? document.activeElement : current(room, channel);
  for (const one of room.children) {
    one.setAttribute("aria-pressed", String(one.value === String(channel)));
    one.tabIndex = one === focused ? 0 : -1;
  }
}
