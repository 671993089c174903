using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Protocol;

/// <summary>A command in the gateway's table: a data command of the engine, or one that the session runs itself. Immutable.</summary>
internal sealed class CommandEntry(CommandSpec spec, SessionHandler? session, int id)
{
    private readonly CommandEntry[] _subcommands = [];
    private readonly string[] _subcommandNames = [];

    public CommandSpec Spec { get; } = spec;

    private int PrefixLength => Spec.Name.Length + 1;

    /// <summary>Runs a command that needs the connection or the server; null for a data command.</summary>
    public SessionHandler? Session { get; } = session;

    /// <summary>Dense number, the index of its statistics.</summary>
    public int Id { get; } = id;

    /// <summary>Commands that the second word chooses; empty for most.</summary>
    public CommandEntry[] Subcommands
    {
        get => _subcommands;
        init
        {
            _subcommands = value;
            _subcommandNames = [.. value.Select(s => s.Spec.Name[PrefixLength..])];
        }
    }

    /// <summary>The engine's command; null for one that the session runs.</summary>
    public readonly DataCommand? Data = session is null ? DataCommand.Find(spec.Name) : null;

    public bool IsData => Data is not null;

    /// <summary>The subcommand of this name, whatever its case; null for none.</summary>
    public CommandEntry? FindSubcommand(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _subcommandNames.Length; i++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(name, _subcommandNames[i])) return _subcommands[i];
        }

        return null;
    }
}
