namespace OrleansKv.Hosting.Replication;

/// <summary>
/// What a leader sends behind its answer to REPLSTREAM, each a bulk string of RESP: <c>$length CR LF | u8 kind | content | CR LF</c>.
/// Little-endian. First comes <see cref="Lineage"/>; for a whole copy then <see cref="Map"/>, the shards, and <see cref="CopyEnd"/>.
/// Records come between all of them.
/// </summary>
internal enum StreamFrame : byte
{
    /// <summary><c>u64 place from which records come | lineage</c>.</summary>
    Lineage = (byte)'L',

    /// <summary>The slot map of the copy.</summary>
    Map = (byte)'M',

    /// <summary><c>u16 shard | u32 epoch | u64 Lsn: the state's position | n x { u32 epoch | u64 Lsn of its first record }</c>.</summary>
    Shard = (byte)'S',

    /// <summary>A piece of a part of the shard's entries (<see cref="Engine.Store.ShardExport"/>); more of the part follow.</summary>
    Piece = (byte)'P',

    /// <summary>The last piece of a part.</summary>
    PartEnd = (byte)'E',

    /// <summary><c>u64 n</c>: all n entries of the shard have come.</summary>
    ShardEnd = (byte)'C',

    /// <summary>The copy is whole, and all records have come that make it one moment's.</summary>
    CopyEnd = (byte)'F',

    /// <summary>Bytes of the leader's journal behind those before; a record may be cut anywhere.</summary>
    Records = (byte)'R',

    /// <summary><c>u64 end of the leader's records</c>: a sign of life, once a second.</summary>
    Heartbeat = (byte)'H',
}
