extension Problem {
    /// A stable word for programs; it stands in `type` as `/api/docs#problem-…`.
    public enum Code: String, Sendable, CaseIterable {
        case badRequest = "bad-request"
        case notJSON = "not-json"
        case emptyBatch = "empty-batch"
        case loginNeeded = "login-needed"
        case credentials
        case forbidden
        case disabled
        case wrongOrigin = "wrong-origin"
        case setupCodeWrong = "setup-code-wrong"
        case setupCodeSpent = "setup-code-spent"
        case notFound = "not-found"
        case wrongMethod = "wrong-method"
        case slowBody = "slow-body"
        case conflict
        case alreadyExists = "already-exists"
        case alreadySetUp = "already-set-up"
        case lastAdmin = "last-admin"
        case oneself
        case limitReached = "limit-reached"
        case tooLarge = "too-large"
        case invalid
        case tooManyRequests = "too-many-requests"
        case tooManyAttempts = "too-many-attempts"
        case failed
        case busy
        case noSpace = "no-space"
        case noPictureSpace = "no-picture-space"

        /// What it means and what to do, for the documentation.
        var meaning: String {
            switch self {
            case .badRequest: "The request could not be read as HTTP that this API understands."
            case .notJSON: "The body is no JSON, or not the kind of JSON that this call takes. `detail` names the byte."
            case .emptyBatch: "The batch has no events."
            case .loginNeeded: "The call needs a session cookie, an access token or an API key."
            case .credentials:
                "The password, token, cookie or API key is unknown, expired or revoked. Log in again or check the key."
            case .forbidden: "You are known, but may not do this. `detail` says which role may."
            case .disabled: "The account, the key or the device is switched off; an administrator can switch it on."
            case .wrongOrigin:
                "The request came with a cookie, or for one, from a page of another site. Add the site to http.allowed_origins if it is yours; name a reverse proxy in http.trusted_proxies."
            case .setupCodeWrong: "The set-up code is not the one that the box has printed."
            case .setupCodeSpent:
                "There is no valid set-up code; `lpr-appliance setup-code` on the box prints a new one."
            case .notFound: "There is no such thing, or no such path."
            case .wrongMethod: "The path is there, but does not take this method; `Allow` names those that it takes."
            case .slowBody: "The body came too slowly and was cut off."
            case .conflict:
                "Something is stored under this id already, with other content. Give a new event its own id."
            case .alreadyExists: "The name is taken."
            case .alreadySetUp: "The first account exists; log in with it."
            case .lastAdmin: "It would leave nobody who can administer the appliance."
            case .oneself: "Nobody does this to the own account; another administrator can."
            case .limitReached: "There are as many as there may be; delete one first."
            case .tooLarge: "The body, the batch or a picture is larger than allowed."
            case .invalid: "A field or a parameter is wrong; `errors` names each, with what would be right."
            case .tooManyRequests: "The rate limit is reached; go on after `Retry-After` seconds."
            case .tooManyAttempts: "Too many failed logins; try again after `Retry-After` seconds."
            case .failed: "The appliance could not do it; its log says why. Sending it again may help."
            case .busy: "Too much waits already; send it again after `Retry-After` seconds."
            case .noPictureSpace:
                "There is no room for pictures. Nothing of the request was stored; send it again after `Retry-After` seconds or later, or now without its pictures: events without pictures are taken."
            case .noSpace:
                "The disk is full. Nothing of the request was stored; send it again after `Retry-After` seconds or later."
            }
        }
    }
}
