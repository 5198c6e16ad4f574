// FosterCore
