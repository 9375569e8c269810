"What is done with a learner when nobody watches: find a rate, search, sweep, test a claim."
