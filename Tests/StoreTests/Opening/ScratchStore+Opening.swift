import Logging
import Store

/// A store that the test closes itself.
func scratchStore(_ directory: String, _ clock: HeldClock) throws -> Store {
    try Store(
        Store.Configuration(directory: directory, clock: clock.wallClock),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
}
