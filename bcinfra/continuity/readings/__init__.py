"""What each resource type means for continuity (:mod:`.table`), and the model that a graph makes (:mod:`.read`)."""
