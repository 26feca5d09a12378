"""What every reading uses: the view of a graph, the form of a row, stores, schedules, images, checks."""
