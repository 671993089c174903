namespace OrleansKv.Gateway.Dispatch;

/// <summary>What SHUTDOWN asked for.</summary>
/// <param name="Save">Whether to write a snapshot first; null: as the server is set up. The journal is synced in any case.</param>
/// <param name="Now">Do not wait for anything that is not needed for safety.</param>
/// <param name="Force">Stop even if saving fails.</param>
internal readonly record struct ShutdownRequest(bool? Save, bool Now, bool Force);
