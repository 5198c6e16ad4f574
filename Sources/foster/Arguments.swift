import CFosterStart
import FosterSystem

enum Arguments {
    /// What foster was called, as the kernel gave it; empty where it was called nothing.
    static let own: CText = CText.list(foster_arguments(), count: min(1, foster_argument_count())).first ?? ""

    /// The words after foster's own name, as the kernel gave them.
    static func words() -> [CText] {
        Array(CText.list(foster_arguments(), count: foster_argument_count()).dropFirst())
    }
}
