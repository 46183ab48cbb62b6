import CZlib

/// zlib as it is loaded now, which may be newer than the one that this was built with.
public enum ZlibLibrary {
    /// Such as `1.2.13`.
    public static var version: String { String(cString: zlibVersion()) }
}
