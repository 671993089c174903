namespace OrleansKv.Engine.Tests.Properties;

/// <summary>What a random test does to a key table.</summary>
internal enum TableStepKind
{
    Put,

    /// <summary>Up to 64 keys in a row, so that indexes grow.</summary>
    PutMany,
    Patch,
    SetDeadline,
    Touch,
    Remove,

    /// <summary>Up to 64 keys in a row, so that indexes shrink.</summary>
    RemoveMany,

    /// <summary>The least recently used key goes.</summary>
    Evict,

    /// <summary>Begins a snapshot, or goes on with the one under way.</summary>
    Snapshot,

    /// <summary>Gives a snapshot up.</summary>
    EndSnapshot,
    Clear,
}
