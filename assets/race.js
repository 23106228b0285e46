// Plays a race: a curtain over the chart beside it hides what comes after the play head. The chart itself is drawn
// once by Python; moving the head asks nobody for anything. Who wants no motion sees an epoch at a time.
const SECONDS = 14; // that playing a whole race takes
const APART = 900; // milliseconds between two epochs where motion is not wanted
const PANELS = ["xy", "xy2", "xy3"]; // the losses and the two heat maps
const SUPERSCRIPTS = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign, digit) => [digit, sign])) };
const GAP = 22; // pixels between the labels that ride on the head

export default function ({ parentElement, data }) {
  const room = parentElement.querySelector(".rx-race");
  const [button, again] = room.querySelectorAll("button");
  const slider = room.querySelector("input");
  const said = room.querySelector("output");
  const state = (room.state ??= { at: null, playing: false, name: null });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const last = data.last;
  if (state.name !== data.name) Object.assign(state, { at: null, playing: false, name: data.name });
  cancelAnimationFrame(state.frame);
  clearInterval(state.look);

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
  // The chart comes later than this, is drawn anew when the run grows, and changes its size with the window.
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
      if (still ? now - before >= APART : true) {
        const step = still ? data.each : ((now - before) / 1000) * (data.end / SECONDS);
        before = now;
        if (state.at + step >= last) { pause(); move(null); return; }
        move(still ? Math.floor(state.at / data.each + 1) * data.each : state.at + step);
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
    const words = `step ${at} of ${data.end}, epoch ${Math.ceil(at / data.each)}`;
    slider.setAttribute("aria-valuetext", words);
    said.setAttribute("aria-live", state.playing ? "off" : "polite");
    said.textContent = [capital(words), ...data.sides.map((side) => told(side, at))].join(" · ");
    cover();
  }

  function told(side, at) {
    const values = [`training loss ${written(valueAt(side.steps, side.loss, at))}`];
    const test = valueAt(side.tested, side.test, at);
    if (test !== null) values.push(`test loss ${written(test)}`);
    values.push(`gradient of the first layer ${written(valueAt(side.kept, side.first, at))}`);
    return `${side.name}: ${values.join(", ")}`;
  }

  // Lays the curtain over the three panels, and the head with its labels at its edge.
  function cover() {
    const chart = document.querySelector(`.${data.chart} .js-plotly-plot`);
    if (!chart) return;
    const boxes = PANELS.map((name) => chart.querySelector(`.draglayer .${name} .nsewdrag`)?.getBoundingClientRect());
    if (!boxes.every((box) => box?.width)) return;
    if (state.veil?.parentElement !== chart) {
      state.veil?.remove();
      state.veil = chart.appendChild(veil());
    }
    const outer = chart.getBoundingClientRect();
    const at = head();
    const hidden = at < last - 0.5;
    state.veil.hidden = !hidden;
    if (!hidden) return;
    const left = boxes[0].left - outer.left + (at / data.end) * boxes[0].width;
    const parts = [...state.veil.children];
    boxes.forEach((box, place) => {
      const right = place === 0 ? outer.right : box.right + 1;
      Object.assign(parts[place].style, {
        left: `${left}px`, top: `${box.top - outer.top - (place === 0 ? 12 : 1)}px`,
        width: `${Math.max(0, right - outer.left - left)}px`, height: `${box.height + (place === 0 ? 11 : 2)}px`,
      });
    });
    Object.assign(parts[3].style, {
      left: `${left - 1}px`, top: `${boxes[0].top - outer.top}px`, height: `${boxes[2].bottom - boxes[0].top}px`,
    });
    ride(parts.slice(4), boxes[0], outer, left, at);
  }

  // The names of the two runs, beside the head at the height of their losses, and not over each other.
  function ride(labels, box, outer, left, at) {
    const heights = data.sides.map((side) => {
      const loss = valueAt(side.steps, side.loss, at);
      return loss === null ? null : box.bottom - outer.top - (Math.min(loss, data.top) / data.top) * box.height;
    });
    if (heights[0] !== null && heights[1] !== null && Math.abs(heights[0] - heights[1]) < GAP) {
      const middle = (heights[0] + heights[1]) / 2;
      const order = heights[0] <= heights[1] ? [-1, 1] : [1, -1];
      heights.forEach((_, place) => { heights[place] = middle + (order[place] * GAP) / 2; });
    }
    labels.forEach((label, place) => {
      label.hidden = heights[place] === null;
      label.textContent = data.sides[place].name;
      Object.assign(label.style, { left: `${left + 6}px`, top: `${heights[place] - 11}px`, color: data.sides[place].ink });
    });
  }

  return () => {
    cancelAnimationFrame(state.frame);
    clearInterval(state.look);
    state.veil?.remove();
  };
}

function veil() {
  const made = document.createElement("div");
  made.className = "rx-race-veil";
  made.setAttribute("aria-hidden", "true");
  made.innerHTML = "<i></i><i></i><i></i><b></b><span></span><span></span>";
  return made;
}

// The value of the last of these steps that is not after the head; null where there is none.
function valueAt(steps, values, at) {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= at) low = middle + 1; else high = middle;
  }
  return low ? values[low - 1] : null;
}

function written(value) {
  if (value === null || value === undefined) return "not yet";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e6) return String(Number(value.toPrecision(3)));
  const [digits, power] = value.toExponential(2).split("e");
  return `${digits}·10${[...power.replace("+", "")].map((sign) => SUPERSCRIPTS[sign]).join("")}`;
}

function capital(words) {
  return words[0].toUpperCase() + words.slice(1);
}
