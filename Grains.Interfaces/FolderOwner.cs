namespace OrleansKv.Grains;

/// <summary>Whose a data folder is.</summary>
/// <param name="IsNodes">It is noted as this node's, perhaps by a program that did not note the cluster's GUID yet.</param>
/// <param name="Cluster">The cluster that has taken it; null for none, or not noted.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.folderowner")]
public readonly record struct FolderOwner([property: Id(0)] bool IsNodes, [property: Id(1)] Guid? Cluster)
{
    /// <summary>Of a folder that says nothing, or of a store that has none.</summary>
    public static FolderOwner Nobody { get; } = new(false, null);
}
