/// A line of `/etc/passwd` (passwd(5)).
struct PasswdEntry: Hashable {
    let name: String
    let uid: UInt32
    let gid: UInt32
    /// `nil` where the field is missing or empty.
    let home: String?

    /// Reads every line that makes sense and passes over the others, comments and NIS entries among them.
    static func parse(_ contents: [UInt8]) -> [PasswdEntry] {
        lines(of: contents).compactMap { fields in
            guard fields.count >= 4, let uid = AccountFiles.identifier(fields[2]),
                let gid = AccountFiles.identifier(fields[3])
            else { return nil }
            let home = fields.count > 5 && !fields[5].isEmpty ? fields[5] : nil
            return PasswdEntry(name: fields[0], uid: uid, gid: gid, home: home)
        }
    }
}

/// A line of `/etc/group` (group(5)).
struct GroupEntry: Hashable {
    let name: String
    let gid: UInt32
    let members: [String]

    static func parse(_ contents: [UInt8]) -> [GroupEntry] {
        lines(of: contents).compactMap { fields in
            guard fields.count >= 3, let gid = AccountFiles.identifier(fields[2]) else { return nil }
            let members = fields.count > 3 ? fields[3].split(separator: ",").map { String($0) } : []
            return GroupEntry(name: fields[0], gid: gid, members: members)
        }
    }
}

/// The fields of each line that begins with a name.
private func lines(of contents: [UInt8]) -> [[String]] {
    contents.split(separator: UInt8(ascii: "\n")).compactMap { line in
        guard let first = line.first, !"#+-: \t".utf8.contains(first) else { return nil }
        return line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
