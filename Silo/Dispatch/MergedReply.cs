using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>One reply out of several shards'. An error of any of them is the error of the whole.</summary>
/// <param name="kind">How.</param>
/// <param name="partOfElement">For <see cref="MergeKind.Elements"/>: which part brings the next element.</param>
internal sealed class MergedReply(MergeKind kind, List<int>? partOfElement) : IReplyPart
{
    private readonly List<(ShardCall Call, int Index)> _parts = [];
    private string? _refusal;

    public void Add(ShardCall call, int index) => _parts.Add((call, index));

    public void AddRefused(string refusal) => _refusal ??= refusal;

    public void Write(Session session)
    {
        foreach ((ShardCall call, int index) in _parts)
        {
            _refusal ??= call.Failure;
            if (_refusal is not null) break;
            if (call[index][0] != (byte)'-') continue;
            session.Output.Raw(call[index]);
            return;
        }

        if (_refusal is not null) session.Output.Error(_refusal);
        else WriteMerged(session);
    }

    private void WriteMerged(Session session)
    {
        switch (kind)
        {
            case MergeKind.Sum:
                long sum = 0;
                foreach ((ShardCall call, int index) in _parts) sum += RespText.Integer(call[index]);
                session.Output.Integer(sum);
                break;
            case MergeKind.AllOk:
                session.Output.Ok();
                break;
            case MergeKind.Elements:
                WriteElements(session);
                break;
            case MergeKind.Concat:
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
        for (int i = 0; i < at.Length; i++) at[i] = RespText.Array(_parts[i].Call[_parts[i].Index], out _);
        session.Output.Array(partOfElement!.Count);
        foreach (int part in partOfElement)
        {
            ReadOnlySpan<byte> rest = _parts[part].Call[_parts[part].Index][at[part]..];
            int size = RespText.Bulk(rest);
            session.Output.Raw(rest[..size]);
            at[part] += size;
        }
    }

    private void WriteAll(Session session)
    {
        int total = 0;
        foreach ((ShardCall call, int index) in _parts)
        {
            RespText.Array(call[index], out int count);
            total += count;
        }

        session.Output.Array(total);
        foreach ((ShardCall call, int index) in _parts) session.Output.Raw(call[index][RespText.Array(call[index], out _)..]);
    }

    private void WriteAny(Session session)
    {
        int[] found = [.. Enumerable.Range(0, _parts.Count).Where(i => _parts[i].Call[_parts[i].Index] is not [(byte)'_', ..] and not [_, (byte)'-', ..])];
        if (found.Length == 0)
        {
            session.Output.Null();
            return;
        }

        (ShardCall call, int index) = _parts[found[Random.Shared.Next(found.Length)]];
        session.Output.Raw(call[index]);
    }
}
