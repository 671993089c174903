using System.Text.Json;
using OrleansKv.Embedded;
using OrleansKv.Engine.Io;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// Whose data a folder holds: the file <c>NODE</c>. Invariant: a folder with keys has it only when the cluster has taken them as its own, so
/// that keys of another store are never counted as a node's. One thread, which has the folder's lock.
/// </summary>
internal sealed class NodeFolder(IDisk disk, NodeIdentity mine)
{
    private const string Name = "NODE";
    private const string Temporary = "NODE.tmp";

    private bool _isClaimedNow;

    /// <summary>Keys that are not known to be this node's.</summary>
    public long StrangeKeys { get; private set; }

    /// <summary>Throws <see cref="StartException"/> when the folder belongs to somebody else. An empty one becomes this node's at once.</summary>
    public void Check(long keys)
    {
        if (!disk.Exists(Name))
        {
            StrangeKeys = keys;
            if (keys == 0) Claim();
            return;
        }

        NodeIdentity? found;
        try
        {
            using IDiskReader file = disk.OpenRead(Name);
            var bytes = new byte[Math.Min(file.Length, 4096)];
            file.Read(0, bytes);
            found = JsonSerializer.Deserialize<NodeIdentity>(bytes);
        }
        catch (JsonException damage)
        {
            throw new StartException($"{disk.Folder}/{Name} cannot be read ({damage.Message}). It names the folder's cluster and node: write it again as {JsonSerializer.Serialize(mine)} if the folder is this node's");
        }

        if (found != mine) throw new StartException($"the data folder {disk.Folder} belongs to node {found?.Node} of cluster {found?.Cluster}, not to node {mine.Node} of cluster {mine.Cluster}. Choose its own --data-dir for each node");
    }

    /// <summary>The cluster has taken the node, with the keys that it has.</summary>
    public void Joined()
    {
        if (!disk.Exists(Name)) Claim();
        _isClaimedNow = false;
        StrangeKeys = 0;
    }

    /// <summary>The node could not join: a folder that was nobody's is that again, so that a mistyped id can be put right.</summary>
    public void Leave()
    {
        if (!_isClaimedNow) return;
        _isClaimedNow = false;
        disk.Delete(Name);
        disk.FlushFolder();
    }

    private void Claim()
    {
        using (IDiskFile file = disk.Create(Temporary))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(mine));
            file.Flush();
        }

        disk.Rename(Temporary, Name);
        disk.FlushFolder();
        _isClaimedNow = true;
    }
}
