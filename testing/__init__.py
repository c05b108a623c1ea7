"""What the tests and the benchmark share: projects, processes, databases and a Docker engine."""
