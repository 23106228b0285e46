// Maps over a picture: a slider for all of them on the page, and whether raw cells are seen. Python is not asked.
export default function ({ parentElement, data }) {
  const room = parentElement.querySelector(".rx-why-room");
  if (room.drawn !== data.html) {
    if (!room.drawn) document.querySelector(`.${data.jump}`)?.scrollIntoView();
    room.innerHTML = data.html;
    room.drawn = data.html;
  }
  const root = document.documentElement;
  const slider = parentElement.querySelector(".rx-why-opacity");
  const raw = parentElement.querySelector(".rx-why-raw");
  const shown = root.style.getPropertyValue("--rx-why-opacity") || String(data.opacity);
  fade(slider, Number(shown));
  raw.checked = "rxWhyRaw" in root.dataset;
  slider.oninput = () => {
    const value = Number(slider.value) / 100;
    root.style.setProperty("--rx-why-opacity", value);
    for (const one of document.querySelectorAll(".rx-why-opacity")) fade(one, value);
  };
  raw.onchange = () => {
    if (raw.checked) root.dataset.rxWhyRaw = "";
    else delete root.dataset.rxWhyRaw;
    for (const one of document.querySelectorAll(".rx-why-raw")) one.checked = raw.checked;
  };
}

function fade(slider, value) {
  const percent = Math.round(value * 100);
  slider.value = percent;
  slider.setAttribute("aria-valuetext", `${percent} percent`);
  slider.parentElement.querySelector("output").textContent = `${percent}\u202f%`;
}
