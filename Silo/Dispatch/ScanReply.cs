using System.Buffers.Text;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>A shard's part of SCAN. Where the shard is done, the cursor goes on to the next shard.</summary>
/// <param name="call">The call that asks the shard.</param>
/// <param name="index">The command's place in it.</param>
/// <param name="next">Cursor of the next shard's beginning; 0 when this was the last.</param>
internal sealed class ScanReply(ShardCall call, int index, ulong next) : IReplyPart
{
    public void Write(Session session)
    {
        if (call.Failure is not null)
        {
            session.Output.Error(call.Failure);
            return;
        }

        ReadOnlySpan<byte> reply = call[index];
        if (reply[0] == (byte)'-')
        {
            session.Output.Raw(reply);
            return;
        }

        int head = RespText.Array(reply, out _);
        int cursorBytes = RespText.Bulk(reply[head..]);
        bool isDone = Utf8Parser.TryParse(RespText.Text(reply[head..]), out ulong cursor, out _) && cursor == 0;
        session.Output.Array(2);
        session.Output.BulkInteger((long)(isDone ? next : cursor));
        session.Output.Raw(reply[(head + cursorBytes)..]);
    }
}
