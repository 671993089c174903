using System.Buffers.Text;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// A shard's part of SCAN. Invariant: the slot of a cursor that leaves is one of the shard that has to go on: a shard that is not done
/// stops before any slot, and the next that has a slot behind it is often another shard's. Where the shard is done, the next one begins.
/// </summary>
/// <param name="part">The shard's.</param>
/// <param name="slots">Slots to shards.</param>
/// <param name="shard">The shard that is asked.</param>
/// <param name="next">Cursor of the next shard's beginning; 0 when this was the last.</param>
internal sealed class ScanReply(CallItem part, SlotMap slots, ShardId shard, ScanCursor next) : IReplyPart
{
    public IReadOnlyList<CallItem> Items { get; } = [part];

    public void Write(Session session)
    {
        if (part.Failure is { } failure)
        {
            session.Output.Error(failure);
            return;
        }

        ReadOnlySpan<byte> reply = part.Reply;
        if (reply[0] == (byte)'-')
        {
            session.Output.Raw(reply);
            return;
        }

        int head = RespText.Array(reply, out _);
        int cursorBytes = RespText.Bulk(reply[head..]);
        bool isDone = !Utf8Parser.TryParse(RespText.Text(reply[head..]), out ulong cursor, out _) || cursor == 0;
        session.Output.Array(2);
        session.Output.BulkInteger((long)(isDone ? next : Continue(new ScanCursor(cursor))).Value);
        session.Output.Raw(reply[(head + cursorBytes)..]);
    }

    // A cursor inside a slot is at one of the shard's own; one at a slot's beginning goes on to the shard's next.
    private ScanCursor Continue(ScanCursor cursor)
    {
        int first = cursor.Slot;
        for (int slot = first; slot < SlotId.Count; slot++)
        {
            if (slots.OwnerOf(new SlotId((ushort)slot)) == shard) return slot == first ? cursor : ScanCursor.At(slot);
        }

        return next;
    }
}
