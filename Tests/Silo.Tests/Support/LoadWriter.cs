using System.Collections.Concurrent;
using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>
/// Writes one new key after the other through a node, until it is stopped, and keeps what was acknowledged. A key that was refused, or
/// whose outcome is unknown, is not written again. Threads: its own writes, any may read.
/// </summary>
internal sealed class LoadWriter : IDisposable
{
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly ConcurrentQueue<(string Key, string Reply)> _refused = new();
    private readonly SiloProcess _node;
    private readonly string _name;
    private readonly Thread _thread;
    private volatile bool _stops;
    private volatile Exception? _failure;

    public LoadWriter(SiloProcess node, string name)
    {
        _node = node;
        _name = name;
        _thread = new Thread(Write) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Key to value.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged => _acknowledged;

    /// <summary>Errors by key.</summary>
    public IReadOnlyCollection<(string Key, string Reply)> Refused => _refused;

    public void Stop()
    {
        _stops = true;
        if (!_thread.Join(TimeSpan.FromSeconds(60)))
            throw new TimeoutException($"writer {_name}: its last write was not answered within 60 s");
        if (_failure is not null) throw new InvalidOperationException($"writer {_name} lost its connection", _failure);
    }

    public void Dispose() => _stops = true;

    private void Write()
    {
        try
        {
            using RespClient client = _node.Connect();
            for (int i = 0; !_stops; i++)
            {
                string key = string.Create(CultureInfo.InvariantCulture, $"load:{_name}:{i}");
                string reply = client.Call("SET", key, key + "=value")!;
                if (reply == "OK") _acknowledged[key] = key + "=value";
                else _refused.Enqueue((key, reply));
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }
}
