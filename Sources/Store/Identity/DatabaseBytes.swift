import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension [UInt8] {
    /// The bytes as a BLOB.
    var databaseBytes: DatabaseValue { Data(self).databaseValue }

    init(databaseBytes: Data) {
        self = Array(databaseBytes)
    }
}
