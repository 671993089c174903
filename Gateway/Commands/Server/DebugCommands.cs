using System.Globalization;
using System.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// DEBUG: what tests of clients need, nothing that could harm. SLEEP holds the calling connection alone; Redis stops the whole server,
/// which would let one client stop all others.
/// </summary>
internal static class DebugCommands
{
    /// <summary>Longest sleep, seconds: a day.</summary>
    private const double MaxSleepSeconds = 86_400;

    /// <summary>Longest text that STRINGMATCH-LEN tries, bytes; matching takes pattern times text.</summary>
    private const int MaxTextBytes = 10 * 1024 * 1024;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("debug", -2, Admin | NoScript | Loading | Stale, "server", "1.0.0", "A container for debugging commands",
            "SLEEP seconds | SET-ACTIVE-EXPIRE value | ERROR message | PROTOCOL type | STRINGMATCH-LEN length pattern | HELP", Run),
    ];

    private static void Run(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        if (args.Count == 3 && args.Is(1, "SLEEP"u8)) Sleep(session, args);
        else if (args.Count == 3 && args.Is(1, "SET-ACTIVE-EXPIRE"u8)) SetActiveExpire(session, args[2]);
        else if (args.Count == 3 && args.Is(1, "ERROR"u8)) reply.Error(args[2]);
        else if (args.Count == 3 && args.Is(1, "PROTOCOL"u8))
            DebugProtocol.Write(reply, Encoding.Latin1.GetString(args[2]).ToLowerInvariant());
        else if (args.Count == 4 && args.Is(1, "STRINGMATCH-LEN"u8)) StringMatch(session, args[2], args[3]);
        else if (args.Count == 2 && args.Is(1, "HELP"u8)) Help(reply);
        else Subcommands.UnknownOrWrongArity(reply, "debug", args);
    }

    // Not a number sleeps no time, as strtod has it.
    private static void Sleep(Session session, in ArgList args)
    {
        _ = double.TryParse(args[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds);
        double ms = Math.Clamp(double.IsNaN(seconds) ? 0 : seconds, 0, MaxSleepSeconds) * 1000;
        if (ms < 1 || session.IsInTransaction)
        {
            session.Output.Ok();
            return;
        }

        long startedMs = session.Server.NowMs;
        var call = QueuedCommand.Copy(session.LastCommand!, args);
        Worker worker = session.CurrentWorker!;
        session.Suspend(new Suspension(startedMs + (long)Math.Ceiling(ms), null, s =>
        {
            int before = s.Output.Length;
            s.Output.Ok();
            worker.Count(call.Command!, (s.Server.NowMs - startedMs) * 1_000_000, s, call.Args, before);
        }) { IsWork = true });
    }

    private static void SetActiveExpire(Session session, ReadOnlySpan<byte> word)
    {
        session.Server.Control.SetActiveExpire(!word.SequenceEqual("0"u8));
        session.Output.Ok();
    }

    private static void StringMatch(Session session, ReadOnlySpan<byte> length, ReadOnlySpan<byte> pattern)
    {
        if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) || bytes > MaxTextBytes)
        {
            session.Output.Error("ERR value is not an integer or out of range");
            return;
        }

        var text = new byte[bytes];
        text.AsSpan().Fill((byte)'a');
        Glob.IsMatch(pattern, text);
        session.Output.Simple("Apparently Redis did not crash: test passed"u8);
    }

    private static void Help(ReplyWriter reply) => Subcommands.Help(reply, "DEBUG",
        "ERROR <string>", "    Return a Redis protocol error with <string> as message. Useful for clients",
        "    unit tests to simulate Redis errors.",
        "PROTOCOL <type>", "    Reply with a test value of the specified type. <type> can be: string,",
        "    integer, double, null, array, set, map, push, verbatim,", "    true, false.",
        "SET-ACTIVE-EXPIRE <0|1>", "    Setting it to 0 disables expiring keys in background when they are not",
        "    accessed (otherwise the Redis behavior). Setting it to 1 reenables back the", "    default.",
        "SLEEP <seconds>", "    Hold this connection for <seconds>; others are served. Decimals allowed.",
        "STRINGMATCH-LEN <length> <pattern>", "    Match <pattern> against a string of <length> letters.");
}
