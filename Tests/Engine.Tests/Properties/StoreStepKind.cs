namespace OrleansKv.Engine.Tests.Properties;

/// <summary>What a random test does to a store.</summary>
internal enum StoreStepKind
{
    Set,
    SetTogether,
    Append,
    Delete,
    Expire,
    Persist,
    Get,

    /// <summary>Time passes.</summary>
    Advance,

    /// <summary>A turn of the housekeeper: due keys go.</summary>
    Housekeep,

    Commit,
    Snapshot,

    /// <summary>A clean stop and a start.</summary>
    Reopen,

    /// <summary>kill -9 and a start.</summary>
    Kill,
}
