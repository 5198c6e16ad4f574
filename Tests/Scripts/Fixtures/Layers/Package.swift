// swift-tools-version: 6.2
// Every fault that Tests/Scripts/layers has to find, each once; `expected` lists them.
import PackageDescription

let package = Package(
    name: "fixture",
    dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.2.0")],
    targets: [
        .target(name: "Top", dependencies: ["Left", "Bottom", "CHeaders"]),
        .target(name: "Left", dependencies: ["Right", .product(name: "DequeModule", package: "swift-collections")]),
        .target(name: "Right", dependencies: [.product(name: "DequeModule", package: "swift-collections")]),
        .target(name: "Bottom"),
        .target(name: "Unlisted"),
        .target(name: "CHeaders"),
    ]
)
