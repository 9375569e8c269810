// What the widgets share in a page: text with `code` in it, and keys that JupyterLab would take.
export const KEYS = 'data-lm-suppress-shortcuts="true"';      // or JupyterLab takes the arrow keys and Enter

// Text with `code` in it, as nodes.
export function fill(el, text) {
  if (el.dataset.text === text) return;
  el.dataset.text = text;
  el.replaceChildren(...nodes(text));
}

function nodes(text) {
  const parts = text.split("`");
  return parts.map((part, i) => {
    const open = i % 2 === 1;
    const closed = i < parts.length - 1;
    if (open && closed) return Object.assign(document.createElement("code"), {textContent: part});
    return document.createTextNode(open ? `\`${part}` : part);
  });
}

// What the keyboard lacks in the other widgets of an output with a view. JupyterLab takes arrows and letters from
// menus and boxes (m in a menu turns the cell into Markdown; Enter on a button opens the cell's code), and the header
// of a drawer cannot be reached and does not say what it is.
const HEADER = ".jupyter-widget-Collapse-header";

export function reach({target}) {
  const output = target.closest?.(".jp-OutputArea-output");
  if (!output?.querySelector(".ck-view")) return;
  for (const header of output.querySelectorAll(HEADER)) {
    header.tabIndex = 0;
    header.role = "button";
    header.ariaExpanded = header.parentNode.classList.contains("jupyter-widget-Collapse-open");
  }
  if (target.matches(`select, input, button, ${HEADER}`)) target.dataset.lmSuppressShortcuts = "true";
}

function unfold(e) {
  if (!e.target.matches?.(HEADER) || !["Enter", " "].includes(e.key)) return;
  e.preventDefault();
  e.target.click();
}

export function reachAll() {
  if (window.ckReach) return;      // once: each widget has this module to itself
  window.ckReach = reach;
  document.addEventListener("focusin", reach);
  document.addEventListener("click", reach);
  document.addEventListener("keydown", unfold);
}
