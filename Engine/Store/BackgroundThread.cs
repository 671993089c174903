using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Store;

/// <summary>
/// A named thread of low priority that repeats one action. On Linux it is niced, which .NET's own priorities do not do: on a single core an
/// I/O thread that wakes up takes the processor from it at once.
/// A turn that throws has a defect: the host is told, and after a pause the next turn is taken, for the store's other work must go on.
/// Where no host asked to be told, the exception ends the process with its trace.
/// </summary>
internal sealed partial class BackgroundThread : IDisposable
{
    /// <summary>
    /// 10: a tenth of a core that clients keep busy. At 19, a seventieth, a snapshot of a million keys took 25 s there instead of 4 s, and
    /// the journal grew meanwhile; p99.9 was the same.
    /// </summary>
    private const int Niceness = 10;

    private const int PrioProcess = 0;

    /// <summary>Before the turn after one that threw, ms: a fault that stays is told once a second and burns no processor.</summary>
    private const int AfterFaultMs = 1_000;

    private readonly Thread _thread;
    private readonly Action<string, Exception>? _fault;
    private readonly ManualResetEventSlim _stop = new();
    private readonly AutoResetEvent _wake = new(false);

    /// <param name="name">Shown by debuggers and top -H.</param>
    /// <param name="turn">One turn; returns how long to wait before the next, ms.</param>
    /// <param name="fault">Is told the thread's name and what a turn threw.</param>
    public BackgroundThread(string name, Func<int> turn, Action<string, Exception>? fault)
    {
        _fault = fault;
        _thread = new Thread(() => Run(turn)) { IsBackground = true, Name = name, Priority = ThreadPriority.Lowest };
    }

    public void Start() => _thread.Start();

    /// <summary>Ends the current wait.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Whether it should come to an end; long turns ask.</summary>
    public bool IsStopping => _stop.IsSet;

    public void Dispose()
    {
        _stop.Set();
        _wake.Set();
        if (_thread.IsAlive) _thread.Join();
    }

    private void Run(Func<int> turn)
    {
        if (OperatingSystem.IsLinux()) _ = setpriority(PrioProcess, 0, Niceness); // 0: this thread
        while (!_stop.IsSet)
        {
            try
            {
                _wake.WaitOne(turn());
            }
            catch (Exception failure) when (_fault is not null)
            {
                _fault(_thread.Name!, failure);
                _stop.Wait(AfterFaultMs);
            }
        }
    }

    [LibraryImport("libc")]
    private static partial int setpriority(int which, uint who, int priority);
}
