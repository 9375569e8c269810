// Colours of lines and classes, and colour maps of fields.
export const PALETTE = {      // Okabe and Ito (2008), safe for the colour-blind; the dark set is lightened for contrast
  light: ["#0072B2", "#D55E00", "#008060", "#B05A90", "#8A6D00", "#2E86C1", "#555555"],
  dark: ["#56B4E9", "#F58A42", "#2FC79A", "#E49AC7", "#E6C229", "#8FD0F5", "#BBBBBB"],
};

const ANCHORS = {      // between them a map is linear
  diverging: [
    [33, 102, 172], [103, 169, 207], [209, 229, 240], [247, 247, 247], [253, 219, 199], [239, 138, 98], [178, 24, 43],
  ],
  sequential: [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]],
};

// The colour of each byte, as [red, green, blue].
function between(anchors) {
  return Array.from({length: 256}, (_, byte) => {
    const at = byte / 255 * (anchors.length - 1);
    const i = Math.min(Math.floor(at), anchors.length - 2);
    return anchors[i].map((c, k) => Math.round(c + (anchors[i + 1][k] - c) * (at - i)));
  });
}

// 32 shades of each class, from white.
function shades() {
  return Array.from({length: 256}, (_, byte) => {
    const hue = PALETTE.light[(byte >> 5) % 7];
    const share = byte % 32 / 40;
    return [1, 3, 5].map(k => Math.round(255 + share * (parseInt(hue.slice(k, k + 2), 16) - 255)));
  });
}

export const MAPS = {
  diverging: between(ANCHORS.diverging),
  sequential: between(ANCHORS.sequential),
  classes: shades(),
};
