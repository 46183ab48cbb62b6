import CWebAssets
import HTTPTypes
import Hummingbird

/// The page and its files, out of the binary.
enum WebPage {
    private struct Asset: Sendable {
        let contentType: String
        let tag: EntityTag
        /// Static data of the binary; it lives as long as the process.
        let index: Int
    }

    /// Paths that the page itself routes; all of them are answered with its one HTML file.
    private static let pages: Set<String> = [
        "/", "/overview", "/search", "/devices", "/files", "/communication", "/rejected", "/storage", "/upstream",
        "/users", "/keys", "/account", "/login", "/setup",
    ]
    private static let pagePrefixes = ["/events/", "/devices/"]

    private static let assets: [String: Asset] = {
        var assets: [String: Asset] = [:]
        for index in 0..<lpr_web_asset_count() {
            guard let asset = lpr_web_asset_at(index)?.pointee else { continue }
            assets[String(cString: asset.path)] = Asset(
                contentType: String(cString: asset.content_type),
                tag: EntityTag(quoted: String(cString: asset.etag)), index: Int(index))
        }
        return assets
    }()

    /// - Throws: `Problem` 404, also for paths below /api that no route has; 405 for anything but GET and HEAD.
    static func response(to request: Request) throws -> Response {
        let path = request.uri.path
        let isPage = pages.contains(path) || pagePrefixes.contains { path.hasPrefix($0) && path.count > $0.count }
        guard let asset = assets[isPage ? "/index.html" : path] else {
            throw Problem.notFound("There is nothing at \(path.prefix(200)); the API is described at /api/docs.")
        }
        let methods = ["GET", "HEAD", "OPTIONS"]
        if request.method == .options {
            return Response(status: .noContent, headers: [.allow: methods.joined(separator: ", ")])
        }
        guard request.method == .get || request.method == .head else {
            throw Problem(
                .methodNotAllowed, .wrongMethod, "The page is only read, by GET.", allowedMethods: methods)
        }
        return try response(with: asset, to: request)
    }

    private static func response(with asset: Asset, to request: Request) throws -> Response {
        // Asked again at each visit, so that an upgrade shows at once; the tag makes that cheap.
        let cache = "no-cache"
        if asset.tag.isNamed(by: request) { return asset.tag.notModified(cacheControl: cache) }
        var headers: HTTPFields = [
            .contentType: asset.contentType, .eTag: asset.tag.text, .cacheControl: cache, .vary: "Accept-Encoding",
        ]
        guard let file = lpr_web_asset_at(asset.index)?.pointee, let start = file.gzip else {
            throw Problem.notFound("This file is missing.")
        }
        let compressed = UnsafeBufferPointer(start: start, count: file.gzip_length)
        if request.acceptsGzip {
            headers[.contentEncoding] = "gzip"
            return Response(status: .ok, headers: headers, body: ResponseBody(bytes: Array(compressed)))
        }
        guard let content = Gzip.decompress(compressed, length: file.length) else {
            throw Problem.notFound("This file is damaged.")
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(bytes: content))
    }
}
