import Domain

extension LPREvent {
    /// The picture that was stored with this event.
    ///
    /// `image_path` may also be what a camera announced for a file sent apart, and a camera can announce anything: the
    /// picture of another event must neither be shown as this one's nor go with it.
    var ownImagePath: String? { imagePath.flatMap { isOwn($0) ? $0 : nil } }

    /// `…/EVENT-HASH[-plate].EXTENSION`, as `Media` names what it stores.
    private func isOwn(_ path: String) -> Bool {
        guard let name = path.split(separator: "/").last else { return false }
        let event = eventID.hasPrefix(".") ? "~2e" + eventID.dropFirst() : eventID
        guard name.hasPrefix(event + "-") else { return false }
        let rest = name.dropFirst(event.count + 1)
        let hash = rest.utf8.prefix { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        let ending = String(rest.dropFirst(hash.count))
        return !hash.isEmpty && (ending.hasPrefix(".") || ending.hasPrefix("-plate."))
    }
}
