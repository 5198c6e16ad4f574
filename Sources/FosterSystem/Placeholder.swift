// FosterSystem
