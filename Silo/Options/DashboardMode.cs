namespace OrleansKv.Silo.Options;

/// <summary>Whether the Orleans Dashboard is served.</summary>
internal enum DashboardMode
{
    /// <summary>Only where the HTTP port listens on loopback alone.</summary>
    Auto,
    On,
    Off,
}
