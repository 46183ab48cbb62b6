/// What wrk sends, as the Lua script that it runs: requests are put together from text that is ready, because the
/// generator shares the machine with what it measures.
enum LoadScript {
    static func text(keys: [String], eventsPerRequest: Int) -> String {
        let letters = SampleEvents.consonants.map { "\"\($0)\"" }.joined(separator: ",")
        let keyList = keys.map { "\"\($0)\"" }.joined(separator: ",")
        let path = eventsPerRequest == 1 ? "/api/lpr/events" : "/api/lpr/events/batch"
        let type = eventsPerRequest == 1 ? "application/json" : "application/x-ndjson"
        return """
            local letters = {\(letters)}
            local keys = {\(keyList)}
            local perRequest = \(eventsPerRequest)
            local random, format, concat = math.random, string.format, table.concat
            local heads = {}
            for index, key in ipairs(keys) do
              heads[index] = "POST \(path) HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nX-API-Key: " .. key
                .. "\\r\\nContent-Type: \(type)\\r\\nContent-Length: "
            end
            local start = os.time() - 3600
            local events, second, secondText = 0, -1, ""

            local function event(device)
              local milliseconds = events % 1000
              local now = start + (events - milliseconds) / 1000
              if now ~= second then
                second, secondText = now, os.date("!%Y-%m-%dT%H:%M:%S.", now)
              end
              events = events + 1
              local prefix = random(0, 9)
              return '{"edge_device_id":"gate-' .. device .. '","license_plate":"' .. (prefix == 0 and "" or prefix)
                .. letters[random(#letters)] .. letters[random(#letters)] .. " " .. random(1, 9999)
                .. '","province":"\(SampleEvent.province.text)","confidence":\(SampleEvent.confidence),"captured_at":"'
                .. secondText .. format("%03dZ", milliseconds) .. '"}'
            end

            local requests = 0
            request = function()
              local device = requests % #keys
              requests = requests + 1
              local body
              if perRequest == 1 then
                body = event(device)
              else
                local lines = {}
                for line = 1, perRequest do lines[line] = event(device) end
                body = concat(lines, "\\n")
              end
              return heads[device + 1] .. #body .. "\\r\\n\\r\\n" .. body
            end

            done = function(summary, latency)
              local errors = summary.errors
              io.write(format("RESULT %d %d %d %.1f %.1f\\n", summary.requests - errors.status,
                errors.status + errors.connect + errors.read + errors.write + errors.timeout, summary.duration,
                latency:percentile(50), latency:percentile(99)))
            end
            """
    }
}
