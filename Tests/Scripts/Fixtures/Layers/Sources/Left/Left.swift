import DequeModule
public import struct Right.Value
