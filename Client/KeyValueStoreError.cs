namespace OrleansKv.Client;

/// <summary>Why an operation on the store failed.</summary>
public enum KeyValueStoreError
{
    /// <summary>Nothing was changed: the key's node is down, or the cluster has not formed. Trying again later is safe.</summary>
    Unavailable,

    /// <summary>
    /// No answer came, or the node could not save what it did: the change was made or was not. Read before you try again, unless making the
    /// change twice does no harm.
    /// </summary>
    OutcomeUnknown,

    /// <summary>
    /// The server refused it, and nothing was changed: a counter of text, no memory left, a full disk. The message has its words.
    /// </summary>
    Refused,
}
