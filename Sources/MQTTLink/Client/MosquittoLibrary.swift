import CMosquitto

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// libmosquitto as a whole. It is initialised once and stays so until the process ends.
enum MosquittoLibrary {
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
