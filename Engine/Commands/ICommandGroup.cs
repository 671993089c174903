namespace OrleansKv.Engine.Commands;

/// <summary>Commands that run as one, as their host has them (<see cref="GroupScope"/>).</summary>
public interface ICommandGroup
{
    /// <summary>Whether no watched key has changed. All shards are held.</summary>
    bool IsUnchanged(long nowMs);

    /// <summary>Runs the members in their order (<see cref="CommandRunner.RunHeld"/>). All shards are held.</summary>
    void Run(long nowMs);
}
