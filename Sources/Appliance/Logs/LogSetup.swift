import Logging

/// Sends log lines to standard error, where the journal takes them.
enum LogSetup {
    static func start(_ settings: LogSettings) {
        LoggingSystem.bootstrap { label in
            switch settings.format {
            case .text:
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = settings.level
                return handler
            case .json:
                return JSONLogHandler(label: label, logLevel: settings.level)
            }
        }
    }
}
