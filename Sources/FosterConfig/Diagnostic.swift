/// One thing that is wrong or doubtful in a configuration, and where.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        /// Nothing is started with it.
        case error
        case warning
    }

    public let severity: Severity
    /// The name that the caller gave the text.
    public let file: String
    public let place: Place
    /// `services.web.restart`, or empty for the whole document.
    public let keyPath: String
    /// What is wrong, what is allowed, and the nearest valid name where there is one.
    public let message: String

    /// `foster.yaml:4:14: services.web.restart: unknown value "alwyas"; …`, on one line whatever the file holds.
    public var description: String {
        let prefix = severity == .warning ? "warning: " : ""
        let subject = keyPath.isEmpty ? "" : "\(keyPath): "
        return "\(file):\(place): \(prefix)\(subject)\(message)"
    }
}

/// Collects what reading one text finds.
struct Report {
    /// More diagnostics than this are counted, not kept: a broken file must not cost memory or time without limit.
    static let limit = 100

    let file: String
    private var kept: [Diagnostic] = []
    private var omitted = 0
    private(set) var hasErrors = false

    init(file: String) { self.file = file }

    mutating func error(_ place: Place, _ path: ValuePath, _ message: @autoclosure () -> String) {
        hasErrors = true
        add(.error, place, path, message)
    }

    mutating func warn(_ place: Place, _ path: ValuePath, _ message: @autoclosure () -> String) {
        add(.warning, place, path, message)
    }

    /// The message is only made when it is kept: finding the nearest of many names takes time.
    private mutating func add(
        _ severity: Diagnostic.Severity, _ place: Place, _ path: ValuePath, _ message: () -> String
    ) {
        guard kept.count < Self.limit else {
            omitted += 1
            return
        }
        kept.append(
            Diagnostic(
                severity: severity, file: file, place: place, keyPath: path.description, message: message()))
    }

    /// In the order of the text.
    var diagnostics: [Diagnostic] {
        let inOrder = kept.enumerated().sorted { left, right in
            if left.element.place.precedes(right.element.place) { return true }
            if right.element.place.precedes(left.element.place) { return false }
            return left.offset < right.offset
        }
        let shown = inOrder.map(\.element)
        guard omitted > 0, let last = shown.last else { return shown }
        // An error if any is: a plan that is refused always has an error to show for it.
        let rest = Diagnostic(
            severity: hasErrors ? .error : .warning, file: file, place: last.place, keyPath: "",
            message: "\(omitted) more diagnostics are not shown")
        return shown + [rest]
    }
}
