import Testing

/// The built binary as a real PID 1, one container at a time: the stories are about moments, and the machine is small.
@Suite(.serialized)
struct EndToEnd {}
