namespace OrleansKv.Gateway.Sessions;

/// <summary>What a connection's transport holds for it at a moment; for CLIENT LIST.</summary>
/// <param name="InputBytes">Bytes read that are no whole command yet.</param>
/// <param name="InputFreeBytes">Room behind them.</param>
/// <param name="OutputChunks">Chunks of replies that the peer has not taken.</param>
/// <param name="OutputHeldBytes">Memory of these chunks.</param>
internal readonly record struct ConnectionMemory(int InputBytes, int InputFreeBytes, int OutputChunks, long OutputHeldBytes);
