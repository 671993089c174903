using OrleansKv.Engine.Io;
using OrleansKv.Grains;
using OrleansKv.Hosting;
using OrleansKv.Silo.Hosting;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>The file NODE of a data folder.</summary>
public sealed class NodeFolderTests : IDisposable
{
    private static readonly Guid Cluster = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Joined_NotesTheClustersGuid()
    {
        NodeFolder first = Open();
        first.Check(keys: 0);
        Assert.Equal(new FolderOwner(true, null), first.Owner);
        first.Joined(Cluster);
        first.Leave();
        NodeFolder again = Open();
        again.Check(keys: 5);
        Assert.Equal(new FolderOwner(true, Cluster), again.Owner);
        Assert.Equal($$"""{"Cluster":"c","Node":"n","Guid":"{{Cluster}}"}""", Text);
    }

    [Fact]
    public void Check_FileOfAnOlderProgram_IsTheNodes_AndJoinedAddsTheGuid()
    {
        Text = """{"Cluster":"c","Node":"n"}""";
        NodeFolder folder = Open();
        folder.Check(keys: 5);
        Assert.Equal(new FolderOwner(true, null), folder.Owner);
        folder.Leave();
        Assert.Equal("""{"Cluster":"c","Node":"n"}""", Text);
        folder.Joined(Cluster);
        NodeFolder again = Open();
        again.Check(keys: 5);
        Assert.Equal(Cluster, again.Owner.Cluster);
    }

    [Fact]
    public void Check_KeysOfAnEmbeddedServer_AreNobodys_UntilTheClusterHasThem()
    {
        NodeFolder folder = Open();
        folder.Check(keys: 5);
        Assert.Equal(FolderOwner.Nobody, folder.Owner);
        Assert.False(File.Exists(_folder.File("NODE")));
        folder.Joined(Cluster);
        Assert.Contains(Cluster.ToString(), Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Leave_FolderThatWasNobodys_IsAgain()
    {
        NodeFolder folder = Open();
        folder.Check(keys: 0);
        folder.Leave();
        Assert.False(File.Exists(_folder.File("NODE")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"Cluster":"c"}""")]
    [InlineData("""{"Cluster":"c","Node":"n","Guid":"no"}""")]
    public void Check_DamagedFile_IsRefusedWithWhatItShouldSay(string text)
    {
        Text = text;
        StartException refused = Assert.Throws<StartException>(() => Open().Check(keys: 0));
        Assert.Contains("""{"Cluster":"c","Node":"n"}""", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("""{"Cluster":"c","Node":"other"}""")]
    [InlineData("""{"Cluster":"other","Node":"n","Guid":"0f8fad5b-d9cb-469f-a165-70867728950e"}""")]
    public void Check_FolderOfAnother_IsRefused(string text)
    {
        Text = text;
        Assert.Contains("other", Assert.Throws<StartException>(() => Open().Check(keys: 0)).Message, StringComparison.Ordinal);
    }

    private string Text
    {
        get => File.ReadAllText(_folder.File("NODE"));
        set => File.WriteAllText(_folder.File("NODE"), value);
    }

    private NodeFolder Open() => new(new PhysicalDisk(_folder.Path), new NodeIdentity("c", "n"));
}
