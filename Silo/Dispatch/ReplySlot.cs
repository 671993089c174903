using OrleansKv.Gateway.Protocol;

namespace OrleansKv.Silo.Dispatch;

/// <summary>Where one reply of a session comes from, in the order of its commands.</summary>
/// <param name="Command">What was asked, for the statistics; null for what is counted elsewhere.</param>
/// <param name="Call">The call that brings it; null for a reply that is known already or made of several.</param>
/// <param name="Index">Its place in the call.</param>
/// <param name="Finish">Writes it; for all but the plain case of one command, one call.</param>
internal readonly record struct ReplySlot(CommandEntry? Command, ShardCall? Call, int Index, IReplyPart? Finish)
{
    /// <summary>All that it stands on has run.</summary>
    public bool IsReady
    {
        get
        {
            if (Finish is null) return Call!.HasRun(Index, 1);
            IReadOnlyList<CallItem> items = Finish.Items;
            for (int i = 0; i < items.Count; i++)
            {
                if (!items[i].HasRun) return false;
            }

            return true;
        }
    }

    /// <summary>Whether a call brings a part of it, or all.</summary>
    public bool StandsOn(ShardCall call) => Finish is null ? ReferenceEquals(Call, call) : Finish.Items.Any(item => item.IsOf(call));

    /// <summary>The same slot with copies of what it needs, so that its calls can be used again.</summary>
    public ReplySlot Keep()
    {
        IReplyPart part = Finish ?? new PlainReply(new CallItem(Call!, Index));
        foreach (CallItem item in part.Items) item.Keep();
        return new ReplySlot(Command, null, 0, part);
    }
}
