namespace OrleansKv.Silo.Dispatch;

/// <summary>How the replies of several shards become one.</summary>
internal enum MergeKind
{
    /// <summary>Integers are added up.</summary>
    Sum,

    /// <summary>OK when all say so.</summary>
    AllOk,

    /// <summary>Arrays' elements, in the order of the keys asked for.</summary>
    Elements,

    /// <summary>Arrays, one after the other.</summary>
    Concat,

    /// <summary>One of those that are not null, by chance.</summary>
    Any,
}
