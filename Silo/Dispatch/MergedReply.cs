using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Silo.Dispatch;

/// <summary>One reply out of several shards'. An error of any of them is the error of the whole.</summary>
/// <param name="kind">How.</param>
/// <param name="partOfElement">For <see cref="ReplyMerge.Elements"/>: which part brings the next element.</param>
internal sealed class MergedReply(ReplyMerge kind, List<int>? partOfElement) : IReplyPart
{
    private readonly List<CallItem> _parts = [];

    public IReadOnlyList<CallItem> Items => _parts;

    public void Add(CallItem part) => _parts.Add(part);

    public void Write(Session session)
    {
        foreach (CallItem part in _parts)
        {
            if (part.Failure is { } failure)
            {
                session.Output.Error(failure);
                return;
            }

            if (part.Reply[0] != (byte)'-') continue;
            session.Output.Raw(part.Reply);
            return;
        }

        WriteMerged(session);
    }

    private void WriteMerged(Session session)
    {
        switch (kind)
        {
            case ReplyMerge.Sum:
                long sum = 0;
                foreach (CallItem part in _parts) sum += RespText.Integer(part.Reply);
                session.Output.Integer(sum);
                break;
            case ReplyMerge.AllOk:
                session.Output.Ok();
                break;
            case ReplyMerge.Elements:
                WriteElements(session);
                break;
            case ReplyMerge.Concat:
                WriteAll(session);
                break;
            default:
                WriteAny(session);
                break;
        }
    }

    private void WriteElements(Session session)
    {
        var at = new int[_parts.Count];
        for (int i = 0; i < at.Length; i++) at[i] = RespText.Array(_parts[i].Reply, out _);
        session.Output.Array(partOfElement!.Count);
        foreach (int part in partOfElement)
        {
            ReadOnlySpan<byte> rest = _parts[part].Reply[at[part]..];
            int size = RespText.Bulk(rest);
            session.Output.Raw(rest[..size]);
            at[part] += size;
        }
    }

    private void WriteAll(Session session)
    {
        int total = 0;
        foreach (CallItem part in _parts)
        {
            RespText.Array(part.Reply, out int count);
            total += count;
        }

        session.Output.Array(total);
        foreach (CallItem part in _parts) session.Output.Raw(part.Reply[RespText.Array(part.Reply, out _)..]);
    }

    private void WriteAny(Session session)
    {
        int[] found = [.. Enumerable.Range(0, _parts.Count).Where(i => _parts[i].Reply is not [(byte)'_', ..] and not [_, (byte)'-', ..])];
        if (found.Length == 0)
        {
            session.Output.Null();
            return;
        }

        session.Output.Raw(_parts[found[Random.Shared.Next(found.Length)]].Reply);
    }
}
