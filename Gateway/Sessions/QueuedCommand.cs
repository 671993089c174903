using OrleansKv.Gateway.Protocol;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Sessions;

/// <summary>A command kept for later (MULTI, BATCH) with its own copy of its words.</summary>
/// <param name="command">Null for a line of a BATCH that was refused; <paramref name="error"/> says why.</param>
internal sealed class QueuedCommand(CommandEntry? command, byte[] bytes, ArgSlice[] slices, string? error = null)
{
    public CommandEntry? Command { get; } = command;

    public string? Error { get; } = error;

    public ArgList Args => new(bytes, slices);

    /// <summary>Bytes it keeps: the words and where they are, two arrays' heads, the object and its place in a queue.</summary>
    public long SizeBytes => bytes.Length + (slices.Length * 8L) + 112;

    public static QueuedCommand Copy(CommandEntry command, in ArgList args)
    {
        int total = 0;
        for (int i = 0; i < args.Count; i++) total += args[i].Length;
        var bytes = new byte[total];
        var slices = new ArgSlice[args.Count];
        int at = 0;
        for (int i = 0; i < args.Count; i++)
        {
            args[i].CopyTo(bytes.AsSpan(at));
            slices[i] = new ArgSlice(at, args[i].Length);
            at += args[i].Length;
        }

        return new QueuedCommand(command, bytes, slices);
    }

    public static QueuedCommand Refused(string error) => new(null, [], [], error);
}
