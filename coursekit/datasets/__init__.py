"Something to train on: small sets that are here, and one that is fetched."
