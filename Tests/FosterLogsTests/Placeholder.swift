// FosterLogs
