using OrleansKv.Engine.Io;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Journal;

public sealed class FileWindowTests
{
    [Fact]
    public void At_RandomPlacesForwardAndBack_AreTheFilesBytes()
    {
        var random = new Random(7);
        var bytes = new byte[5_000_000]; // several windows
        random.NextBytes(bytes);
        var disk = new MemoryDisk();
        disk.Put("f", bytes);
        using var window = new FileWindow(disk, "f");
        Assert.Equal(bytes.Length, window.Length);
        for (int i = 0; i < 2_000; i++)
        {
            int at = random.Next(bytes.Length + 1);
            int count = random.Next(i % 100 == 0 ? 3_000_000 : 5_000);
            Assert.True(window.At(at, count).SequenceEqual(bytes.AsSpan(at, Math.Min(count, bytes.Length - at))), $"{count} bytes at {at}");
        }
    }

    [Fact]
    public void At_EndAndBehindIt_IsEmpty()
    {
        var disk = new MemoryDisk();
        disk.Put("f", [1, 2, 3]);
        using var window = new FileWindow(disk, "f");
        Assert.Equal(3, window.At(0, 40).Length);
        Assert.True(window.At(3, 1).IsEmpty);
        Assert.True(window.At(9, 1).IsEmpty);
    }

    [Fact]
    public void PhysicalFile_MoreThanAnArrayHolds_IsReadBehindIt()
    {
        string folder = Directory.CreateTempSubdirectory("okv-window").FullName;
        try
        {
            const long Length = 5L * 1024 * 1024 * 1024; // sparse: it takes one block of the disk
            using (FileStream file = File.Create(Path.Combine(folder, "f")))
            {
                file.SetLength(Length);
                file.Position = Length - 3;
                file.Write([7, 8, 9]);
            }

            using var window = new FileWindow(new PhysicalDisk(folder), "f");
            Assert.Equal(Length, window.Length);
            Assert.Equal([0, 7, 8, 9], window.At(Length - 4, 100).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
