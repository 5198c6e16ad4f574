import FosterSystem

enum Version {
    static let number = "0.1.0"

    static var line: String { "foster \(number) (sd_notify: \(UpwardNotifier.implementation))\n" }
}
