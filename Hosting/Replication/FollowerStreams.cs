using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Hosting.Replication;

/// <summary>Those that follow this server as a whole (docs/adr/0025). Any thread.</summary>
/// <param name="store">This server's.</param>
/// <param name="source">What it gives to them.</param>
/// <param name="runId">This process'.</param>
internal sealed class FollowerStreams(NodeStore store, IStreamSource source, string runId) : IDisposable
{
    /// <summary>Version of the stream; others are refused.</summary>
    public const string Version = "1";

    /// <summary>Each takes a thread, and reads records.</summary>
    private const int MaxFollowers = 64;

    private readonly Lock _lock = new();
    private readonly List<FollowerStream> _all = []; // under the lock
    private bool _isClosed;

    public FollowerReport[] Reports()
    {
        lock (_lock) return [.. _all.Where(f => !f.HasEnded).Select(f => f.Report())];
    }

    /// <summary>REPLSTREAM: the connection becomes a follower's stream, or hears why not.</summary>
    public void Open(Session session, in ArgList args)
    {
        if (Refusal(session, args) is { } refusal)
        {
            session.Output.Error(refusal);
            return;
        }

        IFollowerFeed? records;
        try
        {
            records = source.GoOn(args[4]);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            session.Output.Error("ERR " + failure.Message);
            return;
        }

        _ = Number.TryInteger(args[3], out long port);
        var stream = new FollowerStream(store, session, records ?? source.BeginCopy(), isCopy: records is null, (int)port);
        lock (_lock)
        {
            if (_isClosed) return;
            _all.RemoveAll(f => f.HasEnded);
            _all.Add(stream);
            session.Stream = stream;
            session.Durability = Durability.No; // its answers promise nothing
            session.Output.Simple(records is null ? "FULL"u8 : "CONTINUE"u8);
            stream.Start();
        }
    }

    /// <summary>REPLACK: how far the follower of this connection is; no reply.</summary>
    public static void Acknowledge(Session session, in ArgList args)
    {
        if (session.Stream is FollowerStream stream && Number.TryInteger(args[1], out long applied)
            && Number.TryInteger(args[2], out long onDisk)) stream.Heard(applied, onDisk);
        else session.Output.Error("ERR this connection is no follower's");
    }

    /// <summary>Followers that have written all up to a place.</summary>
    public int CountAt(long place)
    {
        lock (_lock) return _all.Count(f => !f.HasEnded && f.Acknowledged >= place);
    }

    /// <summary>Ends all streams soon.</summary>
    public void Cut(string reason)
    {
        lock (_lock)
        {
            foreach (FollowerStream follower in _all) follower.Cut(reason);
            _all.RemoveAll(f => f.HasEnded);
        }
    }

    /// <summary>Ends all streams, and waits until they use the store no more.</summary>
    public void Dispose()
    {
        FollowerStream[] followers;
        lock (_lock)
        {
            _isClosed = true;
            followers = [.. _all];
        }

        foreach (FollowerStream follower in followers) follower.Cut("the server stops");
        foreach (FollowerStream follower in followers) follower.Join();
    }

    private string? Refusal(Session session, in ArgList args)
    {
        string version = Encoding.ASCII.GetString(args[1]);
        if (version != Version)
            return $"ERR this server speaks version {Version} of the stream, and not version {version}: use the same program on both";
        if (args[2].SequenceEqual(Encoding.ASCII.GetBytes(runId))) return "ERR a server cannot follow itself";
        if (session.IsInTransaction) return "ERR REPLSTREAM is not allowed in a transaction";
        if (session.Stream is not null) return "ERR this connection is a follower's already";
        if (source.Refusal() is { } refusal) return refusal;
        lock (_lock)
        {
            if (_isClosed) return "ERR the server stops";
            return _all.Count(f => !f.HasEnded) < MaxFollowers ? null : $"ERR {MaxFollowers} servers follow this one already";
        }
    }
}
