import Foundation
import Testing

enum Address {
    case tcp(UInt16)
    case unix(String)
}

/// A client that sends and receives raw bytes and lets the server take its turns meanwhile.
final class Client {
    private let bench: Bench
    private var socket: Int32
    private(set) var received: [UInt8] = []
    /// The server has ended the connection in good order.
    private(set) var ended = false
    private(set) var failure: Int32 = 0

    init(_ bench: Bench, _ address: Address) throws {
        self.bench = bench
        let family: Int32
        switch address {
        case .tcp: family = AF_INET
        case .unix: family = AF_UNIX
        }
        socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(socket >= 0)
        switch address {
        case .tcp(let port):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            try connect(&name)
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
            try connect(&name)
        }
        try #require(fcntl(socket, F_SETFL, O_NONBLOCK) == 0)
    }

    deinit { if socket >= 0 { close(socket) } }

    private func connect<Name>(_ name: inout Name) throws {
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        guard result == 0 else { throw Refused() }
    }

    /// Nobody listens.
    struct Refused: Error {}

    var text: String { String(decoding: received, as: UTF8.self) }

    /// Sends what the socket takes at once, and says how much.
    func sendSome(_ bytes: ArraySlice<UInt8>) -> Int {
        let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        return max(0, count)
    }

    /// Sends everything.
    func send(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        let isSent = try bench.turn {
            rest = rest.dropFirst(sendSome(rest))
            return rest.isEmpty
        }
        try #require(isSent)
    }

    func endSending() { shutdown(socket, Int32(SHUT_WR)) }

    func leave() {
        close(socket)
        socket = -1
    }

    /// Reads what is there.
    func receiveSome() {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while !ended, failure == 0 {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer[..<count]
            } else if count == 0 {
                ended = true
            } else {
                if errno != EAGAIN { failure = errno }
                return
            }
        }
    }

    /// Receives until the text ends with this, and takes it.
    func receive(endingWith ending: String) throws -> String {
        let came = try bench.turn {
            receiveSome()
            return received.reversed().starts(with: ending.utf8.reversed())
        }
        try #require(came, "received: \(text.suffix(500))")
        defer { received = [] }
        return text
    }

    /// Receives until the server ends the connection, and takes everything.
    func receiveToEnd() throws -> String {
        let came = try bench.turn {
            receiveSome()
            return ended || failure != 0
        }
        try #require(came && failure == 0, "errno \(failure), received: \(text.suffix(500))")
        return text
    }

    /// Sends a GET and receives its response, which must end with the path and a line feed.
    func get(_ path: String) throws -> String {
        try send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        return try receive(endingWith: "\r\n\r\n\(path)\n")
    }
}

func isOpen(_ client: Client) -> Bool {
    client.receiveSome()
    return !client.ended && client.failure == 0
}
