// FosterControl
