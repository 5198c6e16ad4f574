import Foundation
import FosterFiles
import FosterSystem

/// Account files in a directory of their own, removed with their owner.
final class TemporaryFiles {
    let directory: URL
    var accounts: AccountFiles { AccountFiles(passwd: path("passwd"), group: path("group")) }

    init(passwd: String? = nil, group: String? = nil) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "foster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try passwd.map { try write($0, to: "passwd") }
        try group.map { try write($0, to: "group") }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appending(path: name).path }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appending(path: name))
    }

    func template(environment: [CText] = []) -> LaunchTemplate {
        LaunchTemplate(signalMask: SignalMask(bits: 0), environment: environment, accounts: accounts)
    }
}
