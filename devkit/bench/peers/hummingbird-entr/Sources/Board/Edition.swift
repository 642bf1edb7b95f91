let edition = "rev-1"
