using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansKv.Engine.Io;
using OrleansKv.Grains;
using OrleansKv.Hosting;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// Whose data a folder holds: the file <c>NODE</c>. Invariant: a folder with keys has it only when the cluster has taken them as its own,
/// so that keys of another store are never counted as a node's. One thread, which has the folder's lock.
/// </summary>
internal sealed class NodeFolder(IDisk disk, NodeIdentity mine)
{
    private const string Name = "NODE";
    private const string Temporary = "NODE.tmp";

    /// <summary>Longest file that is read: names have no bound of their own, and one of ours is 100 bytes.</summary>
    private const int MaxBytes = 4096;

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private bool _isClaimedNow;

    /// <summary>What the file says, once it is checked.</summary>
    public FolderOwner Owner { get; private set; }

    /// <summary>
    /// Throws <see cref="StartException"/> when the folder belongs to somebody else. An empty one becomes this node's at once.
    /// </summary>
    public void Check(long keys)
    {
        if (!disk.Exists(Name))
        {
            if (keys == 0)
            {
                Write(mine);
                _isClaimedNow = true;
            }

            Owner = new FolderOwner(_isClaimedNow, null);
            return;
        }

        NodeIdentity found = Read();
        if (found with { Guid = null } != mine) throw new StartException($"the data folder {disk.Folder} belongs to node {found.Node} of "
            + $"cluster {found.Cluster}, not to node {mine.Node} of cluster {mine.Cluster}. Choose its own --data-dir for each node");
        Owner = new FolderOwner(true, found.Guid);
    }

    /// <summary>The cluster has taken the node, with the keys that it has.</summary>
    public void Joined(Guid cluster)
    {
        if (Owner != new FolderOwner(true, cluster)) Write(mine with { Guid = cluster });
        Owner = new FolderOwner(true, cluster);
        _isClaimedNow = false;
    }

    /// <summary>The node could not join: a folder that was nobody's is that again, so that a mistyped id can be put right.</summary>
    public void Leave()
    {
        if (!_isClaimedNow) return;
        _isClaimedNow = false;
        disk.Delete(Name);
        disk.FlushFolder();
    }

    private NodeIdentity Read()
    {
        string problem;
        try
        {
            using IDiskReader file = disk.OpenRead(Name);
            var bytes = new byte[Math.Min(file.Length, MaxBytes)];
            file.Read(0, bytes);
            if (JsonSerializer.Deserialize<NodeIdentity>(bytes, Json) is { Cluster: not null, Node: not null } found) return found;
            problem = "it names no cluster and node";
        }
        catch (JsonException damage)
        {
            problem = damage.Message;
        }

        throw new StartException($"{disk.Folder}/{Name} cannot be read ({problem}). It names the folder's cluster and node: write it "
            + $"again as {JsonSerializer.Serialize(mine, Json)} if the folder is this node's");
    }

    private void Write(NodeIdentity identity)
    {
        try
        {
            using (IDiskFile file = disk.Create(Temporary))
            {
                file.Write(JsonSerializer.SerializeToUtf8Bytes(identity, Json));
                file.Flush();
            }

            disk.Rename(Temporary, Name);
            disk.FlushFolder();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{disk.Folder}/{Name} cannot be written: {failure.Message}");
        }
    }
}
