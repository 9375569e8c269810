// A question with a control, buttons, and what has become of it. Native elements, so keyboard and screen readers work as everywhere.
const BUTTONS = {commit: "This is my prediction", show: "Show me without predicting", again: "Predict again", clear: "Clear"};
const KEYS = 'data-lm-suppress-shortcuts="true"';      // or JupyterLab takes the arrow keys and Enter

// Text with `code` in it, as nodes.
function fill(el, text) {
  if (el.dataset.text === text) return;
  el.dataset.text = text;
  el.replaceChildren(...text.split("`").map((part, i, all) => i % 2 && i < all.length - 1 ? Object.assign(document.createElement("code"), {textContent: part}) : document.createTextNode(i % 2 ? "`" + part : part)));
}

function render({model, el}) {
  const id = `ck-ask-${Math.random().toString(36).slice(2)}`;
  el.classList.add("ck-ask");
  el.innerHTML = `<div class="ck-question" id="${id}"></div><div class="ck-control"></div><div class="ck-buttons"></div><div class="ck-answer" role="status" tabindex="-1"></div>`;
  const [question, control, buttons, answer] = el.children;

  function change(name, value) { model.set(name, value); model.save_changes(); }
  function press(event) {
    try { model.send({event, index: model.get("index")}); }
    catch { fill(answer, "No kernel answers here: run the cell again."); }
  }
  function build() {       // the control, once and when its choices change
    const texts = model.get("texts"), kind = model.get("kind");
    if (kind === "range") control.innerHTML = `<input type="range" min="0" step="1" max="${texts.length - 1}" aria-labelledby="${id}" ${KEYS}><output></output>`;
    else control.innerHTML = texts.map((_, i) => `<label><input type="radio" name="${id}" value="${i}" ${KEYS}><span></span></label>`).join("");
    if (kind === "radio") { control.setAttribute("role", "radiogroup"); control.setAttribute("aria-labelledby", id); }
    control.querySelectorAll("span").forEach((span, i) => fill(span, texts[i]));
    control.querySelectorAll("input").forEach(input => input.addEventListener("input", () => { const i = +input.value; if (i !== model.get("index")) change("index", i); }));
    update();
  }
  function update() {
    const texts = model.get("texts"), index = model.get("index"), locked = model.get("locked");
    fill(question, model.get("question"));
    question.hidden = !model.get("question");
    for (const input of control.querySelectorAll("input")) {
      input.disabled = locked;
      if (input.type === "radio") { input.checked = +input.value === index; input.parentNode.classList.toggle("ck-chosen", input.checked); }
      else { if (input.valueAsNumber !== index) input.value = index; input.setAttribute("aria-valuetext", texts[index] ?? ""); control.lastChild.textContent = texts[index] ?? ""; }
    }
    fill(answer, model.get("said"));
    answer.className = `ck-answer ${model.get("tone")}`;
    const wanted = model.get("buttons"), lost = buttons.contains(document.activeElement);
    if ([...buttons.children].map(b => b.dataset.event).join() !== wanted.join()) {
      buttons.innerHTML = wanted.map(k => `<button type="button" data-event="${k}" ${KEYS}>${BUTTONS[k]}</button>`).join("");
      for (const b of buttons.children) b.addEventListener("click", () => press(b.dataset.event));
      if (lost) answer.focus();           // the button that was pressed is gone: what it said has the focus
    }
  }
  el.addEventListener("keydown", e => e.stopPropagation());
  const names = ["question", "index", "locked", "buttons", "said", "tone"].map(n => `change:${n}`);
  for (const n of names) model.on(n, update);
  model.on("change:texts", build);
  build();
  return () => { for (const n of names) model.off(n, update); model.off("change:texts", build); };
}
export default {initialize, render};
