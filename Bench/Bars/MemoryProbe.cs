using System.Globalization;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>Looks at a server's resident memory five times a second until it is stopped.</summary>
internal sealed class MemoryProbe : IDisposable
{
    private const int LookMs = 200;

    private readonly ControlClient _client;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly long _before;
    private long _most;

    public MemoryProbe(ChildServer server)
    {
        _client = server.Connect();
        _before = _most = Look();
        _thread = new Thread(Run) { IsBackground = true, Name = "memory" };
        _thread.Start();
    }

    /// <summary>Ends it; how much more it was at the most than at first, MiB.</summary>
    public long Stop()
    {
        Dispose();
        return (_most - _before) >> 20;
    }

    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive) _thread.Join();
        _client.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(LookMs)) _most = Math.Max(_most, Look());
    }

    private long Look() => long.Parse(_client.Info("memory", "used_memory_rss") ?? "0", CultureInfo.InvariantCulture);
}
