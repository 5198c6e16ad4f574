// FosterLoop
