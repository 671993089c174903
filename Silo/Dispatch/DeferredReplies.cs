using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// What is left of a session's commands when the first replies had to be sent before the others: replies to write, and items to ask again.
/// A read whose reply is too long to come with others is asked alone, and so is what follows as long as its replies are long: so a session
/// holds one long reply at a time. The session's thread.
/// </summary>
internal sealed class DeferredReplies(List<ReplySlot> slots, long started, bool alone) : IDeferredReplies
{
    public void Resume(Session session, Worker worker)
    {
        WorkerLanes lanes = (WorkerLanes)worker.DispatchState!;
        PendingReplies pending = lanes.Rent(session, started, alone);
        bool isFirst = true;
        foreach (ReplySlot slot in slots)
        {
            if (!slot.IsReady && (isFirst || !alone))
            {
                if (IsTooLong(slot))
                {
                    pending.Add(slot with { Finish = new KnownReply(ReplyTooLongException.Text) });
                    isFirst = false;
                    continue;
                }

                Ask(slot, pending, isFirst);
                isFirst = false;
            }

            pending.Add(slot);
        }

        GrainShardDispatcher.End(pending, lanes, worker);
    }

    // Of a reply of several parts one is asked at a time when they are long: they have to be held together.
    private void Ask(in ReplySlot slot, PendingReplies pending, bool isFirst)
    {
        IReadOnlyList<CallItem> items = slot.Finish!.Items;
        foreach (CallItem item in items)
        {
            if (item.HasRun) continue;
            item.AskAgain(pending, mayWait: !isFirst || (!alone && items.Count > 1));
            if (alone) return;
        }
    }

    private static bool IsTooLong(in ReplySlot slot)
    {
        long bytes = 0;
        foreach (CallItem item in slot.Finish!.Items) bytes += item.KeptReplyBytes;
        return bytes > Array.MaxLength;
    }
}
