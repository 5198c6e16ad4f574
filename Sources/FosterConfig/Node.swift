/// A value of the file as it was written, before anything is known about what it means.
///
/// The schema reads this and nothing else, so that other syntaxes can be put in front of it.
struct Node: Hashable, Sendable {
    let place: Place
    let content: Content

    enum Content: Hashable, Sendable {
        case scalar(Scalar)
        case sequence([Node])
        /// In the file's order, duplicates included: refusing them is up to the schema, which knows the path.
        case mapping([Pair])
        /// Something was wrong with it that has been reported.
        case unreadable
    }

    struct Pair: Hashable, Sendable {
        let key: String
        let keyPlace: Place
        let value: Node
    }
}

/// A scalar stays text until the schema says what it is: `no` is a restart policy here and `false` there.
struct Scalar: Hashable, Sendable {
    let text: String
    /// Written without quotes, or as JSON's numbers, booleans and null (whose text is empty).
    let isPlain: Bool

    /// A key without a value; `""` in quotes is an empty text.
    var isNull: Bool { isPlain && text.isEmpty }
}
