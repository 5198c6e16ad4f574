/// How much a peer may send before it is refused.
public struct WireLimits: Sendable {
    /// Bytes of the request line without its line end; more is 414.
    public var requestLine = 8 * 1024
    /// Bytes of all field lines with their line ends, and again of all trailer lines; more is 431.
    public var fieldBytes = 16 * 1024
    /// Field lines of a head, and again of a trailer section; more is 431.
    public var fieldCount = 100
    /// Bytes of a body once decoded; more is 413.
    public var body = 1024 * 1024
    /// Bytes of one chunk-size line without its line end; more is 400.
    public var chunkLine = 256
    /// Bytes that all chunk extensions of a body may take; more is 400.
    public var chunkExtensions = 16 * 1024

    public init() {}
}
