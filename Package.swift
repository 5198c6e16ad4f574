// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is held to the same rules.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Also for what runs seldom: in a release small before fast, since all of its text that is touched once counts as memory.
let small = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "foster",
    products: [
        .executable(name: "foster", targets: ["foster"])
    ],
    traits: [
        .trait(name: "Systemd", description: "Talk to the supervisor above through libsystemd instead of natively."),
        .default(enabledTraits: ["Systemd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.2.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        // Layer 5
        .executableTarget(
            name: "foster",
            dependencies: [
                "CFosterStart", "FosterAPI", "FosterClient", "FosterConfig", "FosterControl", "FosterCore",
                "FosterDiagnostics", "FosterFiles", "FosterHTTP", "FosterInit", "FosterLogs", "FosterLoop",
                "FosterSystem", "FosterWire", systemPackage,
            ],
            swiftSettings: small),

        // Layer 4
        .target(
            name: "FosterInit",
            dependencies: ["FosterCore", "FosterFiles", "FosterLogs", "FosterLoop", "FosterSystem", systemPackage],
            swiftSettings: strict),
        .target(
            name: "FosterControl",
            dependencies: [
                "COpenAPI", "FosterAPI", "FosterConfig", "FosterCore", "FosterDiagnostics", "FosterHTTP", "FosterLoop",
                "FosterSystem", "FosterWire", systemPackage,
            ],
            swiftSettings: strict),
        .target(
            name: "FosterClient",
            dependencies: ["FosterSystem", "FosterWire", systemPackage],
            swiftSettings: small),

        // Layer 3
        .target(
            name: "FosterHTTP",
            dependencies: ["FosterLoop", "FosterSystem", "FosterWire", systemPackage],
            swiftSettings: strict),
        .target(
            name: "FosterLogs",
            dependencies: ["FosterAPI", "FosterCore", "FosterLoop", "FosterSystem", systemPackage],
            swiftSettings: strict),
        .target(
            name: "FosterFiles",
            dependencies: ["FosterCore", "FosterLoop", "FosterSystem", systemPackage],
            swiftSettings: small),

        // Layer 2
        .target(
            name: "FosterLoop",
            dependencies: [
                "CFoster", "FosterSystem", systemPackage,
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "FosterWire",
            swiftSettings: strict),
        .target(
            name: "FosterConfig",
            dependencies: ["CYAML", "FosterCore"],
            swiftSettings: small),
        .target(
            name: "FosterDiagnostics",
            dependencies: ["FosterAPI", "FosterCore", "FosterSystem"],
            swiftSettings: small),

        // Layer 1
        .target(
            name: "FosterSystem",
            dependencies: [
                "CFoster", systemPackage, .target(name: "CSystemd", condition: .when(traits: ["Systemd"])),
            ],
            swiftSettings: strict),
        .target(name: "FosterCore", swiftSettings: strict),
        .target(name: "FosterAPI", swiftSettings: small),

        // Layer 0
        .target(name: "CFoster"),
        .target(name: "CFosterStart"),
        .target(name: "COpenAPI"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // Tests mirror targets
        .testTarget(name: "FosterCoreTests", dependencies: ["FosterCore"], swiftSettings: strict),
        .testTarget(name: "FosterAPITests", dependencies: ["FosterAPI"], swiftSettings: strict),
        .testTarget(
            name: "FosterSystemTests",
            dependencies: ["CSystemProbe", "FosterSystem", "SystemProbe", systemPackage],
            swiftSettings: strict),
        // What is global to a process, one process a test
        .executableTarget(
            name: "SystemProbe",
            dependencies: ["CFoster", "CFosterStart", "CSystemProbe", "FosterSystem", systemPackage],
            path: "Tests/SystemProbe",
            swiftSettings: strict),
        .target(name: "CSystemProbe", path: "Tests/CSystemProbe"),
        .testTarget(
            name: "FosterLoopTests", dependencies: ["FosterLoop", "FosterSystem", systemPackage], swiftSettings: strict),
        .testTarget(name: "FosterWireTests", dependencies: ["FosterWire"], swiftSettings: strict),
        .testTarget(name: "FosterConfigTests", dependencies: ["FosterConfig", "FosterCore"], swiftSettings: strict),
        .testTarget(
            name: "FosterHTTPTests",
            dependencies: ["FosterHTTP", "FosterLoop", "FosterSystem", "FosterWire", systemPackage],
            swiftSettings: strict),
        .testTarget(
            name: "FosterLogsTests",
            dependencies: ["FosterCore", "FosterLogs", "FosterLoop", "FosterSystem", systemPackage],
            swiftSettings: strict),
        .testTarget(
            name: "FosterFilesTests",
            dependencies: ["FosterCore", "FosterFiles", "FosterLoop", "FosterSystem", systemPackage],
            swiftSettings: strict),
        .testTarget(
            name: "FosterDiagnosticsTests",
            dependencies: ["FosterAPI", "FosterCore", "FosterDiagnostics", "FosterSystem"],
            swiftSettings: strict),
        .testTarget(
            name: "FosterClientTests",
            dependencies: ["FosterClient", "FosterSystem", "FosterWire", systemPackage],
            swiftSettings: strict),
        .testTarget(
            name: "FosterControlTests",
            dependencies: [
                "FosterAPI", "FosterControl", "FosterCore", "FosterHTTP", "FosterLoop", "FosterSystem", "FosterWire",
                systemPackage,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FosterInitTests", dependencies: ["FosterCore", "FosterInit", "FosterLoop", "FosterSystem"],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [.product(name: "Subprocess", package: "swift-subprocess"), systemPackage],
            swiftSettings: strict),
    ]
)
