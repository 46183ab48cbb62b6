extension ApplianceResponder {
    /// All routes of the public API; docs/api.md and /api/openapi.json describe the same table.
    static func publicRoutes(_ services: APIServices, gate: AccessGate) -> [Route] {
        EventRoutes(services: services, gate: gate).routes
            + PictureRoutes(services: services).routes
    }
}
