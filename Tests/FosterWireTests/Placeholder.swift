// FosterWire
