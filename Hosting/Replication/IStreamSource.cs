namespace OrleansKv.Hosting.Replication;

/// <summary>What a server gives to those that follow it as a whole. Any thread.</summary>
internal interface IStreamSource
{
    /// <summary>Why nobody can follow this server now, as an error ready to send; null when that is possible.</summary>
    string? Refusal();

    /// <summary>
    /// The records that a follower lacks which is in a state (<see cref="Engine.Store.StoreLinks.State"/>); null when it needs a whole
    /// copy. Throws <see cref="InvalidDataException"/> for bytes that are no state, and <see cref="IOException"/>.
    /// </summary>
    IFollowerFeed? GoOn(ReadOnlySpan<byte> state);

    /// <summary>The records that come during and behind a whole copy.</summary>
    IFollowerFeed BeginCopy();
}
