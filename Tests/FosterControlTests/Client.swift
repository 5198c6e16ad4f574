import FosterAPI
import Foundation
import Glibc

/// A response as it came.
struct Answer {
    let status: Int
    /// By lowercased name.
    let fields: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body))
    }

    var problem: Problem {
        get throws { try decode() }
    }
}

enum ClientError: Error {
    case notConnected(Int32)
    /// Nothing came in time.
    case silence
    case ended
}

/// One connection, as plain as can be: what it reads was written by the code under test alone.
final class Client {
    private let fd: Int32
    private var input: [UInt8] = []

    init(unix path: String) throws {
        fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try connectAndLimit(&address)
    }

    init(port: UInt16) throws {
        fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        try connectAndLimit(&address)
    }

    private func connectAndLimit<Address>(_ address: inout Address) throws {
        let size = socklen_t(MemoryLayout<Address>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, size) }
        }
        guard result == 0 else { throw ClientError.notConnected(errno) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(fd) }

    func write(_ text: String) { write(bytes: Array(text.utf8)) }

    /// Ends its side only, as `nc -N` does.
    func endSending() { shutdown(fd, Int32(SHUT_WR)) }

    func write(bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            start += count
        }
    }

    func request(_ method: String, _ target: String, _ fields: [String: String] = [:], body: String? = nil) {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        if let body {
            if fields["Content-Type"] == nil { text += "Content-Type: application/json\r\n" }
            text += "Content-Length: \(body.utf8.count)\r\n"
        }
        write(text + "\r\n" + (body ?? ""))
    }

    /// The next response; of a stream, its head.
    func receive(withoutBody: Bool = false) throws -> Answer {
        let lines = try readLines()
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = withoutBody ? 0 : Int(fields["content-length"] ?? "") ?? 0
        while input.count < length { try fill() }
        let body = Array(input.prefix(length))
        input.removeFirst(length)
        return Answer(status: status, fields: fields, body: body)
    }

    /// The next chunk of a streamed body; `nil` at its end.
    func receiveChunk() throws -> String? {
        let size = Int(try readLine(), radix: 16) ?? 0
        while input.count < size + 2 { try fill() }
        let chunk = String(decoding: input.prefix(size), as: UTF8.self)
        input.removeFirst(size + 2)
        return size == 0 ? nil : chunk
    }

    private func readLines() throws -> [String] {
        var lines: [String] = []
        while true {
            let line = try readLine()
            if line.isEmpty { return lines }
            lines.append(line)
        }
    }

    private func readLine() throws -> String {
        while true {
            if let end = input.firstIndex(of: 10) {
                let line = String(decoding: input[..<end].filter { $0 != 13 }, as: UTF8.self)
                input.removeFirst(end + 1)
                return line
            }
            try fill()
        }
    }

    private func fill() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(fd, &buffer, buffer.count, 0)
        guard count >= 0 else { throw ClientError.silence }
        guard count > 0 else { throw ClientError.ended }
        input += buffer[..<count]
    }
}
