using OrleansKv.Gateway;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Hosting;

/// <summary>
/// What the front does once a second: rates, a look at the disk's troubles, memory that clients have let go, and clients that leave too
/// much unread or have been idle for too long.
/// </summary>
internal sealed class SecondTick : IDisposable
{
    private readonly GatewayServer _gateway;
    private readonly StorageWatch _storage;
    private readonly HeapTrimmer _heap = HeapTrimmer.ForProcess();
    private readonly Timer _timer;

    public SecondTick(GatewayServer gateway, StorageWatch storage)
    {
        _gateway = gateway;
        _storage = storage;
        _timer = new Timer(_ => Tick(), null, 1_000, 1_000);
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        _storage.Look();
        _gateway.Metrics.Tick(Environment.TickCount64);
        foreach (Session session in _gateway.Sessions.Unordered) session.LookAtOutput();
        _heap.Look();
        int timeoutSeconds = _gateway.Config.Current.TimeoutSeconds;
        if (timeoutSeconds == 0) return;
        long before = _gateway.NowMs - (timeoutSeconds * 1000L);
        foreach (Session session in _gateway.Sessions.All)
        {
            if (session.LastInputMs < before && session.Stream is null && !session.IsSubscribed && !session.IsMonitor)
                session.Kill("idle for longer than the timeout");
        }
    }
}
