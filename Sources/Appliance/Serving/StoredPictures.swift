import Media
import Upstream

/// The pictures of the box, for the central database.
struct StoredPictures: PictureSource {
    let store: PictureStore
    /// `media.encryption`
    let isEncrypted: Bool

    func picture(at path: String, limit: Int) async throws -> FoundPicture {
        do {
            let file = try await store.open(path)
            guard file.size <= limit else { return .unavailable("\(file.size) bytes, at most \(limit) are sent") }
            let bytes = try await file.read(0..<file.size)
            // As its name says it; else by its first bytes.
            let format = PictureFormat.recognise(bytes) ?? PictureFormat(fileExtensionOf: path)
            return .bytes(bytes, mediaType: format?.mediaType ?? "application/octet-stream")
        } catch let error as MediaError {
            switch error.kind {
            // It passes by itself.
            case .busy, .noSpace: throw error
            default: return .unavailable("\(error)")
            }
        }
    }
}
