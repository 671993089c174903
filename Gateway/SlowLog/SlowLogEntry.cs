namespace OrleansKv.Gateway.SlowLog;

/// <summary>One slow command, trimmed: it keeps at most some 5 KB alive.</summary>
/// <param name="Id">Rises by one an entry, never reset.</param>
/// <param name="UnixSeconds">When it had run.</param>
/// <param name="DurationUs">How long it ran, microseconds.</param>
/// <param name="Words">Name and arguments, trimmed and without secrets.</param>
/// <param name="Client">Its address.</param>
/// <param name="ClientName">Its CLIENT SETNAME; empty for none.</param>
internal sealed record SlowLogEntry(long Id, long UnixSeconds, long DurationUs, byte[][] Words, string Client, string ClientName);
