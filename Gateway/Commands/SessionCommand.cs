using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Commands;

/// <summary>A command that the gateway runs itself, or a container of such.</summary>
/// <param name="Spec">How it is called.</param>
/// <param name="Run">Its handler; null for a data command that stands in a container.</param>
internal sealed record SessionCommand(CommandSpec Spec, SessionHandler? Run)
{
    /// <summary>Commands that are chosen by the second word; their names are <c>container|subcommand</c>, as Redis lists them.</summary>
    public IReadOnlyList<SessionCommand> Subcommands { get; init; } = [];

    /// <summary>Shorthand for the many commands without keys.</summary>
    public static SessionCommand Of(
        string name, int arity, CommandFlags flags, string group, string since, string summary, string syntax, SessionHandler run) =>
        new(
            new CommandSpec
            {
                Name = name,
                Arity = arity,
                Flags = flags,
                Group = group,
                Since = since,
                Summary = summary,
                Syntax = syntax,
            },
            run);

    /// <summary>The same command with keys among its words.</summary>
    public SessionCommand WithKeys(KeyWords keys) => this with { Spec = Spec with { Keys = keys } };

    /// <summary>A subcommand that the engine runs, where its key is; <c>container|subcommand</c>.</summary>
    public static SessionCommand OfData(string name) => new(DataCommand.Find(name)!.Spec, null);

    /// <summary>A command that only chooses among subcommands: <see cref="SlowPath"/> answers whoever names none of them.</summary>
    public static SessionCommand Container(
        string name, string group, string since, string summary, params IReadOnlyList<SessionCommand> subcommands) =>
        Of(name, -2, CommandFlags.None, group, since, summary, "", static (Session _, in ArgList _) =>
            throw new InvalidOperationException("a container has no handler of its own")) with { Subcommands = subcommands };

    /// <summary>The <c>name|help</c> that every container has: Redis' addReplyHelp with these lines.</summary>
    public static SessionCommand HelpOf(string name, string group, string since, params string[] lines) =>
        Of(name + "|help", 2, CommandFlags.Loading | CommandFlags.Stale, group, since, "Show helpful text about the different subcommands",
            "",
            (Session s, in ArgList _) => Commands.Subcommands.Help(s.Output, name.ToUpperInvariant(), lines));
}
