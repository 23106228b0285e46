// One map enlarged: a click or the arrow keys choose a pixel. Its value is said at once; Python is told when
// the hand rests, and then writes out how the number was made.
const REST = 250;

export default function ({ parentElement, data, setTriggerValue }) {
  const map = parentElement.querySelector(".rx-cursor");
  const image = map.querySelector("img");
  const mark = map.querySelector("i");
  const said = parentElement.querySelector(".rx-cursor-said");
  // While a hand still moves, an answer to where it was must not pull it back.
  if (map.which !== data.which || !map.timer) {
    clearTimeout(map.timer);
    map.timer = null;
    map.which = data.which;
    map.at = [data.row, data.column];
  }
  image.src = data.address;
  image.alt = data.words;
  map.setAttribute("aria-label", `${data.words}. The arrow keys move from pixel to pixel.`);
  map.style.setProperty("--rx-ratio", `${data.columns} / ${data.rows}`);
  map.style.setProperty("--rx-wide", `${(26 * Math.min(1, data.columns / data.rows)).toFixed(2)}rem`);
  show();

  map.onclick = (event) => {
    const box = map.getBoundingClientRect();
    const part = (at, from, length, count) => Math.min(count - 1, Math.max(0, Math.floor(((at - from) / length) * count)));
    move(part(event.clientY, box.top, box.height, data.rows), part(event.clientX, box.left, box.width, data.columns), 0);
    map.focus({ preventScroll: true });
  };
  map.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to = step(event.key, map.at);
    if (!to) return;
    event.preventDefault();
    move(Math.min(data.rows - 1, Math.max(0, to[0])), Math.min(data.columns - 1, Math.max(0, to[1])), REST);
  };

  function step(key, [row, column]) {
    switch (key) {
      case "ArrowUp": return [row - 1, column];
      case "ArrowDown": return [row + 1, column];
      case "ArrowLeft": return [row, column - 1];
      case "ArrowRight": return [row, column + 1];
      case "Home": return [row, 0];
      case "End": return [row, data.columns - 1];
      case "PageUp": return [0, column];
      case "PageDown": return [data.rows - 1, column];
    }
    return null;
  }

  function move(row, column, rest) {
    map.at = [row, column];
    show();
    clearTimeout(map.timer);
    map.timer = setTimeout(() => {
      map.timer = null;
      setTriggerValue("chosen", { row, column });
    }, rest);
  }

  function show() {
    const [row, column] = map.at;
    mark.style.left = `${((column + 0.5) / data.columns) * 100}%`;
    mark.style.top = `${((row + 0.5) / data.rows) * 100}%`;
    mark.style.width = `${100 / data.columns}%`;
    mark.style.height = `${100 / data.rows}%`;
    said.textContent = `Row ${row}, column ${column}: ${data.values[row * data.columns + column]}`;
  }
}
