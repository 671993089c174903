namespace OrleansKv.Gateway.Options;

/// <summary>When the journal is flushed to the disk: before each reply, once a second, or when the system likes.</summary>
public enum FsyncPolicy
{
    Always,
    EverySecond,
    No,
}
