// swift-tools-version: 6.2

import PackageDescription

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// One room is one target. Arrows only go down; docs/architecture.md shows the house.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, of dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: house)
}

let package = Package(
    name: "lpr-appliance",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "lpr-appliance", targets: ["Appliance"]),
        .executable(name: "benchmarks", targets: ["Benchmarks"]),
        .executable(name: "socketio-conformance-server", targets: ["socketio-conformance-server"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        .executableTarget(
            name: "Appliance",
            dependencies: [
                "CDemoPictures", "CLinuxCalls", "CLocaleData", "Domain", "FileTransfer", "Gateway", "HTTPAPI",
                "Identity", "MQTTLink", "Media", "Monitoring",
                "Realtime", "Store", "Upstream", "Vault",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: house
        ),
        room(
            "HTTPAPI",
            [
                "CWebAssets", "CZlib", "Dialects", "Domain", "Gateway", "Identity", "Media", "Store", "Vault",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        room(
            "Realtime",
            [
                "Dialects", "Domain", "Gateway", "Identity",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ]
        ),
        room(
            "MQTTLink",
            [
                "CMosquitto", "CMosquittoGuard", "Dialects", "Domain", "Gateway",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        room(
            "FileTransfer",
            [
                "CConfinement", "CLibSSH", "CLinuxCalls", "Domain", "Gateway", "Identity", "Media", "Vault",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        room(
            "Gateway",
            [
                "Dialects", "Domain", "Media", "Store", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        room(
            "Upstream",
            [
                "CLibPQ", "CLinuxCalls", "Domain", "Store", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        room("Monitoring", []),
        room("Dialects", ["Domain", .product(name: "Crypto", package: "swift-crypto")]),
        room(
            "Identity",
            [
                "Domain", "Store", "Vault",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        room(
            "Store",
            [
                "Domain", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ]
        ),
        room(
            "Media",
            [
                "CLinuxCalls", "CTurboJPEG", "Domain", "Store", "Vault",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        room("Vault", ["Domain", .product(name: "Crypto", package: "swift-crypto")]),
        room("Domain", []),
        // Starts rsync so that it can touch one directory and nothing else.
        .target(name: "CConfinement"),
        .target(name: "CLinuxCalls"),
        // An empty one in the place of the static Swift runtime's 34 MB.
        .target(name: "CLocaleData"),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibSSH", pkgConfig: "libssh", providers: [.apt(["libssh-dev"])]),
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        // An assertion inside libmosquitto is no end of the process.
        .target(name: "CMosquittoGuard", dependencies: ["CMosquitto"]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CWebAssets", exclude: ["generated"]),
        .target(name: "CDemoPictures", exclude: ["pictures"]),

        // Measures the release binary; `make bench` runs it.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CEpoll", "CMosquitto", "CTurboJPEG", "Domain", "Media", "Store", "TestSupport", "Upstream",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Benchmarks",
            swiftSettings: house
        ),
        .systemLibrary(name: "CEpoll", path: "Tests/CEpoll"),
        tests(
            "ApplianceTests",
            of: [
                "Appliance", "Dialects", "Domain", "Gateway", "MQTTLink", "Store",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: house),
        // The protocol suites of Engine.IO and Socket.IO run against it.
        .executableTarget(
            name: "socketio-conformance-server",
            dependencies: [
                "Domain", "Identity", "Realtime",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/SocketIOConformance",
            swiftSettings: house
        ),
        tests("DialectsTests", of: ["Dialects", "Domain"], exclude: ["Golden"]),
        tests("DomainTests", of: ["Domain"]),
        tests(
            "FileTransferTests",
            of: ["Domain", "FileTransfer", "Vault", .product(name: "Logging", package: "swift-log")]
        ),
        tests(
            "GatewayTests",
            of: [
                "Dialects", "Domain", "Gateway", "Media", "Store", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ]
        ),
        tests(
            "HTTPAPITests",
            of: [
                "Domain", "Gateway", "HTTPAPI", "Identity", "Media", "Store", "Vault",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        tests("IdentityTests", of: ["Domain", "Identity", "Store", "Vault"]),
        tests(
            "MediaTests",
            of: ["CTurboJPEG", "Domain", "Media", "Vault", .product(name: "Logging", package: "swift-log")]),
        tests(
            "MQTTLinkTests",
            of: [
                "Dialects", "Domain", "Gateway", "MQTTLink", "Media", "Store",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        tests("MonitoringTests", of: ["Monitoring"]),
        tests(
            "RealtimeTests",
            of: [
                "Dialects", "Domain", "Gateway", "Identity", "Media", "Realtime", "Store", "Vault",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        tests(
            "UpstreamTests", of: ["Domain", "Store", "Upstream", .product(name: "Logging", package: "swift-log")]
        ),
        tests("VaultTests", of: ["Domain", "Vault"]),
        tests(
            "StoreTests",
            of: [
                "Domain", "Store", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Opening/Databases"]
        ),
        // Starts the real binary, which a build of all tests makes beside them.
        .testTarget(
            name: "EndToEnd",
            dependencies: [
                "Appliance", "Domain", "Gateway", "MQTTLink", "Media", "Store", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/EndToEnd", exclude: ["Python", "screenshots"], swiftSettings: house
        ),
    ],
    swiftLanguageModes: [.v6]
)

// `make fuzz` builds this apart, with libFuzzer, which no other build can link.
if Context.environment["LPR_FUZZ"] != nil {
    package.targets += [
        .executableTarget(
            name: "live-fuzzer",
            dependencies: [
                "Domain", "FileTransfer", "Gateway", "MQTTLink", "Media", "Realtime",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/Fuzz",
            swiftSettings: house
        )
    ]
    package.products.append(.executable(name: "live-fuzzer", targets: ["live-fuzzer"]))
}
