"""Who: the company tree, sites with their working hours, staff with their posts, and who may do what where."""
