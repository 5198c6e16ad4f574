/// Writes metrics in Prometheus' text format 0.0.4.
struct Exposition {
    enum Kind: String {
        case counter, gauge
    }

    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// One family: its samples follow in one block.
    mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ samples: (inout Family) -> Void
    ) {
        var family = Family(name: name)
        samples(&family)
        // A family without samples would still be promised by its lines.
        guard !family.text.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n\(family.text)"
    }

    /// A family with one sample and no label.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: some MetricValue) {
        family(name, kind, help) { $0.add(value) }
    }

    struct Family {
        fileprivate let name: String
        fileprivate(set) var text = ""

        mutating func add(_ value: some MetricValue, _ labels: (name: String, value: String)...) {
            text += name
            if !labels.isEmpty {
                let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
                text += "{\(list)}"
            }
            text += " \(value)\n"
        }

        private static func escaped(_ value: String) -> String {
            guard value.utf8.contains(where: { $0 == 10 || $0 == 34 || $0 == 92 }) else { return value }
            var bytes: [UInt8] = []
            for byte in value.utf8 {
                switch byte {
                case 10: bytes += [92, UInt8(ascii: "n")]
                case 34, 92: bytes += [92, byte]
                default: bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// Numbers whose description is what the format wants.
protocol MetricValue: CustomStringConvertible {}
extension UInt64: MetricValue {}
extension Int: MetricValue {}
extension Double: MetricValue {}
