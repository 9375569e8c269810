// Questions with answers as buttons; each says at once why it is right or wrong, also on a page without a kernel.
const KEYS = 'data-lm-suppress-shortcuts="true"';      // or JupyterLab takes Enter

// Text with `code` in it, as nodes.
function fill(el, text) {
  if (el.dataset.text === text) return;
  el.dataset.text = text;
  el.replaceChildren(...text.split("`").map((part, i, all) => i % 2 && i < all.length - 1 ? Object.assign(document.createElement("code"), {textContent: part}) : document.createTextNode(i % 2 ? "`" + part : part)));
}

function render({model, el}) {
  const id = `ck-quiz-${Math.random().toString(36).slice(2)}`, items = model.get("items");      // each {question, options, why, right}: options in the order shown
  el.classList.add("ck-ask");
  el.innerHTML = items.map((q, n) => `<div class="ck-item" role="group" aria-labelledby="${id}-${n}"><div class="ck-question" id="${id}-${n}"></div><div class="ck-options">${
    q.options.map((_, i) => `<button type="button" data-n="${n}" data-i="${i}" ${KEYS}><span class="ck-mark" aria-hidden="true"></span><span></span><span class="ck-hidden"></span></button>`).join("")
  }</div><div class="ck-answer" role="status" tabindex="-1"></div></div>`).join("") + '<div class="ck-score" role="status"></div>';
  const cards = [...el.querySelectorAll(".ck-item")], score = el.lastChild;
  cards.forEach((card, n) => {
    fill(card.firstChild, (items.length > 1 ? `${n + 1}. ` : "") + items[n].question);
    card.querySelectorAll("button").forEach((b, i) => { fill(b.children[1], items[n].options[i]); b.addEventListener("click", () => choose(n, i)); });
  });

  const tries = n => model.get("tries")[n] ?? [], done = n => tries(n).includes(items[n].right);
  function choose(n, i) {
    if (done(n) || tries(n).at(-1) === i) return;
    const all = items.map((_, k) => k === n ? [...tries(k), i] : tries(k));
    model.set("tries", all);
    try { model.save_changes(); } catch { /* the kernel is gone: nobody records it */ }
    update();
  }
  function update() {
    cards.forEach((card, n) => {
      const made = tries(n), last = made.at(-1), q = items[n];
      card.querySelectorAll("button").forEach((b, i) => {
        const right = made.includes(i) && i === q.right, wrong = made.includes(i) && !right;
        b.classList.toggle("ck-right", right); b.classList.toggle("ck-wrong", wrong);
        b.children[0].textContent = right ? "✓" : wrong ? "✗" : "";
        b.children[2].textContent = right ? " (right)" : wrong ? " (tried: wrong)" : "";
        b.setAttribute("aria-disabled", done(n));       // not `disabled`: the focus stays where it is
      });
      fill(card.lastChild, last === undefined ? "" : `${last === q.right ? "Right." : "Not this one."} ${q.why[last]}`);
    });
    const first = items.filter((q, n) => tries(n)[0] === q.right).length, all = items.every((_, n) => done(n));
    fill(score, all && items.length > 1 ? `${first} of ${items.length} right at the first answer.` : "");
  }
  el.addEventListener("keydown", e => e.stopPropagation());
  model.on("change:tries", update);
  update();
  return () => model.off("change:tries", update);
}
export default {initialize, render};
