// FosterAPI
