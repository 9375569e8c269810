"Predict, answer, solve, and be told what was wrong."
