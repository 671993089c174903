namespace OrleansKv.Cli;

/// <summary>What kv --help prints, and help in the shell.</summary>
internal static class HelpText
{
    public const string All = """
        kv: a shell for OrleansKv and any other server that speaks RESP

        kv [options]                       interactive shell (or commands from standard input, one a line)
        kv [options] COMMAND [WORD ...]    one command: kv put a b, kv get a, kv set k v EX 10, kv subscribe news
        kv [options] info [SECTION]        INFO as tables
        kv [options] nodes                 the nodes of the store
        kv [options] stat [LINES]          a line of counters a second
        kv [options] scan [--match P] [--count N]
        kv [options] monitor               every command that the server runs, until Ctrl-C
        kv [options] rebalance N           go to N shards while traffic runs
        kv [options] benchmark [--connections N] [--requests N] [--pipeline N] [--value-size N]
                                           a first impression; the project Bench is the real tool
        kv wal dump|verify FOLDER          look into a data folder (offline)
        kv wal repair FOLDER [--yes]       say (or do) what makes a damaged folder open again
        kv help COMMAND                    one of these, or any command of the server
        In capitals (kv INFO, kv NODES) they go to the server as they are.

        Options, before the command
          -h, --host HOST         127.0.0.1
          -p, --port PORT         9090
          --user NAME             default
          -a, --password TEXT     or the variable ORLEANSKV_PASSWORD, which other users of the machine do not see
          --uri redis[s]://[user:password@]host[:port]
          --tls                   TLS, the server's certificate checked against the system's authorities
          --tls-ca FILE           against those in this PEM file instead
          --tls-insecure          not checked
          --resp 2|3              3, and 2 with a server that does not know it (also -2, -3)
          --json                  machine-readable output: one JSON value a line
          -x                      the last word of the command is read from standard input
          --help, --version

        Replies are shown with their types at a terminal and as they are in a pipe; NO_COLOR turns colours off.
        Exit code: 0, 1 for an error reply or no connection, 2 for wrong usage.
        """;

    public const string Shell = """
        Commands go to the server as typed. "..." knows \n \r \t \b \a \xHH \" \\, '...' knows \'; a quote may span lines.
          help COMMAND   explains one          clear          clears the screen
          BATCH n        asks for n lines      exit, quit     leave (also Ctrl-D)
        Tab completes, Up and Down walk through history, Ctrl-R searches it, Ctrl-C drops the line or ends SUBSCRIBE and MONITOR.
        """;
}
