using System.Text;
using OrleansKv.Gateway.Commands;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.AclLog;

/// <summary>The last failed authentications, newest first: what ACL LOG shows. Any thread; a lock, taken only when one fails.</summary>
internal sealed class AclLogBuffer
{
    /// <summary>Entries that are kept: Redis' default of acllog-max-len.</summary>
    public const int MaxEntries = 128;

    /// <summary>Characters of a name that are kept: a client that guesses chooses them.</summary>
    private const int MaxNameLength = 128;

    /// <summary>Alike ones that come within this time are one entry, ms: Redis' ACL_LOG_GROUPING_MAX_TIME_DELTA.</summary>
    private const long GroupingMs = 60_000;

    private readonly Lock _gate = new();
    private readonly LinkedList<AclLogEntry> _entries = new();

    /// <summary>A client gave a password that is not that user's.</summary>
    public void AddFailedLogin(Session session, ReadOnlySpan<byte> command, ReadOnlySpan<byte> user)
    {
        long now = session.Server.NowMs;
        var entry = new AclLogEntry(
            1, session.Transaction is not null, Name(command), Name(user), now, ClientCommands.Describe(session));
        lock (_gate)
        {
            AclLogEntry? alike = _entries.FirstOrDefault(
                e => e.Command == entry.Command && e.User == entry.User && e.InTransaction == entry.InTransaction
                    && now - e.CreatedMs <= GroupingMs);
            if (alike is not null)
            {
                _entries.Remove(alike);
                entry = alike with { Count = alike.Count + 1, Client = entry.Client, CreatedMs = now };
            }

            _entries.AddFirst(entry);
            if (_entries.Count > MaxEntries) _entries.RemoveLast();
        }
    }

    /// <summary>The newest entries.</summary>
    public List<AclLogEntry> Newest(long count)
    {
        lock (_gate) return [.. _entries.Take((int)Math.Min(count, MaxEntries))];
    }

    public void Reset()
    {
        lock (_gate) _entries.Clear();
    }

    private static string Name(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name[..Math.Min(name.Length, MaxNameLength)]);
}
