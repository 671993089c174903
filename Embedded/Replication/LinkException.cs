namespace OrleansKv.Embedded.Replication;

/// <summary>Why the link to the leader is down, in words for an operator.</summary>
internal sealed class LinkException(string message) : Exception(message);
