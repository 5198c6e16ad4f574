public import FosterCore
import FosterSystem
import SystemPackage

/// Whom a program runs as.
struct Account: Hashable {
    var identity: LaunchRequest.Identity
    /// `nil` for a uid without an entry.
    var name: String?
    var home: String?
    /// Whether a user was asked for, not a group alone.
    var isOtherUser: Bool
}

/// Users and groups by the files themselves: a static binary has no NSS.
public struct AccountFiles: Sendable, Hashable {
    public var passwd: String
    public var group: String

    /// Larger files are refused.
    static let sizeLimit = 1 << 20

    public init(passwd: String = "/etc/passwd", group: String = "/etc/group") {
        self.passwd = passwd
        self.group = group
    }

    /// Looks up a user (`name`, `uid` or `uid:gid`) and a group (`name` or `gid`), as Docker does; `nil` where neither is given.
    ///
    /// - A uid needs no entry; without one its group is 0.
    /// - The groups that list the user are its supplementary groups; with `uid:gid` there are none.
    /// - `group` replaces the user's own group. Alone it leaves foster's user, without supplementary groups.
    func account(user: String?, group: String?) throws(SpawnFailure) -> Account? {
        guard user != nil || group != nil else { return nil }
        var account = Account(
            identity: LaunchRequest.Identity(uid: Host.uid, gid: 0, groups: []), name: nil, home: nil,
            isOtherUser: false)
        if let user { account = try self.account(user: user) }
        if let group { account.identity.gid = try gid(of: group) }
        return account
    }

    private func account(user: String) throws(SpawnFailure) -> Account {
        let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        let key = parts.first ?? ""
        let number = Self.identifier(key)
        let entries = PasswdEntry.parse(try contents(of: passwd, stage: "user"))
        let entry = entries.first { $0.name == key } ?? number.flatMap { uid in entries.first { $0.uid == uid } }
        guard let uid = entry?.uid ?? number else {
            throw SpawnFailure(stage: "user", subject: key, reason: "no such user", exitCode: 125)
        }
        var account = Account(
            identity: LaunchRequest.Identity(uid: uid, gid: entry?.gid ?? 0, groups: []), name: entry?.name,
            home: entry?.home, isOtherUser: true)
        if let group = parts.dropFirst().first {
            account.identity.gid = try gid(of: group)
        } else if let name = entry?.name {
            let groups = GroupEntry.parse(try contents(of: self.group, stage: "group"))
            account.identity.groups = groups.filter { $0.members.contains(name) }.map(\.gid)
        }
        return account
    }

    /// The gid of a group by its name or number; it reads a file.
    public func gid(of group: String) throws(SpawnFailure) -> UInt32 {
        let groups = GroupEntry.parse(try contents(of: self.group, stage: "group"))
        guard let gid = groups.first(where: { $0.name == group })?.gid ?? Self.identifier(group) else {
            throw SpawnFailure(stage: "group", subject: group, reason: "no such group", exitCode: 125)
        }
        return gid
    }

    /// A file that is not there has no entries: images from scratch have none.
    private func contents(of path: String, stage: String) throws(SpawnFailure) -> [UInt8] {
        do {
            return try FileContents.read(path, limit: Self.sizeLimit)
        } catch {
            if error == .noSuchFileOrDirectory || error == .notDirectory { return [] }
            throw SpawnFailure(stage: stage, subject: path, reason: error.name, exitCode: 125)
        }
    }

    /// A uid or gid in decimal. Not the highest number: to setresuid(2) it means "leave it", and that would be root.
    static func identifier(_ text: some StringProtocol) -> UInt32? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt32(text) else {
            return nil
        }
        return number == .max ? nil : number
    }
}
