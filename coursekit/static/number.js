// A number as text: three digits, and a power of ten where it is very large or very small.
export function show(v) {
  if (typeof v !== "number") return String(v);
  if (v === 0) return "0";
  const size = Math.abs(v);
  if (size < 1e5 && size >= 1e-3) return String(parseFloat(v.toPrecision(3)));
  return v.toExponential(1).replace(".0e", "e").replace("e+", "e");
}
