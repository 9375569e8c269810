// A question with a control, buttons, and what has become of it.
// Native elements, so keyboard and screen readers work as everywhere.
import {KEYS, fill} from "./page.js";
import {initialize} from "./wake.js";

const BUTTONS = {
  commit: "This is my prediction",
  show: "Show me without predicting",
  again: "Predict again",
  clear: "Clear",
};

function render({model, el}) {
  const id = `ck-ask-${Math.random().toString(36).slice(2)}`;
  el.classList.add("ck-ask");
  el.innerHTML = `<div class="ck-question" id="${id}"></div><div class="ck-control"></div><div class="ck-buttons"></div>
    <div class="ck-answer" role="status" tabindex="-1"></div>`;
  const [question, control, buttons, answer] = el.children;

  function press(event) {
    try { model.send({event, index: model.get("index")}); }
    catch { fill(answer, "No kernel answers here: run the cell again."); }
  }
  function choose(index) {
    if (index === model.get("index")) return;
    model.set("index", index);
    model.save_changes();
  }

  // ## The control: a slider over the texts, or a choice of one; made once, and when its texts change
  function slider(texts) {
    return `<input type="range" min="0" step="1" max="${texts.length - 1}" aria-labelledby="${id}" ${KEYS}><output></output>`;
  }
  function choice(_, i) {
    return `<label><input type="radio" name="${id}" value="${i}" ${KEYS}><span></span></label>`;
  }
  function build() {
    const texts = model.get("texts");
    const kind = model.get("kind");
    control.innerHTML = kind === "range" ? slider(texts) : texts.map(choice).join("");
    if (kind === "radio") {
      control.setAttribute("role", "radiogroup");
      control.setAttribute("aria-labelledby", id);
    }
    control.querySelectorAll("span").forEach((span, i) => fill(span, texts[i]));
    for (const input of control.querySelectorAll("input")) input.addEventListener("input", () => choose(+input.value));
    update();
  }
  function set(input, index) {
    input.disabled = model.get("locked");
    if (input.type === "radio") {
      input.checked = +input.value === index;
      input.parentNode.classList.toggle("ck-chosen", input.checked);
      return;
    }
    const text = model.get("texts")[index] ?? "";
    if (input.valueAsNumber !== index) input.value = index;
    input.setAttribute("aria-valuetext", text);
    control.lastChild.textContent = text;
  }

  // ## The buttons that are wanted now
  function button(event) {
    return `<button type="button" data-event="${event}" ${KEYS}>${BUTTONS[event]}</button>`;
  }
  function offer(wanted) {
    const there = Array.from(buttons.children, b => b.dataset.event);
    if (there.join() === wanted.join()) return;
    const lost = buttons.contains(document.activeElement);
    buttons.innerHTML = wanted.map(button).join("");
    for (const b of buttons.children) b.addEventListener("click", () => press(b.dataset.event));
    if (lost) answer.focus();      // the button that was pressed is gone: what it said has the focus
  }

  function update() {
    fill(question, model.get("question"));
    question.hidden = !model.get("question");
    for (const input of control.querySelectorAll("input")) set(input, model.get("index"));
    fill(answer, model.get("said"));
    answer.className = `ck-answer ${model.get("tone")}`;
    offer(model.get("buttons"));
  }
  el.addEventListener("keydown", e => e.stopPropagation());
  const names = ["question", "index", "locked", "buttons", "said", "tone"].map(n => `change:${n}`);
  for (const n of names) model.on(n, update);
  model.on("change:texts", build);
  build();
  return () => {
    for (const n of names) model.off(n, update);
    model.off("change:texts", build);
  };
}
export default {initialize, render};
