using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// The versions that WATCH asks for, of keys in one shard, as EXEC runs there. The reply leaves when they are known.
/// </summary>
internal sealed class WatchReply(WatchList list) : IReplyPart
{
    private readonly List<(byte[] Key, ShardId Shard)> _asked = [];
    private readonly List<CallItem> _items = [];
    private string? _refusal;

    public IReadOnlyList<CallItem> Items => _items;

    public void Add(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map, in ArgList args,
        Session session)
    {
        for (int i = 1; i < args.Count && _refusal is null; i++)
        {
            ReadOnlySpan<byte> key = args[i];
            SlotId slot = Slot.Of(key);
            if (key.Length > CommandRunner.MaxKeyBytes) _refusal = CommandRunner.KeyTooLong;
            else if (_asked.Count > 0 && map.SlotMap.OwnerOf(slot) != _asked[0].Shard) _refusal = GrainShardDispatcher.CrossShardError;
            else if (dispatcher.TryAdd(lanes, map, slot, out ShardCall call, out _refusal))
            {
                _asked.Add((key.ToArray(), map.SlotMap.OwnerOf(slot)));
                _items.Add(new CallItem(call, call.Batch.AddVersion(key, GrainShardDispatcher.FlagsOf(session))));
                pending.WaitFor(call);
            }
        }

        pending.Add(new ReplySlot(null, null, 0, this));
    }

    public void Write(Session session)
    {
        for (int i = 0; i < _asked.Count; i++)
        {
            _refusal ??= _items[i].Failure;
            if (_refusal is not null) break;
            // "$12\r\n" and the position
            list.Add(_asked[i].Key, _asked[i].Shard, LogPosition.Read(_items[i].Reply[^(LogPosition.SizeBytes + 2)..]));
        }

        if (_refusal is null)
        {
            session.Output.Ok();
            return;
        }

        if (list.Keys.Count == 0) session.Watched = null; // what was watched before stays so
        session.Output.Error(_refusal);
    }
}
