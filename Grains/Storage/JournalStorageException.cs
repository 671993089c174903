using Orleans;
using Orleans.Runtime;

namespace OrleansKv.Grains.Storage;

/// <summary>A state could not be read or written, or a data folder could not be opened. The message names it and says what to do.</summary>
[GenerateSerializer]
[Alias("OrleansKv.JournalStorageException")]
public sealed class JournalStorageException : OrleansException
{
    public JournalStorageException()
    {
    }

    public JournalStorageException(string message)
        : base(message)
    {
    }

    public JournalStorageException(string message, Exception? inner)
        : base(message, inner!)
    {
    }
}
