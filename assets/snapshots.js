// A camera that takes several snapshots of one sign in a row and hands them to Python together.
// Nothing is sent before a person asks for snapshots; the camera is let go when it is turned off, when the
// page is left, and when its tab is hidden. What Python has not yet said to have is sent again with the next
// snapshots: of two messages that wait for a busy server, Streamlit keeps the newer one only.
const WAIT = 900; // milliseconds before the first snapshot, to get the hand in place
const GAP = 350; // between two, to move the hand a little
const SIDE = 640; // longest side of what is sent, in pixels
const REFUSED = {
  NotAllowedError: "The browser may not use the camera: allow it for this page, or give files instead.",
  NotFoundError: "No camera was found on this computer; give files instead.",
  NotReadableError: "The camera is in use by another program; close that, or give files instead.",
};

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".rx-snapshots");
  root.camera ??= made(root);
  root.camera.data = data;
  root.camera.waiting = root.camera.waiting.filter(({ number }) => number > data.received);
  root.camera.tell = (taken) => setTriggerValue("taken", taken);
  draw(root.camera);
  return () => {
    if (!root.isConnected) off(root.camera, "");
  };
}

function made(root) {
  const [video, words] = ["video", "output"].map((name) => root.querySelector(name));
  const [several, one, power] = root.querySelectorAll("button");
  const camera = { root, video, words, several, one, power, stream: null, busy: false, waiting: [], last: 0 };
  power.onclick = () => (camera.stream ? off(camera, "") : on(camera));
  several.onclick = () => take(camera, camera.data.several);
  one.onclick = () => take(camera, 1);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && camera.stream) off(camera, "The camera was turned off while this page was hidden.");
  });
  return camera;
}

async function on(camera) {
  if (!navigator.mediaDevices) {
    camera.words.textContent = "A browser gives its camera on localhost or over HTTPS only; give files instead.";
    return;
  }
  try {
    const video = { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" };
    camera.stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    if (!camera.root.isConnected) return off(camera, ""); // the page was left meanwhile
    camera.video.srcObject = camera.stream;
    await camera.video.play();
    camera.words.textContent = "";
  } catch (problem) {
    off(camera, REFUSED[problem.name] ?? `The camera could not be turned on: ${problem.message}`);
  }
  draw(camera);
}

function off(camera, sentence) {
  for (const track of camera.stream?.getTracks() ?? []) track.stop();
  Object.assign(camera, { stream: null, busy: false });
  camera.video.srcObject = null;
  camera.words.textContent = sentence;
  draw(camera);
}

function draw({ root, data, stream, busy, several, one, power }) {
  root.classList.toggle("rx-snapshots-on", Boolean(stream));
  several.textContent = `Take ${data.several} of sign ${data.sign}`;
  one.textContent = "Take one";
  power.textContent = stream ? "Turn the camera off" : "Turn the camera on";
  several.disabled = one.disabled = !stream || busy;
}

async function take(camera, count) {
  const { sign } = camera.data;
  const pictures = [];
  Object.assign(camera, { busy: true });
  draw(camera);
  for (let number = 1; number <= count; number += 1) {
    const hint = count > 1 ? `: ${number} of ${count}. Move it a little between them.` : ".";
    camera.words.textContent = `Hold up sign ${sign}${hint}`;
    await new Promise((passed) => setTimeout(passed, number === 1 ? WAIT : GAP));
    if (!camera.stream) return; // turned off meanwhile: what was taken is dropped
    pictures.push(frame(camera.video));
  }
  camera.busy = false;
  camera.words.textContent = "";
  camera.last = Math.max(Date.now(), camera.last + 1);
  camera.waiting.push({ number: camera.last, sign, pictures });
  camera.tell(camera.waiting);
  draw(camera);
}

function frame(video) {
  const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.92);
}
