import FosterCore
import FosterSystem
import Testing

@testable import FosterFiles

@Suite("Users and groups")
struct AccountTests {
    static let passwd = """
        root:x:0:0:root:/root:/bin/bash
        # a comment:x:1:1::/:/bin/sh
        +nis:x:2:2::/:/bin/sh

        no fields
        short:x:3
        bad:x:three:3::/:/bin/sh
        negative:x:-4:4::/:/bin/sh
        highest:x:4294967295:5::/:/bin/sh
        www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
        www-data:x:34:34:a second of the name:/elsewhere:/bin/sh
        homeless:x:35:36
        1000:x:70:71:a name of digits:/digits:/bin/sh
        app:x:1000:1001::/home/app:/bin/sh
        last:x:80:81::/last:/bin/sh
        """
    static let group = """
        root:x:0:
        bad:x:
        ssl:x:101:www-data,app
        disks:x:102:root
        app:x:1001:
        logs:x:103:app
        1002:x:104:
        """

    struct Case: Sendable, CustomTestStringConvertible {
        let user: String?
        var group: String?
        let uid: UInt32
        let gid: UInt32
        var groups: [UInt32] = []
        var name: String?
        var home: String?
        var testDescription: String { "user \(user ?? "-") group \(group ?? "-")" }
    }

    @Test(
        "A user or a group is found by name and by number",
        arguments: [
            Case(user: "root", uid: 0, gid: 0, groups: [102], name: "root", home: "/root"),
            Case(user: "www-data", uid: 33, gid: 33, groups: [101], name: "www-data", home: "/var/www"),
            Case(user: "homeless", uid: 35, gid: 36, name: "homeless"),
            Case(user: "last", uid: 80, gid: 81, name: "last", home: "/last"),
            Case(user: "33", uid: 33, gid: 33, groups: [101], name: "www-data", home: "/var/www"),
            Case(user: "1000", uid: 70, gid: 71, name: "1000", home: "/digits"),
            Case(user: "4242", uid: 4242, gid: 0),
            Case(user: "4242:4343", uid: 4242, gid: 4343),
            Case(user: "33:4343", uid: 33, gid: 4343, name: "www-data", home: "/var/www"),
            Case(user: "33:1002", uid: 33, gid: 104, name: "www-data", home: "/var/www"),
            Case(user: "app", group: "logs", uid: 1000, gid: 103, groups: [101, 103], name: "app", home: "/home/app"),
            Case(user: "app", group: "7", uid: 1000, gid: 7, groups: [101, 103], name: "app", home: "/home/app"),
        ])
    func found(_ expected: Case) throws {
        let files = try TemporaryFiles(passwd: Self.passwd, group: Self.group)
        let account = try #require(try files.accounts.account(user: expected.user, group: expected.group))
        #expect(account.identity == .init(uid: expected.uid, gid: expected.gid, groups: expected.groups))
        #expect(account.name == expected.name)
        #expect(account.home == expected.home)
        #expect(account.isOtherUser)
    }

    @Test("A group alone leaves foster's user")
    func groupAlone() throws {
        let files = try TemporaryFiles(passwd: Self.passwd, group: Self.group)
        let account = try #require(try files.accounts.account(user: nil, group: "ssl"))
        #expect(account.identity == .init(uid: Host.uid, gid: 101, groups: []))
        #expect(!account.isOtherUser)
    }

    @Test("Without a user and a group no file is read")
    func neither() throws {
        let files = try TemporaryFiles()
        #expect(try files.accounts.account(user: nil, group: nil) == nil)
    }

    @Test(
        "What is unknown fails by name",
        arguments: [
            ("nobody-here", nil, "user", "nobody-here", "no such user"),
            ("nis", nil, "user", "nis", "no such user"),
            ("short", nil, "user", "short", "no such user"),
            ("bad", nil, "user", "bad", "no such user"),
            ("negative", nil, "user", "negative", "no such user"),
            ("highest", nil, "user", "highest", "no such user"),
            ("4294967295", nil, "user", "4294967295", "no such user"),
            ("4294967296", nil, "user", "4294967296", "no such user"),
            ("-1", nil, "user", "-1", "no such user"),
            ("", nil, "user", "", "no such user"),
            (nil, "staff", "group", "staff", "no such group"),
            ("root", "bad", "group", "bad", "no such group"),
            ("1:staff", nil, "group", "staff", "no such group"),
            ("1:", nil, "group", "", "no such group"),
        ] as [(String?, String?, String, String, String)])
    func unknown(user: String?, group: String?, stage: String, subject: String, reason: String) throws {
        let files = try TemporaryFiles(passwd: Self.passwd, group: Self.group)
        let failure = SpawnFailure(stage: stage, subject: subject, reason: reason, exitCode: 125)
        #expect(throws: failure) { try files.accounts.account(user: user, group: group) }
    }

    @Test("Without the files, numbers still work")
    func noFiles() throws {
        let files = try TemporaryFiles()
        #expect(try files.accounts.account(user: "7:8", group: nil)?.identity == .init(uid: 7, gid: 8, groups: []))
        let failure = SpawnFailure(stage: "user", subject: "web", reason: "no such user", exitCode: 125)
        #expect(throws: failure) { try files.accounts.account(user: "web", group: nil) }
    }

    @Test("A file that is too large is refused, with its name")
    func tooLarge() throws {
        let line = "padding:x:9:9::/:/bin/sh\n"
        let files = try TemporaryFiles(
            passwd: String(repeating: line, count: AccountFiles.sizeLimit / line.utf8.count + 1))
        let failure = SpawnFailure(stage: "user", subject: files.path("passwd"), reason: "EFBIG", exitCode: 125)
        #expect(throws: failure) { try files.accounts.account(user: "7", group: nil) }
    }
}
