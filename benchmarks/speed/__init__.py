"""Every figure of speed in one run, as ratios: `python -m benchmarks.speed`, or `make bench-speed`."""
