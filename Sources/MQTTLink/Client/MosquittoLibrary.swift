import CMosquitto

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// libmosquitto as a whole. It is initialised once and stays so until the process ends.
public enum MosquittoLibrary {
    /// Of the one that is loaded now, such as `2.0.11`.
    public static var version: String {
        var (major, minor, revision): (Int32, Int32, Int32) = (0, 0, 0)
        mosquitto_lib_version(&major, &minor, &revision)
        return "\(major).\(minor).\(revision)"
    }

    static let start: Void = {
        _ = mosquitto_lib_init()
    }()

    /// The words of the library for one of its error numbers.
    static func words(_ code: Int32) -> String {
        code == Int32(MOSQ_ERR_ERRNO.rawValue)
            ? String(cString: strerror(errno)) : sentence(String(cString: mosquitto_strerror(code)))
    }

    /// The words of MQTT 5 for a reason code.
    static func reason(_ code: Int32) -> String { sentence(String(cString: mosquitto_reason_string(code))) }

    /// As a part of a sentence: without the full stop.
    private static func sentence(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
