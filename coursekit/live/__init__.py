"A training while it runs: sliders turn it, a tape keeps it."
