import FosterAPI
import FosterCore

/// Entries of the journal as JSON, each encoded once however many readers follow: they mostly are at the same place.
struct EventTexts {
    /// How many are kept; then all are forgotten, which costs less than to know the oldest.
    static let limit = 256

    private var texts: [UInt64: [UInt8]] = [:]

    var count: Int { texts.count }

    mutating func text(of entry: JournalEntry, _ life: Life) -> [UInt8] {
        if let text = texts[entry.revision] { return text }
        if texts.count >= Self.limit { texts.removeAll(keepingCapacity: true) }
        let text = JSON.encode(EventPayload(entry, life))
        texts[entry.revision] = text
        return text
    }

    mutating func forget() { texts = [:] }
}
