let mood = "calm"
