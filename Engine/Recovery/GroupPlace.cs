namespace OrleansKv.Engine.Recovery;

/// <summary>How a record stands to the group (transaction) that it may be of.</summary>
internal enum GroupPlace : byte
{
    /// <summary>It is of none, and complete by itself.</summary>
    Alone,

    /// <summary>The group goes on behind it.</summary>
    Inside,

    /// <summary>The group is whole with it. In format 1 that is a record of its own.</summary>
    Last,
}
