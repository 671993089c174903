using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>The lines of the performance table of issue 2, in its order. Immutable; any thread.</summary>
internal static class BarList
{
    public static readonly IReadOnlyList<IBarGroup> Groups =
    [
        new ThroughputBars(Durability.Off, "persistence off",
        [
            new("off-set-1", CommandMix.Set, 1, 1.0),
            new("off-get-1", CommandMix.Get, 1, 1.0),
            new("off-set-16", CommandMix.Set, 16, 1.5),
            new("off-get-16", CommandMix.Get, 16, 1.5),
            new("off-set-64", CommandMix.Set, 64, 2.5),
            new("off-get-64", CommandMix.Get, 64, 2.5),
        ]),
        new ThroughputBars(Durability.EverySecond, "everysec",
        [
            new("everysec-set-1", CommandMix.Set, 1, 1.0),
            new("everysec-get-1", CommandMix.Get, 1, 1.0),
            new("everysec-set-16", CommandMix.Set, 16, 1.5),
            new("everysec-get-16", CommandMix.Get, 16, 1.5),
        ]),
        new ThroughputBars(Durability.Always, "always", [new("always-set-1", CommandMix.Set, 1, 1.0)]),
        new UnpinnedBars(),
        new MemoryBar(),
        new StartBar(),
        new SnapshotBars(),
        new IdleBar(),
    ];

    // Issue 3: one silo with the gateway inside it.
    private static readonly IReadOnlyList<IBarGroup> SiloAgainstEmbedded = [Silo(pipeline1: 0.7, pipelined: 0.8)];
    // No aim at pipeline 1.
    private static readonly IReadOnlyList<IBarGroup> SiloAgainstRedis =
        [Silo(pipeline1: 0, pipelined: 1.5), new RemoteBars(), new RestartBar(), new MoveBar()];

    public static IReadOnlyList<IBarGroup> GroupsFor(BarsOptions options) =>
        options.Kind != ServerKind.Silo ? Groups : options.Embedded.Length > 0 ? SiloAgainstEmbedded : SiloAgainstRedis;

    public static IEnumerable<string> NamesFor(BarsOptions options) => GroupsFor(options).SelectMany(g => g.Names);

    private static ThroughputBars Silo(double pipeline1, double pipelined) => new(Durability.Off, "persistence off",
    [
        new("silo-set-1", CommandMix.Set, 1, pipeline1),
        new("silo-get-1", CommandMix.Get, 1, pipeline1),
        new("silo-set-16", CommandMix.Set, 16, pipelined),
        new("silo-get-16", CommandMix.Get, 16, pipelined),
        new("silo-set-64", CommandMix.Set, 64, pipelined),
        new("silo-get-64", CommandMix.Get, 64, pipelined),
    ]);
}
