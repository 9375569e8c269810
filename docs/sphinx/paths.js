// Where require.js finds the module that draws our widgets: beside this file.
(() => { const here = new URL(".", document.currentScript.src).href; require.config({paths: {anywidget: here + "anywidget"}}); })();
// The widgets of Jupyter ask MathJax 2 to set their labels; the site has MathJax 3, and no label has a formula.
(() => {
  let mathjax = window.MathJax;
  const add = m => { if (m && !m.Hub) m.Hub = {Queue() {}}; return m; };
  Object.defineProperty(window, "MathJax", {get: () => add(mathjax), set: m => { mathjax = m; }, configurable: true});
})();
// What stands in for a widget on a page without JavaScript is not wanted here.
document.documentElement.classList.add("ck-js");
