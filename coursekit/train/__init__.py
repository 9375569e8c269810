"The training loop, what can be hung into it, and the knobs that turn it."
