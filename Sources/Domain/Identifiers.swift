/// The name of one event, made by the sender or by us: 1 to 50 characters of `[A-Za-z0-9._:-]`.
public struct EventID: Sendable, Hashable, CustomStringConvertible {
    public let text: String
    public var description: String { text }

    public init?(_ text: String) {
        guard Identifier.isValid(text, additional: UInt8(ascii: ":")) else { return nil }
        self.text = text
    }

    init(unchecked text: String) {
        self.text = text
    }
}

/// The name of a camera or gateway: 1 to 50 characters of `[A-Za-z0-9._-]`, not beginning with a dot, so that it is
/// safe as a topic level, a user name and a directory.
public struct DeviceID: Sendable, Hashable, CustomStringConvertible {
    public let text: String
    public var description: String { text }

    public init?(_ text: String) {
        guard Identifier.isValid(text, additional: UInt8(ascii: "-")), text.utf8.first != UInt8(ascii: ".") else {
            return nil
        }
        self.text = text
    }
}

private enum Identifier {
    static func isValid(_ text: String, additional: UInt8) -> Bool {
        var count = 0
        for byte in text.utf8 {
            count += 1
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                additional:
                if count > 50 { return false }
            default: return false
            }
        }
        return count > 0
    }
}

extension EventID {
    /// A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then random bits, so that ids sort by time.
    public static func version7(
        at instant: Instant, using generator: inout some RandomNumberGenerator
    ) -> EventID {
        let milliseconds = UInt64(max(0, instant.microseconds / 1_000)) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | generator.next() & 0x0FFF
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return EventID(unchecked: uuidText(high: high, low: low))
    }

    private static func uuidText(high: UInt64, low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for (index, word) in [high, low].enumerated() {
                for nibble in 0..<16 {
                    let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - nibble * 4) & 0xF)
                    buffer[position] = digit < 10 ? 48 + digit : 87 + digit
                    position += 1
                    let place = index * 16 + nibble
                    if place == 7 || place == 11 || place == 15 || place == 19 {
                        buffer[position] = UInt8(ascii: "-")
                        position += 1
                    }
                }
            }
            return position
        }
    }
}
