// FosterInit
