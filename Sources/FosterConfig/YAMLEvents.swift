import CYAML

/// The events of one YAML text, by libyaml.
///
/// Owns libyaml's parser; every event's memory is given back before `next` returns.
struct YAMLEvents: ~Copyable {
    // On the heap, because libyaml keeps a pointer to the parser inside of it.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// `text` is UTF-8 without a byte order mark, and must outlive this value.
    init(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLProblem) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLProblem(place: .start, message: "out of memory")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(YAMLProblem) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(event)
    }

    /// What libyaml says is wrong, with its place.
    private var problem: YAMLProblem {
        let state = parser.pointee
        guard state.error != YAML_MEMORY_ERROR, let what = state.problem else {
            return YAMLProblem(place: .start, message: "out of memory")
        }
        var message = "not valid YAML: \(String(cString: what))"
        if let context = state.context { message += " \(String(cString: context))" }
        // libyaml does not always know where the construct began; then it leaves the mark at zero.
        if state.context != nil, state.context_mark.index < state.problem_mark.index, state.context_mark.index > 0 {
            message += " that begins at \(Place(state.context_mark))"
        }
        return YAMLProblem(
            place: Place(state.problem_mark), offset: Int(clamping: state.problem_mark.index), message: message)
    }
}

/// One step through a YAML text.
struct YAMLEvent {
    enum Kind: Equatable {
        case documentStart, sequenceStart, sequenceEnd, mappingStart, mappingEnd, alias
        case scalar(Scalar)
        case streamEnd
        /// Of no interest: the stream's start, the document's end.
        case other
    }

    let kind: Kind
    let place: Place
    var hasAnchor = false
    var hasTag = false

    fileprivate init(_ event: yaml_event_t) {
        place = Place(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT: kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            hasAnchor = event.data.sequence_start.anchor != nil
            hasTag = event.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            hasAnchor = event.data.mapping_start.anchor != nil
            hasTag = event.data.mapping_start.tag != nil
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(
                Scalar(text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE))
            hasAnchor = scalar.anchor != nil
            hasTag = scalar.tag != nil
        default: kind = .other
        }
    }
}

/// Why a text is no YAML that foster takes; reading ends there.
struct YAMLProblem: Error {
    let place: Place
    /// Where it stands, in characters from the start.
    var offset = 0
    var path = ValuePath.root
    var message: String
}

extension Place {
    fileprivate init(_ mark: yaml_mark_t) {
        self = .text(line: Int(clamping: mark.line) &+ 1, column: Int(clamping: mark.column) &+ 1)
    }
}
