using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Commands;

/// <summary>A command that the gateway runs itself.</summary>
internal sealed record SessionCommand(CommandSpec Spec, SessionHandler Run)
{
    /// <summary>Shorthand for the many commands without keys.</summary>
    public static SessionCommand Of(
        string name, int arity, CommandFlags flags, string group, string since, string summary, string syntax, SessionHandler run) =>
        new(new CommandSpec(name, arity, flags, 0, 0, 0, group, since, summary, syntax, null), run);
}
