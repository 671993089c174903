using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Gateway.Transport.Epoll;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

/// <summary>
/// What still wakes an I/O thread after it has ended: answers of calls that were away, CLIENT KILL. The number of its event descriptor is
/// by then that of a file or socket which the process has opened since. Eight bytes written to that number became the beginning of another
/// client's command (<c>-ERR unknown command</c>), and would have overwritten the head of a journal file.
/// </summary>
public sealed class ClosedTransportTests
{
    /// <summary>More files than descriptors that a closed transport leaves behind, so that each of its numbers is one of theirs.</summary>
    private const int Files = 64;

    [Fact]
    public void Signal_AfterDispose_IsWrittenToNoFile()
    {
        if (!OperatingSystem.IsLinux()) return;
        Worker? worker = null;
        var gateway = new TestGateway();
        new EpollTransport(gateway.Server, 1, id => worker = NewWorker(gateway, id)).Dispose();
        AssertWritesNoFile(() => worker!.Signal());
    }

    [Fact]
    public void Kill_AfterDispose_IsWrittenToNoFile()
    {
        if (!OperatingSystem.IsLinux()) return;
        var gateway = new TestGateway();
        var transport = new EpollTransport(gateway.Server, 1, id => NewWorker(gateway, id));
        using Socket client = Loopback.Connect(transport);
        Loopback.Await(() => gateway.Server.Sessions.All.Any(), "the session");
        Session session = gateway.Server.Sessions.All.Single();
        transport.Dispose();
        AssertWritesNoFile(() => session.Kill("a test"));
    }

    private static Worker NewWorker(TestGateway gateway, int id) => new(id, null!, gateway.Server.Metrics.AddWorker());

    private static SafeFileHandle Create(string path) => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);

    private static void AssertWritesNoFile(Action late)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            SafeFileHandle[] files = [.. Enumerable.Range(0, Files).Select(i => Create($"{folder}/{i}"))];
            late();
            Assert.All(files, f => Assert.Equal(0, RandomAccess.GetLength(f)));
            Array.ForEach(files, f => f.Dispose());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
