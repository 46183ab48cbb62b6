import Domain
import FileTransfer
import Gateway
import HTTPAPI
import Hummingbird
import HummingbirdTLS
import Identity
import Logging
import MQTTLink
import Media
import NIOCore
import NIOPosix
import Realtime
import ServiceLifecycle
import Store
import UnixSignals
import Vault

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Puts the rooms together and runs them until a signal comes.
enum RunningAppliance {
    /// - Parameter copiesBeforeMigration: whether the database of an earlier version is copied before it is migrated.
    static func run(_ configuration: ApplianceConfiguration, copiesBeforeMigration: Bool = true) async throws {
        let startedAt = ContinuousClock().now
        let supervisor = Supervisor(SystemdEnvironment.take())
        LogSetup.start(configuration.log)
        let logger = Logger(label: "lpr-appliance")
        let directory = DataDirectory(path: configuration.dataDirectory)
        try directory.prepare()

        let bus = EventBus()
        let store = try await OpeningTime.during(supervisor) { progress in
            try Store(
                Store.Configuration(
                    directory: directory.path, commitLinger: configuration.store.commitLinger,
                    queueLimit: configuration.intake.queueLimit, joinWindow: configuration.files.joinWindow,
                    isReplicated: configuration.upstream.url != nil,
                    replicatedPictures: configuration.upstream.pictures.replicated,
                    copiesBeforeMigration: copiesBeforeMigration, clock: SystemClock.wall),
                logger: logger, progress: progress, observer: bus.publish)
        }
        do {
            var parts = try await assemble(
                configuration, directory, store, bus: bus, startedAt: startedAt, logger: logger)
            let mqtt = try await MQTTParts(configuration, parts, bus: bus, logger: logger)
            let files = try FileTransferParts(configuration, directory, parts, logger: logger)
            let upstream = try UpstreamParts(configuration, store, parts.pictures, logger: logger)
            parts.upstream = upstream?.desk
            parts.links = [mqtt.link, files.link]
            let live = try await LiveParts(configuration, parts, bus: bus, logger: logger)
            parts.live = LivePolling(connections: live.connections)
            mqtt.follow(parts, live.connections)
            // The sockets of HTTP, that of the commands, and the SSH server.
            let greeting = Greeting(
                count: configuration.http.listen.count + 2, parts: parts, supervisor: supervisor, logger: logger)
            var links: [any Service] = [mqtt.link]
            links += files.services { await greeting.opened() }
            if let upstream { links.append(upstream.service) }
            try await serve(
                configuration, directory, parts, live.connections, greeting, links, supervisor, logger: logger)
            await finish(parts, logger: logger)
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
        directory.removeAdminSocket()
        logger.notice("stopped")
    }

    private static func assemble(
        _ configuration: ApplianceConfiguration, _ directory: DataDirectory, _ store: Store, bus: EventBus,
        startedAt: ContinuousClock.Instant, logger: Logger
    ) async throws -> APIServices {
        let pictures = try PictureStore(
            directory: directory.images, temporaryDirectory: directory.temporary,
            limits: PictureLimits(byteCount: configuration.media.maxPicture.bytes),
            options: try pictureOptions(configuration, directory, logger: logger), logger: logger)
        let leftovers = try await pictures.removeTemporaryLeftovers()
        if leftovers > 0 { logger.info("removed unfinished pictures", metadata: ["count": "\(leftovers)"]) }
        var identityOptions = IdentityOptions()
        identityOptions.sessionIdleLifetime = configuration.auth.sessionLifetime
        let identity = try await Identity(
            store: store, keys: KeyDirectory(path: directory.keys), siteID: configuration.site.id,
            clock: SystemClock.wall, options: identityOptions)
        let statistics = CommunicationStatistics()
        let devices = DeviceGate()
        try await devices.load(from: store)
        let book = StorageBook(directory: directory.path, pictures: pictures)
        let space = SpaceGate(directory: directory.path, quota: configuration.storage.bounds, book: book)
        let intake = Intake(
            store: store, pictures: pictures, space: space, devices: devices, statistics: statistics,
            siteID: configuration.site.id, logger: logger, bus: bus,
            fileRules: try fileRules(configuration, logger: logger))
        let upkeep = UpkeepTurn(intake, limits: UpkeepService.limits(configuration))
        let storage = StorageKeeper(
            intake: intake, space: space, book: book, upkeep: upkeep, unclaimed: UnclaimedPictures(intake),
            logger: logger)
        do {
            try await storage.load()
        } catch {
            // It is counted anew in a moment; that is no reason not to start.
            logger.warning("the use of the disk is not known yet", metadata: ["error": "\(error)"])
        }
        var services = APIServices(
            store: store, intake: intake, identity: identity, pictures: pictures, space: space, devices: devices,
            statistics: statistics, limits: limits(configuration), site: site(configuration, logger: logger),
            version: ApplianceVersion.text, startedAt: startedAt, logger: logger)
        services.storage = storage
        services.upkeep = upkeep
        services.sweep = PictureSweep(intake)
        return services
    }

    /// The keys are read also when new pictures are not sealed: older ones may be.
    private static func pictureOptions(
        _ configuration: ApplianceConfiguration, _ directory: DataDirectory, logger: Logger
    ) throws -> PictureOptions {
        let keys = try KeyRing(
            directory: KeyDirectory(path: directory.keys),
            credentials: getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) })
        if configuration.media.encryption, keys.sealing == nil, !keys.isCredential {
            try keys.makeFirst(at: SystemClock.now)
            logger.notice(
                "made a key that pictures are encrypted with; keep a copy of it apart from the pictures",
                metadata: ["file": "\(directory.keys)/\(KeyRing.fileName)"])
        }
        return PictureOptions(
            stripsPosition: configuration.media.stripGPS, seals: configuration.media.encryption, keys: keys)
    }

    private static func fileRules(_ configuration: ApplianceConfiguration, logger: Logger) throws -> FileRules {
        FileRules(
            eventIDPattern: try configuration.files.eventIDPattern.map { try EventIDPattern($0) },
            zone: SiteZone.load(configuration.site.timezone, logger: logger),
            pictureLimit: configuration.media.maxPicture.bytes, sidecarLimit: configuration.http.maxBody.bytes)
    }

    private static func site(_ configuration: ApplianceConfiguration, logger: Logger) -> APIServices.Site {
        APIServices.Site(
            id: configuration.site.id, name: configuration.site.name, timezone: configuration.site.timezone,
            language: configuration.site.language.rawValue,
            zone: SiteZone.load(configuration.site.timezone, logger: logger))
    }

    private static func limits(_ configuration: ApplianceConfiguration) -> RequestLimits {
        /// Twice a second's worth may come at once.
        func limiter(_ rate: Int) -> RateLimiter { RateLimiter(rate: Double(rate), burst: Double(rate * 2)) }
        let proxies = TrustedProxies(configuration.http.trustedProxies)
        return RequestLimits(
            body: configuration.http.maxBody.bytes,
            picture: configuration.media.maxPicture.bytes,
            perAddress: limiter(configuration.http.rateLimitAddress),
            perUser: limiter(configuration.http.rateLimitUser), perDevice: limiter(configuration.intake.rateLimit),
            trustedNetworks: TrustedNetworks(configuration.intake.trustedNetworks, except: proxies),
            allowedOrigins: Set(configuration.http.allowedOrigins.map { "\($0)" }),
            proxies: proxies, isTLS: configuration.tls.certificate != nil)
    }

    private static func serve(
        _ configuration: ApplianceConfiguration, _ directory: DataDirectory, _ parts: APIServices,
        _ live: LiveConnections, _ greeting: Greeting, _ links: [any Service], _ supervisor: Supervisor,
        logger: Logger
    ) async throws {
        let doors = try HTTPDoors(configuration, directory, parts, live, greeting, logger: logger)
        // Stopped from the last to the first: live connections say goodbye before the doors close. Signs of life are
        // given until all else is over.
        var group = ServiceGroupConfiguration(
            services: watchdog(directory, parts, greeting, supervisor, logger: logger)
                + upkeep(parts, logger: logger) + [SweepService(parts)] + doors.services
                + [LiveService(connections: live)] + links + [StopNotice(supervisor: supervisor)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Within five seconds all is over, on a slow box too: what drips on after three is cut off.
        group.maximumGracefulShutdownDuration = .seconds(3)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as StartFailure {
            throw error
        } catch let error as SSHListenError {
            throw StartFailure(
                message: "\(error); another program may have the port (see 'ss -ltnp')", exitStatus: ExitStatus.inUse)
        } catch let error as IOError {
            throw StartFailure(
                message: "cannot listen on \(configuration.http.listen.map(\.description).joined(separator: ", ")): "
                    + "\(error.description); another program may have the port (see 'ss -ltnp')",
                exitStatus: ExitStatus.inUse)
        } catch is CancellationError {
            logger.warning("some requests were cut off by the stop")
        }
    }

    /// - Returns: nothing where nobody watches over the appliance.
    private static func watchdog(
        _ directory: DataDirectory, _ parts: APIServices, _ greeting: Greeting, _ supervisor: Supervisor,
        logger: Logger
    ) -> [any Service] {
        guard supervisor.isThere else { return [] }
        let probes =
            [.writer(of: parts.store), .disk(of: directory)]
            + LivenessProbe.eventLoops(of: MultiThreadedEventLoopGroup.singleton)
        return [
            WatchdogService(supervisor, probes: probes, status: { await status(parts, greeting) }, logger: logger)
        ]
    }

    /// One line for `systemctl status`; every user of the box may read it.
    private static func status(_ parts: APIServices, _ greeting: Greeting) async -> String {
        let troubles = await parts.troubles()
        let state = troubles.isEmpty ? "Ready" : "Degraded (\(troubles.joined(separator: ", ")))"
        return "\(state): \(await greeting.whereToGo)"
    }

    private static func upkeep(_ parts: APIServices, logger: Logger) -> [any Service] {
        var services: [any Service] = []
        if let upkeep = parts.upkeep { services.append(UpkeepService(parts, upkeep, logger: logger)) }
        if let storage = parts.storage {
            services.append(
                StorageService(storage, zone: parts.site.zone, clock: parts.store.clock, logger: logger))
        }
        return services
    }

    /// Writes what was only counted in memory, before the store closes.
    private static func finish(_ parts: APIServices, logger: Logger) async {
        do {
            try await parts.identity.upkeep()
            try await parts.store.persist(parts.statistics)
            try await parts.storage?.note()
        } catch {
            logger.warning("not everything was noted before the stop", metadata: ["error": "\(error)"])
        }
    }
}
