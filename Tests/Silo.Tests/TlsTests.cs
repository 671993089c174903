using System.Globalization;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit.Abstractions;

namespace OrleansKv.Silo.Tests;

/// <summary>
/// TLS between nodes, with certificates of a private authority; and nodes that nobody lets in. Most of its time is theirs to wait.
/// </summary>
public sealed class TlsTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nodes_WithCertificatesOfOneAuthority_AreACluster_AndNobodyElseJoins()
    {
        using var authority = new SiloCertificates(_folder.Path, "authority");
        using var strangers = new SiloCertificates(_folder.Path, "strangers");
        using SiloProcess first = New("first"), second = New("second");
        first.Start(authority.Issue());
        string join = $"127.0.0.1:{first.SiloPort}";
        string nobody = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.NextSilo()}");
        second.Start([.. authority.Issue(), "--join", join]);
        await ClusterState.AwaitSettled([first, second]);
        ClusterChecks.SingleKeysGoThroughAnyNode([first, second]);

        using SiloProcess plain = New("plain"), stranger = New("stranger"), liar = New("liar"), lost = New("lost");
        plain.Launch("--join", join);
        stranger.Launch([.. strangers.Issue(), "--join", join]);
        liar.Launch([.. strangers.Issue(trusts: authority), "--join", join]);
        lost.Launch([.. authority.Issue(), "--join", nobody]); // no first node there
        foreach (SiloProcess other in (SiloProcess[])[plain, stranger, liar, lost])
        {
            Assert.Equal(1, other.WaitForExit());
            string last = Refusal.LineOf(other.Printed);
            output.WriteLine(last);
            Assert.StartsWith("orleanskv-silo: node " + other.NodeId, last, StringComparison.Ordinal);
            Assert.Contains(other == lost ? nobody : join, last, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", other.Printed, StringComparison.Ordinal);
            Assert.DoesNotContain(other.NodeId, first.Call("NODES")!, StringComparison.Ordinal);
        }

        ClusterChecks.SingleKeysGoThroughAnyNode([first, second]);
    }

    [Fact]
    public void Certificate_ThatCannotBeRead_IsOneLine()
    {
        using SiloProcess node = New("node");
        (int code, string printed) =
            node.RunToExit("--silo-tls-cert", "/no/such.crt", "--silo-tls-key", "/no/such.key", "--silo-tls-ca", "/no/such.pem");
        Assert.Equal(1, code);
        Assert.StartsWith("orleanskv-silo: ", printed, StringComparison.Ordinal);
        Assert.Contains("/no/such.crt", Assert.Single(printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    private SiloProcess New(string nodeId) => new(nodeId, _folder.File(nodeId));
}
