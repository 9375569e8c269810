"What everything else stands on: checks of what is passed in, arrays, batches, random numbers, files."
