namespace OrleansKv.Engine.Shards;

/// <summary>How a record stands to the position that a shard has reached.</summary>
public enum RecordOrder
{
    /// <summary>It follows: the next of its tenure, or the first of a new tenure that begins behind the position.</summary>
    Next,

    /// <summary>It is not beyond the position: the shard has it, or its past has forked from it.</summary>
    NotBeyond,

    /// <summary>Records between the position and it are missing.</summary>
    Missing,

    /// <summary>
    /// Its tenure begins before the position: what the shard has behind that beginning was never a part of the record's past.
    /// </summary>
    Forked,
}
