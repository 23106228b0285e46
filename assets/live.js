// The live camera. One frame at a time goes to Python, the next when the answer is there: nothing can pile up,
// and nothing goes anywhere else or is kept. Times are measured here, from taking a frame to drawing its answer.
const SIDE = 256; // pixels of the guide square as it is sent
const WIDE = 320; // pixels across of a whole frame as it is sent
const QUALITY = 0.9;
const APART = 1000 / 20; // milliseconds between frames, at least
const PATIENCE = 6000; // milliseconds after which an answer is given up
const LATER = 500; // milliseconds before asking again who said: not yet
const COUNTED = 2000; // milliseconds over which frames are counted
const WRITTEN = 500; // milliseconds between two lines of figures or remarks
const SPOKEN = 2000; // milliseconds between two announcements

const ASKING = "The browser is being asked for the camera.";
const INSECURE = "A browser gives its camera on localhost or over HTTPS only, and this address is neither.";
const HIDDEN = "The camera was turned off, because this tab was out of sight.";
const ENDED = "The camera is gone: it was unplugged, or another program or the system took it away.";
const REFUSALS = {
  NotAllowedError: "The browser was not allowed to use the camera: allow it beside the address, and start again.",
  SecurityError: "The browser's settings forbid the camera on this page.",
  NotFoundError: "There is no camera on this computer: plug one in, and start again.",
  OverconstrainedError: "The camera cannot give such a picture: choose another one in the browser.",
  NotReadableError: "The camera does not answer: another program may be using it.",
  AbortError: "The camera did not start: another program may be using it.",
};

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".rx-live");
  root.live ??= new Live(root);
  root.live.take(data, (frame) => setTriggerValue("frame", frame));
  return () => root.live.leave(); // called when the page is left, not between answers
}

class Live {
  constructor(root) {
    const one = (name) => root.querySelector(name);
    [this.video, this.button, this.says] = [one("video"), one("button"), one(".rx-live-says")];
    [this.stage, this.guide, this.hand] = [one(".rx-live-stage"), one(".rx-live-guide"), one(".rx-live-hand")];
    [this.label, this.bars, this.seen] = [one(".rx-live-label"), one("tbody"), one(".rx-live-seen")];
    [this.remark, this.measured, this.spoken] = [one(".rx-live-remark"), one(".rx-live-measured"), one(".rx-hidden")];
    this.paper = document.createElement("canvas");
    this.number = 0;
    this.button.onclick = () => (this.stream ? this.stop("The camera is off.") : this.start());
    this.watch = () => document.hidden && this.stream && this.stop(HIDDEN, "Go on");
    document.addEventListener("visibilitychange", this.watch);
  }

  leave() {
    this.left = true;
    document.removeEventListener("visibilitychange", this.watch);
    this.stop("");
  }

  async start() {
    if (this.opening) return;
    if (!navigator.mediaDevices?.getUserMedia) return this.say(INSECURE);
    this.opening = true;
    this.say(ASKING);
    try {
      const video = { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" };
      this.stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      if (this.left || document.hidden) return this.stop(HIDDEN, "Go on");
      for (const track of this.stream.getTracks()) track.onended = () => this.stop(ENDED);
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch (refusal) {
      if (document.hidden) return this.stop(HIDDEN, "Go on");
      return this.stop(REFUSALS[refusal.name] ?? `The camera did not start: ${refusal.message || refusal.name}.`);
    } finally {
      this.opening = false;
    }
    if (!this.stream) return; // stopped while it began
    Object.assign(this, { first: true, drawn: [], announced: "", announcedAt: 0, writtenAt: 0 });
    this.stage.style.aspectRatio = `${this.video.videoWidth} / ${this.video.videoHeight}`;
    this.frame();
    this.button.textContent = "Stop the camera";
    this.say("");
    this.send();
  }

  stop(sentence, again = "Start the camera") {
    for (const track of this.stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    this.video.srcObject = this.stream = this.waits = null;
    clearTimeout(this.late);
    clearTimeout(this.next);
    this.label.hidden = this.hand.hidden = true;
    this.guide.hidden = false;
    this.seen.getContext("2d").clearRect(0, 0, this.seen.width, this.seen.height);
    this.paper.width = this.paper.height = 0;
    this.rows(this.data.classes);
    this.remark.textContent = this.spoken.textContent = "";
    this.button.textContent = again;
    this.say(sentence);
  }

  say(sentence) {
    if (this.says.textContent !== sentence) this.says.textContent = sentence;
  }

  // What Python has drawn the page with: perhaps the answer to the frame that is under way.
  take(data, tell) {
    const other = String(this.data?.classes) !== String(data.classes);
    Object.assign(this, { data, tell });
    if (other) this.rows(data.classes);
    this.frame();
    if (!this.stream || !this.waits) return;
    if (!data.answer) return this.after(APART); // the page was drawn anew, and the frame may have been lost
    if (data.answer.number !== this.waits.number) return;
    const { kind, sentence } = data.answer;
    if (kind === "stop") return this.stop(sentence);
    if (kind === "wait") {
      this.say(sentence);
      return this.after(LATER);
    }
    this.say("");
    this.show(data.answer);
    const { at } = this.waits;
    requestAnimationFrame(() => this.count(at, data.answer.network));
    this.after(APART - (performance.now() - at));
  }

  after(milliseconds) {
    this.waits = null;
    clearTimeout(this.late);
    clearTimeout(this.next);
    this.next = setTimeout(() => this.send(), Math.max(0, milliseconds));
  }

  send() {
    if (!this.stream || this.waits) return;
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return this.after(APART);
    const side = Math.round(Math.min(width, height) * this.data.guide);
    const whole = [0, 0, width, height, WIDE, Math.round((WIDE * height) / width)];
    const square = [(width - side) / 2, (height - side) / 2, side, side, SIDE, SIDE];
    const [left, top, across, down, wide, tall] = this.data.whole ? whole : square;
    this.waits = { number: ++this.number, at: performance.now() };
    Object.assign(this.paper, { width: wide, height: tall });
    const pen = this.paper.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(this.video, left, top, across, down, 0, 0, wide, tall);
    const jpeg = this.paper.toDataURL("image/jpeg", QUALITY).split(",")[1];
    this.late = setTimeout(() => this.after(0), PATIENCE);
    this.tell({ number: this.number, jpeg, first: Boolean(this.first), whole: this.data.whole });
    this.first = false;
  }

  rows(classes) {
    this.bars.replaceChildren(...classes.map((name) => {
      const row = document.createElement("tr");
      row.innerHTML = '<th scope="row"></th><td><span></span></td><td></td>';
      row.firstChild.textContent = name;
      return row;
    }));
  }

  frame() {
    const { videoWidth: width, videoHeight: height } = this.video;
    const across = width > height ? (this.data.guide * height) / width : this.data.guide;
    const down = width > height ? this.data.guide : (this.data.guide * width) / height;
    const shape = width ? [across, down] : [this.data.guide * 0.75, this.data.guide];
    place(this.guide, [(1 - shape[0]) / 2, (1 - shape[1]) / 2, (1 + shape[0]) / 2, (1 + shape[1]) / 2]);
  }

  show({ label, share, shares, words, pixels, box, remark, abstained }) {
    const [name, note] = this.label.children;
    name.textContent = label;
    note.textContent = label ? share : abstained;
    name.hidden = !label;
    this.label.hidden = false;
    shares.forEach((value, index) => {
      const row = this.bars.children[index];
      row.classList.toggle("rx-live-best", this.data.classes[index] === label);
      row.querySelector("span").style.width = `${100 * value}%`;
      row.lastChild.textContent = words[index];
    });
    this.hand.hidden = !box;
    this.guide.hidden = Boolean(box);
    if (box) place(this.hand, box);
    paint(this.seen, pixels);
    this.announce(label ? `Sign ${label}` : abstained);
    const now = performance.now();
    if (now - this.writtenAt < WRITTEN) return;
    this.writtenAt = now;
    this.remark.textContent = remark;
    this.measured.textContent = this.figures ?? "";
  }

  announce(words) {
    const now = performance.now();
    if (words === this.announced || now - this.announcedAt < SPOKEN) return;
    Object.assign(this, { announced: words, announcedAt: now });
    this.spoken.textContent = words;
  }

  count(at, network) {
    const now = performance.now();
    this.drawn = [...this.drawn, { now, took: now - at }].filter((one) => now - one.now <= COUNTED);
    if (this.drawn.length < 3) return;
    const rate = (this.drawn.length - 1) / ((now - this.drawn[0].now) / 1000);
    const took = this.drawn.map((one) => one.took).sort((a, b) => a - b)[this.drawn.length >> 1];
    this.figures = `${rate.toFixed(1)} frames a second; ${took.toFixed(0)}\u202fms from the camera to the drawn answer ` +
      `(median of two seconds); the network took ${network} of the last.`;
  }
}

function place(box, [left, top, right, bottom]) {
  const parts = { left, top, width: right - left, height: bottom - top };
  for (const [name, part] of Object.entries(parts)) box.style[name] = `${100 * part}%`;
}

function paint(canvas, pixels) {
  const bytes = atob(pixels);
  const { width, height } = canvas;
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      image.data[4 * pixel + channel] = bytes.charCodeAt(3 * pixel + channel);
    }
    image.data[4 * pixel + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}
