namespace OrleansKv.Engine;

/// <summary>
/// What a refusal tells the operator to do. Each says what <see cref="Inspection.JournalInspector.Repair"/> really does there; change the
/// two together.
/// </summary>
internal static class Remedy
{
    /// <summary>A file of the journal behind its first one cannot be used at all, or one before it is missing.</summary>
    public const string CutBefore = Refused
        + "Restore the file from a backup; 'kv wal repair' would cut the journal before it and say what is lost";

    /// <summary>A place in the journal behind its first header.</summary>
    public const string CutHere = Refused
        + "Restore the file from a backup; 'kv wal repair' would cut the journal here and say what is lost";

    /// <summary>The journal's beginning is gone, or all of it.</summary>
    public const string NoJournal = Refused
        + "Restore the folder from a backup; nothing of the journal could be kept, and 'kv wal repair' does not change that";

    /// <summary>The manifest is gone: nothing else says which snapshots belong together and where the slots are.</summary>
    public const string NoManifest = Refused
        + "Restore the folder from a backup; a manifest cannot be made up from the other files, and 'kv wal repair' does not try";

    /// <summary>A snapshot that the manifest names.</summary>
    public const string GoOnWithout = Refused + "Restore the file from a backup; 'kv wal repair' would set it aside, keep of its shard "
        + "what the journal alone holds (nothing on a node of a cluster with replicas: the other nodes' copies bring it level), and say "
        + "what is lost";

    private const string Refused = "The store is not opened with a part of its data. ";
}
