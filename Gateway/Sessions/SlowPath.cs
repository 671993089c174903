using System.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Commands;
using OrleansKv.Gateway.Commands.Server;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Runs one command with every check: exists, arity, password, subscription mode, transaction, reply mode, monitors. The order and
/// the words are those of Redis' processCommand. Commands that pass all of it by design take the dispatcher's batch instead.
/// </summary>
internal static class SlowPath
{
    public static void Execute(Session session, CommandBatch batch, int frame, Span<byte> input, Worker worker)
    {
        ArgList args = batch.Args(frame, input);
        CommandEntry? command = batch.Frames[frame].Command;
        int before = session.Output.Length;
        if (command is null && IsHttp(args[0]))
        {
            // Not a client of ours: a browser that a web page made write here, with commands in the request's body.
            session.CloseAfterReply();
            session.Server.Faults.Notice(
                $"Closed {session.Connection.Remote}: it speaks HTTP. The status page has a port of its own, --http-port.");
            return;
        }

        session.MarkReply();
        if (session.ReplyMode == ReplyMode.SkipNext)
        {
            session.SkipsThisReply = true;
            session.ReplyMode = ReplyMode.On;
            session.UpdatePlain();
        }

        string? refusal = Check(session, ref command, args);
        session.Note(command);
        if (session.Transaction is { IsBatch: true } lines)
        {
            QueueLine(session, lines, command, args, refusal, worker);
        }
        else if (refusal is not null)
        {
            Refuse(session, command, refusal);
            if (command is not null) worker.Metrics?.RecordRejected(command.Id);
            session.Server.Metrics.Errors.Count(session.Output.Written[(before + 1)..]);
        }
        else if (session.Transaction is { } open && !RunsInsideMulti(command!))
        {
            Queue(session, open, command!, args);
        }
        else
        {
            batch.Frames[frame].Command = command; // a subcommand instead of its container
            if (command!.IsData) session.Server.Dispatcher.Run(batch, frame, frame + 1, input, session, worker);
            else RunSession(session, command, args, worker);
            session.Server.Monitors.Show(session, command, args);
        }

        session.DropUnwanted();
        if (session.KeepsTooMuch) session.Kill(LimitReached.Kept);
        bool isToCome = session.IsHeld || session.Transaction is { IsBatch: true }; // a BATCH is answered with its last line
        if (!isToCome) session.SkipsThisReply = false;
    }

    /// <summary>
    /// The command that would run, a subcommand for its container; null for one that is refused (and so waits for no CLIENT PAUSE).
    /// </summary>
    public static CommandEntry? Admitted(Session session, CommandEntry? command, in ArgList args) =>
        Check(session, ref command, args) is null ? command : null;

    /// <summary>Runs a session command and counts it.</summary>
    public static void RunSession(Session session, CommandEntry command, in ArgList args, Worker worker)
    {
        long started = worker.StartTiming();
        int before = session.Output.Length;
        session.CurrentWorker = worker;
        try
        {
            command.Session!(session, args);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            session.Output.Truncate(before);
            session.Server.Faults.Report(command.Spec.Name, failure);
            session.Output.Error(CommandRunner.InternalErrorIn(command.Spec.Name));
        }
        finally
        {
            session.CurrentWorker = null;
        }

        if (session.Suspension is not { IsWork: true }) worker.Record(command, started, session, args, before);
    }

    // A refused command spoils the transaction it would have joined; a refused EXEC ends it.
    private static void Refuse(Session session, CommandEntry? command, string refusal)
    {
        if (command?.Spec.Name == "exec")
        {
            session.Transaction = null;
            session.Watched = null;
            session.UpdatePlain();
            refusal = "EXECABORT Transaction discarded because of: "
                + refusal[(refusal.StartsWith("ERR ", StringComparison.Ordinal) ? 4 : 0)..];
        }
        else if (session.Transaction is { } open)
        {
            open.IsDirty = true;
        }

        session.Output.Error(Encoding.Latin1.GetBytes(refusal)); // it may quote the client's bytes
    }

    // A container gives way to the subcommand that is called.
    private static string? Check(Session session, ref CommandEntry? command, in ArgList args)
    {
        if (command is null) return Unknown(args);
        if (command.Subcommands.Length > 0 && args.Count > 1)
        {
            if (command.FindSubcommand(args[1]) is not { } chosen) return UnknownSubcommand(command, args);
            command = chosen;
        }

        if (!command.Spec.Accepts(args.Count)) return WrongArity(command);
        if (ModuleCommands.IsProtected(command.Spec)) return ModuleCommands.NotAllowed;
        if (!session.IsAuthenticated && (command.Spec.Flags & CommandFlags.NoAuth) == 0) return "NOAUTH Authentication required.";
        if (session.IsSubscribed && session.Output.Protocol == 2 && !RunsWhenSubscribed(command))
        {
            return $"ERR Can't execute '{command.Spec.Name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed "
                + $"in this context";
        }

        if (session.Server.Control.Links is { IsFollower: true } links)
        {
            if (links.IsLoading && (command.Spec.Flags & CommandFlags.Loading) == 0) return Errors.Loading;
            if (command.Spec.IsWrite) return Errors.ReadOnlyReplica;
        }

        if (session.Transaction is not null && (command.Spec.Flags & CommandFlags.NoMulti) != 0)
        {
            return "ERR Command not allowed inside a transaction";
        }

        // As Redis: a monitor is a kind of replica, and those leave the keys alone.
        if (session.IsMonitor
            && ((command.Spec.Flags & (CommandFlags.Write | CommandFlags.ReadOnly)) != 0 || command.Spec.Name is "publish" or "spublish"))
        {
            return "ERR Replica can't interact with the keyspace";
        }

        return null;
    }

    public static string WrongArity(CommandEntry command) => $"ERR wrong number of arguments for '{command.Spec.Name}' command";

    private static bool IsHttp(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "post"u8) || Ascii.EqualsIgnoreCase(word, "host:"u8);

    private static string UnknownSubcommand(CommandEntry container, in ArgList args) =>
        $"ERR unknown subcommand '{Text(args[1], 128)}'. Try {container.Spec.Name.ToUpperInvariant()} HELP.";

    /// <summary>Redis shows the name's first 128 bytes and as many arguments as fit 128 bytes.</summary>
    private static string Unknown(in ArgList args)
    {
        if (args[0].Length <= AbsentCommands.LongestName && AbsentCommands.RefusalOf(args[0]) is { } absent) return absent;
        var text = new StringBuilder("ERR unknown command '").Append(Text(args[0], 128)).Append("', with args beginning with: ");
        int room = 128;
        for (int i = 1; i < args.Count && room > 0; i++)
        {
            string arg = Text(args[i], room);
            text.Append('\'').Append(arg).Append("' ");
            room -= arg.Length + 3;
        }

        return text.ToString();
    }

    private static string Text(ReadOnlySpan<byte> bytes, int most) => Encoding.Latin1.GetString(bytes[..Math.Min(most, bytes.Length)]);

    private static bool RunsWhenSubscribed(CommandEntry command) => command.Spec.Name
        is "subscribe" or "psubscribe" or "unsubscribe" or "punsubscribe" or "ssubscribe" or "sunsubscribe" or "ping" or "quit" or "reset";

    private static bool RunsInsideMulti(CommandEntry command) => command.Spec.Name
        is "exec" or "discard" or "multi" or "watch" or "quit" or "reset";

    private static void Queue(Session session, Transaction open, CommandEntry command, in ArgList args)
    {
        open.Add(QueuedCommand.Copy(command, args));
        session.Output.Simple("QUEUED"u8);
    }

    private static void QueueLine(
        Session session, Transaction lines, CommandEntry? command, in ArgList args, string? refusal, Worker worker)
    {
        if (refusal is null && !command!.IsData && command.Spec.Name != "ping")
            refusal = $"ERR '{command.Spec.Name}' is not allowed in a BATCH";
        lines.Add(refusal is null ? QueuedCommand.Copy(command!, args) : QueuedCommand.Refused(refusal));

        if (--lines.LinesLeft > 0) return;
        session.Transaction = null;
        session.UpdatePlain();
        TransactionRunner.Run(session, lines, null, worker);
    }
}
