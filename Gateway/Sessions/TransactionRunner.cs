using System.Text;

namespace OrleansKv.Gateway.Sessions;

/// <summary>Runs a queue of commands as one atomic group and writes the array of their replies.</summary>
internal static class TransactionRunner
{
    /// <summary>False when a watched key had changed: nothing ran, nothing was written.</summary>
    public static bool Run(Session session, Transaction transaction, WatchList? watched, Worker worker) =>
        session.Server.Dispatcher.RunAtomically(transaction, watched, session, worker, () =>
        {
            session.BeginGroup();
            session.Output.Array(transaction.Commands.Count);
            session.DropUnwanted(); // piece by piece, for CLIENT REPLY may be among the commands
            try
            {
                foreach (QueuedCommand command in transaction.Commands) RunOne(session, command, worker);
            }
            finally
            {
                session.EndGroup();
            }
        });

    private static void RunOne(Session session, QueuedCommand command, Worker worker)
    {
        if (command.Error is not null) session.Output.Error(Encoding.Latin1.GetBytes(command.Error)); // it may quote the client's bytes
        else if (command.Command!.IsData) session.Server.Dispatcher.WriteReply(command, session, worker);
        else SlowPath.RunSession(session, command.Command, command.Args, worker);
        session.DropUnwanted();
        if (command.Command is { } shown) session.Server.Monitors.Show(session, shown, command.Args);
    }
}
