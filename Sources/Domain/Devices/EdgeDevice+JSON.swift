extension EdgeDevice {
    /// Writes the device as the API shows it.
    /// - Parameter eventsToday: since midnight in the site's zone; nil leaves them out.
    public func write(to writer: inout JSONWriter, eventsToday: Int?, now: Instant) {
        writer.object { writer in
            writer.member("device_id", deviceID)
            writer.member("name", name)
            writer.member("hostname", hostname)
            writer.member("ip_address", ipAddress)
            writer.member("status", status.rawValue)
            writer.member("site", site)
            writer.member("checkpoint", checkpoint)
            writer.member("last_seen", lastSeen)
            writer.member("online", isOnline(at: now))
            writer.name("protocols")
            writer.array { writer in
                for `protocol` in protocols { writer.value(`protocol`.rawValue) }
            }
            if let eventsToday { writer.member("events_today", Int64(eventsToday)) }
            writer.name("health")
            if let health { writer.rawValue(health) } else { writer.null() }
            writer.member("created_at", createdAt)
            writer.member("updated_at", updatedAt)
        }
    }
}
