namespace OrleansKv.Protocol.Commands;

/// <summary>One command: how it is called, what it touches, what it is for. Immutable.</summary>
public sealed record CommandSpec
{
    /// <summary>Lower case, as COMMAND lists it; <c>container|subcommand</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Words, name included; negative: at least that many.</summary>
    public required int Arity { get; init; }

    /// <summary>What it is and needs.</summary>
    public required CommandFlags Flags { get; init; }

    /// <summary>Which words are keys.</summary>
    public KeyWords Keys { get; init; } = KeyWords.None;

    /// <summary>How it is asked of several shards at once.</summary>
    public ReplyMerge Merge { get; init; }

    /// <summary>Takes longer than about a microsecond for some words, though it has one key only.</summary>
    public bool MayTakeLong { get; init; }

    /// <summary>Redis' group: string, generic, bitmap, connection, server, ...</summary>
    public required string Group { get; init; }

    /// <summary>Redis version that brought it; "orleanskv" for our own.</summary>
    public required string Since { get; init; }

    /// <summary>One sentence, for COMMAND DOCS and help.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Arguments as help shows them: <c>key value [NX | XX] [EX seconds]</c>; empty for none.</summary>
    public string Syntax { get; init; } = "";

    public int FirstKey => Keys.First;

    public int LastKey => Keys.Last;

    public int KeyStep => Keys.Step;

    public bool IsWrite => (Flags & CommandFlags.Write) != 0;

    /// <summary>Whether it has exactly one key: the path that locks one shard and opens no group.</summary>
    public bool HasOneKey => FirstKey > 0 && FirstKey == LastKey;

    /// <summary>Whether a call with this many words (name included) has as many as it must.</summary>
    public bool Accepts(int words) => Arity >= 0 ? words == Arity : words >= -Arity;
}
