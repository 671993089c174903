using System.Text;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.SlowLog;

/// <summary>The last slow commands, newest first. Any thread; one lock, taken only for commands that are slow.</summary>
internal sealed class SlowLogBuffer
{
    /// <summary>Words and bytes of a word that are kept: Redis' SLOWLOG_ENTRY_MAX_ARGC and SLOWLOG_ENTRY_MAX_STRING.</summary>
    public const int MaxWords = 32;
    public const int MaxWordBytes = 128;

    private readonly Lock _gate = new();
    private readonly LinkedList<SlowLogEntry> _entries = new();
    private long _nextId;

    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>Adds an entry and drops the oldest beyond <paramref name="maxLength"/>.</summary>
    public void Add(Session session, CommandEntry command, in ArgList args, long durationUs, int maxLength)
    {
        byte[][] words = Trim(command, args);
        long now = session.Server.NowMs / 1000;
        string name = session.Name[..Math.Min(session.Name.Length, MaxWordBytes)]; // an entry may outlive its client
        lock (_gate)
        {
            _entries.AddFirst(new SlowLogEntry(_nextId++, now, durationUs, words, session.Connection.Remote?.ToString() ?? "", name));
            while (_entries.Count > maxLength) _entries.RemoveLast();
        }
    }

    /// <summary>The newest entries; all of them when <paramref name="count"/> is negative.</summary>
    public List<SlowLogEntry> Newest(long count)
    {
        lock (_gate) return [.. count < 0 ? _entries : _entries.Take((int)Math.Min(count, int.MaxValue))];
    }

    public void Reset()
    {
        lock (_gate) _entries.Clear();
    }

    private static byte[][] Trim(CommandEntry command, in ArgList args)
    {
        var words = new byte[Math.Min(args.Count, MaxWords)][];
        for (int i = 0; i < words.Length; i++)
        {
            if (i == MaxWords - 1 && args.Count > MaxWords)
            {
                words[i] = Encoding.ASCII.GetBytes($"... ({args.Count - MaxWords + 1} more arguments)");
                continue;
            }

            ReadOnlySpan<byte> word = Redaction.Shown(command, args, i);
            words[i] = word.Length <= MaxWordBytes
                ? word.ToArray()
                : [.. word[..MaxWordBytes], .. Encoding.ASCII.GetBytes($"... ({word.Length - MaxWordBytes} more bytes)")];
        }

        return words;
    }
}
