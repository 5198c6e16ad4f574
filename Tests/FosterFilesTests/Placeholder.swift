// FosterFiles
