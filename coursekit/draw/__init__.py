"Pictures: from numbers to bytes, to a canvas, to matplotlib, to words."
