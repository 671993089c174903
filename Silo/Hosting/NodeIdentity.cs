using System.Text.Json;
using OrleansKv.Embedded;
using OrleansKv.Engine.Io;

namespace OrleansKv.Silo.Hosting;

/// <summary>Whose data a folder holds: the file <c>NODE</c>, written when a node first opens it. A folder of another node, or cluster, is refused.</summary>
internal sealed record NodeIdentity(string Cluster, string Node)
{
    private const string Name = "NODE";
    private const string Temporary = "NODE.tmp";

    /// <summary>Throws <see cref="StartException"/> when the folder belongs to somebody else.</summary>
    public static void Check(IDisk disk, NodeIdentity mine)
    {
        if (!disk.Exists(Name))
        {
            using (IDiskFile file = disk.Create(Temporary))
            {
                file.Write(JsonSerializer.SerializeToUtf8Bytes(mine));
                file.Flush();
            }

            disk.Rename(Temporary, Name);
            disk.FlushFolder();
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
}
