import HTTPTypes

/// What `lpr-appliance upstream` asks of the running appliance.
extension AdminRoutes {
    var upstream: [Route] {
        [
            route(.get, "upstream", "getUpstream", "How the replication to the central database is.") { request, _ in
                UpstreamRoutes.state(request, services)
            },
            route(.get, "upstream/parked", "listParkedRows", "A page of refused changes.") { request, _ in
                try await UpstreamRoutes.page(request, services)
            },
            route(.post, "upstream/parked/{id}/retry", "retryParkedRow", "Has refused changes sent again.") {
                request, context in
                try await UpstreamRoutes.retry(request, context, services)
            },
            route(.post, "upstream/resync", "resyncUpstream", "Has stored events sent anew.") { request, context in
                try await UpstreamRoutes.resync(request, context, services)
            },
        ]
    }
}
