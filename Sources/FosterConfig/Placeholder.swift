// FosterConfig
