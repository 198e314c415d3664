// What a page can do besides, where there is JavaScript. Every page is whole without it.
//
//   data-app-slider="ID"   on an empty element: a slider over the links of the list with that id, one stop a date.
//                          Links without data-app-stop are left out; its value is what is said of the stop.

// A slider says where it would go, and a link beside it goes there: moving it changes no page by itself.
function slide(place) {
  const list = document.getElementById(place.dataset.appSlider);
  const links = list ? [...list.querySelectorAll("a[data-app-stop]")] : [];
  const stops = links.filter((link, index) => index === 0 || link.href !== links[index - 1].href);
  if (stops.length < 2) return;
  const current = stops.findIndex((link) => link.getAttribute("aria-current"));

  const label = document.createElement("label");
  const range = document.createElement("input");
  const said = document.createElement("output");
  const go = document.createElement("a");
  range.id = `${place.dataset.appSlider}-slider`;
  range.type = "range";
  range.min = "0";
  range.max = String(stops.length - 1);
  range.step = "1";
  range.value = String(current < 0 ? stops.length - 1 : current);
  label.className = "govuk-label";
  label.htmlFor = range.id;
  label.textContent = place.dataset.appLabel || "Move along the dates";
  said.htmlFor = range.id;
  go.className = "govuk-button govuk-button--secondary";
  go.draggable = false;

  const show = () => {
    const stop = stops[Number(range.value)];
    said.textContent = stop.dataset.appStop;
    range.setAttribute("aria-valuetext", stop.dataset.appStop);
    go.href = stop.href;
    go.textContent = `Go to ${stop.dataset.appStop.split(":")[0]}`;
  };
  range.addEventListener("input", show);
  show();
  place.classList.add("app-slider");
  place.append(label, range, said, go);
}

document.querySelectorAll("[data-app-slider]").forEach(slide);

// A table is a stop of the Tab key, and said to be wide, only where there is something to move it to.
const watch = (region) => {
  const scrolls = region.scrollWidth > region.clientWidth;
  region.tabIndex = scrolls ? 0 : -1;
  const said = region.previousElementSibling;
  if (said?.classList.contains("app-table__wide")) said.hidden = !scrolls;
};
const regions = [...document.querySelectorAll(".app-table__scroll[tabindex]")];
const sizes = new ResizeObserver((seen) => seen.forEach((one) => watch(one.target)));
regions.forEach((region) => sizes.observe(region));
