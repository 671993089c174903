using System.Diagnostics;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Durability;

/// <summary>A real full disk: a small tmpfs of the test's own.</summary>
public sealed class DiskFullTests
{
    [ToolFact("unshare", "--mount", "true")]
    public void FullDisk_RefusesWritesServesReads_AndGoesOnWhenThereIsRoomAgain()
    {
        using var folder = new TempFolder();
        string mount = folder.File("disk");
        Directory.CreateDirectory(mount);
        Tool.Run("mount", null, "-t", "tmpfs", "-o", "size=192m", "tmpfs", mount);
        try
        {
            string data = Path.Combine(mount, "data");
            string filler = Path.Combine(mount, "filler");
            int acknowledged = 0;
            using (ServerProcess server = ServerProcess.Start(data, "--fsync", "always"))
            {
                using RespClient client = server.Connect();
                Tool.Run("fallocate", null, "-l", FreeBytes(mount), filler);
                string? refused = Write(client, ref acknowledged);
                Assert.StartsWith("-MISCONF", refused);
                Assert.StartsWith("-MISCONF", client.Call("PING")); // as from Redis
                Assert.Equal(Value(0), client.Call("GET", "k0"));

                File.Delete(filler);
                string? accepted = null;
                Stopwatch patience = Stopwatch.StartNew();
                while (accepted != "OK" && patience.Elapsed < TimeSpan.FromSeconds(60)) accepted = client.Call("SET", "later", "1");
                Assert.Equal("OK", accepted);
                server.Kill();
            }

            using ServerProcess again = ServerProcess.Start(data);
            using RespClient reader = again.Connect();
            for (int i = 0; i < acknowledged; i++) Assert.Equal(Value(i), reader.Call("GET", $"k{i}"));
            Assert.Equal("1", reader.Call("GET", "later"));
        }
        finally
        {
            Tool.Run("umount", null, mount);
        }
    }

    // Writes until the server refuses; at most twice what the disk could hold.
    private static string? Write(RespClient client, ref int acknowledged)
    {
        while (acknowledged < 6_000)
        {
            string? reply = client.Call("SET", $"k{acknowledged}", Value(acknowledged));
            if (reply != "OK") return reply;
            acknowledged++;
        }

        return null;
    }

    private static string Value(int i) => new((char)('a' + (i % 26)), 64 * 1024);

    private static string FreeBytes(string mount) =>
        new DriveInfo(mount).AvailableFreeSpace.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
