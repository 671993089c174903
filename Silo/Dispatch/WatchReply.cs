using System.Globalization;
using OrleansKv.Engine;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Slots;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Dispatch;

/// <summary>The versions that WATCH asks for. The reply leaves when they are known.</summary>
internal sealed class WatchReply(WatchList list) : IReplyPart
{
    private readonly List<(byte[] Key, ShardId Shard, ShardCall Call, int Index)> _asked = [];
    private string? _refusal;

    public void Add(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map, in ArgList args, Session session)
    {
        for (int i = 1; i < args.Count && _refusal is null; i++)
        {
            ReadOnlySpan<byte> key = args[i];
            SlotId slot = Slot.Of(key);
            if (key.Length > CommandRunner.MaxKeyBytes) _refusal = GrainShardDispatcher.KeyTooLongError;
            else if (dispatcher.TryAdd(lanes, map, slot, out ShardCall call, out _refusal))
            {
                _asked.Add((key.ToArray(), map.SlotMap.OwnerOf(slot), call, call.Batch.AddVersion(key, GrainShardDispatcher.FlagsOf(session))));
                pending.WaitFor(call);
            }
        }

        pending.Add(new ReplySlot(session.LastCommand!, null, 0, this));
    }

    public void Write(Session session)
    {
        foreach ((byte[] key, ShardId shard, ShardCall call, int index) in _asked)
        {
            _refusal ??= call.Failure;
            if (_refusal is not null) break;
            // ":version\r\n"
            list.Add(key, shard, new Lsn(long.Parse(call[index][1..^2], NumberStyles.Integer, CultureInfo.InvariantCulture)));
        }

        if (_refusal is null)
        {
            session.Output.Ok();
            return;
        }

        session.Watched = null;
        session.Output.Error(_refusal);
    }
}
