import Domain
import HTTPTypes

/// Finds the route of a request, and which methods a path has when its own is not among them.
///
/// Not Hummingbird's router: that one answers a wrong method as an unknown path, and keeps its table to itself, while
/// `Allow`, OPTIONS and the OpenAPI document are all made from this one.
struct RouteTable: Sendable {
    private final class Node: Sendable {
        let literals: [String: Node]
        let parameter: (name: String, node: Node)?
        let routes: [Route]

        init(_ routes: [(route: Route, rest: ArraySlice<Substring>)]) {
            self.routes = routes.filter { $0.rest.isEmpty }.map(\.route)
            var literals: [String: [(Route, ArraySlice<Substring>)]] = [:]
            var parameters: [(Route, ArraySlice<Substring>)] = []
            var name = ""
            for (route, rest) in routes {
                guard let part = rest.first else { continue }
                if part.first == "{" {
                    name = String(part.dropFirst().dropLast())
                    parameters.append((route, rest.dropFirst()))
                } else {
                    literals[String(part), default: []].append((route, rest.dropFirst()))
                }
            }
            self.literals = literals.mapValues { Node($0.map { (route: $0.0, rest: $0.1) }) }
            parameter = parameters.isEmpty ? nil : (name, Node(parameters.map { (route: $0.0, rest: $0.1) }))
        }
    }

    let routes: [Route]
    private let root: Node

    init(_ routes: [Route]) {
        self.routes = routes
        root = Node(routes.map { ($0, $0.path.split(separator: "/")[...]) })
    }

    enum Match {
        case route(Route, parameters: [String: String])
        /// The path is there, the method is not.
        case otherMethods([String])
        case none
    }

    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        var node = root
        var parameters: [String: String] = [:]
        for part in path.split(separator: "/", maxSplits: 16) {
            if let next = node.literals[String(part)] {
                node = next
            } else if let (name, next) = node.parameter, let value = part.removingPercentEncoding {
                parameters[name] = value
                node = next
            } else {
                return .none
            }
        }
        // HEAD is GET without its body, which the server leaves out.
        let wanted = method == .head ? .get : method
        if let route = node.routes.first(where: { $0.method == wanted }) {
            return .route(route, parameters: parameters)
        }
        return node.routes.isEmpty ? .none : .otherMethods(Self.allowed(node.routes))
    }

    private static func allowed(_ routes: [Route]) -> [String] {
        var methods = routes.map(\.method.rawValue)
        if methods.contains("GET") { methods.append("HEAD") }
        return methods + ["OPTIONS"]
    }
}
