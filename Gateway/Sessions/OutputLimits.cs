namespace OrleansKv.Gateway.Sessions;

/// <summary>The three classes of <c>client-output-buffer-limit</c>. Immutable.</summary>
/// <param name="Normal">Clients that only get replies.</param>
/// <param name="Replica">Servers that follow this one (REPLSTREAM).</param>
/// <param name="PubSub">Clients that listen: other clients decide how much they are sent.</param>
public sealed record OutputLimits(OutputLimit Normal, OutputLimit Replica, OutputLimit PubSub)
{
    private const ulong Mib = 1024 * 1024;

    /// <summary>Redis 7.0's own.</summary>
    public static readonly OutputLimits Default =
        new(default, new OutputLimit(256 * Mib, 64 * Mib, 60), new OutputLimit(32 * Mib, 8 * Mib, 60));

    /// <summary>
    /// A monitor that has no limit as a normal client has that of a subscriber, for it is fed by others as well. In Redis it has none,
    /// and one that does not read takes the server's memory.
    /// </summary>
    internal OutputLimit For(Session session)
    {
        if (session.Stream is not null) return Replica;
        if (session.IsSubscribed) return PubSub;
        return session.IsMonitor && Normal.IsUnlimited ? PubSub : Normal;
    }
}
