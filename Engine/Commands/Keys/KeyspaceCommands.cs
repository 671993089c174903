using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Engine.Commands.Keys;

/// <summary>Commands on all keys: SCAN, KEYS, RANDOMKEY, DBSIZE, FLUSHALL. They lock one slot's shard at a time.</summary>
internal static class KeyspaceCommands
{
    /// <summary>Random slots tried before all are counted: where one in 64 has keys, two of three calls find one.</summary>
    private const int SlotTries = 64;

    /// <summary>Keys of a slot that RANDOMKEY copies to choose from; a larger slot (one hash tag) is entered at a random place.</summary>
    private const int WholeSlotKeys = 64;

    private static readonly Comparer<byte[]> KeyOrder = Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b));

    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("dbsize", static (ref CommandContext c) => c.Reply.Integer(c.Store.Count)),
        new("keys", Keys),
        new("scan", Scan),
        new("randomkey", RandomKey),
        new("flushdb", Flush),
        new("flushall", Flush),
    ];

    private static void Keys(ref CommandContext context)
    {
        var collector = new KeyCollector(PatternOf(context.Args[1]), context.NowMs);
        for (int slot = 0; slot < SlotId.Count; slot++) CollectSlot(context.Store, new SlotId((ushort)slot), collector);
        collector.WriteTo(context.Reply);
    }

    private static void Scan(ref CommandContext context)
    {
        if (!TryCursor(context.Args[1], out ScanCursor cursor))
        {
            context.Reply.Error("ERR invalid cursor"u8);
            return;
        }

        if (!TryScanOptions(ref context, out byte[]? pattern, out long count, out bool wantsStrings)) return;
        var collector = new KeyCollector(pattern, context.NowMs);
        int slot = cursor.Slot;
        ulong position = cursor.PositionFor(context.Store.ScanTag);

        // COUNT is how many entries are looked at, as in Redis; an empty slot costs next to nothing.
        while (slot < SlotId.Count && (collector.Looked < count || !ScanCursor.CanStopAt(position)))
        {
            var id = new SlotId((ushort)slot);
            position = position == 0 && context.Store.CountInSlot(id) == 0 ? 0 : context.Store.Scan(id, position, collector);
            if (position == 0) slot++;
        }

        cursor = position == 0 ? ScanCursor.At(slot) : ScanCursor.Inside(slot, position, context.Store.ScanTag);
        context.Reply.Array(2);
        context.Reply.BulkInteger((long)cursor.Value);
        if (!wantsStrings) collector.Clear();
        collector.WriteTo(context.Reply);
    }

    // strtoul, as Redis reads it: a sign is taken and nothing at all is 0.
    private static bool TryCursor(ReadOnlySpan<byte> word, out ScanCursor cursor)
    {
        cursor = default;
        if (word.IsEmpty) return true;
        bool isNegative = word[0] == (byte)'-';
        if (word[0] is (byte)'-' or (byte)'+') word = word[1..];
        if (word.IsEmpty || word[0] is < (byte)'0' or > (byte)'9') return false;
        if (!System.Buffers.Text.Utf8Parser.TryParse(word, out ulong value, out int used) || used != word.Length) return false;
        cursor = new ScanCursor(isNegative ? unchecked(0 - value) : value);
        return true;
    }

    // Null for every key: also the empty one, which no other pattern but the empty one matches.
    private static byte[]? PatternOf(ReadOnlySpan<byte> word) => word is [(byte)'*'] ? null : word.ToArray();

    private static bool TryScanOptions(ref CommandContext context, out byte[]? pattern, out long count, out bool wantsStrings)
    {
        pattern = null;
        count = 10;
        wantsStrings = true;
        for (int i = 2; i < context.Args.Count; i += 2)
        {
            bool hasNext = i + 1 < context.Args.Count;
            if (hasNext && context.Args.Is(i, "COUNT"u8))
            {
                if (!Number.TryInteger(context.Args[i + 1], out count))
                {
                    context.Reply.Error(Errors.NotAnInteger);
                    return false;
                }

                if (count < 1)
                {
                    context.Reply.Error(Errors.Syntax);
                    return false;
                }
            }
            else if (hasNext && context.Args.Is(i, "MATCH"u8))
            {
                pattern = PatternOf(context.Args[i + 1]);
            }
            else if (hasNext && context.Args.Is(i, "TYPE"u8))
            {
                wantsStrings = context.Args.Is(i + 1, "STRING"u8);
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    // Uniform over the slots that have keys, and nearly so within one. The choice changes nothing that is journaled.
    private static void RandomKey(ref CommandContext context)
    {
        IStore store = context.Store;
        for (int i = 0; i < SlotTries; i++)
        {
            if (TryKeyOf(ref context, new SlotId((ushort)store.Random.Below(SlotId.Count)))) return;
        }

        // Few slots have any: one look at each (0.5 ms), from a random one of them on. Only expired keys: on to the next.
        int[] used = [.. Enumerable.Range(0, SlotId.Count).Where(slot => store.CountInSlot(new SlotId((ushort)slot)) > 0)];
        int start = used.Length == 0 ? 0 : store.Random.Below(used.Length);
        for (int i = 0; i < used.Length; i++)
        {
            if (TryKeyOf(ref context, new SlotId((ushort)used[(start + i) % used.Length]))) return;
        }

        context.Reply.Null();
    }

    private static bool TryKeyOf(ref CommandContext context, SlotId slot)
    {
        int count = context.Store.CountInSlot(slot);
        if (count == 0) return false;
        var collector = new KeyCollector(null, context.NowMs);
        ulong position = count <= WholeSlotKeys ? 0 : (uint)context.Store.Random.Next();
        bool isWhole = position == 0;
        do
        {
            position = context.Store.Scan(slot, position, collector);
        }
        while (position != 0 && (isWhole || collector.Keys.Count == 0));
        if (collector.Keys.Count == 0) return false;
        context.Reply.Bulk(collector.Keys[context.Store.Random.Below(collector.Keys.Count)]);
        return true;
    }

    private static void Flush(ref CommandContext context)
    {
        if (context.Args.Count > 2 || (context.Args.Count == 2 && !context.Args.Is(1, "ASYNC"u8) && !context.Args.Is(1, "SYNC"u8)))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }

        if (context.Store.Clear(context.NowMs)) context.Reply.Ok();
        else context.Reply.Error(Errors.ReadOnlyReplica);
    }

    private static void CollectSlot(IStore store, SlotId slot, KeyCollector collector)
    {
        if (store.CountInSlot(slot) == 0) return;
        ulong position = 0;
        do
        {
            position = store.Scan(slot, position, collector);
        }
        while (position != 0);
        collector.EndSlot();
    }

    /// <summary>Copies the keys it is shown that match and are not expired.</summary>
    private sealed class KeyCollector(byte[]? pattern, long nowMs) : IEntryVisitor
    {
        private int _slotStart;

        public List<byte[]> Keys { get; } = [];

        public long Looked { get; private set; }

        public void Visit(Shard shard, EntryRef entry)
        {
            Looked++;
            long deadline = shard.Table.DeadlineOf(entry);
            if (deadline != 0 && deadline <= nowMs) return;
            ReadOnlySpan<byte> key = shard.Table.KeyOf(entry);
            if (pattern is null || Glob.IsMatch(pattern, key)) Keys.Add(key.ToArray());
        }

        public void Clear() => Keys.Clear();

        /// <summary>A slot that moves or grows meanwhile can show a key twice: takes doubles of the slot just collected away.</summary>
        public void EndSlot()
        {
            int count = Keys.Count - _slotStart;
            if (count > 1)
            {
                Keys.Sort(_slotStart, count, KeyOrder);
                int kept = _slotStart + 1;
                for (int i = kept; i < Keys.Count; i++)
                {
                    if (!Keys[i].AsSpan().SequenceEqual(Keys[kept - 1])) Keys[kept++] = Keys[i];
                }

                Keys.RemoveRange(kept, Keys.Count - kept);
            }

            _slotStart = Keys.Count;
        }

        public void WriteTo(ReplyWriter reply)
        {
            reply.Array(Keys.Count);
            foreach (byte[] key in Keys) reply.Bulk(key);
        }
    }
}
