import CConfinement

/// What rsync is confined by: without it rsync is off.
public enum RsyncConfinement {
    /// Of the kernel's Landlock; 0 when it has none.
    public static var landlockVersion: Int { Int(lpr_landlock_version()) }
}
