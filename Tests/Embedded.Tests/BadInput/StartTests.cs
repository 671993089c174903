using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.BadInput;

/// <summary>Starts that must be refused: one clear line, the right exit code, no stack trace.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("--prot", "--prot")]
    [InlineData("--shards=0", "shards")]
    [InlineData("--fsync=sometimes", "sometimes")]
    [InlineData("--memory-budget=lots", "lots")]
    public void BadFlag_IsNamed_WithExitCode2(string flag, string named)
    {
        using var folder = new TempFolder();
        (int code, string printed) = ServerProcess.RunToExit(folder.Path, flag);
        Assert.Equal(2, code);
        Assert.Contains(named, printed);
        AssertIsForPeople(printed);
    }

    [Fact]
    public void PortInUse_IsNamed_WithExitCode1()
    {
        using var folder = new TempFolder();
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        try
        {
            string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
            (int code, string printed) = ServerProcess.RunToExit(folder.Path, "--port", port);
            Assert.Equal(1, code);
            Assert.Contains(port, printed);
            AssertIsForPeople(printed);
        }
        finally
        {
            taken.Stop();
        }
    }

    [Fact]
    public void DataFolderIsAFile_IsNamed_WithExitCode1()
    {
        using var folder = new TempFolder();
        string file = folder.File("file");
        File.WriteAllText(file, "not a folder");
        (int code, string printed) = ServerProcess.RunToExit(file);
        Assert.Equal(1, code);
        Assert.Contains($"the data folder {file} cannot be used: it is a file; move it away, or name another folder with --data-dir",
            printed);
        AssertIsForPeople(printed);
    }

    [ToolFact("unshare", "--mount", "true")]
    public void ReadOnlyDataFolder_IsNamed_WithExitCode1()
    {
        using var folder = new TempFolder();
        string mount = folder.File("disk");
        Directory.CreateDirectory(mount);
        Tool.Run("mount", null, "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", mount);
        try
        {
            (int code, string printed) = ServerProcess.RunToExit(mount);
            Assert.Equal(1, code);
            Assert.Contains($"the data folder {mount} cannot be used: its file system is read-only; mount it for writing, or name "
                + $"another folder with --data-dir", printed);
            AssertIsForPeople(printed);
        }
        finally
        {
            Tool.Run("umount", null, mount);
        }
    }

    [ToolFact("unshare", "--mount", "true")]
    public void FullDataFolder_IsNamed_WithExitCode1()
    {
        using var folder = new TempFolder();
        string mount = folder.File("disk");
        Directory.CreateDirectory(mount);
        Tool.Run("mount", null, "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount);
        try
        {
            File.WriteAllBytes(Path.Combine(mount, "filler"), new byte[64 * 1024]);
            (int code, string printed) = ServerProcess.RunToExit(mount);
            Assert.Equal(1, code);
            Assert.Contains($"the data folder {mount} cannot be used: its disk is full; free some space, or name another folder with "
                + $"--data-dir", printed);
            AssertIsForPeople(printed);
        }
        finally
        {
            Tool.Run("umount", null, mount);
        }
    }

    [Fact]
    public void CorruptJournalInTheMiddle_RefusesAndNamesTheFile()
    {
        using var folder = new TempFolder();
        using (ServerProcess server = ServerProcess.Start(folder.Path))
        {
            using RespClient client = server.Connect();
            for (int i = 0; i < 1_000; i++) client.Call("SET", $"k{i}", new string('x', 100));
            Assert.Equal(0, server.Terminate());
        }

        string largest = Directory.GetFiles(folder.Path).OrderByDescending(f => new FileInfo(f).Length).First();
        byte[] bytes = File.ReadAllBytes(largest);
        for (int i = 0; i < 64; i++) bytes[(bytes.Length / 4) + i] ^= 0x5A;
        File.WriteAllBytes(largest, bytes);

        (int code, string printed) = ServerProcess.RunToExit(folder.Path);
        Assert.Equal(1, code);
        Assert.Contains(Path.GetFileName(largest), printed);
        Assert.Contains("wal repair", printed);
        AssertIsForPeople(printed);
    }

    [Fact]
    public void HelpAndVersion_ExitWith0()
    {
        using var folder = new TempFolder();
        (int help, string text) = ServerProcess.RunToExit(folder.Path, "--help");
        Assert.Equal(0, help);
        Assert.Contains("--memory-budget", text);
        Assert.Equal(0, ServerProcess.RunToExit(folder.Path, "--version").Code);
    }

    private static void AssertIsForPeople(string printed)
    {
        Assert.DoesNotContain("Unhandled", printed);
        Assert.DoesNotContain("   at ", printed);
        Assert.InRange(printed.Trim().Split('\n').Length, 1, 3);
    }
}
