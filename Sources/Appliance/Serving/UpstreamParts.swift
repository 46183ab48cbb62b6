import Domain
import Gateway
import Logging
import Media
import ServiceLifecycle
import Store
import Upstream

/// The replication to the central database, where there is one.
struct UpstreamParts: Sendable {
    let desk: ReplicatorDesk

    /// - Returns: nil without `upstream.url`: then nothing of it runs.
    /// - Throws: `StartFailure` for an address that cannot be read.
    init?(
        _ configuration: ApplianceConfiguration, _ store: Store, _ pictures: PictureStore, logger: Logger
    ) throws {
        guard let url = configuration.upstream.url else { return nil }
        let settings: ReplicatorSettings
        do throws(ConnectionURL.Mistake) {
            settings = Self.settings(configuration, try ConnectionURL(url))
        } catch {
            throw StartFailure(message: "upstream.url: \(error)", exitStatus: ExitStatus.configuration)
        }
        if settings.postgres.url.hasPassword {
            logger.warning("a password stands in upstream.url; a file of its own is safer (upstream.password_file)")
        }
        desk = ReplicatorDesk(
            replicator: Replicator(
                settings, store: store,
                pictures: StoredPictures(store: pictures, isEncrypted: configuration.media.encryption), logger: logger))
    }

    private static func settings(
        _ configuration: ApplianceConfiguration, _ url: ConnectionURL
    ) -> ReplicatorSettings {
        let upstream = configuration.upstream
        let postgres = PostgresSettings(
            url, passwordFile: upstream.passwordFile, rootCertificate: upstream.rootCertificate,
            statementTimeout: upstream.statementTimeout)
        var settings = ReplicatorSettings(postgres, siteID: configuration.site.id, version: ApplianceVersion.text)
        settings.siteName = configuration.site.name
        settings.siteURL = upstream.siteURL.map { "\($0)" }
        settings.batchRows = upstream.batchRows
        settings.batchInterval = upstream.batchInterval
        settings.pictures.choice = upstream.pictures.replicated
        settings.sendsLogs = upstream.communicationLogs
        return settings
    }

    /// Until the stop of the appliance.
    var service: any Service { ReplicatorService(replicator: desk.replicator) }
}

private struct ReplicatorService: Service {
    let replicator: Replicator

    func run() async {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await replicator.run()
            } onGracefulShutdown: {
                replicator.stop()
            }
        } onCancel: {
            replicator.stop()
        }
    }
}

/// What the API asks, handed to the replicator.
struct ReplicatorDesk: UpstreamDesk {
    let replicator: Replicator

    var status: UpstreamStatus { replicator.status }

    func parked(after id: Int64?, limit: Int) async throws -> [UpstreamParkedRow] {
        try await replicator.parked(after: id, limit: limit)
    }

    func retry(parked id: Int64) async throws -> Bool { try await replicator.retry(parked: id) }

    func retryAllParked() async throws -> Int64 { try await replicator.retryAllParked() }

    func resync(from: Instant?) async throws { try await replicator.resync(from: from) }
}

extension UpstreamPictures {
    /// The same for the store, which does not delete before they are sent.
    var replicated: ReplicatedPictures {
        switch self {
        case .none: .none
        case .thumbnails: .thumbnails
        case .all: .all
        }
    }
}
