namespace OrleansKv.Grains.Storage;

/// <summary>A name under which a journal grain storage was registered.</summary>
internal sealed record JournalProvider(string Name);
