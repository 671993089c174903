using System.Globalization;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests;

/// <summary>A real full disk, a small tmpfs of the test's own, under the node that keeps the cluster map.</summary>
public sealed class FullDiskTests
{
    /// <summary>More than the disk can hold in values of <see cref="ValueBytes"/>.</summary>
    private const int MaxWrites = 6_000;

    private const int ValueBytes = 64 * 1024;

    [ToolFact("unshare", "--mount", "true")]
    public async Task FullDisk_OfOneNode_ItsShardsRefuseWritesOnly_AndAThirdNodeWaits()
    {
        using var folder = new TempFolder();
        string mount = folder.File("disk");
        Directory.CreateDirectory(mount);
        Tool.Run("mount", null, "-t", "tmpfs", "-o", "size=192m", "tmpfs", mount);
        try
        {
            using var full = new SiloProcess("full", Path.Combine(mount, "data"));
            using var roomy = new SiloProcess("roomy", folder.File("roomy"));
            using var third = new SiloProcess("third", folder.File("third"));
            full.Start("--replicas", "1");
            string join = $"127.0.0.1:{full.SiloPort}";
            roomy.Start("--join", join);
            await ClusterState.AwaitSettled([full, roomy]);
            int[] owners = ClusterState.Owners(full);
            string filler = Path.Combine(mount, "filler");
            Tool.Run("fallocate", null, "-l", new DriveInfo(mount).AvailableFreeSpace.ToString(CultureInfo.InvariantCulture), filler);

            using RespClient client = roomy.Connect();
            List<string> written = [];
            string? refused = null;
            foreach (string key in ClusterState.KeysAt(owners, full, "full").Take(MaxWrites))
            {
                refused = client.Call("SET", key, Value(key));
                if (refused != "OK") break;
                written.Add(key);
            }

            Assert.StartsWith("-MISCONF", refused, StringComparison.Ordinal);
            Assert.NotEmpty(written);
            foreach (SiloProcess node in (SiloProcess[])[full, roomy])
            {
                Assert.Equal(Value(written[0]), node.Call("GET", written[0]));
                foreach (string key in ClusterState.KeysAt(owners, roomy, "roomy").Take(20)) Assert.Equal("OK", node.Call("SET", key, "1"));
                Assert.StartsWith("-MISCONF", node.Call("SET", written[0], "1"), StringComparison.Ordinal);
            }

            third.Launch("--join", join);
            full.AwaitPrinted("this node has no part in decisions of the cluster until it can");
            third.AwaitPrinted("Waiting for");

            File.Delete(filler);
            await Poll.UntilAsync("the node to take writes again", () => roomy.Call("SET", written[0], "again") == "OK");
            await ClusterState.AwaitSettled([full, roomy, third]);
            foreach (string key in written.Skip(1).Chunk(10).Select(c => c[0])) Assert.Equal(Value(key), third.Call("GET", key));
            Assert.Equal("again", third.Call("GET", written[0]));
        }
        finally
        {
            Tool.Run("umount", null, mount);
        }
    }

    private static string Value(string key) => new((char)('a' + (key.Length + key[^1]) % 26), ValueBytes);
}
