/// Whether the data directory belongs to the appliance, and to nobody else.
struct DataDirectoryCheck: BlockingDoctorCheck {
    let id = "data-directory"
    let title = "data directory"

    /// What is looked through for files of others.
    var entryLimit = 50_000
    var timeLimit: Duration = .seconds(3)

    func look(_ context: DoctorContext) -> [Finding] {
        let path = context.data.path
        switch FileStatus.absence(of: path) {
        case .missing?:
            return [
                context.service.unit == nil
                    ? .warning("\(path) does not exist yet", "the first start makes it")
                    : .failed(
                        "\(path) does not exist",
                        "sudo systemctl restart lpr-appliance makes it; put a backup into it afterwards if there was one"
                    )
            ]
        case .hidden?: return [.hidden(path)]
        case nil: break
        }
        guard let status = FileStatus(path), let account = context.account else { return [.hidden(path)] }
        guard status.isDirectory else {
            return [.failed("\(path) is no directory", "move it away, or name another directory with --data")]
        }
        let findings =
            modes(status, context, account) + keys(context, account) + reachable(context, account)
            + owners(context, account)
        guard findings.isEmpty else { return findings }
        return [.ok("\(path) belongs to \(account.name), mode \(status.octal), and so does what is in it")]
    }

    private func modes(_ status: FileStatus, _ context: DoctorContext, _ account: Account) -> [Finding] {
        let path = context.data.path
        var findings: [Finding] = []
        if status.owner != account.id {
            let owner = Accounts(context.machine.files).withID(status.owner).name
            findings.append(
                .failed(
                    "\(path) belongs to user \(owner), the appliance runs as \(account.name)",
                    mending(path, account)))
        }
        if status.mode & 0o007 != 0 {
            findings.append(
                .warning(
                    "everybody on this box can look into \(path) (mode \(status.octal))", "sudo chmod 0750 \(path)"))
        }
        return findings
    }

    /// The appliance does not start with keys that others could have read: `KeyDirectory`.
    private func keys(_ context: DoctorContext, _ account: Account) -> [Finding] {
        let folder = context.data.keys
        guard let status = FileStatus(folder) else { return [] }
        let paths = [folder] + SystemFiles().names(in: folder).map { "\(folder)/\($0)" }
        let open = paths.first { FileStatus($0).map { $0.mode & 0o077 != 0 } ?? false }
        guard let open else { return [] }
        return [
            .failed(
                "others may read keys (\(open)\(open == folder ? ", mode \(status.octal)" : "")); "
                    + "the appliance does not start so",
                "sudo chmod -R u=rwX,go= \(folder); replace the keys if somebody may have read them")
        ]
    }

    private func reachable(_ context: DoctorContext, _ account: Account) -> [Finding] {
        let data = context.data
        for path in [data.path, data.images, data.temporary, data.incoming, data.backups, data.keys] {
            if case .forbidden(let at) = account.may(.readWriteSearch, path) {
                let advice =
                    at == path ? "sudo chmod u+rwx \(at), or \(mending(data.path, account))" : "sudo chmod o+x \(at)"
                return [.failed("user \(account.name) may not write into \(path) (because of \(at))", advice)]
            }
        }
        return []
    }

    private func owners(_ context: DoctorContext, _ account: Account) -> [Finding] {
        let path = context.data.path
        let walk = OwnerWalk.run(path, owner: account.id, entryLimit: entryLimit, timeLimit: timeLimit)
        if !walk.strangers.isEmpty {
            let examples = walk.strangers.map(\.path).joined(separator: ", ")
            let accounts = Accounts(context.machine.files)
            let owners = Set(walk.strangers.map { accounts.withID($0.owner).name }).sorted()
            return [
                .failed(
                    "files that belong to \(owners.joined(separator: ", ")) and not to \(account.name): "
                        + "\(walk.strangerCount)\(walk.isWhole ? "" : " or more"), such as \(examples)",
                    mending(path, account))
            ]
        }
        return walk.isHidden ? [.hidden("all files of \(path)")] : []
    }

    private func mending(_ path: String, _ account: Account) -> String {
        "sudo chown -R \(account.name): \(path)"
    }
}
