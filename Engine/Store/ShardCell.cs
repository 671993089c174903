using System.Diagnostics;
using OrleansKv.Engine.Shards;

namespace OrleansKv.Engine.Store;

/// <summary>A shard with the lock that serialises it.</summary>
public sealed class ShardCell(Shard shard)
{
    public Shard Shard { get; } = shard;

    internal Lock Gate { get; } = new();

    /// <summary>
    /// Held by who runs a batch here, and by who makes this node the shard's leader or its follower: no batch sees both. Before the gate in
    /// the lock order.
    /// </summary>
    public Lock Turn { get; } = new();

    /// <summary>The shard's number, as an index.</summary>
    internal int Index { get; } = shard.Id.Value;

    /// <summary>Held while a copy from another node is worked on. Before the gate in the lock order.</summary>
    internal Lock Arrival { get; } = new();

    /// <summary>The copy that is coming from another node; null when none is. Under <see cref="Arrival"/>.</summary>
    internal ShardImport? Import
    {
        get
        {
            Debug.Assert(Arrival.IsHeldByCurrentThread);
            return field;
        }

        set
        {
            Debug.Assert(Arrival.IsHeldByCurrentThread);
            field = value;
        }
    }

    /// <summary>Taken by who walks over the table to save it or to send it: one at a time. Before the gate in the lock order.</summary>
    internal SemaphoreSlim Walker { get; } = new(1, 1);

    /// <summary>
    /// The store is closed, or about to be: nothing comes in any more. Changed under <see cref="Arrival"/>, together with the end of the
    /// copy that is coming, which waits for records that are being taken.
    /// </summary>
    internal bool IsClosed
    {
        get;

        set
        {
            Debug.Assert(Arrival.IsHeldByCurrentThread);
            field = value;
        }
    }

    /// <summary>
    /// The table is being filled from a snapshot that the manifest names already: it must not be taken for the whole. Under the gate.
    /// </summary>
    internal bool IsLoading
    {
        get
        {
            Debug.Assert(Gate.IsHeldByCurrentThread);
            return field;
        }

        set
        {
            Debug.Assert(Gate.IsHeldByCurrentThread);
            field = value;
        }
    }

    /// <summary>Table bytes as last added to the store's total; changed under the gate (<see cref="MemoryBudget.Count"/>).</summary>
    internal long CountedBytes;
}
