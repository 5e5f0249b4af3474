"""What measures the speed of the app; ``python -m benchmarks`` runs it."""
