using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Protocol;

/// <summary>A command in the gateway's table: a data command of the engine, or one that the session runs itself.</summary>
internal sealed class CommandEntry(CommandSpec spec, SessionHandler? session, int id)
{
    public CommandSpec Spec { get; } = spec;

    /// <summary>Runs a command that needs the connection or the server; null for a data command.</summary>
    public SessionHandler? Session { get; } = session;

    /// <summary>Dense number, the index of its statistics.</summary>
    public int Id { get; } = id;

    public void CountRejected(Worker worker)
    {
    }

    public bool IsData => Session is null;

    // Flattened for the hot path: a record's computed properties cost a call each.
    public readonly bool HasOneKey = session is null && spec.HasOneKey;
    public readonly bool IsWrite = spec.IsWrite;
    public readonly bool DenyOom = (spec.Flags & CommandFlags.DenyOom) != 0;
    public readonly int FirstKey = spec.FirstKey;
    public readonly CommandHandler? Run = spec.Run;
}
