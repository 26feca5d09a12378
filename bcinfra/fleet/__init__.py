"""Hand work to processes, of this machine or of a cluster: the same answers, in the same order, from either."""
