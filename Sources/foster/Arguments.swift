import CFosterStart
import FosterSystem

enum Arguments {
    /// The words after foster's own name, as the kernel gave them.
    static func words() -> [CText] {
        Array(CText.list(foster_arguments(), count: foster_argument_count()).dropFirst())
    }
}
