import Domain
import Gateway
import Media
import Store

extension StorageReport {
    /// Writes the members of the report's object, but for what is read from the database.
    func write(to writer: inout JSONWriter) {
        let level =
            switch state {
            case .ok: "ok"
            case .warning: "warning"
            case .refusing: "refusing"
            }
        writer.member("state", level)
        writer.member("problem", problem?.text)
        writer.member("problem_code", problem?.code)
        writer.member("counted", isCounted)
        writer.member("refuses_pictures", refusesPictures)
        writer.member("used_bytes", used)
        writer.member("fixed_bytes", fixed)
        writer.member("quota_bytes", marks?.quota)
        writer.member("limit_bytes", marks?.limit)
        writer.member("high_bytes", marks?.high)
        writer.member("low_bytes", marks?.low)
        writer.member("limited_by", marks.map { $0.isByDisk ? "disk" : "quota" })
        writer.name("disk")
        writer.object { writer in
            writer.member("total_bytes", disk?.total)
            writer.member("available_bytes", disk?.available)
            writer.member("reserve_bytes", reserve)
        }
        writer.name("kept")
        kept.write(to: &writer)
        writer.member("growth_bytes_per_day", growthPerDay)
        writer.member("days_until_high", daysUntilHigh.map { ($0 * 10).rounded() / 10 })
        writer.member("sweeping", isSweeping)
        writer.name("classes")
        writer.array { writer in
            for storageClass in StorageClass.allCases {
                let amount = amounts[storageClass] ?? StorageAmount()
                writer.object { writer in
                    writer.member("class", storageClass.rawValue)
                    writer.member("files", amount.files)
                    writer.member("bytes", amount.bytes)
                }
            }
        }
    }
}

extension StorageAmount {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("files", files)
            writer.member("bytes", bytes)
        }
    }
}

extension SweepPlan {
    func write(to writer: inout JSONWriter) {
        writer.member("used_bytes", used)
        writer.member("target_bytes", target)
        writer.member("enough", isEnough)
        writer.member("complete", isComplete)
        writer.name("removed")
        SweepRecord.write(removed, to: &writer)
    }
}

/// What one device has on the disk.
struct DeviceUse {
    let deviceID: String
    var amounts: [StorageClass: StorageAmount] = [:]
    var bytes: Int64 = 0

    /// Those with the most, and how many there are.
    static func largest(_ count: Int, of use: StorageUse) -> (devices: [DeviceUse], total: Int) {
        var devices: [String: DeviceUse] = [:]
        for (key, amount) in use.amounts where amount.files > 0 {
            var device = devices[key.deviceID] ?? DeviceUse(deviceID: key.deviceID)
            device.amounts[key.storageClass] = amount
            device.bytes += amount.bytes
            devices[key.deviceID] = device
        }
        let sorted = devices.values.sorted { ($0.bytes, $1.deviceID) > ($1.bytes, $0.deviceID) }
        return (Array(sorted.prefix(count)), sorted.count)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("device_id", deviceID)
            writer.member("bytes", bytes)
            writer.member("files", amounts.values.reduce(0) { $0 + $1.files })
            writer.name("classes")
            writer.object { writer in
                for storageClass in StorageClass.allCases {
                    guard let amount = amounts[storageClass] else { continue }
                    writer.name(storageClass.rawValue)
                    amount.write(to: &writer)
                }
            }
        }
    }
}
