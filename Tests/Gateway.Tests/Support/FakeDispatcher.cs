using System.Text;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>A dictionary that knows GET and SET: enough to see what the session gives to shards, and in which order.</summary>
internal sealed class FakeDispatcher : IShardDispatcher
{
    private readonly Dictionary<string, (byte[] Value, long Version)> _map = [];
    private long _version;

    public JournalOffset Appended { get; set; }

    public Durability DefaultDurability => Durability.EverySecond;

    public bool IsVolatile { get; set; } = true;

    /// <summary>Whether commits succeed.</summary>
    public bool Commits { get; set; } = true;

    public bool Commit(JournalOffset upTo, Durability level) => Commits;

    public int Run(CommandBatch batch, int from, int to, ReadOnlySpan<byte> bytes, Session session, Worker worker)
    {
        long started = worker.StartTiming();
        for (int i = from; i < to; i++)
        {
            ArgList args = batch.Args(i, bytes);
            int before = session.Output.Length;
            Execute(batch.Frames[i].Command!, args, session);
            started = worker.Record(batch.Frames[i].Command!, started, session, args, before);
            if (session.Output.Length >= Session.OutputHighWaterBytes) return i + 1 - from;
        }

        return to - from;
    }

    public bool RunAtomically(Transaction transaction, WatchList? watched, Session session, Worker worker, Action writeReplies)
    {
        if (watched is not null && watched.Keys.Any(k => VersionOf(Encoding.Latin1.GetString(k.Key)) != k.Version)) return false;
        writeReplies();
        return true;
    }

    public void WriteReply(QueuedCommand command, Session session, Worker worker)
    {
        int before = session.Output.Length;
        Execute(command.Command!, command.Args, session);
        worker.Record(command.Command!, worker.StartTiming(), session, command.Args, before);
    }

    public void Watch(in ArgList args, WatchList list, Session session, Worker worker)
    {
        for (int i = 1; i < args.Count; i++) list.Add(args[i], default, VersionOf(Encoding.Latin1.GetString(args[i])));
        session.Output.Ok();
    }

    private LogPosition VersionOf(string key) => _map.TryGetValue(key, out (byte[] Value, long Version) found)
        ? new LogPosition(new Epoch(1), new Lsn(found.Version)) : LogPosition.None;

    private void Execute(CommandEntry command, in ArgList args, Session session)
    {
        string key = args.Count > 1 ? Encoding.Latin1.GetString(args[1]) : "";
        switch (command.Spec.Name)
        {
            case "get" when _map.TryGetValue(key, out (byte[] Value, long Version) found): session.Output.Bulk(found.Value); break;
            case "get": session.Output.Null(); break;
            case "set":
                _map[key] = (args[2].ToArray(), ++_version);
                session.HasWritten = true;
                session.Output.Ok();
                break;
            case "memory|usage": session.Output.Bulk(args[2]); break;
            default: session.Output.Error("ERR the fake knows GET and SET only"); break;
        }
    }
}
