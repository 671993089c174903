namespace OrleansKv.Engine.Commands;

/// <summary>One command: how it is called, what it touches, what it is for.</summary>
/// <param name="Name">Lower case, as COMMAND lists it.</param>
/// <param name="Arity">Words, name included; negative: at least that many.</param>
/// <param name="Flags">What it is and needs.</param>
/// <param name="FirstKey">Index of the first key's word, 0 for a command without keys.</param>
/// <param name="LastKey">Index of the last key's word; negative counts from the end (-1: the last word).</param>
/// <param name="KeyStep">Words from one key to the next.</param>
/// <param name="Group">Redis' group: string, generic, bitmap, connection, server, ...</param>
/// <param name="Since">Redis version that brought it; "orleanskv" for our own.</param>
/// <param name="Summary">One sentence, for COMMAND DOCS and help.</param>
/// <param name="Syntax">Arguments as help shows them: <c>key value [NX | XX] [EX seconds]</c>; empty for none.</param>
/// <param name="Run">The handler; null for a command that the gateway runs itself.</param>
public sealed record CommandSpec(
    string Name,
    int Arity,
    CommandFlags Flags,
    int FirstKey,
    int LastKey,
    int KeyStep,
    string Group,
    string Since,
    string Summary,
    string Syntax,
    CommandHandler? Run)
{
    /// <summary>Whether a call with this many words (name included) has as many as it must.</summary>
    public bool Accepts(int words) => Arity >= 0 ? words == Arity : words >= -Arity;

    public bool IsWrite => (Flags & CommandFlags.Write) != 0;

    /// <summary>Whether it has exactly one key: the path that locks one shard and opens no group.</summary>
    public bool HasOneKey => FirstKey > 0 && FirstKey == LastKey;
}
