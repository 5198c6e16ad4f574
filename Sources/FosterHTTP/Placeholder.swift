// FosterHTTP
