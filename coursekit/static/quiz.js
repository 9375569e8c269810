// Questions with answers as buttons; each says at once why it is right or wrong, also on a page without a kernel.
import {KEYS, fill} from "./page.js";
import {initialize} from "./wake.js";

function render({model, el}) {
  const id = `ck-quiz-${Math.random().toString(36).slice(2)}`;
  const items = model.get("items");      // each {question, options, why, right}: options in the order shown

  function option(n, i) {
    return `<button type="button" data-n="${n}" data-i="${i}" ${KEYS}>
      <span class="ck-mark" aria-hidden="true"></span><span></span><span class="ck-hidden"></span></button>`;
  }
  function card(q, n) {
    return `<div class="ck-item" role="group" aria-labelledby="${id}-${n}">
      <div class="ck-question" id="${id}-${n}"></div>
      <div class="ck-options">${q.options.map((_, i) => option(n, i)).join("")}</div>
      <div class="ck-answer" role="status" tabindex="-1"></div></div>`;
  }
  el.classList.add("ck-ask");
  el.innerHTML = `${items.map(card).join("")}<div class="ck-score" role="status"></div>`;
  const cards = [...el.querySelectorAll(".ck-item")];
  const score = el.lastChild;
  cards.forEach((box, n) => {
    const number = items.length > 1 ? `${n + 1}. ` : "";
    fill(box.querySelector(".ck-question"), number + items[n].question);
    box.querySelectorAll("button").forEach((b, i) => {
      fill(b.children[1], items[n].options[i]);
      b.addEventListener("click", () => choose(n, i));
    });
  });

  function tries(n) { return model.get("tries")[n] ?? []; }
  function done(n) { return tries(n).includes(items[n].right); }
  function choose(n, i) {
    if (done(n) || tries(n).at(-1) === i) return;
    model.set("tries", items.map((_, k) => k === n ? [...tries(k), i] : tries(k)));
    try { model.save_changes(); }
    catch { /* the kernel is gone: nobody records it */ }
    update();
  }
  function mark(b, tried, right) {
    const hit = tried && right;
    const miss = tried && !right;
    b.classList.toggle("ck-right", hit);
    b.classList.toggle("ck-wrong", miss);
    b.children[0].textContent = hit ? "✓" : miss ? "✗" : "";
    b.children[2].textContent = hit ? " (right)" : miss ? " (tried: wrong)" : "";
  }
  function verdict(q, last) {
    if (last === undefined) return "";
    return `${last === q.right ? "Right." : "Not this one."} ${q.why[last]}`;
  }
  function update() {
    cards.forEach((box, n) => {
      const made = tries(n);
      const q = items[n];
      box.querySelectorAll("button").forEach((b, i) => {
        mark(b, made.includes(i), i === q.right);
        b.setAttribute("aria-disabled", done(n));      // not `disabled`: the focus stays where it is
      });
      fill(box.querySelector(".ck-answer"), verdict(q, made.at(-1)));
    });
    const first = items.filter((q, n) => tries(n)[0] === q.right).length;
    const all = items.every((_, n) => done(n));
    fill(score, all && items.length > 1 ? `${first} of ${items.length} right at the first answer.` : "");
  }
  el.addEventListener("keydown", e => e.stopPropagation());
  model.on("change:tries", update);
  update();
  return () => model.off("change:tries", update);
}
export default {initialize, render};
