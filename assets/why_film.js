// A film over the checkpoints of a run: scrubber, one step back or on, and play. All frames are here already.
const PAUSE = 700;

export default function ({ parentElement, data }) {
  const find = (selector) => parentElement.querySelector(selector);
  const [room, scrub, said] = [find(".rx-film-room"), find(".rx-film-scrub input"), find(".rx-film-said")];
  const [play, back, on] = [".rx-film-play", ".rx-film-back", ".rx-film-on"].map(find);
  const last = data.frames.length - 1;
  if (room.drawn !== data.html) {
    stop();
    room.innerHTML = data.html;
    room.drawn = data.html;
    room.at = data.at;
  }
  scrub.max = last;
  show(Math.min(room.at, last));
  scrub.oninput = () => { stop(); show(Number(scrub.value)); };
  back.onclick = () => { stop(); show(Math.max(0, room.at - 1)); };
  on.onclick = () => { stop(); show(Math.min(last, room.at + 1)); };
  play.onclick = () => {
    if (room.timer) return stop();
    play.textContent = "Pause";
    show(room.at === last ? 0 : room.at + 1);
    room.timer = setInterval(() => {
      if (!room.isConnected || room.at === last) return stop();
      show(room.at + 1);
    }, PAUSE);
  };
  return stop;

  function stop() {
    clearInterval(room.timer);
    room.timer = null;
    play.textContent = "Play";
  }

  function show(at) {
    room.at = at;
    const frame = data.frames[at];
    scrub.value = at;
    scrub.setAttribute("aria-valuetext", frame.when);
    scrub.parentElement.querySelector("output").textContent = `${at + 1} of ${last + 1}`;
    back.disabled = at === 0;
    on.disabled = at === last;
    said.textContent = data.said[at];
    room.querySelectorAll("svg").forEach((drawing, narrow) => draw(drawing, frame, frame.lengths[narrow], data));
  }
}

function draw(drawing, frame, lengths, { best, other }) {
  drawing.querySelector(".rx-film-when").textContent = frame.when;
  drawing.querySelector(".rx-film-most").textContent = frame.most;
  drawing.querySelector(".rx-why-smooth").setAttribute("href", frame.smooth);
  drawing.querySelector(".rx-why-cells").setAttribute("href", frame.cells);
  drawing.querySelectorAll(".rx-film-sign").forEach((sign, label) => {
    const [bar, share] = [sign.querySelector(".rx-film-bar"), sign.querySelector(".rx-film-share")];
    bar.setAttribute("width", lengths[label]);
    bar.setAttribute("fill", label === frame.best ? best : other);
    share.setAttribute("x", Number(bar.getAttribute("x")) + lengths[label] + 8);
    share.textContent = frame.shares[label];
    for (const words of sign.querySelectorAll("text")) {
      words.setAttribute("font-weight", label === frame.best ? 600 : 400);
    }
  });
}
