// Puts a diagram that Python drew into the page: one for wide screens and, where given, one for narrow ones.
export default function ({ parentElement, data }) {
  const picture = parentElement.querySelector(".rx-picture");
  const wide = picture.querySelector(".rx-wide");
  const narrow = picture.querySelector(".rx-narrow");
  if (wide.drawn !== data.wide) {
    wide.innerHTML = data.wide;
    wide.drawn = data.wide;
  }
  if (narrow.drawn !== data.narrow) {
    narrow.innerHTML = data.narrow;
    narrow.drawn = data.narrow;
  }
  picture.classList.toggle("rx-has-narrow", data.narrow !== "");
}
