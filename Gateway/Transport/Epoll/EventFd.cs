using Microsoft.Win32.SafeHandles;

namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>
/// Wakes an I/O thread that sleeps in epoll_wait (eventfd(2)). A signal may come after the thread has ended: the answer of a grain call
/// that was away, a message, CLIENT KILL. The kernel gives a closed descriptor's number to the next file or socket that this process opens:
/// a write to the bare number would put eight bytes into another client's connection, or over the head of a journal file. Hence the
/// handle: the descriptor stays open while a signal is being written, and a signal after the disposal does nothing.
/// </summary>
internal sealed class EventFd : SafeHandleMinusOneIsInvalid
{
    public EventFd()
        : base(ownsHandle: true) => SetHandle(Native.CreateEventFd());

    /// <summary>The descriptor, for the thread that is woken by it; valid until it is disposed.</summary>
    public int Number => (int)handle;

    /// <summary>Wakes the thread; any thread, at any time.</summary>
    public void Signal()
    {
        if (IsClosed) return;
        bool isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            Native.Signal(Number);
        }
        catch (ObjectDisposedException)
        {
            // Disposed since the look above: nobody sleeps there any more.
        }
        finally
        {
            if (isHeld) DangerousRelease();
        }
    }

    /// <summary>Takes the signals that have come; the woken thread.</summary>
    public void Drain() => Native.Drain(Number);

    protected override bool ReleaseHandle()
    {
        Native.Close(Number);
        return true;
    }
}
