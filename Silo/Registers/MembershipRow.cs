using Orleans.Runtime;

namespace OrleansKv.Silo.Registers;

/// <summary>One silo in Orleans' membership; see <see cref="MembershipEntry"/>. Times are UTC.</summary>
/// <param name="Silo">Its address, as <see cref="SiloAddress.ToParsableString"/> has it.</param>
/// <param name="Tag">Made at random with each change of the row: tells one change from another of the same content.</param>
/// <param name="Status">What the cluster holds it for.</param>
/// <param name="SiloName">The node's id.</param>
/// <param name="HostName">Its machine.</param>
/// <param name="ProxyPort">Port for Orleans clients; 0 for none.</param>
/// <param name="StartTime">When it started.</param>
/// <param name="IAmAliveTime">When it said last that it is alive.</param>
/// <param name="Suspects">Who holds it for dead, and since when.</param>
internal sealed record MembershipRow(string Silo, string Tag, SiloStatus Status, string SiloName, string HostName, int ProxyPort,
    DateTime StartTime, DateTime IAmAliveTime, MembershipVote[] Suspects)
{
    /// <summary>The last that was heard of it: of itself, or of those who voted.</summary>
    public DateTime LastSign => Suspects.Select(s => s.Time).Append(StartTime).Append(IAmAliveTime).Max();

    public static MembershipRow Of(MembershipEntry entry, string tag) => new(entry.SiloAddress.ToParsableString(), tag, entry.Status,
        entry.SiloName, entry.HostName, entry.ProxyPort, entry.StartTime, entry.IAmAliveTime,
        [.. (entry.SuspectTimes ?? []).Select(s => new MembershipVote(s.Item1.ToParsableString(), s.Item2))]);

    public MembershipEntry ToEntry() => new()
    {
        SiloAddress = SiloAddress.FromParsableString(Silo),
        Status = Status,
        SiloName = SiloName,
        HostName = HostName,
        ProxyPort = ProxyPort,
        StartTime = StartTime,
        IAmAliveTime = IAmAliveTime,
        SuspectTimes = [.. Suspects.Select(s => Tuple.Create(SiloAddress.FromParsableString(s.Silo), s.Time))],
    };
}
