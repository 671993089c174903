namespace OrleansKv.Grains.Map;

/// <summary>
/// How long shards whose move, or handover to another leader, failed stay where they are before the next try: 1 s, then twice as long each
/// time, a minute at the most. The slot map grain's turn.
/// </summary>
internal sealed class MoveBackoff(TimeProvider time)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, (TimeSpan Wait, long Since)> _failed = [];

    public bool MayTry(int shard) =>
        !_failed.TryGetValue(shard, out (TimeSpan Wait, long Since) last) || time.GetElapsedTime(last.Since) >= last.Wait;

    /// <summary>Returns the wait before the next try.</summary>
    public TimeSpan Failed(int shard)
    {
        TimeSpan wait = _failed.TryGetValue(shard, out (TimeSpan Wait, long Since) last) ? last.Wait * 2 : First;
        if (wait > Longest) wait = Longest;
        _failed[shard] = (wait, time.GetTimestamp());
        return wait;
    }

    public void Succeeded(int shard) => _failed.Remove(shard);
}
