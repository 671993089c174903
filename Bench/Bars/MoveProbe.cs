using System.Diagnostics;
using System.Globalization;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// A client that sets and gets keys of one shard in turn until it is stopped, with half a millisecond of rest, and notes the longest
/// reply. Its own thread, and the main one.
/// </summary>
internal sealed class MoveProbe : IDisposable
{
    private const int RestUs = 500;

    private readonly ControlClient _client;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private double _longestMs;
    private long _errors;
    private Exception? _failure;

    public MoveProbe(ChildServer server, string tag, long keys, int valueBytes)
    {
        _client = server.Connect();
        _thread = new Thread(() => Run(tag, keys, new string('w', valueBytes))) { IsBackground = true, Name = "probe" };
        _thread.Start();
    }

    public long Errors => Volatile.Read(ref _errors);

    public static string KeyOf(string tag, long number) => tag + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Ends it; the longest reply, ms. Throws what ended it before.</summary>
    public double Stop()
    {
        Dispose();
        return _failure is null ? _longestMs : throw _failure;
    }

    public void Dispose()
    {
        _isStopping = true;
        if (_thread.IsAlive) _thread.Join();
        _client.Dispose();
    }

    private void Run(string tag, long keys, string value)
    {
        try
        {
            for (long number = 0; !_isStopping; number++)
            {
                string key = KeyOf(tag, number * 7919 % keys);
                long began = Stopwatch.GetTimestamp();
                (ReplyKind kind, _) = number % 2 == 0 ? _client.Send("SET", key, value) : _client.Send("GET", key);
                _longestMs = Math.Max(_longestMs, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                if (kind == ReplyKind.Error) Interlocked.Increment(ref _errors);
                Thread.Sleep(TimeSpan.FromMicroseconds(RestUs));
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }
}
