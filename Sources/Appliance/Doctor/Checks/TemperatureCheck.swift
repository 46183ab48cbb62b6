/// Whether the box is too hot, slowed down, or short of power.
struct TemperatureCheck: BlockingDoctorCheck {
    let id = "temperature"
    let title = "temperature"

    private static let hotDegrees = 80
    /// What a sensor says outside of this is no temperature.
    private static let possibleDegrees = -40...150
    /// What slows processors down, among what cools; fans are no trouble.
    private static let throttles = ["cpufreq", "devfreq", "Processor"]

    func look(_ context: DoctorContext) -> [Finding] {
        let files = context.machine.files
        return [temperature(files)] + throttling(files) + voltage(files)
    }

    private func temperature(_ files: SystemFiles) -> Finding {
        let thermal = "/sys/class/thermal"
        let readings = files.names(in: thermal).filter { $0.hasPrefix("thermal_zone") }.compactMap { zone in
            files.number("\(thermal)/\(zone)/temp").map {
                (degrees: $0 / 1_000, files.word("\(thermal)/\(zone)/type") ?? zone)
            }
        }.filter { Self.possibleDegrees.contains($0.degrees) }
        guard let (degrees, sensor) = readings.max(by: { $0.degrees < $1.degrees }) else {
            return .ok("the box shows no temperature")
        }
        let text = "\(degrees) °C (\(sensor))"
        guard degrees >= Self.hotDegrees else { return .ok(text) }
        return .warning(text, "give the box air, shade or a heat sink: it slows down, and flash memory ages quickly")
    }

    private func throttling(_ files: SystemFiles) -> [Finding] {
        let thermal = "/sys/class/thermal"
        let active = files.names(in: thermal).filter { $0.hasPrefix("cooling_device") }.contains { device in
            let type = files.word("\(thermal)/\(device)/type") ?? ""
            return Self.throttles.contains { type.contains($0) }
                && files.number("\(thermal)/\(device)/cur_state") ?? 0 > 0
        }
        guard active else { return [] }
        return [.warning("the processor is slowed down now because of heat", "give the box air, shade or a heat sink")]
    }

    /// The power supply of a Raspberry Pi, watched by its firmware.
    private func voltage(_ files: SystemFiles) -> [Finding] {
        let monitors = "/sys/class/hwmon"
        let isLow = files.names(in: monitors).contains { monitor in
            files.word("\(monitors)/\(monitor)/name") == "rpi_volt"
                && files.number("\(monitors)/\(monitor)/in0_lcrit_alarm") == 1
        }
        guard isLow else { return [] }
        return [
            .warning(
                "the voltage of the power supply is too low",
                "use the supply that was made for the box and a short, thick cable; a low voltage damages what is written"
            )
        ]
    }
}
