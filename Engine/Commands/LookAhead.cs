using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands;

/// <summary>
/// Hashes the keys of commands that are about to run, and asks for their memory before the first is used. Both hosts look ahead with it:
/// one pass that adds every key, then <see cref="Fetch"/>. No lock is needed or taken. One thread.
/// </summary>
/// <param name="store">Where the keys are.</param>
/// <param name="places">Room for all keys; empty for a command that runs alone: its key is hashed, and nothing is fetched.</param>
public ref struct LookAhead(NodeStore store, Span<KeyPlace> places)
{
    private readonly Span<KeyPlace> _places = places;
    private int _count;

    /// <summary>A key of a later command; returns where it stands.</summary>
    public KeyPlace Add(ReadOnlySpan<byte> key)
    {
        KeyRef hashed = KeyRef.Of(key, store.HashSeed);
        var place = new KeyPlace(hashed.Slot, hashed.Hash);
        if (_places.IsEmpty) return place;
        store.PrefetchIndex(place.Slot);
        _places[_count++] = place;
        return place;
    }

    /// <summary>All keys are added: their buckets and entries are fetched.</summary>
    public readonly void Fetch() => store.LookAhead(_places[.._count]);
}
