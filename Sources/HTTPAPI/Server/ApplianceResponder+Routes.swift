extension ApplianceResponder {
    /// All routes of the public API; docs/api.md and /api/openapi.json describe the same table.
    static func publicRoutes(_ services: APIServices, gate: AccessGate) -> [Route] {
        let events = EventRoutes(services: services, gate: gate).routes + PictureRoutes(services: services).routes
        let devices =
            DeviceRoutes(services: services, gate: gate).routes + DeviceKeyRoutes(services: services).routes
            + FileRoutes(services: services).routes
        let fieldCameras = FieldCameraRoutes(services: services, gate: gate).routes
        let numbers =
            StatisticsRoutes(services: services).routes + CommunicationRoutes(services: services).routes
            + StorageRoutes(services: services).routes + UpstreamRoutes(services: services).routes
        let health = HealthRoutes(services: services).routes
        let login =
            SessionRoutes(services: services, gate: gate).routes + TokenRoutes(services: services, gate: gate).routes
        let people = UserRoutes(services: services).routes + KeyRoutes(services: services).routes
        let resources = events + fieldCameras + devices + numbers + health + login + people
        return resources + DocumentationRoutes(describing: resources, version: services.version).routes
    }
}
