"What a network and a step are made of: layers, losses, metrics, optimisers, schedules."
