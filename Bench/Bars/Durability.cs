namespace OrleansKv.Bench.Bars;

/// <summary>What is on disk, as both servers understand it.</summary>
internal enum Durability
{
    /// <summary>Nothing is written.</summary>
    Off,

    /// <summary>Redis: an RDB file by SAVE alone. OrleansKv: its default, journal and snapshots.</summary>
    Snapshot,

    /// <summary>A log that is flushed once a second.</summary>
    EverySecond,

    /// <summary>A log that is flushed before each reply.</summary>
    Always,
}
