// Saves the picture beside which it stands as SVG or PNG: what is on the screen, made in the browser, offline.

const PROPERTIES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap",
  "stroke-linejoin", "opacity", "visibility", "display", "font-family", "font-size", "font-weight", "font-style",
  "font-variant-numeric", "text-anchor", "dominant-baseline", "white-space", "letter-spacing", "paint-order",
];
const SVG = "http://www.w3.org/2000/svg";
const SCALE = 2;

export default function ({ parentElement, data }) {
  const [png, svg] = parentElement.querySelectorAll("button");
  svg.setAttribute("aria-label", `SVG of ${data.name}`);
  png.setAttribute("aria-label", `PNG of ${data.name}`);
  svg.onclick = () => save(new Blob([standalone(data).text], { type: "image/svg+xml" }), `${data.name}.svg`);
  png.onclick = async () => save(await raster(standalone(data)), `${data.name}.png`);
}

// One svg element with everything in it that the page's style sheets would otherwise add.
function standalone({ figure, alt }) {
  const layers = visibleLayers(document.querySelector(`.${CSS.escape(figure)}`));
  const { width, height } = layers[0].getBoundingClientRect();
  const whole = document.createElementNS(SVG, "svg");
  whole.setAttribute("xmlns", SVG);
  whole.setAttribute("width", Math.ceil(width));
  whole.setAttribute("height", Math.ceil(height));
  whole.setAttribute("viewBox", `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`);
  const description = document.createElementNS(SVG, "desc");
  description.textContent = alt;
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", groundColour(layers[0]));
  whole.append(description, ground);
  for (const layer of layers) {
    const copy = layer.cloneNode(true);
    inline(layer, copy);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.removeAttribute("style");
    copy.querySelectorAll("style").forEach((style) => style.remove());
    whole.append(copy);
  }
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

// Plotly draws a chart as several svg elements, one over the other; a diagram is one, wide or narrow.
function visibleLayers(figure) {
  const chart = [...figure.querySelectorAll(".js-plotly-plot svg.main-svg")];
  const drawn = chart.length ? chart : [...figure.querySelectorAll(".rx-picture svg")];
  return drawn.filter((layer) => layer.getBoundingClientRect().width > 0);
}

function groundColour(element) {
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    const colour = getComputedStyle(parent).backgroundColor;
    if (colour !== "transparent" && colour !== "rgba(0, 0, 0, 0)") return colour;
  }
  return "white";
}

function inline(drawn, copy) {
  const style = getComputedStyle(drawn);
  const kept = PROPERTIES.map((name) => [name, style.getPropertyValue(name)]).filter(([, value]) => value !== "");
  copy.removeAttribute("class");
  copy.setAttribute("style", kept.map(([name, value]) => `${name}: ${value}`).join("; "));
  for (let index = 0; index < drawn.children.length; index += 1) inline(drawn.children[index], copy.children[index]);
}

// Draws the svg on a canvas. A picture in an <img> sees no font of the page, so ours is put inside it first.
async function raster({ text, width, height }) {
  const fonts = await fontFaces();
  const dressed = fonts ? text.replace("<desc>", `<style>${fonts}</style><desc>`) : text;
  const address = URL.createObjectURL(new Blob([dressed], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width) * SCALE;
  canvas.height = Math.ceil(height) * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

// The rules of the upright text font that the page has loaded from its own server, with the file inside.
async function fontFaces() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const wanted = rules.filter(
    (rule) =>
      rule instanceof CSSFontFaceRule &&
      rule.style.getPropertyValue("font-family").replaceAll('"', "") === "Source Sans" &&
      rule.style.getPropertyValue("font-style") !== "italic",
  );
  return (await Promise.all(wanted.map(embedded))).join("\n");
}

async function embedded(rule) {
  const found = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue("src"));
  const base = rule.parentStyleSheet.href ?? document.baseURI;
  const file = await (await fetch(new URL(found[1], base))).blob();
  const inside = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
  return rule.cssText.replace(found[0], `url("${inside}")`);
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
