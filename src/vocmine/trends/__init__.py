"""What changes over time: series, change points, spikes, new and vanishing friction points."""
