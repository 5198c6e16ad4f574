/// Writes payloads as JSON texts: compact, the members of each object in the order of their names.
public enum JSONOutput {
    /// A number that is not finite becomes `null`; what fails to encode does so as a whole.
    public static func encode(_ value: some Encodable) -> [UInt8] {
        let slot = Slot()
        do {
            try value.encode(to: TreeEncoder(slot: slot, codingPath: []))
        } catch {
            // Only a payload's own `encode(to:)` can throw, and none of them does.
            return Array("null".utf8)
        }
        var text: [UInt8] = []
        slot.write(to: &text)
        return text
    }

    /// A string with its quotes (RFC 8259, section 7).
    static func write(_ string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0x0A: text += Array("\\n".utf8)
            case 0x0D: text += Array("\\r".utf8)
            case 0x09: text += Array("\\t".utf8)
            case ..<0x20: text += Array((byte < 0x10 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// `12` for 12.0, else the shortest digits that give the same number.
    static func text(of number: Double) -> String {
        guard number.isFinite else { return "null" }
        if let integer = Int64(exactly: number), abs(number) < 0x1p53 { return String(integer) }
        return number.description
    }
}

/// The place of one value while it is being encoded: encoders of the same place may be asked for several times.
private final class Slot {
    private enum Content {
        case nothing
        /// A value as it is written.
        case text([UInt8])
        case array([Slot])
        case object([String: Slot])
    }

    private var content = Content.nothing

    func set(_ text: String) { content = .text(Array(text.utf8)) }

    func set(string: String) {
        var text: [UInt8] = []
        text.reserveCapacity(string.utf8.count + 2)
        JSONOutput.write(string, to: &text)
        content = .text(text)
    }

    func becomeObject() {
        if case .object = content { return }
        content = .object([:])
    }

    func becomeArray() {
        if case .array = content { return }
        content = .array([])
    }

    func member(_ name: String) -> Slot {
        let slot = Slot()
        var members: [String: Slot] = [:]
        if case .object(let present) = content { members = present }
        content = .nothing
        members[name] = slot
        content = .object(members)
        return slot
    }

    func element() -> Slot {
        let slot = Slot()
        var elements: [Slot] = []
        if case .array(let present) = content { elements = present }
        content = .nothing
        elements.append(slot)
        content = .array(elements)
        return slot
    }

    var count: Int { if case .array(let elements) = content { elements.count } else { 0 } }

    func write(to text: inout [UInt8]) {
        switch content {
        case .nothing: text += Array("null".utf8)
        case .text(let value): text += value
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                element.write(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                JSONOutput.write(member.key, to: &text)
                text.append(UInt8(ascii: ":"))
                member.value.write(to: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }
}

private struct TreeEncoder: Encoder, SingleValueEncodingContainer {
    let slot: Slot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeObject()
        return KeyedEncodingContainer(ObjectEncoder(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeArray()
        return ArrayEncoder(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { slot.set("null") }
    func encode(_ value: Bool) { slot.set(value ? "true" : "false") }
    func encode(_ value: String) { slot.set(string: value) }
    func encode(_ value: Double) { slot.set(JSONOutput.text(of: value)) }
    func encode(_ value: Float) { slot.set(JSONOutput.text(of: Double(value))) }
    func encode(_ value: Int) { slot.set(String(value)) }
    func encode(_ value: Int8) { slot.set(String(value)) }
    func encode(_ value: Int16) { slot.set(String(value)) }
    func encode(_ value: Int32) { slot.set(String(value)) }
    func encode(_ value: Int64) { slot.set(String(value)) }
    func encode(_ value: UInt) { slot.set(String(value)) }
    func encode(_ value: UInt8) { slot.set(String(value)) }
    func encode(_ value: UInt16) { slot.set(String(value)) }
    func encode(_ value: UInt32) { slot.set(String(value)) }
    func encode(_ value: UInt64) { slot.set(String(value)) }
    func encode(_ value: some Encodable) throws { try value.encode(to: self) }
}

private struct ObjectEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: Slot
    let codingPath: [any CodingKey]

    private func member(_ key: Key) -> TreeEncoder {
        TreeEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) { member(key).encodeNil() }
    func encode(_ value: Bool, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: String, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: Double, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: Float, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: Int, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: Int8, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: Int16, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: Int32, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: Int64, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: UInt, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: UInt8, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: UInt16, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: UInt32, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: UInt64, forKey key: Key) { member(key).encode(value) }
    func encode(_ value: some Encodable, forKey key: Key) throws { try value.encode(to: member(key)) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { member(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { TreeEncoder(slot: slot.member("super"), codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

private struct ArrayEncoder: UnkeyedEncodingContainer {
    let slot: Slot
    let codingPath: [any CodingKey]
    var count: Int { slot.count }

    private var element: TreeEncoder { TreeEncoder(slot: slot.element(), codingPath: codingPath) }

    func encodeNil() { element.encodeNil() }
    func encode(_ value: Bool) { element.encode(value) }
    func encode(_ value: String) { element.encode(value) }
    func encode(_ value: Double) { element.encode(value) }
    func encode(_ value: Float) { element.encode(value) }
    func encode(_ value: Int) { element.encode(value) }
    func encode(_ value: Int8) { element.encode(value) }
    func encode(_ value: Int16) { element.encode(value) }
    func encode(_ value: Int32) { element.encode(value) }
    func encode(_ value: Int64) { element.encode(value) }
    func encode(_ value: UInt) { element.encode(value) }
    func encode(_ value: UInt8) { element.encode(value) }
    func encode(_ value: UInt16) { element.encode(value) }
    func encode(_ value: UInt32) { element.encode(value) }
    func encode(_ value: UInt64) { element.encode(value) }
    func encode(_ value: some Encodable) throws { try value.encode(to: element) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        element.container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element.unkeyedContainer() }
    func superEncoder() -> any Encoder { element }
}
