// Plays what was measured step by step: a curtain over the charts beside it hides what comes after the play head. The
// charts are drawn once by Python; moving the head asks nobody for anything. Who wants no motion sees an epoch at a time.
const SECONDS = 14; // that playing takes where nobody knows how long it took
const APART = 900; // milliseconds between two epochs where motion is not wanted
const SUPERSCRIPTS = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign, digit) => [digit, sign])) };
const GAP = 22; // pixels between the labels that ride on the head

export default function ({ parentElement, data }) {
  const room = parentElement.querySelector(".rx-player");
  const [button, again] = room.querySelectorAll("button");
  const slider = room.querySelector("input");
  const said = room.querySelector("output");
  const pace = room.querySelector("select");
  const state = (room.state ??= { at: null, playing: false, name: null, veils: [], speed: String(data.speeds.at(-2) ?? 1) });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const last = data.last;
  if (state.name !== data.name) Object.assign(state, { at: null, playing: false, name: data.name });
  cancelAnimationFrame(state.frame);
  clearInterval(state.look);

  room.setAttribute("aria-label", data.group);
  const timed = data.seconds !== null && !still;
  pace.parentElement.hidden = !timed;
  if (timed && pace.options.length !== data.speeds.length)
    pace.replaceChildren(...data.speeds.map((speed) => new Option(`${speed}×`, String(speed))));
  pace.value = state.speed;
  pace.onchange = () => { state.speed = pace.value; };
  slider.max = Math.max(1, last);
  slider.disabled = button.disabled = again.disabled = last < 2;
  button.onclick = () => (state.playing ? pause() : play());
  again.onclick = () => { pause(); move(null); };
  slider.oninput = () => {
    const at = Number(slider.value); // pausing writes the old one
    pause();
    move(at);
  };
  show();
  // A chart comes later than this, is drawn anew when the run grows, and changes its size with the window.
  state.look = setInterval(cover, 250);
  if (state.playing) play();

  function head() {
    return state.at === null ? last : Math.min(state.at, last);
  }

  function move(at) {
    state.at = at === null || at >= last ? null : Math.max(1, at);
    show();
  }

  function play() {
    state.playing = true;
    if (state.at === null) state.at = 1;
    let before = null;
    const turn = (now) => {
      if (!room.isConnected || !state.playing) return;
      before ??= now;
      if (!still || now - before >= APART) {
        const at = still ? Math.floor(state.at / data.each + 1) * data.each : later(data, state.at, (now - before) / 1000, Number(state.speed));
        before = now;
        if (at >= last) { pause(); move(null); return; }
        move(at);
      }
      state.frame = requestAnimationFrame(turn);
    };
    cancelAnimationFrame(state.frame);
    state.frame = requestAnimationFrame(turn);
    show();
  }

  function pause() {
    state.playing = false;
    cancelAnimationFrame(state.frame);
    show();
  }

  function show() {
    const at = Math.floor(head());
    button.textContent = state.playing ? "Pause" : "Play";
    slider.value = at;
    const { place, told } = moment(data, at);
    slider.setAttribute("aria-valuetext", place);
    said.setAttribute("aria-live", state.playing ? "off" : "polite");
    said.textContent = [capital(place), ...told].join(" · ");
    cover();
  }

  function cover() {
    data.charts.forEach((chart, number) => curtain(chart, number));
  }

  // Lays the curtain over the panels of a chart, and the head with its labels at its edge.
  function curtain(told, number) {
    const chart = document.querySelector(`.${told.chart} .js-plotly-plot`);
    if (!chart) return;
    const boxes = told.panels.map((name) => chart.querySelector(`.draglayer .${name} .nsewdrag`)?.getBoundingClientRect());
    if (!boxes.every((box) => box?.width)) return;
    if (state.veils[number]?.parentElement !== chart) {
      state.veils[number]?.remove();
      state.veils[number] = chart.appendChild(veil(told));
    }
    const outer = chart.getBoundingClientRect();
    const at = head();
    const hidden = at < last - 0.5;
    state.veils[number].hidden = !hidden;
    if (!hidden) return;
    const [from, to] = told.ends;
    const left = boxes[0].left - outer.left + ((along(told, at) - from) / (to - from)) * boxes[0].width;
    const parts = [...state.veils[number].children];
    boxes.forEach((box, place) => {
      const right = place === 0 ? outer.right : box.right + 1;
      Object.assign(parts[place].style, {
        left: `${left}px`, top: `${box.top - outer.top - (place === 0 ? 12 : 1)}px`,
        width: `${Math.max(0, right - outer.left - left)}px`, height: `${box.height + (place === 0 ? 13 : 2)}px`,
      });
    });
    Object.assign(parts[boxes.length].style, {
      left: `${left - 1}px`, top: `${boxes[0].top - outer.top}px`, height: `${boxes.at(-1).bottom - boxes[0].top}px`,
    });
    ride(told, parts.slice(boxes.length + 1), boxes[0], outer, left, at);
  }

  // The names of the curves, beside the head at the height of their values, and not over each other.
  function ride(told, labels, box, outer, left, at) {
    const heights = apart(told.riders.map((rider) => {
      const value = valueAt(rider.steps, rider.values, at);
      return value === null ? null : box.bottom - outer.top - (Math.min(value, told.top) / told.top) * box.height;
    }));
    labels.forEach((label, place) => {
      label.hidden = heights[place] === null;
      label.textContent = told.riders[place].name;
      Object.assign(label.style, { left: `${left + 6}px`, top: `${heights[place] - 11}px`, color: told.riders[place].ink });
    });
  }

  return () => {
    cancelAnimationFrame(state.frame);
    clearInterval(state.look);
    state.veils.forEach((made) => made?.remove());
    state.veils = [];
  };
}

function veil({ panels, riders }) {
  const made = document.createElement("div");
  made.className = "rx-player-veil";
  made.setAttribute("aria-hidden", "true");
  made.innerHTML = `${"<i></i>".repeat(panels.length)}<b></b>${"<span></span>".repeat(riders.length)}`;
  return made;
}

// Where the head is after so many seconds of watching, at a speed where it is known when each step was done.
export function later(data, at, seconds, speed) {
  if (data.seconds === null) return at + seconds * (data.end / SECONDS);
  const { steps, at: done } = data.seconds;
  return between(done, steps, between(steps, done, at) + seconds * speed);
}

// What is said of a step: where it is, and every value that had been measured by then.
export function moment(data, at) {
  const parts = [`step ${at} of ${data.end}`, `epoch ${Math.ceil(at / data.each)}`];
  if (data.seconds !== null) parts.push(`${Math.round(between(data.seconds.steps, data.seconds.at, at))} s`);
  const told = data.sides.map((side) => {
    const values = side.says.map((one) => [one, valueAt(one.steps, one.values, at)]);
    const words = values.filter(([one, value]) => value !== null || !one.later);
    const said = words.map(([one, value]) => `${one.words} ${one.share ? percent(value) : written(value)}`).join(", ");
    return side.name ? `${side.name}: ${said}` : said;
  });
  return { place: parts.join(", "), told: told.filter(Boolean) };
}

// Where on the horizontal axis of a chart a step is.
export function along(chart, at) {
  return chart.along === null ? at : between(chart.along.steps, chart.along.at, at);
}

// The value of the last of these steps that is not after the head; null where there is none.
export function valueAt(steps, values, at) {
  const place = upTo(steps, at);
  return place ? values[place - 1] : null;
}

// The value at a place, on a straight line between its neighbours, and on that of the last two beyond them.
export function between(places, values, at) {
  if (places.length < 2) return values[0] ?? at;
  const place = Math.min(Math.max(upTo(places, at), 1), places.length - 1);
  const width = places[place] - places[place - 1];
  return width ? values[place - 1] + ((at - places[place - 1]) / width) * (values[place] - values[place - 1]) : values[place];
}

// How many of these increasing numbers are at most this one.
function upTo(numbers, at) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= at) low = middle + 1; else high = middle;
  }
  return low;
}

// Moves heights apart until neighbours have their distance, each as little as the other; null stays null.
export function apart(heights) {
  const found = [...heights];
  const order = found.map((_, place) => place).filter((place) => found[place] !== null).sort((a, b) => found[a] - found[b]);
  for (let turn = 0; turn < 20; turn += 1)
    for (let place = 1; place < order.length; place += 1) {
      const lack = GAP - (found[order[place]] - found[order[place - 1]]);
      if (lack > 0) { found[order[place - 1]] -= lack / 2; found[order[place]] += lack / 2; }
    }
  return found;
}

function written(value) {
  if (value === null || value === undefined) return "not yet";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e6) return String(Number(value.toPrecision(3)));
  const [digits, power] = value.toExponential(2).split("e");
  return `${digits}·10${[...power.replace("+", "")].map((sign) => SUPERSCRIPTS[sign]).join("")}`;
}

function percent(value) {
  return value === null ? "not yet" : `${Number((100 * value).toPrecision(3))} %`;
}

function capital(words) {
  return words[0].toUpperCase() + words.slice(1);
}
