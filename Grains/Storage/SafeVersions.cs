using OrleansKv.Protocol;

namespace OrleansKv.Grains.Storage;

/// <summary>Up to which Lsn the system shard is known to be as safe as each durability level says. Any thread; it only grows.</summary>
internal sealed class SafeVersions(Lsn recovered)
{
    private readonly long[] _upTo = [recovered.Value, recovered.Value, recovered.Value]; // by Durability

    public bool Covers(Durability level, Lsn version) => version.Value <= Volatile.Read(ref _upTo[(int)level]);

    /// <summary>What is safe at a level is so at every lower one.</summary>
    public void Raise(Durability level, Lsn version)
    {
        for (int i = 0; i <= (int)level; i++)
        {
            long known = Volatile.Read(ref _upTo[i]);
            while (known < version.Value)
            {
                long found = Interlocked.CompareExchange(ref _upTo[i], version.Value, known);
                if (found == known) break;
                known = found;
            }
        }
    }
}
