using System.Diagnostics;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Keeps background work from being felt: after a slice of work it rests. 150 µs of work to 1 ms of rest is a duty of some 13 %, and the
/// longest a command waits for a slice is about one and a half times what a command takes at pipeline 1 with 50 clients.
/// </summary>
internal sealed class Pacer(int extraRestMs = 0)
{
    /// <summary>Longest slice before a rest, µs.</summary>
    private const int SliceUs = 150;

    /// <summary>A rest, ms: the shortest that a sleeping thread gets.</summary>
    private const int RestMs = 1;

    private long _sliceStarted = Stopwatch.GetTimestamp();

    /// <summary>Entries to handle under one lock hold: some 20 µs.</summary>
    public const int EntriesAStep = 64;

    /// <summary>Rests when the slice is used up.</summary>
    public void Pause()
    {
        if (Stopwatch.GetElapsedTime(_sliceStarted).TotalMicroseconds < SliceUs && extraRestMs == 0) return;
        Thread.Sleep(RestMs + extraRestMs);
        _sliceStarted = Stopwatch.GetTimestamp();
    }
}
