namespace OrleansKv.Client;

/// <summary>When a set is to write.</summary>
public enum SetCondition
{
    /// <summary>Whether or not there is such a key.</summary>
    Always,

    /// <summary>Only if there is no such key (NX).</summary>
    IfAbsent,

    /// <summary>Only if there is such a key (XX).</summary>
    IfPresent,
}
