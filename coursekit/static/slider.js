// A slider over a list of values: positions 0 .. n-1 on a native range input,
// so keyboard and screen readers work as everywhere.
import {show} from "./number.js";
import {KEYS} from "./page.js";
import {initialize} from "./wake.js";

function render({model, el}) {
  const id = `ck-slider-${Math.random().toString(36).slice(2)}`;      // no counter: each widget has this module to itself
  el.classList.add("ck-slider");
  el.innerHTML = `<label for="${id}"></label>
    <input id="${id}" type="range" min="0" step="1" ${KEYS}><output for="${id}"></output>`;
  const [label, input, output] = el.children;

  // What a run says is `shown`; else what a person has asked for, `value`. The thumb stands at `index`.
  function update() {
    const index = model.get("index");
    const values = model.get("values");
    const now = show(model.get("shown") ?? values[index]);
    label.textContent = model.get("label");
    input.max = values.length - 1;
    if (input.valueAsNumber !== index) input.value = index;
    input.disabled = model.get("disabled");
    input.setAttribute("aria-valuetext", now);
    if (output.textContent !== now) output.textContent = now;
  }
  function moved() {
    const index = input.valueAsNumber;
    if (index === model.get("index")) return;
    const value = model.get("values")[index];
    const again = value === model.get("value");      // then no change of it would tell the kernel
    model.set("index", index);
    model.set("value", value);
    model.set("shown", null);
    model.save_changes();
    if (again) model.send({event: "again"});
  }
  input.addEventListener("input", moved);
  el.addEventListener("keydown", e => e.stopPropagation());
  const names = ["change:index", "change:shown", "change:values", "change:label", "change:disabled"];
  for (const n of names) model.on(n, update);
  update();
  return () => { for (const n of names) model.off(n, update); };
}
export default {initialize, render};
