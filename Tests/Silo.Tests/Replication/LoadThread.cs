using System.Net.Sockets;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Replication;

/// <summary>
/// A client on a thread of its own: one step after the other on one connection to a node. A connection that breaks is made anew, as soon as
/// the node takes one. What a step throws otherwise ends it, and <see cref="Stop"/> throws it again.
/// </summary>
internal sealed class LoadThread
{
    private static readonly TimeSpan BeforeTheNextTry = TimeSpan.FromMilliseconds(50);

    private readonly ManualResetEventSlim _stop;
    private readonly Action<RespClient> _step;
    private readonly SiloProcess _node;
    private readonly Thread _thread;
    private volatile Exception? _failure;

    public LoadThread(SiloProcess node, ManualResetEventSlim stop, Action<RespClient> step)
    {
        (_node, _stop, _step) = (node, stop, step);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Null while all is well.</summary>
    public Exception? Failure => _failure;

    /// <summary>Waits for its last step, when it has been told to stop.</summary>
    public void Join()
    {
        if (!_thread.Join(TimeSpan.FromSeconds(ChildProcess.PatienceSeconds)))
            throw new TimeoutException($"a client of {_node.NodeId} was not answered within {ChildProcess.PatienceSeconds} s");
        if (_failure is not null) throw new InvalidOperationException($"a client of {_node.NodeId}: {_failure.Message}", _failure);
    }

    private void Run()
    {
        RespClient? client = null;
        try
        {
            while (!_stop.IsSet)
            {
                try
                {
                    client ??= _node.Connect();
                    _step(client);
                }
                catch (Exception failure) when (failure is IOException or SocketException)
                {
                    client?.Dispose();
                    client = null;
                    _stop.Wait(BeforeTheNextTry);
                }
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
        finally
        {
            client?.Dispose();
        }
    }
}
